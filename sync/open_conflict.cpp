#include "sync/open_conflict.h"

#include <algorithm>
#include <map>
#include <set>

#include "schema/mutant.h"
#include "sync/codec/crypto.h"
#include "sync/place.h"
#include "sync/question.h"

namespace sotay {
namespace {

// Which items stand in which, and all below each.
std::map<Id, std::set<Id>> itemsWithin(const RecordHeads& heads, const Causality& causality) {
    std::map<Id, Id> parents;
    std::map<Id, std::set<Id>> within;
    for (const auto& [cell, cellHeads] : heads) {
        if (cell.item.isNil()) continue;
        within[cell.item].insert(cell.item);
        if (cell.ordinal != kPlace || cellHeads.empty()) continue;
        if (auto place = Place::fromValue(provisional(cellHeads, causality)->value))
            if (!place->parent.isNil()) parents[cell.item] = place->parent;
    }
    for (const auto& [item, parent] : parents) {
        Id above = parent;
        for (std::size_t depth = 0; depth < 16 && !above.isNil(); ++depth) {
            auto found = within.find(above);
            if (found != within.end()) found->second.insert(item);
            auto next = parents.find(above);
            above = next == parents.end() ? Id{} : next->second;
        }
    }
    return within;
}

// Deleted, by all who know of it? A deletion that some edit did not know of goes to `conflicts`.
bool judgeAlive(const RecordHeads& heads, const Id& item, const std::set<Id>& within,
                const Causality& causality, const std::function<Seen(ChangeRef)>& seenOf,
                std::vector<OpenConflict>& conflicts) {
    auto alive = heads.find(Cell{item, kAlive});
    if (alive == heads.end()) return false;
    OpenConflict conflict;
    conflict.kind = ConflictKind::Delete;
    conflict.item = item;
    conflict.cells = {Cell{item, kAlive}};
    conflict.heads = askedBy(heads, {item, kAlive});
    bool anyDeletion = std::any_of(alive->second.begin(), alive->second.end(),
                                   [](const Head& head) { return isDeletion(head.value); });
    auto found = anyDeletion ? deleteConflict(heads, item, within, causality, seenOf)
                             : std::optional<DeleteConflict>();
    if (!found && conflict.heads.empty()) return anyDeletion;
    if (mutant(Mutant::DeleteWins) && anyDeletion) return true;
    if (mutant(Mutant::EditWins)) return false;
    if (found) {
        auto& all = conflict.heads;
        all.insert(all.end(), found->deletions.begin(), found->deletions.end());
        all.insert(all.end(), found->edits.begin(), found->edits.end());
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
    }
    conflicts.push_back(std::move(conflict));
    return false;
}

// The changes between which somebody has to choose for one cell; none when it is settled.
std::vector<ChangeRef> disagreeing(const RecordHeads& heads, const Cell& cell,
                                   const Heads& cellHeads) {
    std::vector<ChangeRef> refs = askedBy(heads, cell);
    if (refs.empty() && !isValueConflict(cell.ordinal, cellHeads)) return {};
    for (const Head& head : cellHeads) refs.push_back(head.change);
    std::sort(refs.begin(), refs.end());
    refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
    return refs;
}

// A cell in which only some of the changes of another conflict disagree belongs to that one.
void joinSubsets(std::vector<OpenConflict>& conflicts, std::size_t from) {
    for (std::size_t i = from; i < conflicts.size();) {
        auto holds = [&](const OpenConflict& other) {
            return other.heads.size() > conflicts[i].heads.size() &&
                   std::includes(other.heads.begin(), other.heads.end(), conflicts[i].heads.begin(),
                                 conflicts[i].heads.end());
        };
        auto larger = conflicts[i].heads.size() < 2
                          ? conflicts.end()
                          : std::find_if(conflicts.begin() + static_cast<std::ptrdiff_t>(from),
                                         conflicts.end(), holds);
        if (larger == conflicts.end()) {
            ++i;
            continue;
        }
        larger->cells.insert(larger->cells.end(), conflicts[i].cells.begin(),
                             conflicts[i].cells.end());
        std::sort(larger->cells.begin(), larger->cells.end());
        conflicts.erase(conflicts.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

}  // namespace

std::string_view conflictKindName(ConflictKind kind) {
    switch (kind) {
        case ConflictKind::Delete:
            return "delete";
        case ConflictKind::Constraint:
            return "constraint";
        case ConflictKind::Duplicate:
            return "duplicate";
        case ConflictKind::Value:
            break;
    }
    return "value";
}

RecordVerdict judgeRecord(const RecordHeads& heads, const Causality& causality,
                          const std::function<Seen(ChangeRef)>& seenOf) {
    RecordVerdict verdict;
    verdict.isDeleted = judgeAlive(heads, Id{}, {}, causality, seenOf, verdict.conflicts);
    if (verdict.isDeleted) return verdict;

    std::set<Id> deleted;
    for (const auto& [item, within] : itemsWithin(heads, causality))
        if (judgeAlive(heads, item, within, causality, seenOf, verdict.conflicts))
            deleted.insert(within.begin(), within.end());
    std::erase_if(verdict.conflicts, [&](const OpenConflict& conflict) {
        return !conflict.item.isNil() && deleted.contains(conflict.item);
    });

    // The same changes disagreeing in nine cells are one thing to decide.
    std::map<std::vector<ChangeRef>, std::size_t> byHeads;
    const std::size_t first = verdict.conflicts.size();
    for (const auto& [cell, cellHeads] : heads) {
        if (cell.ordinal == kAlive || (cell.ordinal & kQuestion) != 0 ||
            (deleted.contains(cell.item) && !mutant(Mutant::DeletedItemsConflict)))
            continue;
        auto refs = disagreeing(heads, cell, cellHeads);
        if (refs.empty()) continue;
        auto [at, isNew] = byHeads.try_emplace(refs, verdict.conflicts.size());
        if (isNew) {
            OpenConflict conflict;
            conflict.heads = refs;
            verdict.conflicts.push_back(std::move(conflict));
        }
        if (isNew || !mutant(Mutant::FirstCellOfConflict))
            verdict.conflicts[at->second].cells.push_back(cell);
    }
    joinSubsets(verdict.conflicts, first);
    verdict.deletedItems.assign(deleted.begin(), deleted.end());
    return verdict;
}

std::vector<ChangeRef> sidesOf(const Write& write, const std::vector<OpenConflict>& conflicts,
                               const RecordHeads& heads, const Causality& causality) {
    std::vector<ChangeRef> sides;
    if (conflicts.empty()) return sides;
    const bool deletes = write.cell.ordinal == kAlive && isDeletion(write.value);
    std::set<Id> gone;
    if (deletes && !write.cell.item.isNil()) {
        auto within = itemsWithin(heads, causality);
        if (auto found = within.find(write.cell.item); found != within.end()) gone = found->second;
    }
    for (const OpenConflict& conflict : conflicts)
        for (const Cell& cell : conflict.cells) {
            bool goesAlong = deletes && (write.cell.item.isNil() || gone.contains(cell.item));
            if (cell != write.cell && !goesAlong) continue;
            auto some = conflict.kind == ConflictKind::Delete
                            ? conflict.heads
                            : disagreeing(heads, cell, heads.at(cell));
            sides.insert(sides.end(), some.begin(), some.end());
        }
    std::sort(sides.begin(), sides.end());
    sides.erase(std::unique(sides.begin(), sides.end()), sides.end());
    return sides;
}

Id conflictId(const Id& record, const OpenConflict& conflict, std::vector<Id> headIds) {
    std::sort(headIds.begin(), headIds.end());
    auto append = [](std::string& bytes, const Id& id) {
        bytes.append(id.bytes.begin(), id.bytes.end());
    };
    std::string bytes = "sotay conflict 1";
    bytes += static_cast<char>(conflict.kind);
    append(bytes, record);
    append(bytes, conflict.item);
    for (const Id& id : headIds) append(bytes, id);
    bytes += conflict.path;
    return hashId(bytes);
}

}  // namespace sotay
