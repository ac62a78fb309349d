#pragma once

#include <span>
#include <string>

#include "sync/codec/batch_columns.h"
#include "sync/codec/lent_change.h"

namespace sotay {

// encodeBatch in two steps, of changes that are lent. What takes long is done when it is made, and
// needs no runs: meanwhile another thread can hash and sign the run that they will be. The changes
// need not outlive it.
class BatchWriter {
  public:
    explicit BatchWriter(std::span<const LentChange> changes);
    // Once.
    std::string write(std::span<const Run> runs);

  private:
    BatchColumns columns_;  // without the devices
    std::string values_;    // as they are written
};

}  // namespace sotay
