#include "schema/workbook_cells.h"

#include <utf8proc.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace sotay {
namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr double kLastDay = 2958466;  // 10000-01-01: past what Excel can show

std::string plainNumber(double number) {
    if (number == std::floor(number) && std::fabs(number) < 1e15)
        return std::to_string(static_cast<std::int64_t>(number));
    char buffer[64];
    auto [end, bad] =
        std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::general, 15);
    if (bad != std::errc()) return {};
    std::string out(buffer, end);
    if (out.find('e') == std::string::npos || std::fabs(number) >= 1e15) return out;
    // Small numbers are written out: expressions know no exponents.
    char fixed[64];
    std::snprintf(fixed, sizeof fixed, "%.15f", number);
    out = fixed;
    while (out.back() == '0') out.pop_back();
    return out;
}

std::string shownDay(std::int64_t day, bool since1904) {
    using namespace std::chrono;
    // Excel's 1900 system counts a 29 February 1900 that never was; days before it are one off.
    const sys_days base = since1904 ? sys_days(year{1904} / 1 / 1) : sys_days(year{1899} / 12 / 30);
    const year_month_day date{base + days(!since1904 && day < 60 ? day + 1 : day)};
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return buffer;
}

std::string shownTime(std::int64_t seconds) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
    return buffer;
}

}  // namespace

NumberLook lookOfFormat(int id, std::string_view code) {
    if (id >= 14 && id <= 17) return NumberLook::Date;
    if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return NumberLook::Time;
    if (id == 22) return NumberLook::DateTime;
    if ((id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
        return NumberLook::Date;  // East Asian
    if (id >= 32 && id <= 35) return NumberLook::Time;
    bool day = false, clock = false, minutes = false;
    for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
        const char c = static_cast<char>(code[i] >= 'A' && code[i] <= 'Z' ? code[i] + 32 : code[i]);
        if (c == '"') {
            i = std::min(code.find('"', i + 1), code.size());
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == '[') {
            const auto end = std::min(code.find(']', i), code.size());
            const auto inside = code.substr(i + 1, end - i - 1);
            clock = clock || inside.find_first_not_of("hHmMsS") == std::string_view::npos;
            i = end;
        } else if (c == 'y' || c == 'd') {
            day = true;
        } else if (c == 'h' || c == 's') {
            clock = true;
        } else if (c == 'm') {
            minutes = true;
        } else if (c == 'g' || c == 'e' || c == '0' || c == '#' || c == '?') {
            if (c == 'g' || !day)
                return NumberLook::Plain;  // General, scientific or a plain number
        }
    }
    if (minutes && !clock) day = true;
    if (day) return clock ? NumberLook::DateTime : NumberLook::Date;
    return clock ? NumberLook::Time : NumberLook::Plain;
}

std::string shownNumber(std::string_view stored, NumberLook look, bool since1904) {
    double number = 0;
    auto [end, bad] = std::from_chars(stored.data(), stored.data() + stored.size(), number);
    if (bad != std::errc() || end != stored.data() + stored.size() || !std::isfinite(number))
        return std::string(stored);
    if (look == NumberLook::Plain || number < 0 || number >= kLastDay) return plainNumber(number);
    // To the second: a time is stored as a fraction that no double holds exactly.
    const auto seconds =
        static_cast<std::int64_t>(std::llround(number * static_cast<double>(kSecondsPerDay)));
    const std::int64_t day = seconds / kSecondsPerDay, rest = seconds % kSecondsPerDay;
    if (look == NumberLook::Time || (day == 0 && look == NumberLook::DateTime))
        return shownTime(rest);
    if (rest == 0) return shownDay(day, since1904);
    return shownDay(day, since1904) + "T" + shownTime(rest);
}

std::optional<CellPlace> parsePlace(std::string_view reference) {
    std::uint32_t column = 0, row = 0;
    std::size_t at = 0;
    for (; at < reference.size() && reference[at] >= 'A' && reference[at] <= 'Z'; ++at) {
        column = column * 26 + static_cast<std::uint32_t>(reference[at] - 'A' + 1);
        if (column > kMaxColumns) return {};
    }
    auto [end, bad] =
        std::from_chars(reference.data() + at, reference.data() + reference.size(), row);
    if (column == 0 || bad != std::errc() || end != reference.data() + reference.size()) return {};
    if (row == 0 || row > kMaxRows) return {};
    return CellPlace{row - 1, column - 1};
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        if (text[i] == '_' && i + 6 < text.size() && text[i + 1] == 'x' && text[i + 6] == '_') {
            const char* digits = text.data() + i + 2;
            auto [end, bad] = std::from_chars(digits, digits + 4, code, 16);
            if (bad == std::errc() && end == digits + 4 &&
                utf8proc_codepoint_valid(static_cast<int>(code))) {
                utf8proc_uint8_t bytes[4];
                auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
                if (code != '\r')
                    out.append(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(length));
                i += 6;
                continue;
            }
        }
        out += text[i];
    }
    return out;
}

}  // namespace sotay
