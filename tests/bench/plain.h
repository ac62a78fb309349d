#pragma once

#include <filesystem>

#include "tests/bench/work.h"

namespace sotay::bench {

// Plain SQLite (WAL, synchronous=FULL) doing the same rows, 500 a transaction; seconds. Each makes
// a new file.
double plainWide(const SyncWork& work,
                 const std::filesystem::path& file);  // R-wide: a typed row a record
double plainOps(const SyncWork& work, const std::filesystem::path& file);  // R-op: a row a field
double plainUpdates(const SyncWork& work,
                    const std::filesystem::path& file);  // R-upd: the edits as UPDATEs

}  // namespace sotay::bench
