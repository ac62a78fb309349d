#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sotay::ui {

// Takes the first code point off `text`; U+FFFD for bytes that are none. `text` must not be empty.
std::uint32_t takeCodePoint(std::string_view& text);
void appendUtf8(std::string& text, std::uint32_t codePoint);

}  // namespace sotay::ui
