#include "app/ui/theme.h"

#include <cmath>

namespace sotay::ui {

namespace {

constexpr Color hex(std::uint32_t rgb) {
    return {static_cast<std::uint8_t>(rgb >> 16), static_cast<std::uint8_t>(rgb >> 8 & 0xFF),
            static_cast<std::uint8_t>(rgb & 0xFF)};
}

constexpr Palette kLight = {
    hex(0xF5F6F4), hex(0xFFFFFF), hex(0xECEFEC), hex(0xD5DBD6), hex(0x17211C), hex(0x55625B),
    hex(0x1B6B50), hex(0xFFFFFF), hex(0xDCEEE6), hex(0x8A5300), hex(0xFCEFD6), hex(0xB3261E),
    hex(0xFBE4E2), hex(0x1D5B99), hex(0xE1ECF7), hex(0x7B3A8C), hex(0xF2E6F5),
};
constexpr Palette kDark = {
    hex(0x121714), hex(0x1A211D), hex(0x0D110F), hex(0x35403A), hex(0xE8EEEA), hex(0xA3B0A8),
    hex(0x5CC79F), hex(0x06231A), hex(0x163B2E), hex(0xF0B95B), hex(0x3A2B0E), hex(0xFF8A80),
    hex(0x451A17), hex(0x85B8F0), hex(0x15293D), hex(0xD9A3E6), hex(0x33203A),
};

constexpr Pairing kPairings[] = {
    {Token::Ink, Token::Page},          {Token::Ink, Token::Surface},
    {Token::Ink, Token::Sunken},        {Token::Ink, Token::PrimarySoft},
    {Token::Ink, Token::WarningSoft},   {Token::Ink, Token::ErrorSoft},
    {Token::Ink, Token::SideASoft},     {Token::Ink, Token::SideBSoft},
    {Token::Muted, Token::Page},        {Token::Muted, Token::Surface},
    {Token::Muted, Token::Sunken},      {Token::Muted, Token::PrimarySoft},
    {Token::Muted, Token::SideASoft},   {Token::Muted, Token::SideBSoft},
    {Token::Primary, Token::Page},      {Token::Primary, Token::Surface},
    {Token::Primary, Token::Sunken},    {Token::Primary, Token::PrimarySoft},
    {Token::OnPrimary, Token::Primary}, {Token::Surface, Token::Error},
    {Token::Warning, Token::Surface},   {Token::Warning, Token::WarningSoft},
    {Token::Error, Token::Page},        {Token::Error, Token::Surface},
    {Token::Error, Token::ErrorSoft},   {Token::SideA, Token::Surface},
    {Token::SideA, Token::SideASoft},   {Token::SideB, Token::Surface},
    {Token::SideB, Token::SideBSoft},
};

double linear(std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Color color) {
    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

}  // namespace

std::uint32_t Color::packed(float alpha) const {
    const auto a = static_cast<std::uint32_t>(std::lround(alpha * 255.0F));
    return a << 24 | static_cast<std::uint32_t>(b) << 16 | static_cast<std::uint32_t>(g) << 8 | r;
}

Color Color::mixed(Color other, float part) const {
    const auto mix = [part](std::uint8_t from, std::uint8_t to) {
        const float value =
            static_cast<float>(from) + (static_cast<float>(to) - static_cast<float>(from)) * part;
        return static_cast<std::uint8_t>(std::lround(value));
    };
    return {mix(r, other.r), mix(g, other.g), mix(b, other.b)};
}

double contrast(Color a, Color b) {
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

const Palette& paletteOf(Mode mode) { return mode == Mode::Light ? kLight : kDark; }

Color colorOf(Mode mode, Token token) { return paletteOf(mode)[static_cast<std::size_t>(token)]; }

Token strongOf(Tone tone) {
    switch (tone) {
        case Tone::Primary:
            return Token::Primary;
        case Tone::Warning:
            return Token::Warning;
        case Tone::Error:
            return Token::Error;
        case Tone::SideA:
            return Token::SideA;
        case Tone::SideB:
            return Token::SideB;
        case Tone::Neutral:
            break;
    }
    return Token::Muted;
}

Token softOf(Tone tone) {
    switch (tone) {
        case Tone::Primary:
            return Token::PrimarySoft;
        case Tone::Warning:
            return Token::WarningSoft;
        case Tone::Error:
            return Token::ErrorSoft;
        case Tone::SideA:
            return Token::SideASoft;
        case Tone::SideB:
            return Token::SideBSoft;
        case Tone::Neutral:
            break;
    }
    return Token::Sunken;
}

std::span<const Pairing> pairings() { return kPairings; }

std::string_view nameOf(Token token) {
    constexpr std::string_view kNames[] = {
        "page",      "surface",   "sunken",      "line",    "ink",         "muted",
        "primary",   "onPrimary", "primarySoft", "warning", "warningSoft", "error",
        "errorSoft", "sideA",     "sideASoft",   "sideB",   "sideBSoft"};
    return kNames[static_cast<std::size_t>(token)];
}

}  // namespace sotay::ui
