#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sotay::ui {

enum class Mode { Light, Dark };

// What a colour is for. Widgets name tokens, never numbers, so that light and dark cannot drift
// apart.
enum class Token : std::uint8_t {
    Page,
    Surface,
    Sunken,
    Line,
    Ink,
    Muted,
    Primary,
    OnPrimary,
    PrimarySoft,
    Warning,
    WarningSoft,
    Error,
    ErrorSoft,
    SideA,
    SideASoft,
    SideB,
    SideBSoft,
    Count
};

// What something wants to say; each tone is a strong colour and a soft one to stand on.
enum class Tone : std::uint8_t { Neutral, Primary, Warning, Error, SideA, SideB };

struct Color {
    std::uint8_t r = 0, g = 0, b = 0;

    // As ImGui's draw lists take it.
    std::uint32_t packed(float alpha = 1.0F) const;
    // `part` of `other` mixed in, 0 to 1.
    Color mixed(Color other, float part) const;
    friend bool operator==(const Color&, const Color&) = default;
};

// WCAG 2 contrast ratio, 1 to 21.
double contrast(Color a, Color b);

using Palette = std::array<Color, static_cast<std::size_t>(Token::Count)>;
const Palette& paletteOf(Mode mode);
Color colorOf(Mode mode, Token token);

// The text colour of a tone and the soft ground under it.
Token strongOf(Tone tone);
Token softOf(Tone tone);

// Every text colour with every ground that some widget puts it on; all must reach 4.5 : 1.
struct Pairing {
    Token text;
    Token ground;
};
std::span<const Pairing> pairings();
std::string_view nameOf(Token token);

// Measures in design pixels; the scale setting multiplies them (Context::px).
namespace space {
inline constexpr float k1 = 4, k2 = 8, k3 = 12, k4 = 16, k6 = 24;
}
namespace size {
inline constexpr float kControl = 36, kRow = 39, kRailEntry = 40, kRail = 208, kRailNarrow = 56;
inline constexpr float kStatusBar = 32, kControlRadius = 8, kCardRadius = 12, kHairline = 1;
inline constexpr float kRing = 2, kIcon = 20, kTrack = 6, kMargin = 24, kNarrowBelow = 1200;
}  // namespace size

}  // namespace sotay::ui
