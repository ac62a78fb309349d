#include "app/state/answer_text.h"

#include <algorithm>

namespace sotay::app {
namespace {

void collect(const Node& node, std::vector<const Node*>& found, bool onlySummary) {
    for (const auto& child : node.children) {
        if (child->kind == NodeKind::Repeat) continue;
        if (child->kind == NodeKind::Group) {
            collect(*child, found, onlySummary);
        } else if (child->isStored() && (!onlySummary || child->summary)) {
            found.push_back(child.get());
        }
    }
}

const Choice* findChoice(const Form& form, const Node& node, std::string_view name) {
    auto list = form.lists.find(node.listName);
    if (list == form.lists.end()) return nullptr;
    const auto& choices = list->second.choices;
    auto found = std::find_if(choices.begin(), choices.end(),
                              [&](const Choice& choice) { return choice.name == name; });
    return found == choices.end() ? nullptr : &*found;
}

}  // namespace

AnswerShape shapeOf(const Node& node) {
    switch (node.type) {
        case QuestionType::Integer:
        case QuestionType::Decimal:
        case QuestionType::Range:
            return AnswerShape::Number;
        case QuestionType::Date:
            return AnswerShape::Date;
        case QuestionType::SelectOne:
            return AnswerShape::Choice;
        case QuestionType::SelectMultiple:
        case QuestionType::Rank:
            return AnswerShape::Choices;
        default:
            return AnswerShape::Text;
    }
}

std::vector<std::string> chosenNames(std::string_view stored) {
    std::vector<std::string> names;
    while (!stored.empty()) {
        std::size_t end = stored.find(' ');
        if (end != 0) names.emplace_back(stored.substr(0, end));
        stored.remove_prefix(end == std::string_view::npos ? stored.size() : end + 1);
    }
    return names;
}

std::string choiceText(const Form& form, const Node& node, std::string_view stored,
                       const std::string& language) {
    auto labelled = [&](std::string_view name) {
        const Choice* choice = findChoice(form, node, name);
        if (!choice || choice->label.empty()) return std::string(name);
        return choice->label.in(language, form.defaultLanguage);
    };
    if (shapeOf(node) == AnswerShape::Choice) return labelled(stored);
    std::string text;
    for (const std::string& name : chosenNames(stored)) {
        if (!text.empty()) text += ", ";
        text += labelled(name);
    }
    return text;
}

std::string formLanguage(const Form& form, std::string_view appLanguage) {
    std::string code = "(" + std::string(appLanguage) + ")";
    for (const std::string& language : form.languages)
        if (language == appLanguage || language.find(code) != std::string::npos) return language;
    return {};
}

std::string labelOf(const Form& form, const Node& node, std::string_view appLanguage) {
    const std::string& label = node.label.in(formLanguage(form, appLanguage), form.defaultLanguage);
    return label.empty() ? node.name : label;
}

std::string labelOf(const Form& form, const std::string& path, std::string_view appLanguage) {
    const Node* node = form.find(path);
    return node ? labelOf(form, *node, appLanguage) : path.substr(path.rfind('/') + 1);
}

std::vector<const Node*> summaryColumns(const Form& form) {
    std::vector<const Node*> columns;
    collect(form.root, columns, true);
    if (!columns.empty()) return columns;
    collect(form.root, columns, false);
    if (columns.size() > 3) columns.resize(3);
    return columns;
}

}  // namespace sotay::app
