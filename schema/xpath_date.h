#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sotay {

constexpr std::int64_t kDayMs = 86'400'000;

// A moment as a calendar and a clock of one zone show it.
struct CivilTime {
    std::int64_t year = 1970;
    int month = 1, day = 1, hour = 0, minute = 0, second = 0, ms = 0;
    int weekday = 4;  // 0: Sunday
    int yearDay = 1;  // from 1
};

// Moments are milliseconds since 1970, UTC; `zone` is in minutes east of it.
CivilTime civilTime(std::int64_t moment, int zone);
std::optional<std::int64_t> momentOf(const CivilTime& time,
                                     int zone);  // nothing for 31 February, 25:00...

// "2026-11-22", "2026-11-22T07:30:00.000+07:00"; without an offset, in `zone`. Digits may be fewer
// than usual
// ("2026-1-2"), as JavaRosa reads them.
std::optional<std::int64_t> parseMoment(std::string_view text, int zone);

// "07:30", "07:30:00.000+07:00" on the day that `now` is in.
std::optional<std::int64_t> parseTimeOfDay(std::string_view text, std::int64_t now, int zone);

// The day since 1970 in `zone`, for text that is plainly a date or a date-time ("2026-11-22..."),
// or nothing.
std::optional<std::int64_t> dayNumberOfText(std::string_view text, int zone);

std::int64_t dayNumber(std::int64_t moment, int zone);
std::string dateText(std::int64_t moment, int zone);      // "2026-11-22"
std::string dateTimeText(std::int64_t moment, int zone);  // "2026-11-22T07:30:00.000+07:00"

// `format` with %Y %y %m %n %b %d %e %a %H %h %M %S %3 %W %%; nothing when it holds another escape,
// which `unknown` then receives.
std::optional<std::string> formatMoment(std::int64_t moment, int zone, std::string_view format,
                                        std::string& unknown);

}  // namespace sotay
