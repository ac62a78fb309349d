#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "sync/change.h"

namespace sotay {

// A run: changes of one laptop's chain that follow each other without a gap.
struct Run {
    PublicKey device{};
    Id prev;  // before the first of them; nil when they start the chain
    std::uint32_t count = 0;
    std::uint32_t branch = 0;          // as the server counts branches; 0 from a laptop
    std::uint32_t firstHeight = 0;     // on that branch; 0 from a laptop
    std::uint64_t firstNumber = 0;     // in the log; 0 from a laptop
    std::int64_t receivedSeconds = 0;  // when the server took it in, by its clock; 0 from a laptop
    std::int64_t clockOffset =
        0;  // how far the laptop's clock was ahead of the server's then, in seconds
    std::optional<Signature> signature;  // over sealedBytes(id of the last of them), by the device
    bool operator==(const Run&) const = default;
};

// Changes as they travel and as they are stored. `changes` holds those of all runs, one run after
// the other; `device` and `prev` of each change agree with its run.
struct Batch {
    std::vector<Run> runs;
    std::vector<Change> changes;
    bool operator==(const Batch&) const = default;
};

// What decodeBatch accepts; writers stay far below.
constexpr std::size_t kMaxBatchWrites = 1u << 19;
constexpr std::size_t kMaxBatchChanges = 1u << 16;

// Column by column: what is alike stands together, tables hold what repeats. Canonical: equal
// batches, equal bytes.
std::string encodeBatch(std::span<const Run> runs, std::span<const Change> changes);
inline std::string encodeBatch(const Batch& batch) {
    return encodeBatch(batch.runs, batch.changes);
}

// Corrupt with what is wrong when these are no bytes that encodeBatch could have made. The changes
// come with their `prev` filled in: ids of all changes are computed on the way and returned, in
// order.
struct DecodedBatch {
    Batch batch;
    std::vector<Id> ids;
};
Result<DecodedBatch> decodeBatch(std::string_view bytes);

// The record of each change, without reading anything else of it.
Result<std::vector<Id>> batchRecords(std::string_view bytes);

// The ids of all changes; also sets `device` and `prev` of each from its run.
std::vector<Id> linkChanges(Batch& batch);

}  // namespace sotay
