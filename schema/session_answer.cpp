#include "schema/session_answer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "schema/value.h"

namespace sotay {
namespace {

bool isDigits(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
    }
    return true;
}

int toInt(std::string_view digits) {
    int number = -1;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(mark);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    for (const auto part : split(text, ' ')) {
        if (!part.empty()) out.push_back(part);
    }
    return out;
}

bool isDay(int year, int month, int day) {
    static constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    const bool isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && isLeap ? 1 : 0);
}

std::string padded(int number, std::size_t width) {
    auto text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// 2026-11-22, and 22/11/2026 as it is written in Vietnam.
std::optional<std::string> readDate(std::string_view text) {
    auto parts = split(text, '-');
    if (parts.size() != 3) {
        parts = split(text, '/');
        if (parts.size() != 3) return std::nullopt;
        std::swap(parts[0], parts[2]);
    }
    for (const auto part : parts) {
        if (!isDigits(part) || part.size() > 4) return std::nullopt;
    }
    if (parts[0].size() != 4) return std::nullopt;
    const int year = toInt(parts[0]), month = toInt(parts[1]), day = toInt(parts[2]);
    if (!isDay(year, month, day)) return std::nullopt;
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2);
}

bool isZone(std::string_view text) {
    if (text.empty() || text == "Z") return true;
    if (text.front() != '+' && text.front() != '-') return false;
    const auto parts = split(text.substr(1), ':');
    if (parts.size() > 2) return false;
    for (const auto part : parts) {
        if (!isDigits(part) || part.size() > 4) return false;
    }
    return true;
}

// 8:30, 08:30:15, 08:30:15.250, each with or without a zone; seconds are always written.
std::optional<std::string> readTime(std::string_view text) {
    const auto zoneAt = text.find_first_of("Z+-");
    const auto zone = zoneAt == std::string_view::npos ? std::string_view() : text.substr(zoneAt);
    const auto parts = split(text.substr(0, zoneAt), ':');
    if (parts.size() < 2 || parts.size() > 3 || !isZone(zone)) return std::nullopt;
    const auto seconds = split(parts.size() == 3 ? parts[2] : std::string_view("00"), '.');
    if (seconds.size() > 2 || (seconds.size() == 2 && !isDigits(seconds[1]))) return std::nullopt;
    for (const auto part : {parts[0], parts[1], seconds[0]}) {
        if (!isDigits(part) || part.size() > 2) return std::nullopt;
    }
    const int hour = toInt(parts[0]), minute = toInt(parts[1]), second = toInt(seconds[0]);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    std::string time = padded(hour, 2) + ":" + padded(minute, 2) + ":" + padded(second, 2);
    if (seconds.size() == 2) time += "." + std::string(seconds[1]);
    return time + std::string(zone);
}

std::optional<std::string> readDateTime(std::string_view text) {
    const auto at = text.find_first_of("T ");
    const auto date = readDate(text.substr(0, at));
    if (!date) return std::nullopt;
    if (at == std::string_view::npos) return *date + "T00:00:00";
    const auto time = readTime(text.substr(at + 1));
    if (!time) return std::nullopt;
    return *date + "T" + *time;
}

std::optional<std::string> readPoint(std::string_view text) {
    const auto parts = words(text);
    if (parts.size() < 2 || parts.size() > 4) return std::nullopt;
    std::string point;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        double number = 0;
        const auto read =
            std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), number);
        if (read.ec != std::errc() || read.ptr != parts[i].data() + parts[i].size())
            return std::nullopt;
        if (i == 0 && std::abs(number) > 90) return std::nullopt;
        if (i == 1 && std::abs(number) > 180) return std::nullopt;
        if (!std::isfinite(number)) return std::nullopt;
        if (i > 0) point += ' ';
        point += parts[i];
    }
    return point;
}

std::optional<std::string> readPoints(std::string_view text, std::size_t atLeast) {
    std::string line;
    std::vector<std::string> points;
    for (const auto part : split(text, ';')) {
        if (words(part).empty()) continue;
        const auto point = readPoint(part);
        if (!point) return std::nullopt;
        if (!line.empty()) line += ";";
        line += *point;
        points.push_back(*point);
    }
    if (points.size() < atLeast) return std::nullopt;
    if (atLeast > 2 && points.front() != points.back()) return std::nullopt;
    return line;
}

std::optional<std::string> readNumber(ValueType type, std::string_view text) {
    const auto value = parseValue(type, text);
    if (!value.ok()) return std::nullopt;
    return (*value).toString();
}

bool isWholeRange(const Node& node) {
    for (const char* name : {"start", "end", "step"}) {
        const auto found = node.parameter.find(name);
        if (found != node.parameter.end() && found->second.find('.') != std::string::npos)
            return false;
    }
    return true;
}

}  // namespace

std::optional<std::string> readAnswer(const Node& node, std::string_view typed) {
    const auto text = normaliseText(typed);
    if (text.empty()) return text;
    switch (node.type) {
        case QuestionType::Integer:
            return readNumber(ValueType::Integer, text);
        case QuestionType::Decimal:
            return readNumber(ValueType::Decimal, text);
        case QuestionType::Range:
            return readNumber(isWholeRange(node) ? ValueType::Integer : ValueType::Decimal, text);
        case QuestionType::Date:
            return readDate(text.substr(0, text.find('T')));
        case QuestionType::Time:
            return readTime(text);
        case QuestionType::DateTime:
            return readDateTime(text);
        case QuestionType::GeoPoint:
        case QuestionType::StartGeoPoint:
            return readPoint(text);
        case QuestionType::GeoTrace:
            return readPoints(text, 2);
        case QuestionType::GeoShape:
            return readPoints(text, 4);
        case QuestionType::Acknowledge: {
            const auto folded = foldText(text);
            if (folded == "ok" || folded == "yes" || folded == "true" || folded == "1") return "OK";
            return std::nullopt;
        }
        default:
            return text;
    }
}

std::string writeResult(const Node& node, const XValue& value, const XHost& host) {
    if (value.type == XValue::Type::Boolean) return value.boolean ? "true" : "false";
    if (value.type == XValue::Type::Number && std::isnan(value.number)) return {};
    const auto text = toString(value, host);
    const bool isWhole = node.type == QuestionType::Integer;
    if (isWhole) {
        const double number = toNumber(value, host);
        if (std::isnan(number)) return {};
        if (std::abs(number) < 9e15) return std::to_string(static_cast<std::int64_t>(number));
    }
    if (node.type == QuestionType::Calculate || node.type == QuestionType::Text) return text;
    const auto read = readAnswer(node, text);
    return read ? *read : text;
}

bool isInRange(const Node& node, const std::string& answer) {
    const auto numberOf = [&](const char* name, double fallback) {
        const auto found = node.parameter.find(name);
        const auto number =
            found == node.parameter.end() ? std::nullopt : Decimal::parse(found->second);
        return number ? number->toDouble() : fallback;
    };
    const auto parsed = Decimal::parse(answer);
    if (!parsed) return false;
    const double number = parsed->toDouble(), start = numberOf("start", 1),
                 end = numberOf("end", 10);
    const double step = std::abs(numberOf("step", 1));
    if (number < std::min(start, end) || number > std::max(start, end)) return false;
    const double steps = step > 0 ? (number - start) / step : 0;
    return std::abs(steps - std::round(steps)) < 1e-6;
}

}  // namespace sotay
