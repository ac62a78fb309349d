#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sotay {

// How a cell's number is shown: decided by the number format of its style.
enum class NumberLook : std::uint8_t { Plain, Date, Time, DateTime };

// Of the built-in number format `id`, or of a workbook's own format code such as "dd/mm/yyyy;@".
NumberLook lookOfFormat(int id, std::string_view code);

// A number as a spreadsheet shows it: "3" for 3.0, at most 15 digits, dates as 2026-11-22, times as
// 10:30:00 and both as 2026-11-22T10:30:00. What is no number is given back as it is.
std::string shownNumber(std::string_view stored, NumberLook look, bool since1904);

// "B7" as row 6, column 1. Nothing when it is no reference, or lies outside of what Excel can hold.
struct CellPlace {
    std::uint32_t row = 0, column = 0;
};
std::optional<CellPlace> parsePlace(std::string_view reference);
constexpr std::uint32_t kMaxRows = 1048576, kMaxColumns = 16384;

// Undoes the escapes of characters that XML cannot hold: "_x000D_".
std::string unescaped(std::string_view text);

}  // namespace sotay
