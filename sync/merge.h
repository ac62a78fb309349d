#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sync/causality.h"
#include "sync/change.h"

namespace sotay {

// A value of a cell that no later change has replaced.
struct Head {
    ChangeRef change;
    Value value;
    bool operator==(const Head&) const = default;
};

// The heads of one cell, ordered by change. One: settled. Several that differ: a conflict.
using Heads = std::vector<Head>;

// All cells of one record, its repeat items included. This is the whole state of a record.
using RecordHeads = std::map<Cell, Heads>;

// Applies one write of change y to its cell: the heads that y's author had seen go, y comes.
// Holds for changes that arrive after those that their authors had seen, as the log brings them;
// then the result does not depend on the order. `seen` is y's.
void applyWrite(Heads& heads, ChangeRef y, Seen seen, Value value, const Causality& causality);

// The same by definition, for changes in any order: of all that wrote a cell, those in nobody's
// past.
struct Applied {
    ChangeRef ref;
    const Change* change = nullptr;
};
RecordHeads headsOf(const std::vector<Applied>& changes, const Causality& causality);

// The value that a form shows while several heads are open: an unsent one of this laptop's, else
// the last in the log. Null when there are no heads.
const Head* provisional(const Heads& heads, const Causality& causality);

// More than one distinct value. Where an item stands in its repeat is settled silently by the last
// in the log, as are the engine's other cells, but for the record that this one was merged into.
bool isValueConflict(Ordinal ordinal, const Heads& heads);

// The heads that a deletion did not cover: not empty means that somebody deleted the record (or the
// item) while somebody else, not knowing, edited it. `item` is nil for the record itself; for an
// item, `within` are the item itself and all that stand below it, which go with it. `seenOf` gives
// the `seen` of a change; the deletions are looked up in `heads`.
struct DeleteConflict {
    std::vector<ChangeRef> deletions;
    std::vector<ChangeRef> edits;
};
template <class SeenOf>
std::optional<DeleteConflict> deleteConflict(const RecordHeads& heads, const Id& item,
                                             const std::set<Id>& within, const Causality& causality,
                                             SeenOf seenOf);

// The state of the record itself or of one item in it: there, deleted, or deleted by some (a delete
// conflict).
bool isDeletion(const Value& value);  // of an `alive` cell

}  // namespace sotay

#include "sync/merge_delete.h"
