#include "schema/xlsform_columns.h"

#include <algorithm>
#include <map>
#include <set>

namespace sotay {
namespace {

struct Meaning {
    const char* key;
    bool isTranslatable = false;
};
using Names = std::map<std::string, Meaning, std::less<>>;

// Lower case, words joined by "_": how names of columns are compared.
std::string snake(std::string_view header) {
    std::string out;
    for (char c : plainExpression(std::string(header))) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (!out.empty() && out.back() != '_') out += '_';
        } else {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    while (!out.empty() && out.back() == '_') out.pop_back();
    return out;
}

void addMedia(Names& names) {
    for (const char* media : {"image", "big-image", "audio", "video"}) names[media] = {media, true};
    names["big_image"] = {"big-image", true};
}

const Names& surveyNames() {
    static const Names kNames = [] {
        Names names = {{"type", {"type"}},
                       {"command", {"type"}},
                       {"name", {"name"}},
                       {"tag", {"name"}},
                       {"value", {"name"}},
                       {"label", {"label", true}},
                       {"caption", {"label", true}},
                       {"hint", {"hint", true}},
                       {"guidance_hint", {"guidance_hint", true}},
                       {"constraint", {"constraint"}},
                       {"jr:constraint", {"constraint"}},
                       {"constraint_message", {"constraint_message", true}},
                       {"constraining_message", {"constraint_message", true}},
                       {"jr:constraintmsg", {"constraint_message", true}},
                       {"constraintmsg", {"constraint_message", true}},
                       {"required", {"required"}},
                       {"required_message", {"required_message", true}},
                       {"requiredmsg", {"required_message", true}},
                       {"jr:requiredmsg", {"required_message", true}},
                       {"relevant", {"relevant"}},
                       {"relevance", {"relevant"}},
                       {"read_only", {"read_only"}},
                       {"readonly", {"read_only"}},
                       {"calculation", {"calculation"}},
                       {"calculate", {"calculation"}},
                       {"default", {"default"}},
                       {"choice_filter", {"choice_filter"}},
                       {"repeat_count", {"repeat_count"}},
                       {"count", {"repeat_count"}},
                       {"jr:count", {"repeat_count"}},
                       {"trigger", {"trigger"}},
                       {"appearance", {"appearance"}},
                       {"parameters", {"parameters"}},
                       {"disabled", {"disabled"}},
                       {"autoplay", {"autoplay"}},
                       {"rows", {"rows"}},
                       {"intent", {"intent"}},
                       {"no_app_error_string", {"no_app_error_string", true}},
                       {"noapperrorstring", {"no_app_error_string", true}},
                       {"jr:noapperrorstring", {"no_app_error_string", true}},
                       {"save_to", {"save_to"}},
                       {"entities:saveto", {"save_to"}},
                       {"list_name", {"list_name"}},
                       {"query", {"query"}},
                       {"compact_tag", {"compact_tag"}},
                       {"odk:length", {"length"}},
                       {"media", {"media"}},
                       {"sms_field", {"sms_field"}},
                       {"sms_option", {"sms_option"}},
                       {"sms_separator", {"sms_separator"}},
                       {"sms_allow_media", {"sms_allow_media"}},
                       {"sms_date_format", {"sms_date_format"}},
                       {"sms_datetime_format", {"sms_datetime_format"}},
                       {"sms_response", {"sms_response"}},
                       {"warning", {"warning"}},
                       {"warning_message", {"warning_message", true}},
                       {"identity", {"identity"}},
                       {"summary", {"summary"}},
                       {"area", {"area"}}};
        addMedia(names);
        return names;
    }();
    return kNames;
}

const Names& choiceNames() {
    static const Names kNames = [] {
        Names names = {{"list_name", {"list_name"}},
                       {"name", {"name"}},
                       {"value", {"name"}},
                       {"label", {"label", true}},
                       {"caption", {"label", true}}};
        addMedia(names);
        return names;
    }();
    return kNames;
}

const Names& settingNames() {
    static const Names kNames = {{"form_title", {"form_title"}},
                                 {"title", {"form_title"}},
                                 {"set_form_title", {"form_title"}},
                                 {"form_id", {"form_id"}},
                                 {"id_string", {"id_string"}},
                                 {"set_form_id", {"form_id"}},
                                 {"version", {"version"}},
                                 {"default_language", {"default_language"}},
                                 {"instance_name", {"instance_name"}},
                                 {"style", {"style"}},
                                 {"allow_choice_duplicates", {"allow_choice_duplicates"}},
                                 {"clean_text_values", {"clean_text_values"}},
                                 {"omit_instanceid", {"omit_instanceID"}},
                                 {"name", {"name"}},
                                 {"public_key", {"public_key"}},
                                 {"submission_url", {"submission_url"}},
                                 {"auto_send", {"auto_send"}},
                                 {"auto_delete", {"auto_delete"}},
                                 {"client_editable", {"client_editable"}},
                                 {"namespaces", {"namespaces"}}};
    return kNames;
}

const Names& entityNames() {
    static const Names kNames = {{"list_name", {"list_name"}}, {"dataset", {"list_name"}},
                                 {"label", {"label"}},         {"entity_id", {"entity_id"}},
                                 {"create_if", {"create_if"}}, {"update_if", {"update_if"}},
                                 {"repeat", {"repeat"}}};
    return kNames;
}

const Names& namesOf(SheetKind kind) {
    switch (kind) {
        case SheetKind::Survey:
            return surveyNames();
        case SheetKind::Settings:
            return settingNames();
        case SheetKind::Entities:
            return entityNames();
        case SheetKind::Choices:
        case SheetKind::ExternalChoices:
            break;
    }
    return choiceNames();
}

std::vector<std::string> split(const std::string& text, std::string_view separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (;;) {
        const auto at = text.find(separator, from);
        parts.push_back(normaliseText(text.substr(from, at - from)));
        if (at == std::string::npos) return parts;
        from = at + separator.size();
    }
}

// "label : vi" and "bind:jr:constraintMsg" are split as if "::" were written; "jr:count" stays
// whole.
std::vector<std::string> tokensOf(const std::string& header, bool doubleColon) {
    if (doubleColon || header.find("::") != std::string::npos) return split(header, "::");
    auto parts = split(header, ":");
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if ((parts[i] == "jr" || parts[i] == "odk" || parts[i] == "entities") &&
            i + 1 < parts.size()) {
            tokens.push_back(parts[i] + ":" + parts[i + 1]);
            ++i;
        } else {
            tokens.push_back(parts[i]);
        }
    }
    return tokens;
}

}  // namespace

Column parseHeader(const std::string& header, SheetKind kind, bool doubleColon) {
    Column column;
    column.header = header;
    column.key = header;
    const Names& names = namesOf(kind);
    auto take = [&](const Meaning& meaning) {
        column.key = meaning.key;
        column.isKnown = true;
        column.isTranslatable = meaning.isTranslatable;
    };
    if (auto whole = names.find(snake(header)); whole != names.end()) {
        take(whole->second);
        return column;
    }
    auto tokens = tokensOf(header, doubleColon);
    // The XForms' own places: their last word is the column.
    static const std::set<std::string> kPlaces = {"bind", "control", "body", "instance", "media"};
    const std::string place = snake(tokens[0]);
    const bool hasPlace = tokens.size() > 1 && kPlaces.count(place) != 0 &&
                          (place != "media" || names.count(snake(tokens[1])) != 0);
    const std::size_t first = hasPlace ? 1 : 0;
    auto found = place == "instance" ? names.end() : names.find(snake(tokens[first]));
    if (found == names.end() || (tokens.size() > first + 1 && !found->second.isTranslatable)) {
        // bind::foo and the like are attributes for other programs: known, kept, without a meaning
        // here.
        column.isKnown = hasPlace;
        return column;
    }
    take(found->second);
    if (tokens.size() > first + 1) column.language = tokens[first + 1];
    return column;
}

const std::vector<std::string>& knownColumns(SheetKind kind) {
    static const std::vector<std::vector<std::string>> kAll = [] {
        std::vector<std::vector<std::string>> all;
        for (SheetKind each : {SheetKind::Survey, SheetKind::Choices, SheetKind::ExternalChoices,
                               SheetKind::Settings, SheetKind::Entities}) {
            auto& list = all.emplace_back();
            for (const auto& [name, meaning] : namesOf(each)) {
                if (name == meaning.key) list.push_back(name);
            }
        }
        return all;
    }();
    return kAll[static_cast<std::size_t>(kind)];
}

const std::vector<std::string>& expressionColumns() {
    static const std::vector<std::string> kColumns = {
        "constraint",    "required",     "relevant", "read_only", "calculation",
        "choice_filter", "repeat_count", "trigger",  "warning"};
    return kColumns;
}

}  // namespace sotay
