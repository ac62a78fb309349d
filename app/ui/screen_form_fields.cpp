#include "app/ui/screen_form_fields.h"

#include <algorithm>

#include "app/state/answer_text.h"
#include "app/state/moment.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

// Short lists are shown whole: nothing to open, digits pick.
constexpr std::size_t kRadioChoices = 3;

void answer(const FormFrame& frame, const NodeView& line, std::string typed) {
    if (typed != line.value) frame.actions.add(app::SetAnswer{line.path, std::move(typed)});
}

void take(const FormFrame& frame, const NodeView& line, const Edit& edit) {
    if (edit) answer(frame, line, edit.value);
}

void drawOneOf(const FormFrame& frame, const NodeView& line, const FieldOptions& options,
               bool inTable) {
    const std::vector<ChoiceView>& offered = frame.filling.choices(line.path);
    std::size_t chosen = kNoneChosen;
    for (std::size_t i = 0; i < offered.size(); ++i)
        if (offered[i].name == line.value) chosen = i;
    Choices choices(offered.size(),
                    [&](std::size_t i) { return std::string_view(offered[i].label); });
    std::string key = fieldKey(line.path);
    bool isShort = !inTable && offered.size() <= kRadioChoices && !offered.empty() &&
                   line.node->appearance.find("minimal") == std::string::npos;
    Picked picked =
        isShort ? radioList(key, choices, chosen, options) : select(key, choices, chosen, options);
    if (picked.index) answer(frame, line, offered[*picked.index].name);
    if (picked.cleared) answer(frame, line, "");
}

void drawManyOf(const FormFrame& frame, const NodeView& line, const FieldOptions& options) {
    const std::vector<ChoiceView>& offered = frame.filling.choices(line.path);
    std::vector<std::string> chosen = app::chosenNames(line.value);
    auto isChosen = [&](std::size_t i) {
        return std::find(chosen.begin(), chosen.end(), offered[i].name) != chosen.end();
    };
    Choices choices(offered.size(),
                    [&](std::size_t i) { return std::string_view(offered[i].label); });
    auto toggled = checkList(fieldKey(line.path), choices, isChosen, options);
    if (!toggled) return;
    std::string names;
    for (std::size_t i = 0; i < offered.size(); ++i)
        if (isChosen(i) != (i == *toggled)) names += (names.empty() ? "" : " ") + offered[i].name;
    answer(frame, line, names);
}

std::string_view exampleOf(QuestionType type, const Strings& text) {
    switch (type) {
        case QuestionType::Time:
            return text["form.example_time"];
        case QuestionType::DateTime:
            return text["form.example_datetime"];
        case QuestionType::GeoPoint:
            return text["form.example_geopoint"];
        case QuestionType::GeoTrace:
        case QuestionType::GeoShape:
            return text["form.example_geotrace"];
        default:
            return {};
    }
}

}  // namespace

std::string fieldKey(std::string_view path) { return "form" + std::string(path); }

std::string focusedPath(const app::FormFilling& filling, std::string_view focusKey) {
    if (!focusKey.starts_with("form/")) return {};
    std::string path(focusKey.substr(4));
    // A part of a field, such as its calendar, has the field's key with an ending.
    while (!filling.line(path)) {
        std::size_t dot = path.rfind('.');
        if (dot == std::string::npos) return {};
        path.resize(dot);
    }
    return path;
}

Check checkOf(const FormFrame& frame, const NodeView& line) {
    if (!frame.filling.showsProblem(line)) return Check::Fine;
    if (!line.valid) return Check::Wrong;
    return line.warning.empty() ? Check::Fine : Check::Warning;
}

std::string messageOf(const FormFrame& frame, const NodeView& line) {
    switch (checkOf(frame, line)) {
        case Check::Wrong:
            return line.message;
        case Check::Warning:
            return line.warning;
        case Check::Fine:
            break;
    }
    return {};
}

void drawAnswer(const FormFrame& frame, const NodeView& line, FieldOptions options, bool inTable) {
    const Node& node = *line.node;
    std::string key = fieldKey(line.path);
    if (app::isFileQuestion(node)) return drawFile(frame, line, options);
    if (line.readOnly) {
        bool isNumber = app::shapeOf(node) == app::AnswerShape::Number;
        return shownValue(
            key,
            shownAnswer(*frame.filling.form, node, line.value, frame.state.preferences.language),
            isNumber, options.width);
    }
    std::string today = app::formatIsoDay(frame.state.now, frame.state.zoneMinutes);
    switch (node.type) {
        case QuestionType::Integer:
        case QuestionType::Decimal:
        case QuestionType::Range:
            return take(frame, line, numberField(key, line.value, options));
        case QuestionType::Date:
            options.today = today;
            return take(frame, line, dateField(key, line.value, options));
        case QuestionType::SelectOne:
            return drawOneOf(frame, line, options, inTable);
        case QuestionType::SelectMultiple:
            return drawManyOf(frame, line, options);
        case QuestionType::Acknowledge:
            if (checkbox(key, frame.text["form.acknowledge"], line.value == "OK"))
                answer(frame, line, line.value == "OK" ? "" : "OK");
            return;
        default:
            break;
    }
    options.placeholder = exampleOf(node.type, frame.text);
    bool isLong = !inTable && node.appearance.find("multiline") != std::string::npos;
    take(frame, line,
         isLong ? textArea(key, line.value, options) : textField(key, line.value, options));
}

void drawQuestion(const FormFrame& frame, const NodeView& line) {
    bool inConflict = frame.filling.inConflict.contains(line.path);
    FormRowView view;
    view.label =
        line.label.empty() ? std::string_view(line.node->name) : std::string_view(line.label);
    view.hint = line.hint;
    view.required = line.required;
    view.check = checkOf(frame, line);
    std::string message = messageOf(frame, line);
    if (message.empty() && inConflict) message = frame.text["form.in_conflict"];
    if (inConflict && view.check == Check::Fine) view.check = Check::Warning;
    view.message = message;
    if (view.check == Check::Warning && !line.warning.empty())
        view.keepLabel = frame.text["form.keep"];
    view.wide = line.node->appearance.find("multiline") != std::string::npos ||
                line.node->type == QuestionType::SelectMultiple || app::isFileQuestion(*line.node);
    FormRow row(fieldKey(line.path), view);
    FieldOptions options;
    options.check = view.check;
    drawAnswer(frame, line, options, false);
    if (row.keepTapped()) frame.actions.add(app::AskKeepWarning{line.path});
}

void drawNodes(const FormFrame& frame, const std::vector<const Node*>& nodes,
               const std::string& path) {
    for (const Node* node : nodes) {
        std::string at = path + "/" + node->name;
        const NodeView* line = frame.filling.line(at);
        if (line && !line->relevant) continue;
        if (node->kind == NodeKind::Repeat) {
            drawRepeat(frame, *node, at);
        } else if (node->kind == NodeKind::Group) {
            gap(space::k2);
            sectionTitle(line && !line->label.empty() ? line->label : node->name);
            gap(space::k2);
            std::vector<const Node*> children;
            for (const auto& child : node->children) children.push_back(child.get());
            drawNodes(frame, children, at);
        } else if (line && node->type == QuestionType::Note) {
            text(line->label, {.color = Token::Muted, .key = fieldKey(at)});
            gap(space::k2);
        } else if (line && app::isAsked(*node)) {
            drawQuestion(frame, *line);
        }
    }
}

}  // namespace sotay::ui
