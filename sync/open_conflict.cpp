#include "sync/open_conflict.h"

#include <algorithm>
#include <map>
#include <set>

#include "sync/codec/crypto.h"

namespace sotay {
namespace {

// Deleted, by all who know of it? A deletion that some edit did not know of goes to `conflicts`.
bool judgeAlive(const RecordHeads& heads, const Id& item, const Causality& causality,
                const std::function<Seen(ChangeRef)>& seenOf,
                std::vector<OpenConflict>& conflicts) {
    auto alive = heads.find(Cell{item, kAlive});
    if (alive == heads.end()) return false;
    bool anyDeletion = std::any_of(alive->second.begin(), alive->second.end(),
                                   [](const Head& head) { return isDeletion(head.value); });
    if (!anyDeletion) return false;
    auto found = deleteConflict(heads, item, causality, seenOf);
    if (!found) return true;
    OpenConflict conflict;
    conflict.kind = ConflictKind::Delete;
    conflict.item = item;
    conflict.cells = {Cell{item, kAlive}};
    conflict.heads = found->deletions;
    conflict.heads.insert(conflict.heads.end(), found->edits.begin(), found->edits.end());
    std::sort(conflict.heads.begin(), conflict.heads.end());
    conflicts.push_back(std::move(conflict));
    return false;
}

}  // namespace

std::string_view conflictKindName(ConflictKind kind) {
    return kind == ConflictKind::Delete ? "delete" : "value";
}

RecordVerdict judgeRecord(const RecordHeads& heads, const Causality& causality,
                          const std::function<Seen(ChangeRef)>& seenOf) {
    RecordVerdict verdict;
    verdict.isDeleted = judgeAlive(heads, Id{}, causality, seenOf, verdict.conflicts);
    if (verdict.isDeleted) return verdict;

    std::set<Id> deleted, items;
    for (const auto& [cell, cellHeads] : heads)
        if (!cell.item.isNil()) items.insert(cell.item);
    for (const Id& item : items)
        if (judgeAlive(heads, item, causality, seenOf, verdict.conflicts)) deleted.insert(item);

    // The same changes disagreeing in nine cells are one thing to decide.
    std::map<std::vector<ChangeRef>, std::size_t> byHeads;
    for (const auto& [cell, cellHeads] : heads) {
        if (!isValueConflict(cell.ordinal, cellHeads) || deleted.contains(cell.item)) continue;
        std::vector<ChangeRef> refs;
        for (const Head& head : cellHeads) refs.push_back(head.change);
        auto [at, isNew] = byHeads.try_emplace(refs, verdict.conflicts.size());
        if (isNew) {
            OpenConflict conflict;
            conflict.heads = refs;
            verdict.conflicts.push_back(std::move(conflict));
        }
        verdict.conflicts[at->second].cells.push_back(cell);
    }
    verdict.deletedItems.assign(deleted.begin(), deleted.end());
    return verdict;
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
    return hashId(bytes);
}

}  // namespace sotay
