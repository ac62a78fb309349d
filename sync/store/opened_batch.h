#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "sync/codec/lent_batch.h"
#include "sync/store/aside.h"
#include "sync/store/row_image.h"

namespace sotay {

// New records as they came, and the rows that were made of them.
struct NewRows {
    LentBatch batch;
    RowImage rows;
};

// A batch that a laptop hands in, read: one run of at least one change.
struct OpenedBatch {
    Run run;
    std::vector<Id> ids;
    bool isSigned = false;          // by the laptop that the run names
    std::vector<Change> changes;    // of one that was said compactly; else see made()
    std::optional<LentBatch> lent;  // one that was said in full
    std::optional<RowImage> rows;   // of one that is nothing but new records

    std::vector<Change>& made();  // the changes, with values of their own
};

using BatchOpening = Aside<Result<OpenedBatch>>;

// Of one that is said in full. New records would get the row numbers from `firstRow` on. Corrupt
// with what is wrong. Any thread.
Result<OpenedBatch> openBatch(std::string_view frame, const ImagePlans& plans,
                              std::int64_t firstRow);

}  // namespace sotay
