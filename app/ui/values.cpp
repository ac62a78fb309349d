#include <algorithm>
#include <array>
#include <charconv>

#include "app/ui/text.h"

namespace sotay::ui {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool allDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), isDigit);
}

// "-12.345" as sign, digits before and after the point; false when it is no plain decimal.
struct Decimal {
    std::string_view sign, whole, fraction;
    bool hasPoint = false;
};

bool readDecimal(std::string_view text, Decimal& out) {
    if (!text.empty() && text[0] == '-') {
        out.sign = text.substr(0, 1);
        text.remove_prefix(1);
    }
    const std::size_t point = text.find('.');
    out.whole = text.substr(0, point);
    out.hasPoint = point != std::string_view::npos;
    if (out.hasPoint) out.fraction = text.substr(point + 1);
    return allDigits(out.whole) && (!out.hasPoint || allDigits(out.fraction));
}

// Dots between groups of three ("9.450.000") separate thousands; anything else is a decimal point.
bool areThousands(std::string_view text) {
    if (!text.empty() && text[0] == '-') text.remove_prefix(1);
    const std::size_t first = text.find('.');
    if (first == std::string_view::npos || first == 0 || first > 3) return false;
    if (text[0] == '0') return false;  // 0.125 is a decimal in any habit
    for (std::size_t i = first; i < text.size(); i += 4) {
        if (text[i] != '.' || i + 3 >= text.size() || !allDigits(text.substr(i + 1, 3)))
            return false;
    }
    return true;
}

void drop(std::string& text, char c) {
    text.erase(std::remove(text.begin(), text.end(), c), text.end());
}

int daysIn(int year, int month) {
    constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

int numberOf(std::string_view digits) {
    int number = -1;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

void appendPadded(std::string& out, int number, std::size_t width) {
    const std::string digits = std::to_string(number);
    out.append(width > digits.size() ? width - digits.size() : 0, '0');
    out += digits;
}

}  // namespace

std::string showNumber(std::string_view canonical) {
    Decimal number;
    if (!readDecimal(canonical, number)) return std::string(canonical);
    std::string shown(number.sign);
    for (std::size_t i = 0; i < number.whole.size(); ++i) {
        if (i > 0 && (number.whole.size() - i) % 3 == 0) shown += '.';
        shown += number.whole[i];
    }
    if (number.hasPoint) {
        shown += ',';
        shown += number.fraction;
    }
    return shown;
}

std::string canonicalNumber(std::string_view typed) {
    std::string text(typed);
    // The no-break space of spreadsheets.
    for (std::size_t at = text.find("\xC2\xA0"); at != std::string::npos;
         at = text.find("\xC2\xA0"))
        text.erase(at, 2);
    drop(text, ' ');
    const std::size_t comma = text.rfind(',');
    if (comma != std::string::npos) {
        const std::size_t dot = text.rfind('.');
        if (dot != std::string::npos && dot > comma) {
            drop(text, ',');  // 1,234.5
        } else {
            drop(text, '.');  // 1.234,5
            std::replace(text.begin(), text.end(), ',', '.');
        }
    } else if (areThousands(text)) {
        drop(text, '.');
    }
    Decimal number;
    if (!readDecimal(text, number)) return std::string(typed);
    std::string_view whole = number.whole;
    while (whole.size() > 1 && whole[0] == '0') whole.remove_prefix(1);
    std::string canonical(number.sign);
    canonical += whole;
    if (number.hasPoint) {
        canonical += '.';
        canonical += number.fraction;
    }
    return canonical;
}

std::string showDate(std::string_view iso) {
    if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-' || !allDigits(iso.substr(0, 4)) ||
        !allDigits(iso.substr(5, 2)) || !allDigits(iso.substr(8, 2)))
        return std::string(iso);
    std::string shown(iso.substr(8, 2));
    shown += '/';
    shown += iso.substr(5, 2);
    shown += '/';
    shown += iso.substr(0, 4);
    return shown;
}

std::string canonicalDate(std::string_view typed) {
    std::array<std::string_view, 3> parts;
    std::size_t count = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= typed.size(); ++i) {
        const bool atEnd = i == typed.size();
        if (!atEnd && isDigit(typed[i])) continue;
        const bool separates =
            atEnd || typed[i] == '/' || typed[i] == '.' || typed[i] == '-' || typed[i] == ' ';
        if (!separates || count == parts.size()) return std::string(typed);
        if (i > start) parts[count++] = typed.substr(start, i - start);
        start = i + 1;
    }
    if (count == 1 && (parts[0].size() == 8 || parts[0].size() == 6)) {
        const std::string_view all = parts[0];
        parts = {all.substr(0, 2), all.substr(2, 2), all.substr(4)};
        count = 3;
    }
    if (count != 3) return std::string(typed);
    if (parts[0].size() == 4) std::swap(parts[0], parts[2]);  // 2026-10-31
    for (const std::string_view part : parts)
        if (part.size() > 4) return std::string(typed);
    const int day = numberOf(parts[0]);
    const int month = numberOf(parts[1]);
    int year = numberOf(parts[2]);
    if (parts[2].size() <= 2) year += year < 50 ? 2000 : 1900;
    if (year < 1000 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month))
        return std::string(typed);
    std::string iso;
    appendPadded(iso, year, 4);
    iso += '-';
    appendPadded(iso, month, 2);
    iso += '-';
    appendPadded(iso, day, 2);
    return iso;
}

}  // namespace sotay::ui
