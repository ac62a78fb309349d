#include <algorithm>
#include <cmath>

#include "schema/session_answer.h"
#include "schema/session_record.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

// More items than any survey has; a slip of the finger in a count must not fill the memory.
constexpr double kMaxCountedItems = 5000;

bool isSelect(QuestionType type) {
    return type == QuestionType::SelectOne || type == QuestionType::SelectMultiple ||
           type == QuestionType::Rank;
}

}  // namespace

std::optional<XValue> RecordSession::evaluate(const Expression& expression, NodeId id) const {
    host_.standAt(id);
    auto value = expression.evaluate(host_, id);
    if (value.ok()) return std::move(*value);
    failure_ = value.error().message;
    return std::nullopt;
}

bool RecordSession::holds(const std::optional<Expression>& condition, NodeId id, bool whenNone,
                          bool whenFailed) const {
    if (!condition) return whenNone;
    const auto value = evaluate(*condition, id);
    return value ? toBoolean(*value, host_) : whenFailed;
}

void RecordSession::announce(NodeId id, Part part) {
    ++revision_;
    std::vector<NodeId> readers;
    for (const auto& dependency : plan_->dependants(vertexOf(tree_[id].def, part))) {
        const auto rank = plan_->rank(dependency.target);
        if (sweepRank_ && rank > *sweepRank_) continue;
        readers.clear();
        const NodeId within = tree_.itemOf(id, dependency.scope);
        const DefId def = dependency.target / kParts;
        if (dependency.target % kParts == static_cast<Vertex>(Part::Count)) {
            tree_.collectRepeats(def, within, readers);
        } else {
            tree_.collect(def, within, readers);
        }
        for (const NodeId reader : readers) agenda_.emplace(rank, reader);
    }
}

void RecordSession::putOnAgenda(NodeId subtree) {
    tree_.walk(subtree, [&](NodeId id) {
        const DefId def = tree_[id].def;
        const auto add = [&](Part part) { agenda_.emplace(plan_->rank(vertexOf(def, part)), id); };
        if (tree_[id].isRepeat) return add(Part::Count);
        add(Part::Relevant);
        add(Part::ReadOnly);
        if (nodeOf(id).kind != NodeKind::Question) return;
        for (const Part part : {Part::Value, Part::Required, Part::Choices, Part::Check}) add(part);
    });
}

bool RecordSession::isQuestion(DefId def) const {
    return def != 0 && plan_->definition(def).node->kind == NodeKind::Question;
}

void RecordSession::computeAll() {
    std::vector<NodeId> entries;
    const auto count = static_cast<std::uint32_t>(plan_->definitions().size() * kParts);
    for (std::uint32_t rank = 0; rank < count; ++rank) {
        const Vertex vertex = plan_->atRank(rank);
        // Authors write `required` beside groups too, where it says nothing.
        const bool isOfGroups = vertex % kParts <= static_cast<Vertex>(Part::Count);
        if (!isOfGroups && !isQuestion(vertex / kParts)) continue;
        sweepRank_ = rank;
        entries.clear();
        if (vertex % kParts == static_cast<Vertex>(Part::Count)) {
            if (!plan_->definition(vertex / kParts).isCounted()) continue;
            tree_.collectRepeats(vertex / kParts, RecordTree::kRoot, entries);
        } else {
            tree_.collect(vertex / kParts, RecordTree::kRoot, entries);
        }
        for (const NodeId id : entries) compute(vertex, id);
    }
    sweepRank_.reset();
    work();
}

void RecordSession::work() {
    // The plan has no circles but what other items of a repeat make; those end, or they are cut off
    // here.
    std::size_t steps = 0;
    const std::size_t limit = 10000 + 50 * kParts * tree_.size();
    while (!agenda_.empty() && ++steps < limit) {
        const auto [rank, id] = *agenda_.begin();
        agenda_.erase(agenda_.begin());
        if (tree_[id].isAlive) compute(plan_->atRank(rank), id);
    }
    agenda_.clear();
}

void RecordSession::compute(Vertex vertex, NodeId id) {
    switch (static_cast<Part>(vertex % kParts)) {
        case Part::Relevant:
            return computeRelevant(id);
        case Part::ReadOnly:
            return computeReadOnly(id);
        case Part::Count:
            return computeCount(id);
        case Part::Value:
            return computeValue(id);
        case Part::Required:
            return computeRequired(id);
        case Part::Choices:
            if (!tree_[id].offer.isKnown) return;
            tree_[id].offer = Offer();
            return announce(id, Part::Choices);
        case Part::Check:
            return computeCheck(id);
    }
}

void RecordSession::computeRelevant(NodeId id) {
    const auto parent = host_.nodeParent(id);
    const bool around = !parent || tree_[*parent].relevant;
    tree_[id].ownRelevant = !around || holds(lineOf(id).relevant, id, true, true);
    const bool isRelevant = around && tree_[id].ownRelevant;
    if (tree_[id].relevant == isRelevant) return;
    tree_[id].relevant = isRelevant;
    announce(id, Part::Relevant);
}

void RecordSession::computeReadOnly(NodeId id) {
    const auto parent = host_.nodeParent(id);
    const bool around = parent && tree_[*parent].readOnly;
    const bool isReadOnly = around || holds(lineOf(id).readOnly, id, false, false);
    if (tree_[id].readOnly == isReadOnly) return;
    tree_[id].readOnly = isReadOnly;
    announce(id, Part::ReadOnly);
}

void RecordSession::computeCount(NodeId id) {
    const auto& expression = lineOf(id).repeatCount;
    if (!expression) return;
    const auto value = evaluate(*expression, tree_[id].parent);
    const double number = value ? toNumber(*value, host_) : 0;
    const auto count = static_cast<std::size_t>(
        std::isnan(number) ? 0.0 : std::clamp(std::floor(number), 0.0, kMaxCountedItems));
    const auto before = tree_[id].children.size();
    if (count == before) return;
    const auto fresh = tree_.resize(id, count);
    for (const NodeId item : fresh) openEntries(item, true);
    // By value: opening nested repeats adds entries.
    const auto items = tree_[id].children;
    for (std::size_t i = std::min(before, items.size()); i < items.size(); ++i)
        putOnAgenda(items[i]);
    announce(id, Part::Count);
}

void RecordSession::computeValue(NodeId id) {
    const auto& line = lineOf(id);
    if (!line.calculation || !line.triggers.empty()) return;
    putResult(id, evaluate(*line.calculation, id));
}

// Nothing for a calculation that failed: it has no answer, and its author sees why.
void RecordSession::putResult(NodeId id, const std::optional<XValue>& value) {
    const bool isNodes = value && value->type == XValue::Type::NodeSet;
    const auto single = isNodes && !value->nodes.empty() ? answerValue(value->nodes.front(), host_)
                                                         : value.value_or(XValue());
    tree_[id].error = value ? std::string() : failure_;
    tree_[id].result = single.type;
    putText(id, value ? writeResult(nodeOf(id), single, host_) : std::string());
}

void RecordSession::putText(NodeId id, std::string text) {
    if (!tree_[id].isRejected && tree_[id].text == text) return;
    tree_[id].text = std::move(text);
    tree_[id].isRejected = tree_[id].isWarningKept = false;
    tree_[id].keptReason.clear();
    announce(id, Part::Value);
}

void RecordSession::computeRequired(NodeId id) {
    const bool isRequired = holds(lineOf(id).required, id, false, false);
    if (tree_[id].required == isRequired) return;
    tree_[id].required = isRequired;
    announce(id, Part::Required);
}

void RecordSession::computeCheck(NodeId id) {
    const Fault fault = faultOf(id);
    const auto& line = lineOf(id);
    const bool hasAnswer = tree_[id].relevant && !tree_[id].text.empty() && fault == Fault::None;
    const bool isWarned = hasAnswer && !holds(line.warning, id, true, true);
    Entry& entry = tree_[id];
    if (entry.fault == fault && entry.isWarned == isWarned) return;
    entry.fault = fault;
    entry.isWarned = isWarned;
    ++revision_;
}

Fault RecordSession::faultOf(NodeId id) {
    const auto& line = lineOf(id);
    const Node& node = *line.node;
    const Entry& entry = tree_[id];
    // What nobody can see, nobody can mend: XForms has no control for these either.
    if (!entry.relevant || node.type == QuestionType::Calculate ||
        node.type == QuestionType::Hidden) {
        return Fault::None;
    }
    if (entry.isRejected) return Fault::NotOfType;
    if (entry.text.empty()) return entry.required ? Fault::Required : Fault::None;
    if (isSelect(node.type)) {
        std::size_t at = 0;
        while (at < entry.text.size()) {
            auto end =
                node.type == QuestionType::SelectOne ? entry.text.size() : entry.text.find(' ', at);
            end = std::min(end, entry.text.size());
            if (!isOffered(id, entry.text.substr(at, end - at))) return Fault::NotAChoice;
            at = end + 1;
        }
    }
    if (node.type == QuestionType::Range && !isInRange(node, entry.text)) return Fault::OutOfRange;
    if (!line.constraint) return Fault::None;
    const auto value = evaluate(*line.constraint, id);
    if (!value) {
        tree_[id].error = failure_;
        return Fault::None;
    }
    return toBoolean(*value, host_) ? Fault::None : Fault::Constraint;
}

// What XForms calls xforms-value-changed: an answer by a person sets other answers once.
void RecordSession::fireTriggers(NodeId id) {
    const auto& triggered = lineOf(id).triggered;
    std::vector<NodeId> targets;
    for (const DefId def : triggered) {
        targets.clear();
        const DefId repeat = plan_->commonRepeat(def, tree_[id].def);
        tree_.collect(def, tree_.itemOf(id, repeat), targets);
        for (const NodeId target : targets) {
            const auto& line = lineOf(target);
            putResult(target, line.calculation ? evaluate(*line.calculation, target) : XValue());
            tree_.touch(target);
        }
        work();
    }
}

}  // namespace sotay
