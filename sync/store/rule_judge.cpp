#include "sync/store/rule_judge.h"

#include <algorithm>

#include "schema/session_record.h"
#include "sync/store/answers_map.h"

namespace sotay {
namespace {

// Everything that is computed anew when this vertex changes.
std::set<Vertex> reachedFrom(const FormPlan& plan, Vertex start) {
    std::set<Vertex> reached{start};
    std::vector<Vertex> open{start};
    while (!open.empty()) {
        Vertex at = open.back();
        open.pop_back();
        for (const Dependency& next : plan.dependants(at))
            if (reached.insert(next.target).second) open.push_back(next.target);
    }
    return reached;
}

}  // namespace

const RuleJudge::Rules& RuleJudge::rulesOf(const std::string& formId) {
    Rules& rules = rules_[formId];
    const std::uint32_t version = forms_.newestVersion(formId);
    if (rules.version == version) return rules;
    rules = Rules{};
    rules.version = version;
    auto form = forms_.form(formId);
    if (!form.ok()) return rules;
    auto plan = FormPlan::make(*form);
    if (!plan.ok()) return rules;
    rules.plan = *plan;
    const FieldTable& fields = *forms_.fields(formId);
    const auto& lines = rules.plan->definitions();
    for (DefId def = 1; def < lines.size(); ++def) {
        const Node& node = *lines[def].node;
        const Field* field = fields.byPath(node.path);
        if (!field) continue;
        const Part part = node.kind == NodeKind::Repeat ? Part::Count : Part::Value;
        for (Vertex vertex : reachedFrom(*rules.plan, vertexOf(def, part)))
            if (vertex % kParts == static_cast<Vertex>(Part::Check))
                rules.reads[lines[vertex / kParts].node].insert(field->ordinal);
    }
    std::erase_if(rules.reads, [](const auto& rule) { return rule.second.size() < 2; });
    for (const auto& [node, ordinals] : rules.reads)
        rules.all.insert(ordinals.begin(), ordinals.end());
    // Rows that come and go are written to in their own cells.
    for (const Field& field : fields.fields)
        if (field.isRepeat && rules.all.contains(field.ordinal)) rules.all.insert({kAlive, kPlace});
    return rules;
}

const std::set<Ordinal>& RuleJudge::ordinals(const std::string& formId) {
    return rulesOf(formId).all;
}

// Those of which none is in the past of another.
std::vector<ChangeRef> RuleJudge::newest(std::set<ChangeRef> refs) {
    std::vector<std::pair<ChangeRef, Seen>> all;
    for (ChangeRef ref : refs) all.emplace_back(ref, records_.seenOf(ref));
    std::vector<ChangeRef> newest;
    for (const auto& [x, seenOfX] : all) {
        bool isPast = std::any_of(all.begin(), all.end(), [&, x = x](const auto& y) {
            return y.first != x && changes_.causality().inPast(x, y.first, y.second);
        });
        if (!isPast) newest.push_back(x);
    }
    return newest;
}

RuleJudge::Moment RuleJudge::momentOf(const RecordHeads& heads, const RecordState& state,
                                      const Rules& rules, std::int64_t nowSeconds) {
    Moment moment;
    const FieldTable& fields = *forms_.fields(state.formId);
    RecordVerdict verdict = judgeRecord(heads, changes_.causality(),
                                        [this](ChangeRef ref) { return records_.seenOf(ref); });
    moment.answers = answersOf(heads, verdict, fields, changes_.causality());
    for (const auto& [cell, cellHeads] : heads)
        if (!cellHeads.empty())
            moment.values[cell] = provisional(cellHeads, changes_.causality())->value;
    SessionContext context;
    context.nowMs = nowSeconds * 1000;
    context.language = rules.plan->form().defaultLanguage;
    context.newId = [made = std::uint8_t{0}]() mutable {
        Id id;  // of rows that a count makes; nobody stores them
        id.bytes[15] = ++made;
        return id;
    };
    RecordSession session(rules.plan, std::move(context));
    session.open(&moment.answers);
    for (NodeView& line : session.view()) {
        if (line.valid || !line.relevant) continue;
        moment.wrong.insert(line.key);
        moment.lines.push_back(std::move(line));
    }
    return moment;
}

// Of rows of the line's own repeats only those that it is in; of other repeats all.
std::vector<Cell> RuleJudge::cellsRead(const RecordState& state, const NodeView& line,
                                       const std::set<Ordinal>& reads) const {
    const FieldTable& fields = *forms_.fields(state.formId);
    const std::set<Id> own(line.key.items.begin(), line.key.items.end());
    std::vector<Cell> cells;
    for (const auto& [cell, heads] : state.heads) {
        const Field* field = fields.byOrdinal(cell.ordinal);
        bool isRead = field && reads.contains(cell.ordinal);
        if (isRead && !cell.item.isNil()) {
            const Field* repeat = fields.byOrdinal(field->repeat);
            bool isAround = repeat && line.key.path.starts_with(repeat->path + "/");
            isRead = !isAround || own.contains(cell.item);
        }
        if ((cell.ordinal == kPlace || cell.ordinal == kAlive) && !cell.item.isNil())
            isRead = reads.contains(cell.ordinal);
        if (isRead) cells.push_back(cell);
    }
    return cells;
}

std::vector<BrokenRule> RuleJudge::judge(const RecordState& state,
                                         const std::vector<StoredChange>& changes) {
    std::vector<BrokenRule> broken;
    const Rules& rules = rulesOf(state.formId);
    if (!rules.plan) return broken;
    std::set<ChangeRef> writers;
    std::int64_t now = 0;
    for (const auto& [cell, heads] : state.heads)
        for (const Head& head : heads) {
            auto change = std::find_if(changes.begin(), changes.end(),
                                       [&](const auto& each) { return each.ref == head.change; });
            if (change == changes.end()) return broken;
            now = std::max(now, change->change.wallSeconds);
            if (rules.all.contains(cell.ordinal)) writers.insert(head.change);
        }
    if (newest(writers).size() < 2) return broken;

    const Moment merged = momentOf(state.heads, state, rules, now);
    std::map<ChangeRef, Moment> seenBy;
    auto before = [&](ChangeRef ref) -> const Moment& {
        auto [at, isNew] = seenBy.try_emplace(ref);
        if (!isNew) return at->second;
        std::vector<Applied> known;
        const Seen seen = records_.seenOf(ref);
        for (const StoredChange& change : changes)
            if (change.ref == ref || changes_.causality().inPast(change.ref, ref, seen))
                known.push_back({change.ref, &change.change});
        return at->second = momentOf(headsOf(known, changes_.causality()), state, rules, now);
    };
    for (const NodeView& line : merged.lines) {
        auto reads = rules.reads.find(line.node);
        if (reads == rules.reads.end()) continue;
        std::set<Ordinal> ordinals = reads->second;
        if (rules.all.contains(kPlace))
            for (Ordinal ordinal : reads->second)
                if (const Field* field = forms_.fields(state.formId)->byOrdinal(ordinal);
                    field && field->isRepeat)
                    ordinals.insert({kAlive, kPlace});
        auto cells = cellsRead(state, line, ordinals);
        std::set<ChangeRef> heads;
        for (const Cell& cell : cells)
            for (const Head& head : state.heads.at(cell)) heads.insert(head.change);
        auto sides = newest(std::move(heads));
        if (sides.size() < 2 || std::any_of(sides.begin(), sides.end(), [&](ChangeRef ref) {
                return before(ref).wrong.contains(line.key);
            }))
            continue;
        BrokenRule rule;
        rule.open.kind = ConflictKind::Constraint;
        rule.open.item = line.key.items.empty() ? Id{} : line.key.items.back();
        rule.open.path = line.key.path;
        rule.open.heads = sides;
        rule.path = line.path;
        rule.message = line.message;
        for (const Cell& cell : cells) {
            std::set<Value> said;
            for (ChangeRef ref : sides) {
                const auto& values = before(ref).values;
                auto value = values.find(cell);
                said.insert(value == values.end() ? Value() : value->second);
            }
            if (said.size() > 1) rule.open.cells.push_back(cell);
        }
        for (ChangeRef ref : sides)
            for (const Cell& cell : rule.open.cells) {
                const auto& values = before(ref).values;
                auto value = values.find(cell);
                rule.sides[ref][cell] = value == values.end() ? Value() : value->second;
            }
        broken.push_back(std::move(rule));
    }
    return broken;
}

}  // namespace sotay
