#pragma once

#include <algorithm>

#include "sync/merge.h"

namespace sotay {

template <class SeenOf>
std::optional<DeleteConflict> deleteConflict(const RecordHeads& heads, const Id& item,
                                             const Causality& causality, SeenOf seenOf) {
    auto alive = heads.find(Cell{item, kAlive});
    if (alive == heads.end()) return {};
    DeleteConflict found;
    for (const Head& head : alive->second)
        if (isDeletion(head.value)) found.deletions.push_back(head.change);
    if (found.deletions.empty()) return {};

    for (const auto& [cell, cellHeads] : heads) {
        if (!item.isNil() && cell.item != item) continue;
        for (const Head& head : cellHeads) {
            if (cell.ordinal == kAlive && isDeletion(head.value)) continue;
            bool covered = std::any_of(
                found.deletions.begin(), found.deletions.end(), [&](ChangeRef deletion) {
                    return deletion == head.change ||
                           causality.inPast(head.change, deletion, seenOf(deletion));
                });
            if (!covered) found.edits.push_back(head.change);
        }
    }
    if (found.edits.empty()) return {};
    std::sort(found.edits.begin(), found.edits.end());
    found.edits.erase(std::unique(found.edits.begin(), found.edits.end()), found.edits.end());
    return found;
}

}  // namespace sotay
