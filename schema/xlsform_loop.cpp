#include "schema/xlsform_loop.h"

namespace sotay {
namespace {

constexpr std::size_t kMaxCopies = 20000;  // nested loops multiply

void fill(LocalText& text, const Choice& choice) {
    for (auto& [language, value] : text.byLanguage) {
        for (const auto& [mark, by] : {std::pair<std::string, std::string>{"%(name)s", choice.name},
                                       {"%(label)s", choice.label.in(language)}}) {
            for (auto at = value.find(mark); at != std::string::npos;
                 at = value.find(mark, at + by.size()))
                value.replace(at, mark.size(), by);
        }
    }
}

std::unique_ptr<Node> copyOf(const Node& node, Node* parent, const Choice& choice,
                             std::size_t& copies) {
    auto copy = std::make_unique<Node>();
    copy->kind = node.kind;
    copy->type = node.type;
    copy->typeText = node.typeText;
    copy->name = node.name;
    copy->label = node.label;
    copy->hint = node.hint;
    copy->guidance = node.guidance;
    copy->constraintMessage = node.constraintMessage;
    copy->requiredMessage = node.requiredMessage;
    copy->warningMessage = node.warningMessage;
    copy->media = node.media;
    copy->relevant = node.relevant;
    copy->constraint = node.constraint;
    copy->required = node.required;
    copy->readOnly = node.readOnly;
    copy->calculation = node.calculation;
    copy->defaultValue = node.defaultValue;
    copy->choiceFilter = node.choiceFilter;
    copy->repeatCount = node.repeatCount;
    copy->trigger = node.trigger;
    copy->warning = node.warning;
    copy->appearance = node.appearance;
    copy->listName = node.listName;
    copy->parameters = node.parameters;
    copy->orOther = node.orOther;
    copy->parameter = node.parameter;
    copy->otherColumns = node.otherColumns;
    copy->row = node.row;
    copy->parent = parent;
    copy->path = parent->path + "/" + node.name;
    for (LocalText* text : {&copy->label, &copy->hint, &copy->guidance, &copy->constraintMessage,
                            &copy->requiredMessage, &copy->warningMessage})
        fill(*text, choice);
    for (const auto& child : node.children) {
        if (++copies > kMaxCopies) break;
        copy->children.push_back(copyOf(*child, copy.get(), choice, copies));
    }
    return copy;
}

void addNames(const Node& node, FormDraft& draft) {
    for (const auto& child : node.children) {
        draft.nodesByName[child->name].push_back(child.get());
        addNames(*child, draft);
    }
}

void dropNames(const Node& node, FormDraft& draft) {
    for (const auto& child : node.children) {
        std::erase(draft.nodesByName[child->name], child.get());
        std::erase_if(draft.lines,
                      [&](const SurveyLine& line) { return line.node == child.get(); });
        dropNames(*child, draft);
    }
}

}  // namespace

void expandLoop(Node& loop, const std::string& list, FormDraft& draft) {
    auto found = draft.form.lists.find(list);
    if (found == draft.form.lists.end()) return;
    dropNames(loop, draft);
    const auto pattern = std::move(loop.children);
    loop.children.clear();
    std::size_t copies = 0;
    for (const auto& choice : found->second.choices) {
        auto group = std::make_unique<Node>();
        group->kind = NodeKind::Group;
        group->typeText = "begin_group";
        group->name = choice.name;
        group->label = choice.label;
        group->row = loop.row;
        group->parent = &loop;
        group->path = loop.path + "/" + choice.name;
        for (const auto& child : pattern) {
            if (++copies > kMaxCopies) break;
            group->children.push_back(copyOf(*child, group.get(), choice, copies));
        }
        loop.children.push_back(std::move(group));
    }
    if (copies > kMaxCopies)
        draft.error(draft.surveySheet, loop.row, "type",
                    "The loop \"" + loop.name +
                        "\" makes more than 20,000 questions. Use a repeat instead.");
    addNames(loop, draft);
}

}  // namespace sotay
