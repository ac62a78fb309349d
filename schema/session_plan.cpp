#include "schema/session_plan.h"

#include <algorithm>

#include "schema/ascii_text.h"
#include "schema/session_plan_builder.h"

namespace sotay {
namespace {

bool isSelect(QuestionType type) {
    return type == QuestionType::SelectOne || type == QuestionType::SelectMultiple ||
           type == QuestionType::Rank;
}

// Dates, times and places have hyphens and minus signs of their own.
bool hasOwnHyphens(QuestionType type) {
    switch (type) {
        case QuestionType::Date:
        case QuestionType::Time:
        case QuestionType::DateTime:
        case QuestionType::GeoPoint:
        case QuestionType::GeoTrace:
        case QuestionType::GeoShape:
            return true;
        default:
            return false;
    }
}

bool hasOperator(std::string_view text, bool hyphenCounts) {
    static constexpr std::string_view kWords[] = {" div ", " mod ", " + ", " * ", "|"};
    for (const auto word : kWords) {
        if (text.find(word) != std::string_view::npos) return true;
    }
    return hyphenCounts && text.find(" - ") != std::string_view::npos;
}

// Every XForm has these beside its questions.
bool isMetaName(std::string_view name) { return name == "instanceID" || name == "instanceName"; }

bool isColumnName(std::string_view text) {
    if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
               (c >= 'a' && c <= 'z');
    });
}

// Authors name the label's column as its header does, label::English; in a list it is one, in the
// language shown.
std::string withPlainLabel(std::string filter) {
    static constexpr std::string_view kHeader = "label::";
    for (auto at = filter.find(kHeader); at != std::string::npos; at = filter.find(kHeader, at)) {
        auto end = at + kHeader.size();
        while (end < filter.size() && isColumnName("_" + filter.substr(end, 1))) ++end;
        filter.erase(at + 5, end - at - 5);
        at += 5;
    }
    return filter;
}

bool comparesAsText(QuestionType type) {
    return type == QuestionType::SelectOne || type == QuestionType::Text;
}

}  // namespace

std::vector<std::string> placeholders(std::string_view text) {
    std::vector<std::string> names;
    for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        const auto end = text.find('}', at);
        if (end == std::string_view::npos) break;
        auto name = text.substr(at + 2, end - at - 2);
        while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        names.emplace_back(name);
    }
    return names;
}

bool isComputedDefault(const Node& node) {
    const auto& text = node.defaultValue;
    if (text.empty() || node.kind != NodeKind::Question) return false;
    if (text.find("${") != std::string::npos) return true;
    const auto parsed = Expression::parse(text);
    if (!parsed.ok()) return false;
    // "Yes (maybe)" parses as a call; only functions that exist make a computed default.
    const auto functions = (*parsed).functions();
    if (!functions.empty()) return std::all_of(functions.begin(), functions.end(), isKnownFunction);
    return hasOperator(text, !hasOwnHyphens(node.type)) &&
           std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::shared_ptr<const FormPlan>> FormPlan::make(std::shared_ptr<const Form> form) {
    if (form->plan) return std::shared_ptr<const FormPlan>(form, form->plan.get());
    PlanBuilder builder(*form);
    if (auto plan = builder.build()) {
        plan->owned_ = std::move(form);
        return std::shared_ptr<const FormPlan>(std::move(plan));
    }
    std::string message;
    for (const auto& problem : builder.problems()) {
        if (problem.severity != Problem::Severity::Error) continue;
        if (!message.empty()) message += '\n';
        message += problem.sheet;
        if (problem.row > 0) message += " row " + std::to_string(problem.row);
        if (!problem.column.empty()) message += ", column " + problem.column;
        message += ": " + problem.message;
    }
    return Error{Code::InvalidInput, message};
}

Problems FormPlan::prepare(const std::shared_ptr<Form>& form) {
    PlanBuilder builder(*form);
    form->plan = builder.build();
    return builder.problems();
}

std::optional<DefId> FormPlan::byName(std::string_view name) const {
    const auto found = byName_.find(std::string(name));
    if (found == byName_.end()) return std::nullopt;
    return found->second;
}

bool FormPlan::isWithin(DefId inner, DefId outer) const {
    for (DefId def = inner; def != kNoDef; def = definitions_[def].parent) {
        if (def == outer) return true;
    }
    return false;
}

DefId FormPlan::commonRepeat(DefId target, DefId context) const {
    DefId repeat = definitions_[target].outerRepeat;
    while (repeat != 0 && !isWithin(context, repeat)) repeat = definitions_[repeat].outerRepeat;
    return repeat;
}

PlanBuilder::PlanBuilder(const Form& form) : plan_(std::make_shared<FormPlan>()) {
    plan_->form_ = &form;
    const auto name = plan_->form_->settings.find("name");
    plan_->rootName_ =
        name == plan_->form_->settings.end() || name->second.empty() ? "data" : name->second;
}

std::shared_ptr<FormPlan> PlanBuilder::build() {
    addLine(plan_->form_->root, kNoDef, 0);
    const auto count = static_cast<DefId>(plan_->definitions_.size());
    for (DefId def = 1; def < count; ++def) compileLine(def);
    for (DefId def = 1; def < count; ++def) compileTriggers(def);
    if (!plan_->form_->instanceName.empty()) {
        auto parsed = Expression::parse(plan_->form_->instanceName);
        if (parsed.ok()) {
            plan_->instanceName_ = std::move(*parsed);
        } else {
            problems_.push_back(
                {Problem::Severity::Error, "settings", 2, "instance_name", parsed.error().message});
        }
    }
    if (hasErrors(problems_)) return nullptr;
    for (DefId def = 0; def < count; ++def) linkLine(def);
    orderVertices();
    if (hasErrors(problems_)) return nullptr;
    return plan_;
}

void PlanBuilder::addLine(const Node& node, DefId parent, std::uint32_t slot) {
    auto& definitions = plan_->definitions_;
    const auto def = static_cast<DefId>(definitions.size());
    Definition line;
    line.node = &node;
    line.parent = parent;
    line.slot = slot;
    if (parent != kNoDef) {
        line.outerRepeat = definitions[parent].ownRepeat;
        definitions[parent].children.push_back(def);
        plan_->byName_.emplace(node.name, def);
        allByName_[node.name].push_back(def);
    }
    line.ownRepeat = node.kind == NodeKind::Repeat ? def : line.outerRepeat;
    definitions.push_back(std::move(line));
    std::uint32_t childSlot = 0;
    for (const auto& child : node.children) addLine(*child, def, childSlot++);
}

void PlanBuilder::compileLine(DefId def) {
    auto& line = plan_->definitions_[def];
    const Node& node = *line.node;
    line.relevant = compileCondition(node, "relevant", node.relevant);
    line.readOnly = compileCondition(node, "read_only", node.readOnly);
    line.required = compileCondition(node, "required", node.required);
    line.constraint = compileCondition(node, "constraint", node.constraint);
    line.warning = compileCondition(node, "warning", node.warning);
    line.calculation = compile(node, "calculation", node.calculation);
    line.repeatCount = compile(node, "repeat_count", node.repeatCount);
    if (isComputedDefault(node)) line.dynamicDefault = compile(node, "default", node.defaultValue);
    if (isSelect(node.type)) compileChoices(def);
}

// The filter is read as XForms has it: a predicate on the items of the list.
void PlanBuilder::compileChoices(DefId def) {
    auto& line = plan_->definitions_[def];
    const Node& node = *line.node;
    const bool fromRepeat = node.listName.rfind("${", 0) == 0;
    const auto filter = withPlainLabel(node.choiceFilter);
    if (!filter.empty() && !compile(node, "choice_filter", filter)) return;
    if (fromRepeat) {
        line.choices = compile(node, "choice_filter", filter.empty() ? "true()" : filter);
        return;
    }
    std::string items = "instance('" + node.listName + "')/root/item";
    if (!filter.empty()) items += "[" + filter + "]";
    const auto random = node.parameter.find("randomize");
    const bool isRandom = random != node.parameter.end() && asciiLowered(random->second) == "true";
    if (isRandom) {
        const auto seed = node.parameter.find("seed");
        items = "randomize(" + items +
                (seed == node.parameter.end() || seed->second.empty() ? "" : ", " + seed->second) +
                ")";
    }
    if (isRandom || !filter.empty()) {
        line.choices = compile(node, "choice_filter", items);
    }
    if (!isRandom) line.matches = matchesOf(filter);
}

// "column = ${question} and column = 'text'", or nothing when the filter says anything else.
std::vector<ColumnMatch> PlanBuilder::matchesOf(const std::string& filter) const {
    static constexpr std::string_view kAnd = " and ";
    std::vector<ColumnMatch> matches;
    for (std::size_t at = 0; at < filter.size();) {
        const auto end = std::min(filter.find(kAnd, at), filter.size());
        const auto part = std::string_view(filter).substr(at, end - at);
        at = end + kAnd.size();
        const auto sign = part.find('=');
        if (sign == std::string_view::npos) return {};
        auto left = withoutBlanks(part.substr(0, sign)),
             right = withoutBlanks(part.substr(sign + 1));
        if (!isColumnName(left)) std::swap(left, right);
        if (!isColumnName(left) || right.size() < 2) return {};
        ColumnMatch match{std::string(left), {}, {}};
        const bool isQuoted = right.front() == '\'' || right.front() == '"';
        const auto names = placeholders(right);
        if (isQuoted && right.find(right.front(), 1) == right.size() - 1) {
            match.literal = right.substr(1, right.size() - 2);
        } else if (names.size() == 1 && right.rfind("${", 0) == 0 &&
                   right.find('}') == right.size() - 1) {
            match.question = names.front();
            const auto def = plan_->byName(match.question);
            // Numbers are compared as numbers: "01" is 1. That takes a look at each row.
            if (!def || !comparesAsText(plan_->definitions_[*def].node->type)) return {};
        } else {
            return {};
        }
        matches.push_back(std::move(match));
    }
    return matches;
}

void PlanBuilder::compileTriggers(DefId def) {
    const Node& node = *plan_->definitions_[def].node;
    for (const auto& name : placeholders(node.trigger)) {
        const auto source = plan_->byName(name);
        if (!source) {
            addProblem(&node, "trigger", "There is no question named \"" + name + "\".");
            continue;
        }
        plan_->definitions_[def].triggers.push_back(*source);
        plan_->definitions_[*source].triggered.push_back(def);
    }
}

std::optional<Expression> PlanBuilder::compileCondition(const Node& node, std::string_view column,
                                                        const std::string& text) {
    const auto word = asciiLowered(text);
    if (word == "yes" || word == "true") return compile(node, column, "true()");
    if (word == "no" || word == "false") return compile(node, column, "false()");
    return compile(node, column, text);
}

std::optional<Expression> PlanBuilder::compile(const Node& node, std::string_view column,
                                               const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto known = compiled_.find(text);
    if (known != compiled_.end()) return known->second;
    auto parsed = Expression::parse(text);
    if (!parsed.ok()) {
        addProblem(&node, column, parsed.error().message);
        return std::nullopt;
    }
    // Another program may have such a function, so the form loads; here that part has no value.
    for (const auto& problem : (*parsed).problems())
        addProblem(&node, column, problem, Problem::Severity::Warning);
    bool isComplete = true;
    for (const auto& name : (*parsed).references()) {
        if (plan_->byName(name) || isMetaName(name)) continue;
        addProblem(&node, column, "There is no question named \"" + name + "\".");
        isComplete = false;
    }
    if (!isComplete) return std::nullopt;
    return compiled_.emplace(text, std::move(*parsed)).first->second;
}

void PlanBuilder::addProblem(const Node* node, std::string_view column, std::string message,
                             Problem::Severity severity) {
    problems_.push_back({severity, "survey", node->row, std::string(column),
                         node->name + ": " + std::move(message)});
}

}  // namespace sotay
