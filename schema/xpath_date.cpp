#include "schema/xpath_date.h"

#include <charconv>
#include <cmath>
#include <vector>

#include <fmt/format.h>

namespace sotay {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
// Beyond these years a calendar of the proleptic kind says nothing to anybody, and arithmetic stays
// far from overflow.
constexpr std::int64_t kMaxYear = 1'000'000;

std::int64_t floorDivide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

bool isLeap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int daysIn(std::int64_t year, int month) {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && isLeap(year) ? 29 : kDays[month - 1];
}

// Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
std::int64_t daysFromCivil(std::int64_t year, int month, int day) {
    year -= month <= 2 ? 1 : 0;
    std::int64_t era = floorDivide(year, 400);
    std::int64_t yearOfEra = year - era * 400;
    std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146097 + dayOfEra - 719468;
}

void civilFromDays(std::int64_t days, CivilTime& time) {
    days += 719468;
    std::int64_t era = floorDivide(days, 146097);
    std::int64_t dayOfEra = days - era * 146097;
    std::int64_t yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    time.day = static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1);
    time.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    time.year = yearOfEra + era * 400 + (time.month <= 2 ? 1 : 0);
}

template <class Number>
bool readInteger(std::string_view text, Number& number) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return false;
    auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (std::size_t at; (at = text.find(separator)) != std::string_view::npos;) {
        pieces.push_back(text.substr(0, at));
        text.remove_prefix(at + 1);
    }
    pieces.push_back(text);
    return pieces;
}

bool readDate(std::string_view text, CivilTime& time) {
    auto pieces = split(text, '-');
    return pieces.size() == 3 && readInteger(pieces[0], time.year) &&
           readInteger(pieces[1], time.month) && readInteger(pieces[2], time.day);
}

// Seconds may have a fraction, of which milliseconds count; what follows the digits is passed over.
bool readSeconds(std::string_view text, CivilTime& time) {
    std::size_t length = text.find_first_not_of("0123456789.");
    text = text.substr(0, length);
    double seconds = 0;
    auto read =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || seconds >= 60)
        return false;
    time.second = static_cast<int>(seconds);
    time.ms = static_cast<int>(std::floor((seconds - time.second) * 1000 + 1e-6));
    return true;
}

// The offset that `text` ends with is cut off and given in minutes; nothing when it is none.
bool cutOffset(std::string_view& text, std::optional<int>& offset) {
    if (text.ends_with('Z')) {
        text.remove_suffix(1);
        offset = 0;
        return true;
    }
    std::size_t sign = text.find_first_of("+-");
    if (sign == std::string_view::npos) return true;
    auto pieces = split(text.substr(sign + 1), ':');
    int hours = 0, minutes = 0;
    if (pieces.size() == 1 && pieces[0].size() == 4)
        pieces = {pieces[0].substr(0, 2), pieces[0].substr(2)};
    if (pieces.size() > 2 || !readInteger(pieces[0], hours) || hours < 0 || hours > 18)
        return false;
    if (pieces.size() == 2 && (!readInteger(pieces[1], minutes) || minutes < 0 || minutes > 59))
        return false;
    offset = (text[sign] == '-' ? -1 : 1) * (hours * 60 + minutes);
    text = text.substr(0, sign);
    return true;
}

// The time of day onto the date that is in `time`.
std::optional<std::int64_t> readTime(std::string_view text, CivilTime time, int zone) {
    std::optional<int> offset;
    if (!cutOffset(text, offset)) return std::nullopt;
    auto pieces = split(text, ':');
    if (pieces.size() != 2 && pieces.size() != 3) return std::nullopt;
    time.second = time.ms = 0;
    if (!readInteger(pieces[0], time.hour) || !readInteger(pieces[1], time.minute))
        return std::nullopt;
    if (pieces.size() == 3 && !readSeconds(pieces[2], time)) return std::nullopt;
    return momentOf(time, offset.value_or(zone));
}

bool digitsAt(std::string_view text, std::size_t from, std::size_t count) {
    if (text.size() < from + count) return false;
    for (char c : text.substr(from, count)) {
        if (c < '0' || c > '9') return false;
    }
    return true;
}

constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

// Weeks begin on Sunday, and the first is the one with 1 January in it.
int weekOfYear(const CivilTime& time) {
    int firstWeekday = ((time.weekday - (time.yearDay - 1)) % 7 + 7) % 7;
    return (time.yearDay - 1 + firstWeekday) / 7 + 1;
}

bool formatOne(const CivilTime& time, char escape, std::string& out) {
    auto to = std::back_inserter(out);
    switch (escape) {
        case '%':
            out += '%';
            return true;
        case 'Y':
            fmt::format_to(to, "{:04}", time.year);
            return true;
        case 'y':
            fmt::format_to(to, "{:02}", (time.year % 100 + 100) % 100);
            return true;
        case 'm':
            fmt::format_to(to, "{:02}", time.month);
            return true;
        case 'n':
            fmt::format_to(to, "{}", time.month);
            return true;
        case 'b':
            out += kMonths[time.month - 1];
            return true;
        case 'd':
            fmt::format_to(to, "{:02}", time.day);
            return true;
        case 'e':
            fmt::format_to(to, "{}", time.day);
            return true;
        case 'a':
            out += kWeekdays[time.weekday];
            return true;
        case 'H':
            fmt::format_to(to, "{:02}", time.hour);
            return true;
        case 'h':
            fmt::format_to(to, "{}", time.hour);
            return true;
        case 'M':
            fmt::format_to(to, "{:02}", time.minute);
            return true;
        case 'S':
            fmt::format_to(to, "{:02}", time.second);
            return true;
        case '3':
            fmt::format_to(to, "{:03}", time.ms);
            return true;
        case 'W':
            fmt::format_to(to, "{}", weekOfYear(time));
            return true;
        default:
            return false;
    }
}

}  // namespace

CivilTime civilTime(std::int64_t moment, int zone) {
    std::int64_t local = moment + zone * kMinuteMs;
    std::int64_t days = floorDivide(local, kDayMs);
    std::int64_t rest = local - days * kDayMs;
    CivilTime time;
    civilFromDays(days, time);
    time.hour = static_cast<int>(rest / 3'600'000);
    time.minute = static_cast<int>(rest / kMinuteMs % 60);
    time.second = static_cast<int>(rest / 1000 % 60);
    time.ms = static_cast<int>(rest % 1000);
    time.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
    time.yearDay = static_cast<int>(days - daysFromCivil(time.year, 1, 1)) + 1;
    return time;
}

std::optional<std::int64_t> momentOf(const CivilTime& time, int zone) {
    if (time.year < -kMaxYear || time.year > kMaxYear || time.month < 1 || time.month > 12)
        return std::nullopt;
    if (time.day < 1 || time.day > daysIn(time.year, time.month)) return std::nullopt;
    if (time.hour < 0 || time.hour > 23 || time.minute < 0 || time.minute > 59) return std::nullopt;
    if (time.second < 0 || time.second > 59 || time.ms < 0 || time.ms > 999) return std::nullopt;
    std::int64_t minutes = time.hour * 60 + time.minute - zone;
    return daysFromCivil(time.year, time.month, time.day) * kDayMs + minutes * kMinuteMs +
           time.second * 1000 + time.ms;
}

std::optional<std::int64_t> parseMoment(std::string_view text, int zone) {
    std::size_t mark = text.find('T');
    CivilTime time;
    if (!readDate(text.substr(0, mark), time)) return std::nullopt;
    if (mark == std::string_view::npos) return momentOf(time, zone);
    return readTime(text.substr(mark + 1), time, zone);
}

std::optional<std::int64_t> parseTimeOfDay(std::string_view text, std::int64_t now, int zone) {
    return readTime(text, civilTime(now, zone), zone);
}

std::optional<std::int64_t> dayNumberOfText(std::string_view text, int zone) {
    bool looksRight = digitsAt(text, 0, 4) && digitsAt(text, 5, 2) && digitsAt(text, 8, 2) &&
                      text[4] == '-' && text[7] == '-' && (text.size() == 10 || text[10] == 'T');
    if (!looksRight) return std::nullopt;
    auto moment = parseMoment(text, zone);
    if (!moment) return std::nullopt;
    return dayNumber(*moment, zone);
}

std::int64_t dayNumber(std::int64_t moment, int zone) {
    return floorDivide(moment + zone * kMinuteMs, kDayMs);
}

std::string dateText(std::int64_t moment, int zone) {
    CivilTime time = civilTime(moment, zone);
    return fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
}

std::string dateTimeText(std::int64_t moment, int zone) {
    CivilTime time = civilTime(moment, zone);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}", time.year, time.month, time.day,
                    time.hour, time.minute, time.second, time.ms);
    if (zone == 0) return text + "Z";
    int minutes = zone < 0 ? -zone : zone;
    return text + fmt::format("{}{:02}:{:02}", zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::optional<std::string> formatMoment(std::int64_t moment, int zone, std::string_view format,
                                        std::string& unknown) {
    CivilTime time = civilTime(moment, zone);
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            out += format[i];
        } else if (i + 1 >= format.size() || !formatOne(time, format[i + 1], out)) {
            unknown = std::string(format.substr(i, 2));
            return std::nullopt;
        } else {
            ++i;
        }
    }
    return out;
}

}  // namespace sotay
