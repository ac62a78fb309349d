#include "schema/xlsform_parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "schema/ascii_text.h"
#include "schema/xlsform_range.h"

namespace sotay {
namespace {

using Parameters = std::map<std::string, std::string>;

std::optional<long> whole(const std::string& text) {
    long value = 0;
    auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (bad != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

// Which parameters a type takes; nothing when its parameters are not checked.
const std::set<std::string>* accepted(const TypeLine& type) {
    using Set = std::set<std::string>;
    static const Set kSelect = {"randomize", "seed"};
    static const Set kFile = {"randomize", "seed", "value", "label"};
    static const Set kPoint = {"allow-mock-accuracy", "capture-accuracy", "reference-geometry",
                               "warning-accuracy"};
    static const Set kLine = {"allow-mock-accuracy", "incremental", "reference-geometry"};
    static const Set kRange = {"start",         "end",         "step",
                               "tick_interval", "placeholder", "tick_labelset"};
    static const Set kText = {"rows"}, kAudio = {"quality"}, kImage = {"max-pixels", "app"};
    static const Set kAudit = {"location-priority", "location-min-interval",
                               "location-max-age",  "track-changes",
                               "identify-user",     "track-changes-reasons"};
    switch (type.type) {
        case QuestionType::SelectOne:
        case QuestionType::SelectMultiple:
            return type.fromFile ? &kFile : &kSelect;
        case QuestionType::Rank:
            return &kSelect;
        case QuestionType::GeoPoint:
            return type.keyword == "geopoint" ? &kPoint : nullptr;
        case QuestionType::GeoTrace:
        case QuestionType::GeoShape:
            return &kLine;
        case QuestionType::Range:
            return &kRange;
        case QuestionType::Text:
            return &kText;
        case QuestionType::Audio:
            return &kAudio;
        case QuestionType::Image:
            return &kImage;
        case QuestionType::Audit:
            return &kAudit;
        default:
            return nullptr;
    }
}

class Checker {
  public:
    Checker(const TableRow& row, const TypeLine& type, const Node& node, FormDraft& draft)
        : row_(row), type_(type), node_(node), parameters_(node.parameter), draft_(draft) {}

    void run() {
        checkKeys();
        for (const char* key :
             {"allow-mock-accuracy", "randomize", "track-changes", "identify-user", "incremental"})
            oneOf(key, {"true", "false"});
        for (const char* key : {"capture-accuracy", "warning-accuracy"}) {
            if (has(key) && !parseNumber(parameters_.at(key))) wrong(key, "has to be a number");
        }
        for (const char* key : {"rows", "max-pixels"}) {
            if (has(key) && !whole(parameters_.at(key))) wrong(key, "has to be a whole number");
        }
        if (type_.keyword == "audio") oneOf("quality", {"voice-only", "low", "normal", "external"});
        if (type_.keyword == "background-audio") oneOf("quality", {"voice-only", "low", "normal"});
        oneOf("track-changes-reasons", {"on-form-edit"});
        checkLocation();
        checkSeed();
        checkApp();
        if (type_.type == QuestionType::Range) checkRange(row_, node_, draft_);
    }

  private:
    bool has(const std::string& key) const { return parameters_.count(key) != 0; }
    void report(std::string message) {
        draft_.error(draft_.surveySheet, row_.number, row_.header("parameters"),
                     std::move(message));
    }
    void wrong(const std::string& key, const std::string& what) {
        report("The parameter \"" + key + "\" of \"" + node_.name + "\" " + what +
               ", but it is \"" + parameters_.at(key) + "\".");
    }
    void oneOf(const std::string& key, const std::vector<std::string>& values) {
        if (!has(key) ||
            std::find(values.begin(), values.end(), parameters_.at(key)) != values.end())
            return;
        std::string list;
        for (const auto& value : values)
            list += (list.empty() ? "" : value == values.back() ? " or " : ", ") + value;
        wrong(key, "has to be " + list);
    }

    void checkKeys() {
        const auto* keys = accepted(type_);
        if (!keys) return;
        for (const auto& [key, value] : parameters_) {
            if (keys->count(key) != 0) continue;
            std::string list;
            for (const auto& each : *keys) list += (list.empty() ? "" : ", ") + each;
            report("\"" + key + "\" is no parameter of " + type_.keyword +
                   ", which takes: " + list + ".");
        }
    }

    void checkLocation() {
        const char* const kKeys[] = {"location-priority", "location-min-interval",
                                     "location-max-age"};
        const auto given = std::count_if(std::begin(kKeys), std::end(kKeys),
                                         [&](const char* key) { return has(key); });
        if (given == 0) return;
        if (given < 3)
            return report(
                "To note places, an audit needs all three of location-priority, "
                "location-min-interval and "
                "location-max-age.");
        oneOf("location-priority", {"no-power", "low-power", "balanced", "high-accuracy"});
        const auto interval = whole(parameters_.at("location-min-interval"));
        const auto age = whole(parameters_.at("location-max-age"));
        if (!interval || *interval < 0)
            wrong("location-min-interval", "has to be a whole number from 0");
        if (!age || *age < 0) wrong("location-max-age", "has to be a whole number from 0");
        if (interval && age && *age < *interval)
            wrong("location-max-age", "has to be at least location-min-interval");
    }

    void checkSeed() {
        if (!has("seed")) return;
        const std::string& seed = parameters_.at("seed");
        if (!has("randomize"))
            return report(
                "A seed is of use only with randomize=true. Add that, or remove the seed.");
        if (!parseNumber(seed) && (seed.substr(0, 2) != "${" || seed.back() != '}'))
            wrong("seed", "has to be a number or a question, as ${name}");
    }

    // The name of another program on a phone, which a laptop never starts; checked since it is a
    // slip of the pen.
    void checkApp() {
        if (!has("app") || (!node_.appearance.empty() && node_.appearance != "annotate")) return;
        const std::string& app = parameters_.at("app");
        if (app.find('.') == std::string::npos)
            wrong("app", "has to be the name of an Android package, with at least one \".\"");
    }

    const TableRow& row_;
    const TypeLine& type_;
    const Node& node_;
    const Parameters& parameters_;
    FormDraft& draft_;
};

}  // namespace

std::optional<Parameters> parseParameters(const std::string& cell) {
    std::string text = plainExpression(cell);

    // "start = 1" is read as "start=1"; a comma or semicolon is as good as a space.
    std::string flat;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == ',' || c == ';' || c == '\n' || c == '\t') {
            flat += ' ';
        } else if (c == '=') {
            while (!flat.empty() && flat.back() == ' ') flat.pop_back();
            flat += c;
            while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
        } else {
            flat += c;
        }
    }

    Parameters parameters;
    for (std::size_t at = flat.find_first_not_of(' '); at != std::string::npos;
         at = flat.find_first_not_of(' ', at)) {
        const std::size_t end = std::min(flat.find(' ', at), flat.size());
        const std::string each = flat.substr(at, end - at);
        const auto equals = each.find('=');
        if (equals == std::string::npos || equals == 0 ||
            each.find('=', equals + 1) != std::string::npos)
            return {};
        const std::string key = asciiLowered(each.substr(0, equals));
        const std::string value = each.substr(equals + 1);
        // Names are as written; words such as True are not.
        const bool keepsCase = key == "value" || key == "label" || key == "app" || key == "seed" ||
                               key == "reference-geometry" || key == "tick_labelset";
        parameters[key] = keepsCase ? value : asciiLowered(value);
        at = end;
    }
    return parameters;
}

void readParameters(const TableRow& row, const TypeLine& type, Node& node, FormDraft& draft) {
    node.parameters = row.text("parameters");
    auto parameters = parseParameters(node.parameters);
    if (!parameters) {
        draft.error(draft.surveySheet, row.number, row.header("parameters"),
                    "\"" + node.parameters +
                        "\" are no parameters. Write them as \"name=value\", with a space "
                        "between one and the next.");
        return;
    }
    node.parameter = std::move(*parameters);
    Checker(row, type, node, draft).run();
}

void checkParameterTargets(const TableRow& row, const Node& node, FormDraft& draft) {
    auto found = node.parameter.find("reference-geometry");
    if (found == node.parameter.end()) return;
    const std::string& target = found->second;
    bool isThere = false;
    if (target.size() > 3 && target.substr(0, 2) == "${") {
        auto named = draft.nodesByName.find(target.substr(2, target.size() - 3));
        isThere = named != draft.nodesByName.end() && !named->second.empty() &&
                  named->second.front()->kind == NodeKind::Repeat;
    } else {
        auto list = draft.form.lists.find(target);
        const bool isOwnList =
            list != draft.form.lists.end() && draft.externalLists.count(target) == 0;
        isThere = isOwnList || draft.attachedNames.count(target) != 0;
        if (isThere) draft.usedLists.insert(target);
    }
    if (isThere) return;
    draft.error(draft.surveySheet, row.number, row.header("parameters"),
                "The parameter \"reference-geometry\" names \"" + target +
                    "\", which is neither a list of choices, nor an attached file, nor a repeat "
                    "(as ${name}).");
}

}  // namespace sotay
