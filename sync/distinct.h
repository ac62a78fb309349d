#pragma once

#include <cstdint>
#include <vector>

#include "sync/merge.h"

namespace sotay {

// "These are two": what a supervisor said of two records with the same identity key. It stands in
// the kDistinct cell of the newer of the two, with the hash of the key, and holds as long as that
// is the key they share. The cell lists all that was said of its record, newest last; heads that
// stand side by side say all of it together, so nothing here can conflict.
struct DistinctMark {
    Id other;
    std::uint64_t key = 0;
    auto operator<=>(const DistinctMark&) const = default;
};
Value distinctValue(const std::vector<DistinctMark>& marks);
std::vector<DistinctMark> distinctMarks(const Value& value);
std::vector<DistinctMark> distinctMarks(const RecordHeads& heads);  // of all heads, each once

}  // namespace sotay
