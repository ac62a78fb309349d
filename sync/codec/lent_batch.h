#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sync/codec/batch.h"
#include "sync/codec/lent_change.h"

namespace sotay {

// A batch that was read, checked and hashed, with its values still in its bytes. Nothing of it
// changes once it is read but its runs, so that any thread may look at it.
class LentBatch {
  public:
    // Corrupt with what is wrong, as decodeBatch.
    static Result<LentBatch> read(std::string bytes);
    LentBatch(LentBatch&&) noexcept;
    LentBatch& operator=(LentBatch&&) noexcept;
    ~LentBatch();

    std::vector<Run> runs;
    std::vector<Id> ids;
    // Of all runs, one run after the other.
    std::span<const LentChange> changes() const;
    // The same with values of their own.
    std::vector<Change> made() const;
    DecodedBatch decoded() const;

  private:
    struct Content;
    explicit LentBatch(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

}  // namespace sotay
