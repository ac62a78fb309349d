#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "app/ui/fonts.h"
#include "app/ui/theme.h"

namespace sotay::ui {

// Text in the flow of the screen. `key` is optional everywhere: give it when a test should read it.
struct TextOptions {
    TextStyle style = TextStyle::Body;
    Token color = Token::Ink;
    std::string_view key = {};
};

// Wraps at the width that is available.
void text(std::string_view words, const TextOptions& options = {});
// One line; ends with an ellipsis where there is no room. `width` in design pixels, 0 = what is
// left.
void textLine(std::string_view words, const TextOptions& options = {}, float width = 0);
// Facts with a dot between them, as many on a line as fit: no line ends with the dot. The
// lines' keys are `key`.0, `key`.1...
void textFacts(std::span<const std::string> facts, const TextOptions& options = {});
// The usual ones.
void mutedText(std::string_view words);     // 13 muted: hints, secondary facts
void sectionTitle(std::string_view words);  // 17 semibold
// An icon of icons.h, 20 px, in the flow.
void icon(const char* glyph, Token color = Token::Ink);

// For widgets that place things themselves, in screen pixels.
struct Point {
    float x = 0, y = 0;
};
// Draws one line with its line height's box starting at `at`. Returns its width. With `maxWidth` >=
// 0 it is cut with an ellipsis.
float drawText(Point at, TextStyle style, std::uint32_t color, std::string_view words,
               float maxWidth = -1);
// Wrapped at `width`; returns the height (line height times lines).
float drawWrapped(Point at, TextStyle style, std::uint32_t color, std::string_view words,
                  float width);
// The same with each line centred in `width`.
float drawCentred(Point at, TextStyle style, std::uint32_t color, std::string_view words,
                  float width);
float wrappedHeight(TextStyle style, std::string_view words, float width);
float textWidth(TextStyle style, std::string_view words);
float lineHeight(TextStyle style);
// Centred on `middle`, 20 px; the small one 16 px.
void drawIcon(Point middle, const char* glyph, std::uint32_t color);
void drawSmallIcon(Point middle, const char* glyph, std::uint32_t color);

// "9450000" -> "9.450.000", "9.45" -> "9,45"; anything that is no number stays as it is.
std::string showNumber(std::string_view canonical);
// What a person typed, thousands and decimals in either habit, to the canonical spelling; text that
// is no number stays as typed, for validation to complain about.
std::string canonicalNumber(std::string_view typed);
// "2026-10-31" <-> "31/10/2026"; also reads 31.10.2026, 31-10-26, 31102026. Others stay as they
// are.
std::string showDate(std::string_view iso);
std::string canonicalDate(std::string_view typed);

}  // namespace sotay::ui
