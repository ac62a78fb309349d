#pragma once

#include "tests/bench/measure.h"
#include "tests/bench/work.h"

namespace sotay::bench {

// How fast what comes is applied, beside plain SQLite doing the same rows: new records, edits, and
// a first sync of 100,000 records with the memory that it takes and what an interruption costs.
Status measureFirstSync(const SyncWork& work, Figures& figures);

// A notebook with 10,000 open conflicts: bringing them, listing, opening and deciding them.
Status measureConflicts(const SyncWork& work, Figures& figures);

}  // namespace sotay::bench
