#pragma once

#include <cstdint>
#include <string>

namespace sotay::app {

// Moments are Unix seconds; they are shown as they were where the laptop is, `zoneMinutes` east of
// UTC. Pure.
std::int64_t dayNumber(std::int64_t moment, int zoneMinutes);             // days since 1970 there
std::string formatDay(std::int64_t moment, int zoneMinutes);              // "31/10/2026"
std::string formatIsoDay(std::int64_t moment, int zoneMinutes);           // "2026-10-31"
std::string formatTime(std::int64_t moment, int zoneMinutes);             // "14:05"
std::string formatTimeWithSeconds(std::int64_t moment, int zoneMinutes);  // "14:05:09"

}  // namespace sotay::app
