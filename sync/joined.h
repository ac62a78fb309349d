#pragma once

#include <functional>
#include <vector>

#include "sync/merge.h"
#include "sync/redirects.h"

namespace sotay {

// One of the records that are one by merging; `path` leads from it to the survivor, itself first.
struct JoinedPart {
    Id record;
    const RecordHeads* heads = nullptr;
    std::vector<Id> path;
};

// What the survivor shows: its own heads, and of each part that is merged into it
//   - its repeat items, as they are;
//   - of each field the heads that nobody replaced who knew of the merge. y on the survivor (or on
//     a part on the way to it) replaced x when it wrote the same field, x is in its past, and of
//     every mark on the way so is a change that set it. Before the merge, a value of one record
//     says nothing about the other's.
// An answer that one record lacks does not stand against the other's; the engine's own cells stay
// with their record. `parts` has the survivor first, without deleted ones.
RecordHeads joinHeads(const std::vector<JoinedPart>& parts, const Causality& causality,
                      const std::function<Seen(ChangeRef)>& seenOf);

}  // namespace sotay
