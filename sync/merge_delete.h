#pragma once

#include <algorithm>
#include <set>

#include "sync/merge.h"

namespace sotay {

template <class SeenOf>
std::optional<DeleteConflict> deleteConflict(const RecordHeads& heads, const Id& item,
                                             const std::set<Id>& within, const Causality& causality,
                                             SeenOf seenOf) {
    auto alive = heads.find(Cell{item, kAlive});
    if (alive == heads.end()) return {};
    DeleteConflict found;
    for (const Head& head : alive->second)
        if (isDeletion(head.value)) found.deletions.push_back(head.change);
    if (found.deletions.empty()) return {};

    for (const auto& [cell, cellHeads] : heads) {
        if (!item.isNil() && !within.contains(cell.item)) continue;
        for (const Head& head : cellHeads) {
            if (cell.ordinal == kAlive && isDeletion(head.value)) continue;
            // What the engine notes down on something that is known to be deleted does not mean
            // that anybody wants it back.
            const bool isNote =
                cell.item.isNil() && cell.ordinal > kPlace && cell.ordinal < kFirstField;
            if (isNote && std::all_of(found.deletions.begin(), found.deletions.end(),
                                      [&](ChangeRef deletion) {
                                          return causality.inPast(deletion, head.change,
                                                                  seenOf(head.change));
                                      }))
                continue;
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
