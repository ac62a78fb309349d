#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "tests/simulation/schedule.h"

namespace sotay::sim {

using Clock = std::chrono::steady_clock;

// Plays the schedules of the seeds first, first+1, ... below end in so many processes: each has
// SQLite, libsodium and its dice to itself. The smallest seed that fails, whatever the number of
// processes; they stop when it is found, or when the time is over. Throws when a process dies.
std::optional<std::uint64_t> firstFailing(Kind kind, std::uint64_t first, std::uint64_t end,
                                          unsigned jobs,
                                          Clock::time_point until = Clock::time_point::max());

}  // namespace sotay::sim
