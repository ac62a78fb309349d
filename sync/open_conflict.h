#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sync/conflict.h"
#include "sync/merge.h"

namespace sotay {

// A conflict as the heads show it, before anybody looks up names.
struct OpenConflict {
    ConflictKind kind = ConflictKind::Value;
    Id item;           // delete conflicts: which item; nil: the record. Constraints: of the field
    std::string path;  // constraint conflicts: the field whose constraint is broken
    std::vector<Cell> cells;       // value conflicts: all cells in which the same changes disagree
    std::vector<ChangeRef> heads;  // ordered
};

// All value and delete conflicts of one record, in the order of their first cell. Cells of what is
// deleted (and not in dispute) have none. One conflict for each set of changes that disagree; cells
// in which only some of these do belong to it too, so that whoever decides between two changes is
// asked once. `seenOf(ChangeRef)` gives the `seen` of a deletion.
struct RecordVerdict {
    std::vector<OpenConflict> conflicts;
    bool isDeleted = false;  // by all that know of it
    std::vector<Id> deletedItems;
};
RecordVerdict judgeRecord(const RecordHeads& heads, const Causality& causality,
                          const std::function<Seen(ChangeRef)>& seenOf);

// The changes between which this write decides, if its author had seen all of them; none when
// nothing is in question there. Those that disagree in its cell; and, of a deletion, those that
// disagree in anything that goes with it. `conflicts` are all that these heads give.
std::vector<ChangeRef> sidesOf(const Write& write, const std::vector<OpenConflict>& conflicts,
                               const RecordHeads& heads, const Causality& causality);

// The same in every notebook: the hash of record, kind and head set.
Id conflictId(const Id& record, const OpenConflict& conflict, std::vector<Id> headIds);

}  // namespace sotay
