#include "app/ui/button.h"

#include <algorithm>
#include <cmath>

#include "app/ui/icons.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

constexpr float kHintPadding = 5;
constexpr float kHintHeight = 18;

float hintWidth(std::string_view keys) {
    if (keys.empty()) return 0;
    return textWidth(TextStyle::Secondary, keys) + 2 * context().px(kHintPadding);
}

// `left` and the middle line of where it goes.
void drawHint(Point left, std::string_view keys, std::uint32_t ink, std::uint32_t edge,
              std::uint32_t ground) {
    const Context& ui = context();
    const float height = ui.px(kHintHeight);
    const Rect box{std::round(left.x), std::round(left.y - height / 2), hintWidth(keys), height};
    fillRect(box, ground, ui.px(4));
    strokeRect(box, edge, ui.px(4), 1);
    drawText({box.x + ui.px(kHintPadding), box.y + (height - lineHeight(TextStyle::Secondary)) / 2},
             TextStyle::Secondary, ink, keys);
}

struct ButtonColors {
    std::uint32_t ground = 0, edge = 0, ink = 0, hintEdge = 0, hintInk = 0, hintGround = 0;
};

Color blend(Token base, Token other, float part) {
    const Mode mode = context().mode();
    return colorOf(mode, base).mixed(colorOf(mode, other), part);
}

ButtonColors colorsOf(const ButtonOptions& options, const Interaction& what) {
    const Context& ui = context();
    const float press = what.held ? 0.16F : what.hovered ? 0.08F : 0.0F;
    ButtonColors colors;
    if (!options.enabled) {
        // Still legible: what cannot be done now has to be readable to be understood.
        const bool isQuiet = options.emphasis == Emphasis::Quiet;
        colors.ground = ui.color(Token::Sunken, isQuiet ? 0.0F : 1.0F);
        colors.edge = ui.color(Token::Line, isQuiet ? 0.0F : 1.0F);
        colors.ink = ui.color(Token::Muted);
        colors.hintEdge = ui.color(Token::Line);
        colors.hintInk = colors.ink;
        return colors;
    }
    switch (options.emphasis) {
        case Emphasis::Primary:
            colors.ground = blend(Token::Primary, Token::Ink, press).packed();
            colors.edge = colors.ground;
            colors.ink = ui.color(Token::OnPrimary);
            colors.hintEdge = ui.color(Token::OnPrimary, 0.65F);
            colors.hintInk = colors.ink;
            break;
        case Emphasis::Danger:
            colors.ground = blend(Token::Error, Token::Ink, press).packed();
            colors.edge = colors.ground;
            colors.ink = ui.color(Token::Surface);
            colors.hintEdge = ui.color(Token::Surface, 0.65F);
            colors.hintInk = colors.ink;
            break;
        case Emphasis::Ordinary:
            colors.ground = blend(Token::Surface, Token::Sunken,
                                  what.held      ? 1.0F
                                  : what.hovered ? 0.6F
                                                 : 0.0F)
                                .packed();
            colors.edge =
                what.hovered || what.held ? ui.color(Token::Muted) : ui.color(Token::Line);
            colors.ink = ui.color(Token::Ink);
            colors.hintEdge = ui.color(Token::Line);
            colors.hintInk = ui.color(Token::Muted);
            colors.hintGround = ui.color(Token::Page);
            break;
        case Emphasis::Quiet:
            colors.ground = ui.color(Token::PrimarySoft, what.held      ? 1.0F
                                                         : what.hovered ? 0.6F
                                                                        : 0.0F);
            colors.ink = ui.color(Token::Primary);
            colors.hintEdge = ui.color(Token::Line);
            colors.hintInk = ui.color(Token::Muted);
            break;
    }
    return colors;
}

float contentWidth(std::string_view label, const ButtonOptions& options) {
    const Context& ui = context();
    float width = textWidth(TextStyle::BodyMedium, label);
    if (options.icon != nullptr) width += ui.px(size::kIcon + 6);
    if (!options.shortcut.empty()) width += ui.px(6) + hintWidth(options.shortcut);
    return width;
}

float paddingOf(const ButtonOptions& options) {
    return context().px(options.emphasis == Emphasis::Quiet ? space::k2 : space::k4);
}

}  // namespace

float buttonWidth(std::string_view label, const ButtonOptions& options) {
    if (options.width > 0) return options.width;
    const float pixels = contentWidth(label, options) + 2 * paddingOf(options) + 2;
    return std::ceil(pixels) / context().scale();
}

bool button(std::string_view key, std::string_view label, const ButtonOptions& options) {
    const Context& ui = context();
    Reach reach;
    reach.enabled = options.enabled;
    reach.text = label;
    const Interaction what =
        interact(key, ui.px(buttonWidth(label, options)), ui.px(size::kControl), reach);
    const ButtonColors colors = colorsOf(options, what);
    const float radius = ui.px(size::kControlRadius);
    fillRect(what.rect, colors.ground, radius);
    if (colors.edge != 0) strokeRect(what.rect, colors.edge, radius, 1);

    const float middle = what.rect.y + what.rect.height / 2;
    float x = what.rect.x + (what.rect.width - contentWidth(label, options)) / 2;
    if (options.icon != nullptr) {
        drawIcon({x + ui.px(size::kIcon) / 2, middle}, options.icon, colors.ink);
        x += ui.px(size::kIcon + 6);
    }
    x += drawText({x, middle - lineHeight(TextStyle::BodyMedium) / 2}, TextStyle::BodyMedium,
                  colors.ink, label);
    if (!options.shortcut.empty())
        drawHint({x + ui.px(6), middle}, options.shortcut, colors.hintInk, colors.hintEdge,
                 colors.hintGround);
    if (what.ringed) drawRing(what.rect, radius);
    return what.tapped || (options.enabled && takeShortcut(options.shortcut));
}

bool iconButton(std::string_view key, const char* glyph, std::string_view label, bool enabled) {
    const Context& ui = context();
    Reach reach;
    reach.enabled = enabled;
    reach.text = label;
    const float side = ui.px(size::kControl);
    const Interaction what = interact(key, side, side, reach);
    const float radius = ui.px(size::kControlRadius);
    if (what.hovered || what.held)
        fillRect(what.rect, ui.color(Token::Sunken, what.held ? 1.0F : 0.7F), radius);
    drawIcon({what.rect.x + side / 2, what.rect.y + side / 2}, glyph,
             ui.color(enabled ? Token::Ink : Token::Muted, enabled ? 1.0F : 0.6F));
    if (what.ringed) drawRing(what.rect, radius);
    return what.tapped;
}

bool textLink(std::string_view key, std::string_view label) {
    const Context& ui = context();
    Reach reach;
    reach.text = label;
    const float width = textWidth(TextStyle::Body, label);
    const Interaction what = interact(key, width, lineHeight(TextStyle::Body), reach);
    drawText({what.rect.x, what.rect.y}, TextStyle::Body, ui.color(Token::Primary), label);
    if (what.hovered) {
        const float y = what.rect.bottom() - ui.px(3);
        fillRect({what.rect.x, y, width, std::max(1.0F, std::floor(ui.scale()))},
                 ui.color(Token::Primary), 0);
    }
    if (what.ringed) drawRing(what.rect, ui.px(4));
    return what.tapped;
}

bool backLink(std::string_view key, std::string_view label, std::string_view shortcut) {
    const Context& ui = context();
    Reach reach;
    reach.text = label;
    const float lead = ui.px(24);
    const Interaction what =
        interact(key, lead + textWidth(TextStyle::BodyMedium, label), ui.px(space::k6), reach);
    const std::uint32_t color =
        blend(Token::Primary, Token::Ink, what.hovered ? 0.4F : 0.0F).packed();
    const float middle = what.rect.y + what.rect.height / 2;
    drawIcon({what.rect.x + ui.px(10), middle}, icons::kBack, color);
    drawText({what.rect.x + lead, middle - lineHeight(TextStyle::BodyMedium) / 2},
             TextStyle::BodyMedium, color, label);
    if (what.ringed) drawRing(what.rect, ui.px(4));
    return what.tapped || takeShortcut(shortcut);
}

void keyHint(std::string_view keys) {
    const Context& ui = context();
    const ImVec2 at = place(hintWidth(keys), ui.px(kHintHeight));
    drawHint({at.x, at.y + ui.px(kHintHeight) / 2}, keys, ui.color(Token::Muted),
             ui.color(Token::Line), ui.color(Token::Page));
    ImGui::Dummy(ImVec2(hintWidth(keys), ui.px(kHintHeight)));
}

}  // namespace sotay::ui
