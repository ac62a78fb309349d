#include <algorithm>

#include "sync/distinct.h"
#include "sync/store/record_view.h"

// What a record's conflicts and its history say.

namespace sotay {
namespace {

const Value* writeTo(const Change& change, const Cell& cell) {
    for (const Write& write : change.writes)
        if (write.cell == cell) return &write.value;
    return nullptr;
}

bool isBefore(const Origin& a, const Origin& b) {
    return (a.number == 0 ? UINT64_MAX : a.number) < (b.number == 0 ? UINT64_MAX : b.number);
}

const Head* headBy(const Heads& heads, ChangeRef ref) {
    auto found = std::find_if(heads.begin(), heads.end(),
                              [&](const Head& each) { return each.change == ref; });
    return found == heads.end() ? nullptr : &*found;
}

}  // namespace

Origin RecordView::originOf(ChangeRef ref) {
    if (auto change = changes_.find(ref)) return people_.origin(*change, changes_.causality());
    Origin origin;
    origin.number = changes_.causality().number(ref).value_or(0);
    return origin;
}

Origin RecordView::originOf(ChangeRef ref, const std::vector<StoredChange>& changes) {
    for (const StoredChange& change : changes)
        if (change.ref == ref) return people_.origin(change, changes_.causality());
    return originOf(ref);
}

Origin RecordView::originOf(const QuestionSide& side, const std::vector<StoredChange>& changes) {
    for (const StoredChange& change : changes)
        if (change.id == side.change) return people_.origin(change, changes_.causality());
    Origin origin;
    origin.change = side.change;
    return origin;
}

std::vector<Conflict> RecordView::conflicts(const RecordState& one) {
    std::vector<Conflict> conflicts;
    std::optional<RecordStore::Whole> joined;
    if (records_.isInFamily(one.formId, one.id)) joined = records_.whole(one);
    const RecordState& state = joined ? joined->state : one;
    RecordVerdict verdict = records_.judge(state);
    if (verdict.conflicts.empty()) return conflicts;
    CellNames names(state.heads, verdict, records_.tables(state.formId)->fields,
                    changes_.causality());
    auto changes = changesOf(state);
    for (const OpenConflict& open : verdict.conflicts) {
        Conflict conflict;
        std::vector<Id> headIds;
        for (ChangeRef ref : open.heads) headIds.push_back(originOf(ref, changes).change);
        conflict.id = conflictId(state.id, open, headIds);
        conflict.kind = open.kind;
        conflict.record = state.id;
        conflict.item = open.item;
        conflict.formId = state.formId;
        conflict.title = title(state);
        for (const Cell& cell : open.cells)
            conflict.fields.push_back(field(state, open, cell, changes, names));
        conflicts.push_back(std::move(conflict));
    }
    return conflicts;
}

ConflictField RecordView::field(const RecordState& state, const OpenConflict& conflict,
                                const Cell& cell, const std::vector<StoredChange>& changes,
                                const CellNames& names) {
    const bool isDelete = conflict.kind == ConflictKind::Delete;
    ConflictField field;
    field.cell = cell;
    field.path = isDelete ? names.itemPath(cell.item) : names.path(cell);
    const Heads& heads = state.heads.at(cell);
    // Whoever opened the question again is none of its sides.
    const auto asked = askedBy(state.heads, cell);
    std::vector<ChangeRef> sides;
    for (ChangeRef ref : conflict.heads) {
        const Head* head = headBy(heads, ref);
        if (std::find(asked.begin(), asked.end(), ref) != asked.end() || (!isDelete && !head))
            continue;
        sides.push_back(ref);
        Value value = head ? head->value : Value();
        if (isDelete) value = Value::integer(head && isDeletion(head->value) ? 0 : 1);
        field.heads.push_back({originOf(ref, changes), value});
    }
    for (ChangeRef ref : asked)
        if (const Head* question = headBy(state.heads.at(questionOf(cell)), ref))
            for (const QuestionSide& side : questionSides(question->value)) {
                bool isThere = std::any_of(
                    field.heads.begin(), field.heads.end(),
                    [&](const ConflictHead& head) { return head.origin.change == side.change; });
                if (!isThere) field.heads.push_back({originOf(side, changes), side.value});
            }
    std::stable_sort(
        field.heads.begin(), field.heads.end(),
        [](const ConflictHead& a, const ConflictHead& b) { return isBefore(a.origin, b.origin); });
    for (const ConflictHead& head : field.heads)
        for (const StoredChange& change : changes)
            if (change.id == head.origin.change) sides.push_back(change.ref);
    findBase(changes, sides, field);
    return field;
}

// What stood before: the last value that the authors of all sides had seen. Sides that were said of
// two records, which are one since, have nothing before them.
void RecordView::findBase(const std::vector<StoredChange>& changes,
                          const std::vector<ChangeRef>& sides, ConflictField& field) {
    auto isOwn = [&](ChangeRef ref) {
        return std::any_of(changes.begin(), changes.end(),
                           [&](const StoredChange& change) { return change.ref == ref; }) ||
               !changes_.holds(ref);
    };
    if (!std::all_of(sides.begin(), sides.end(), isOwn)) return;
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        const Value* value = writeTo(change->change, field.cell);
        bool seenByAll =
            value && std::all_of(sides.begin(), sides.end(), [&](ChangeRef ref) {
                return changes_.causality().inPast(change->ref, ref, records_.seenOf(ref));
            });
        if (!seenByAll) continue;
        field.base = *value;
        field.hasBase = true;
        field.baseOrigin = people_.origin(*change, changes_.causality());
        return;
    }
}

Conflict RecordView::conflict(const RecordState& state, const BrokenRule& broken) {
    Conflict conflict;
    RecordVerdict verdict = records_.judge(state);
    CellNames names(state.heads, verdict, records_.tables(state.formId)->fields,
                    changes_.causality());
    auto changes = changesOf(state);
    std::vector<Id> headIds;
    for (ChangeRef ref : broken.open.heads) headIds.push_back(originOf(ref).change);
    conflict.id = conflictId(state.id, broken.open, headIds);
    conflict.kind = ConflictKind::Constraint;
    conflict.record = state.id;
    conflict.item = broken.open.item;
    conflict.formId = state.formId;
    conflict.title = title(state);
    conflict.rulePath = broken.path;
    conflict.message = broken.message;
    for (const Cell& cell : broken.open.cells) {
        ConflictField field;
        field.cell = cell;
        field.path = cell.ordinal == kAlive || cell.ordinal == kPlace ? names.itemPath(cell.item)
                                                                      : names.path(cell);
        for (const auto& [ref, answers] : broken.sides) {
            auto value = answers.find(cell);
            field.heads.push_back(
                {originOf(ref), value == answers.end() ? Value() : value->second});
        }
        std::stable_sort(field.heads.begin(), field.heads.end(),
                         [](const ConflictHead& a, const ConflictHead& b) {
                             return isBefore(a.origin, b.origin);
                         });
        findBase(changes, broken.open.heads, field);
        conflict.fields.push_back(std::move(field));
    }
    return conflict;
}

void RecordView::tellWrite(const StoredChange& own, const Write& write, const RecordHeads& before,
                           const CellNames& names, HistoryEntry& entry) {
    using Kind = HistoryEntry::Kind;
    const Ordinal ordinal = write.cell.ordinal;
    if (ordinal == kUndoes) {
        entry.kind = Kind::Undo;
        entry.undoes = Id::parse(write.value.toString()).value_or(Id{});
    }
    if (ordinal == kMergedInto || ordinal == kAbsorbed) {
        std::string text = write.value.toString();
        bool isMerge = ordinal == kMergedInto ? !text.empty() : text.starts_with('+');
        entry.kind = isMerge ? Kind::Merge : Kind::Separation;
        if (text.starts_with('+') || text.starts_with('-')) text.erase(0, 1);
        entry.other = Id::parse(text).value_or(Id{});
    }
    if (ordinal == kDistinct) {
        entry.kind = Kind::Distinct;
        if (auto marks = distinctMarks(write.value); !marks.empty())
            entry.other = marks.back().other;
    }
    // An item's place is told by its fields; the rest is the engine's own.
    if (ordinal != kAlive && (ordinal < kFirstField || (ordinal & kQuestion) != 0)) return;
    HistoryField field;
    field.path = names.path(write.cell);
    auto heads = before.find(write.cell);
    if (heads != before.end() && !heads->second.empty())
        field.before = provisional(heads->second, changes_.causality())->value;
    field.after = write.value;
    if (ordinal == kAlive && write.cell.item.isNil() && entry.kind != Kind::Undo)
        entry.kind = isDeletion(write.value) ? Kind::Deletion : Kind::Restoration;
    for (const Note& note : own.change.notes)
        if (note.cell == write.cell) field.note = note.text;
    entry.fields.push_back(std::move(field));
}

HistoryEntry RecordView::entry(const std::vector<StoredChange>& changes, std::size_t at,
                               const CellNames& names) {
    using Kind = HistoryEntry::Kind;
    const StoredChange& own = changes[at];
    HistoryEntry entry;
    entry.origin = people_.origin(own, changes_.causality());
    std::vector<Applied> past;
    for (const StoredChange& other : changes) {
        if (other.ref == own.ref) continue;
        if (inPast(other, own))
            past.push_back({other.ref, &other.change});
        else if (!inPast(own, other))
            entry.isParallel = true;
    }
    RecordHeads before = headsOf(past, changes_.causality());
    RecordVerdict verdict = judgeRecord(before, changes_.causality(),
                                        [this](ChangeRef ref) { return records_.seenOf(ref); });
    bool settles = false;
    for (const OpenConflict& conflict : verdict.conflicts)
        for (const Cell& cell : conflict.cells) settles |= writeTo(own.change, cell) != nullptr;

    for (const Write& write : own.change.writes) tellWrite(own, write, before, names, entry);
    if (past.empty() && !entry.isParallel) entry.kind = Kind::Creation;
    if (settles && entry.kind != Kind::Undo) entry.kind = Kind::Resolution;
    if (!own.change.notes.empty()) entry.reason = own.change.notes.front().text;
    return entry;
}

void RecordView::tellHistory(const RecordState& state, const std::string& of, History& history) {
    RecordVerdict verdict;  // names of deleted items too
    CellNames names(state.heads, verdict, records_.tables(state.formId)->fields,
                    changes_.causality());
    auto changes = changesOf(state);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        history.entries.push_back(entry(changes, i, names));
        history.entries.back().record = state.id;
        history.entries.back().recordTitle = of;
        if (auto other = records_.state(state.formId, history.entries.back().other))
            history.entries.back().otherTitle = title(*other);
    }
    // A record that came with a snapshot has heads whose changes are not here, or had them then.
    history.isComplete &= changes_.holds(state.created);
    for (ChangeRef ref : state.history) history.isComplete &= changes_.holds(ref);
    for (const auto& [cell, heads] : state.heads)
        for (const Head& head : heads) history.isComplete &= changes_.holds(head.change);
}

History RecordView::history(const RecordState& state) {
    History history;
    tellHistory(state, {}, history);
    for (const RecordState& part : records_.whole(state).parts) {
        tellHistory(part, title(part), history);
        // The merge is told once, by the change on the record that stayed.
        std::erase_if(history.entries, [&](const HistoryEntry& entry) {
            return entry.record == part.id && (entry.kind == HistoryEntry::Kind::Merge ||
                                               entry.kind == HistoryEntry::Kind::Separation);
        });
    }
    std::stable_sort(
        history.entries.begin(), history.entries.end(),
        [](const HistoryEntry& a, const HistoryEntry& b) { return isBefore(a.origin, b.origin); });
    return history;
}

}  // namespace sotay
