#include "app/state/moment.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace sotay::app {
namespace {

struct LocalTime {
    int year = 1970;
    unsigned month = 1, day = 1;
    int hour = 0, minute = 0, second = 0;
};

LocalTime localTime(std::int64_t moment, int zoneMinutes) {
    std::int64_t days = dayNumber(moment, zoneMinutes);
    std::int64_t rest = moment + std::int64_t{60} * zoneMinutes - days * 86400;
    std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
    return {static_cast<int>(date.year()),     static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()), static_cast<int>(rest / 3600),
            static_cast<int>(rest / 60 % 60),  static_cast<int>(rest % 60)};
}

template <class... Args>
std::string printed(const char* pattern, Args... args) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, args...);
    return text.data();
}

}  // namespace

std::int64_t dayNumber(std::int64_t moment, int zoneMinutes) {
    std::int64_t local = moment + std::int64_t{60} * zoneMinutes;
    return local >= 0 ? local / 86400 : (local - 86399) / 86400;
}

std::string formatDay(std::int64_t moment, int zoneMinutes) {
    LocalTime time = localTime(moment, zoneMinutes);
    return printed("%02u/%02u/%04d", time.day, time.month, time.year);
}

std::string formatIsoDay(std::int64_t moment, int zoneMinutes) {
    LocalTime time = localTime(moment, zoneMinutes);
    return printed("%04d-%02u-%02u", time.year, time.month, time.day);
}

std::string formatTime(std::int64_t moment, int zoneMinutes) {
    LocalTime time = localTime(moment, zoneMinutes);
    return printed("%02d:%02d", time.hour, time.minute);
}

std::string formatTimeWithSeconds(std::int64_t moment, int zoneMinutes) {
    LocalTime time = localTime(moment, zoneMinutes);
    return printed("%02d:%02d:%02d", time.hour, time.minute, time.second);
}

}  // namespace sotay::app
