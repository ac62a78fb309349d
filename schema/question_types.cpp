#include "schema/question_types.h"

#include <algorithm>
#include <array>
#include <map>

#include "schema/ascii_text.h"

namespace sotay {
namespace {

using Kind = TypeLine::Kind;

struct Spelling {
    QuestionType type;
    const char* today;  // today's spelling
};

// Every spelling of a type without a list: today's first, then those of old forms ("q ...", "add
// ... prompt").
const std::map<std::string, Spelling, std::less<>>& plainTypes() {
    using Q = QuestionType;
    static const std::map<std::string, Spelling, std::less<>> kTypes = [] {
        std::map<std::string, Spelling, std::less<>> types;
        auto add = [&types](Q type, std::initializer_list<const char*> names) {
            for (const char* name : names) types[name] = {type, *names.begin()};
        };
        add(Q::Text, {"text", "string", "q string", "add text prompt", "phone number"});
        add(Q::Integer, {"integer", "int", "q int", "add integer prompt", "percentage",
                         "number of days in last month", "number of days in last six months",
                         "number of days in last year"});
        add(Q::Decimal, {"decimal", "q decimal", "add decimal prompt"});
        add(Q::Range, {"range"});
        add(Q::Date, {"date", "q date", "add date prompt"});
        add(Q::Time, {"time", "q time", "add time prompt"});
        add(Q::DateTime, {"datetime", "date time", "q date time", "q datetime",
                          "add date time prompt", "add datetime prompt"});
        add(Q::Note, {"note", "q note", "add note prompt"});
        add(Q::GeoPoint,
            {"geopoint", "gps", "location", "q geopoint", "q location", "add location prompt"});
        add(Q::GeoTrace, {"geotrace", "q geotrace"});
        add(Q::GeoShape, {"geoshape", "q geoshape"});
        add(Q::Image,
            {"image", "photo", "q image", "q picture", "add image prompt", "add photo prompt"});
        add(Q::Audio, {"audio", "q audio", "add audio prompt"});
        add(Q::Video, {"video", "q video", "add video prompt"});
        add(Q::File, {"file", "q file", "add file prompt"});
        add(Q::Barcode, {"barcode", "q barcode", "add barcode prompt"});
        add(Q::Acknowledge, {"acknowledge", "trigger", "q acknowledge", "add acknowledge prompt"});
        add(Q::Calculate, {"calculate", "q calculate", "add calculate prompt"});
        add(Q::Hidden, {"hidden"});
        add(Q::Start, {"start", "start time", "get start time"});
        add(Q::End, {"end", "end time", "get end time"});
        add(Q::Today, {"today", "get today"});
        add(Q::DeviceId, {"deviceid", "device id", "get device id", "imei", "uri:deviceid"});
        add(Q::Username, {"username", "uri:username"});
        add(Q::Email, {"email", "uri:email"});
        add(Q::PhoneNumber, {"phonenumber", "get phone number", "uri:phonenumber"});
        add(Q::Audit, {"audit"});
        add(Q::StartGeoPoint, {"start-geopoint"});
        add(Q::Audio, {"background-audio"});
        add(Q::GeoPoint, {"background-geopoint"});
        add(Q::Hidden, {"simserial", "sim id", "get sim id", "uri:simserial"});
        add(Q::Hidden, {"subscriberid", "subscriber id", "get subscriber id", "uri:subscriberid"});
        return types;
    }();
    return kTypes;
}

// Spellings of types that are followed by a list. Longer ones stand before those that they begin
// with.
struct SelectSpelling {
    const char* words;
    QuestionType type;
    const char* today;
};
constexpr std::array<SelectSpelling, 22> kSelects = {{
    {"add select multiple prompt using", QuestionType::SelectMultiple, "select_multiple"},
    {"add select one prompt using", QuestionType::SelectOne, "select_one"},
    {"select all that apply from", QuestionType::SelectMultiple, "select_multiple"},
    {"select_multiple_from_file", QuestionType::SelectMultiple, "select_multiple_from_file"},
    {"select multiple from file", QuestionType::SelectMultiple, "select_multiple_from_file"},
    {"select_one_from_file", QuestionType::SelectOne, "select_one_from_file"},
    {"select one from file", QuestionType::SelectOne, "select_one_from_file"},
    {"select_one_external", QuestionType::SelectOne, "select_one_external"},
    {"select one external", QuestionType::SelectOne, "select_one_external"},
    {"select multiple using", QuestionType::SelectMultiple, "select_multiple"},
    {"select multiple from", QuestionType::SelectMultiple, "select_multiple"},
    {"select all that apply", QuestionType::SelectMultiple, "select_multiple"},
    {"select one using", QuestionType::SelectOne, "select_one"},
    {"select one from", QuestionType::SelectOne, "select_one"},
    {"select_multiple", QuestionType::SelectMultiple, "select_multiple"},
    {"select multiple", QuestionType::SelectMultiple, "select_multiple"},
    {"select_one", QuestionType::SelectOne, "select_one"},
    {"select one", QuestionType::SelectOne, "select_one"},
    {"select1", QuestionType::SelectOne, "select_one"},
    {"q select1", QuestionType::SelectOne, "select_one"},
    {"q select", QuestionType::SelectMultiple, "select_multiple"},
    {"rank", QuestionType::Rank, "rank"},
}};

std::string spaced(std::string_view cell) {
    std::string out;
    for (char c : normaliseText(cell)) {
        if (c == '\n' || c == '\t' || c == '\r') c = ' ';
        if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
    }
    for (auto at = out.find("\xC2\xA0"); at != std::string::npos; at = out.find("\xC2\xA0", at))
        out.replace(at, 2, " ");  // a non-breaking space
    return out;
}

bool takePrefix(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<TypeLine> parseControl(std::string_view text, std::string_view lower) {
    bool begins = true;
    std::string_view rest = lower;
    if (!takePrefix(rest, "begin")) {
        begins = false;
        if (!takePrefix(rest, "end")) return {};
    }
    if (rest.empty() || (rest[0] != ' ' && rest[0] != '_')) return {};
    rest.remove_prefix(1);
    TypeLine line;
    line.keyword = begins ? "begin" : "end";
    line.kind = Kind::BadBegin;
    struct Control {
        const char* word;
        Kind begin, end;
    };
    static constexpr std::array<Control, 5> kControls = {
        {{"looped group", Kind::BeginRepeat, Kind::EndRepeat},
         {"lgroup", Kind::BeginRepeat, Kind::EndRepeat},
         {"group", Kind::BeginGroup, Kind::EndGroup},
         {"repeat", Kind::BeginRepeat, Kind::EndRepeat},
         {"loop", Kind::BeginLoop, Kind::EndLoop}}};
    for (const auto& control : kControls) {
        std::string_view after = rest;
        if (!takePrefix(after, control.word) || (!after.empty() && after[0] != ' ')) continue;
        line.kind = begins ? control.begin : control.end;
        if (!after.empty()) after.remove_prefix(1);
        takePrefix(after, "over ");
        line.list = text.substr(text.size() - after.size());
        return line;
    }
    return line;
}

std::optional<TypeLine> parseSelect(std::string_view text, std::string_view lower) {
    for (const auto& select : kSelects) {
        std::string_view after = lower;
        if (!takePrefix(after, select.words) || (!after.empty() && after[0] != ' ')) continue;
        TypeLine line;
        line.type = select.type;
        line.keyword = select.today;
        line.fromFile = line.keyword.find("_from_file") != std::string::npos;
        line.external = line.keyword.find("_external") != std::string::npos;
        for (std::string_view other : {" or specify other", " or_other", " or other"}) {
            if (after.size() < other.size() || after.substr(after.size() - other.size()) != other)
                continue;
            line.orOther = true;
            after.remove_suffix(other.size());
            text.remove_suffix(other.size());
            break;
        }
        while (!after.empty() && after[0] == ' ') after.remove_prefix(1);
        line.list = text.substr(text.size() - after.size());
        if (line.list.empty()) line.kind = Kind::MissingList;
        return line;
    }
    return {};
}

// Old types that carry a check and a hint of their own.
void addLegacyCheck(TypeLine& line, std::string_view spelling) {
    static const std::map<std::string, std::pair<const char*, const char*>, std::less<>> kChecks = {
        {"percentage", {"0 <= . and . <= 100", ""}},
        {"phone number", {"regex(., '^\\d*$')", "Enter numbers only."}},
        {"number of days in last month", {"0 <= . and . <= 31", "Enter a number 0-31."}},
        {"number of days in last six months", {"0 <= . and . <= 183", "Enter a number 0-183."}},
        {"number of days in last year", {"0 <= . and . <= 365", "Enter a number 0-365."}},
    };
    auto found = kChecks.find(spelling);
    if (found == kChecks.end()) return;
    line.constraint = found->second.first;
    line.hint = found->second.second;
}

std::string remarkOn(const std::string& keyword) {
    if (keyword == "background-audio")
        return "A laptop does not record in the background; a recording can be attached.";
    if (keyword == "background-geopoint" || keyword == "start-geopoint")
        return "A laptop without a positioning device leaves the place empty; it can be typed.";
    if (keyword == "barcode")
        return "A laptop has no barcode camera; the code is typed, or read with a hand scanner.";
    if (keyword == "simserial" || keyword == "subscriberid")
        return "A laptop has no SIM card; the answer stays empty.";
    return {};
}

}  // namespace

TypeLine parseType(std::string_view cell) {
    const std::string text = spaced(cell), lower = asciiLowered(text);
    if (auto control = parseControl(text, lower)) {
        // "end time" and the like are questions, whatever they begin with.
        if (control->kind != Kind::BadBegin || plainTypes().count(lower) == 0) return *control;
    }
    TypeLine line;
    if (auto plain = plainTypes().find(lower); plain != plainTypes().end()) {
        line.type = plain->second.type;
        line.keyword = plain->second.today;
        line.remark = remarkOn(line.keyword);
        addLegacyCheck(line, lower);
        return line;
    }
    if (auto select = parseSelect(text, lower)) return *select;
    if (lower == "csv-external" || lower == "xml-external" || lower == "geojson-external") {
        line.kind = Kind::ExternalData;
        line.keyword = lower;
        return line;
    }
    static const std::map<std::string, const char*> kSettings = {{"form_title", "form_title"},
                                                                 {"set form title", "form_title"},
                                                                 {"form_id", "form_id"},
                                                                 {"set form id", "form_id"}};
    if (auto setting = kSettings.find(lower); setting != kSettings.end()) {
        line.kind = Kind::Setting;
        line.setting = setting->second;
        return line;
    }
    line.keyword = text;
    return line;
}

const std::vector<std::string>& knownTypes() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names;
        for (const auto& [spelling, type] : plainTypes()) {
            if (spelling == type.today) names.push_back(spelling);
        }
        for (const auto& select : kSelects) {
            if (std::string_view(select.words) == select.today) names.emplace_back(select.today);
        }
        for (const char* control : {"begin_group", "end_group", "begin_repeat", "end_repeat",
                                    "csv-external", "xml-external"})
            names.emplace_back(control);
        return names;
    }();
    return kNames;
}

std::string_view typeName(QuestionType type) {
    static constexpr std::array<std::string_view, 32> kNames = {
        "text",           "integer",     "decimal",         "range",  "date",        "time",
        "dateTime",       "select_one",  "select_multiple", "rank",   "note",        "geopoint",
        "geotrace",       "geoshape",    "image",           "audio",  "video",       "file",
        "barcode",        "acknowledge", "calculate",       "hidden", "start",       "end",
        "today",          "deviceid",    "username",        "email",  "phonenumber", "audit",
        "start-geopoint", "unknown"};
    return kNames[static_cast<std::size_t>(type)];
}

}  // namespace sotay
