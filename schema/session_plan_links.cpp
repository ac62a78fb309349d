#include <algorithm>
#include <cctype>

#include "schema/session_plan_builder.h"

namespace sotay {
namespace {

// The text of a path without what stands in [...] and (...), so that only its steps are left.
std::string withoutBrackets(std::string_view path) {
    std::string out;
    int depth = 0;
    char quote = 0;
    for (const char c : path) {
        if (quote != 0) {
            if (c == quote) quote = 0;
            continue;
        }
        if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '[' || c == '(') {
            ++depth;
        } else if (c == ']' || c == ')') {
            --depth;
        } else if (depth == 0 && c != ' ') {
            out += c;
        }
    }
    return out;
}

bool reachesOtherItems(const std::vector<std::string>& functions) {
    return std::find(functions.begin(), functions.end(), "indexed-repeat") != functions.end();
}

}  // namespace

void PlanBuilder::linkLine(DefId def) {
    const auto& line = plan_->definitions_[def];
    const auto self = [&](Part part) { return vertexOf(def, part); };
    if (line.parent != kNoDef) {
        const auto scope = plan_->definitions_[line.parent].ownRepeat;
        addEdge(vertexOf(line.parent, Part::Relevant), self(Part::Relevant), scope);
        addEdge(vertexOf(line.parent, Part::ReadOnly), self(Part::ReadOnly), scope);
    }
    if (line.relevant) linkExpression(def, Part::Relevant, *line.relevant);
    if (line.readOnly) linkExpression(def, Part::ReadOnly, *line.readOnly);
    if (line.repeatCount) linkExpression(def, Part::Count, *line.repeatCount);
    if (line.node->kind != NodeKind::Question) return;

    if (line.calculation && line.triggers.empty())
        linkExpression(def, Part::Value, *line.calculation);
    if (line.required) linkExpression(def, Part::Required, *line.required);
    if (line.choices) linkExpression(def, Part::Choices, *line.choices);
    for (const auto& name : placeholders(line.node->listName)) {
        if (const auto list = plan_->byName(name)) {
            linkTarget(self(Part::Choices), def,
                       {*list, plan_->commonRepeat(*list, def), Certainty::Sure});
        }
    }
    if (line.constraint) linkExpression(def, Part::Check, *line.constraint);
    if (line.warning) linkExpression(def, Part::Check, *line.warning);
    for (const Part part : {Part::Value, Part::Relevant, Part::Required, Part::Choices}) {
        addEdge(self(part), self(Part::Check), line.ownRepeat);
    }
}

void PlanBuilder::linkExpression(DefId def, Part part, const Expression& expression) {
    const auto reader = vertexOf(def, part);
    for (const auto& target : targetsOf(def, expression, part)) {
        const bool isOwn = target.def == def && target.certainty == Certainty::Sure;
        if (isOwn && (part == Part::ReadOnly || part == Part::Required)) {
            addProblem(plan_->definitions_[def].node,
                       part == Part::Required ? "required" : "read_only",
                       "This depends on its own answer. Refer to another question instead.");
            return;
        }
        if (isOwn && part == Part::Check) continue;
        linkTarget(reader, def, target);
    }
    if (expression.usesPosition()) linkPosition(def, reader);
}

void PlanBuilder::linkTarget(Vertex reader, DefId def, const Target& target) {
    const auto& line = plan_->definitions_[target.def];
    const bool isQuestion = line.node->kind == NodeKind::Question;
    // Whoever reads a line around itself reads its place, not its content.
    const bool isAround = !isQuestion && plan_->isWithin(def, target.def);
    if (isQuestion)
        addEdge(vertexOf(target.def, Part::Value), reader, target.scope, target.certainty);
    if (!isAround)
        addEdge(vertexOf(target.def, Part::Relevant), reader, target.scope, target.certainty);
    for (DefId repeat = line.ownRepeat; repeat != target.scope && repeat != 0;
         repeat = plan_->definitions_[repeat].outerRepeat) {
        addEdge(vertexOf(repeat, Part::Count), reader, target.scope, target.certainty);
    }
}

void PlanBuilder::linkPosition(DefId def, Vertex reader) {
    for (DefId repeat = plan_->definitions_[def].ownRepeat; repeat != 0;
         repeat = plan_->definitions_[repeat].outerRepeat) {
        if (reader == vertexOf(repeat, Part::Count)) continue;
        addEdge(vertexOf(repeat, Part::Count), reader, plan_->definitions_[repeat].outerRepeat);
    }
}

void PlanBuilder::addEdge(Vertex source, Vertex target, DefId scope, Certainty certainty) {
    edges_.push_back({source, {target, scope}, certainty});
}

std::vector<PlanBuilder::Target> PlanBuilder::targetsOf(DefId def, const Expression& expression,
                                                        Part part) const {
    std::vector<Target> targets;
    const bool otherItems = reachesOtherItems(expression.functions());
    for (const auto& name : expression.references()) {
        const auto target = plan_->byName(name);
        if (!target) continue;
        const auto common = plan_->commonRepeat(*target, def);
        if (otherItems && common != 0) {
            targets.push_back({*target, 0, Certainty::OtherItem});
        } else {
            targets.push_back({*target, common, Certainty::Sure});
        }
    }
    for (const auto& path : expression.paths()) resolvePath(def, path, part, targets);
    return targets;
}

std::vector<std::string> PlanBuilder::stepsOf(const std::string& path) const {
    std::vector<std::string> steps;
    const auto text = withoutBrackets(path);
    std::size_t at = 0;
    while (at <= text.size()) {
        const auto end = std::min(text.find('/', at), text.size());
        auto step = text.substr(at, end - at);
        if (const auto axis = step.find("::"); axis != std::string::npos) {
            const auto name = step.substr(0, axis);
            step = name == "parent" ? ".." : name == "self" ? "." : step.substr(axis + 2);
        }
        steps.push_back(std::move(step));
        at = end + 1;
    }
    return steps;
}

// Follows a path over the lines of the form. Where it cannot be followed (wildcards, paths that
// start at the result of a function), every line that bears one of its names is taken, as an
// uncertain target.
void PlanBuilder::resolvePath(DefId context, const std::string& path, Part part,
                              std::vector<Target>& targets) const {
    const auto steps = stepsOf(path);
    if (path.rfind("instance(", 0) == 0) return;
    const auto& lines = plan_->definitions_;
    DefId at = context, turn = context;
    std::size_t i = 0;
    bool isLost = false, goesDown = false, passesItems = false;
    if (!path.empty() && path.front() == '/') {
        at = turn = 0;
        i = 2;
        isLost = steps.size() < 2 || steps[1] != plan_->rootName_;
    } else if (steps.front().rfind("${", 0) == 0) {
        const auto names = placeholders(steps.front());
        const auto start = names.empty() ? std::nullopt : plan_->byName(names.front());
        isLost = !start;
        if (start) at = turn = *start;
        passesItems = true;
        i = 1;
    } else if (steps.front() == "current") {
        i = 1;
    } else if (part == Part::Choices && steps.front() != "..") {
        return;  // a column of the list
    }
    for (; i < steps.size() && !isLost; ++i) {
        if (steps[i] == "." || steps[i] == "node") continue;
        if (steps[i] == "..") {
            isLost = goesDown || lines[at].parent == kNoDef;
            if (!isLost) at = turn = lines[at].parent;
            continue;
        }
        const auto& children = lines[at].children;
        const auto child = std::find_if(children.begin(), children.end(), [&](DefId def) {
            return lines[def].node->name == steps[i];
        });
        isLost = child == children.end();
        if (!isLost) at = *child;
        goesDown = true;
    }
    if (!isLost) {
        // Without a predicate, an absolute path means the item that it stands in.
        const bool staysInItem =
            passesItems || (path.front() == '/' && path.find('[') == std::string::npos);
        const DefId scope = staysInItem ? plan_->commonRepeat(at, context) : lines[turn].ownRepeat;
        const bool leavesItem = scope != plan_->commonRepeat(at, context);
        targets.push_back({at, scope, leavesItem ? Certainty::OtherItem : Certainty::Sure});
        return;
    }
    for (const auto& step : steps) {
        const auto named = allByName_.find(step);
        if (named == allByName_.end()) continue;
        for (const DefId def : named->second) targets.push_back({def, 0, Certainty::Guess});
    }
    const bool isWild = std::find(steps.begin(), steps.end(), "*") != steps.end();
    if (!isWild) return;
    for (DefId def = 1; def < lines.size(); ++def) {
        if (def != context && plan_->isWithin(def, turn))
            targets.push_back({def, 0, Certainty::Guess});
    }
}

}  // namespace sotay
