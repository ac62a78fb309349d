#pragma once

#include <filesystem>

#include "tests/bench/work.h"

namespace sotay::bench {

// Plain SQLite (WAL, synchronous=FULL) doing the same rows, 500 a transaction; seconds. Each makes
// a new file.
// R-wide: a typed row a record; records beyond the work's are the work's again.
double plainWide(const SyncWork& work, const std::filesystem::path& file, std::size_t records);
double plainOps(const SyncWork& work, const std::filesystem::path& file);  // R-op: a row a field
double plainUpdates(const SyncWork& work,
                    const std::filesystem::path& file);  // R-upd: the edits as UPDATEs

}  // namespace sotay::bench
