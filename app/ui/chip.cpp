#include <algorithm>
#include <cmath>
#include <string>

#include "app/ui/button.h"
#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

constexpr float kChipHeight = 24;
constexpr float kChipPadding = 10;

float chipPixels(std::string_view label) {
    return textWidth(TextStyle::SecondaryMedium, label) + 2 * context().px(kChipPadding);
}

}  // namespace

void drawChip(const Rect& rect, std::string_view label, Tone tone, float deepen) {
    const Context& ui = context();
    const Color ground =
        colorOf(ui.mode(), softOf(tone)).mixed(colorOf(ui.mode(), strongOf(tone)), deepen);
    fillRect(rect, ground.packed(), std::min(rect.height / 2, ui.px(12)));
    const float width = textWidth(TextStyle::SecondaryMedium, label);
    drawText({rect.x + (rect.width - width) / 2,
              rect.y + (rect.height - lineHeight(TextStyle::SecondaryMedium)) / 2},
             TextStyle::SecondaryMedium, ui.color(strongOf(tone)), label);
}

float chipWidth(std::string_view label) { return chipPixels(label) / context().scale(); }

void chip(std::string_view label, Tone tone, std::string_view key) {
    Context& ui = context();
    const float width = chipPixels(label);
    const ImVec2 at = place(width, ui.px(kChipHeight));
    const Rect rect{at.x, at.y, width, ui.px(kChipHeight)};
    drawChip(rect, label, tone, 0);
    ImGui::Dummy(ImVec2(rect.width, rect.height));
    if (key.empty()) return;
    Item item;
    item.rect = rect;
    item.text = label;
    ui.add(key, std::move(item));
}

bool chipButton(std::string_view key, std::string_view label, Tone tone) {
    const Context& ui = context();
    Reach reach;
    reach.text = label;
    const Interaction what = interact(key, chipPixels(label), ui.px(kChipHeight), reach);
    drawChip(what.rect, label, tone, what.held ? 0.16F : what.hovered ? 0.08F : 0.0F);
    if (what.ringed) drawRing(what.rect, ui.px(12));
    return what.tapped;
}

std::optional<std::size_t> segmented(std::string_view key, std::span<const std::string_view> labels,
                                     std::size_t chosen) {
    Context& ui = context();
    std::optional<std::size_t> picked;
    float width = 0;
    const auto segment = [&](std::size_t i) {
        return std::ceil(textWidth(TextStyle::BodyMedium, labels[i]) + 2 * ui.px(space::k3));
    };
    for (std::size_t i = 0; i < labels.size(); ++i) width += segment(i);
    const float height = ui.px(size::kControl);
    const ImVec2 at = place(width, height);
    const Rect all{at.x, at.y, width, height};
    const float radius = ui.px(size::kControlRadius);
    fillRect(all, ui.color(Token::Surface), radius);

    Focus& focus = ui.focus();
    focus.report({std::string(key), 0, false, true});
    const bool focused = focus.has(key);
    float x = at.x;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        Reach reach;
        reach.byTab = false;
        reach.text = labels[i];
        reach.selected = i == chosen;
        const Rect part{x, at.y, segment(i), height};
        const Interaction what =
            interactAt(std::string(key) + "." + std::to_string(i), part, reach);
        if (what.held) focus.set(key, false);
        if (what.clicked && i != chosen) picked = i;
        if (i == chosen)
            fillRect({part.x + ui.px(3), part.y + ui.px(3), part.width - ui.px(6),
                      part.height - ui.px(6)},
                     ui.color(Token::PrimarySoft), radius - ui.px(2));
        drawText(
            {part.x + ui.px(space::k3), part.y + (height - lineHeight(TextStyle::BodyMedium)) / 2},
            TextStyle::BodyMedium,
            ui.color(i == chosen    ? Token::Primary
                     : what.hovered ? Token::Ink
                                    : Token::Muted),
            labels[i]);
        x += part.width;
    }
    strokeRect(all, ui.color(Token::Line), radius, 1);
    if (focus.isRinged(key)) drawRing(all, radius);
    if (focused) {
        if (ui.take({Key::Right}) && chosen + 1 < labels.size()) picked = chosen + 1;
        if (ui.take({Key::Left}) && chosen > 0) picked = chosen - 1;
        if (ui.take({Key::Enter})) focus.next();
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, height));
    Item item;
    item.rect = all;
    item.text = chosen < labels.size() ? labels[chosen] : std::string_view();
    ui.add(key, std::move(item));
    return picked;
}

bool listEntry(std::string_view key, const ListEntry& entry) {
    const Context& ui = context();
    const bool hasDetail = !entry.detail.empty();
    const float height = ui.px(hasDetail ? 64 : 36);
    const float width = ui.px(availableWidth());
    Reach reach;
    reach.text = entry.label;
    reach.selected = entry.selected;
    const Interaction what = interact(key, width, height, reach);
    const float radius = ui.px(size::kControlRadius);
    if (entry.selected)
        fillRect(what.rect, ui.color(Token::PrimarySoft), radius);
    else if (what.hovered)
        fillRect(what.rect, ui.color(Token::Sunken, 0.7F), radius);

    const float padding = ui.px(space::k3);
    const float badge = entry.badge.empty() ? 0 : chipPixels(entry.badge);
    const float room = width - 2 * padding - (badge > 0 ? badge + ui.px(space::k2) : 0);
    const TextStyle style = entry.selected ? TextStyle::BodyStrong : TextStyle::Body;
    const float lines = lineHeight(style) + (hasDetail ? lineHeight(TextStyle::Secondary) : 0);
    float y = what.rect.y + (height - lines) / 2;
    drawText({what.rect.x + padding, y}, style,
             ui.color(entry.selected ? Token::Primary : Token::Ink), entry.label, room);
    y += lineHeight(style);
    if (hasDetail)
        drawText({what.rect.x + padding, y}, TextStyle::Secondary, ui.color(Token::Muted),
                 entry.detail, room);
    if (badge > 0)
        drawChip({what.rect.right() - padding - badge,
                  what.rect.y + (height - ui.px(kChipHeight)) / 2, badge, ui.px(kChipHeight)},
                 entry.badge, entry.badgeTone, 0);
    if (what.ringed)
        drawRing({what.rect.x + ui.px(3), what.rect.y + ui.px(3), what.rect.width - ui.px(6),
                  what.rect.height - ui.px(6)},
                 radius);
    return what.tapped;
}

}  // namespace sotay::ui
