#include "app/ui/frame.h"

#include <algorithm>
#include <cmath>

#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

constexpr float kBottomMargin = 28;

std::string countWords(long count) { return count > 999 ? "999+" : std::to_string(count); }

void drawCount(const RailEntry& entry, const Rect& rect, bool narrow) {
    const Context& ui = context();
    const std::string words = countWords(entry.count);
    if (narrow) {
        const float side = ui.px(18);
        const float width = std::max(side, textWidth(TextStyle::SecondaryMedium, words) + ui.px(8));
        drawChip({rect.right() - width + ui.px(2), rect.y + ui.px(1), width, side}, words,
                 Tone::Warning, 0);
        return;
    }
    const float width =
        std::max(ui.px(24), textWidth(TextStyle::SecondaryMedium, words) + ui.px(14));
    drawChip({rect.right() - ui.px(space::k3) - width, rect.y + (rect.height - ui.px(20)) / 2,
              width, ui.px(20)},
             words, Tone::Warning, 0);
}

bool drawEntry(const RailEntry& entry, const Rect& rect, bool narrow) {
    const Context& ui = context();
    Reach reach;
    reach.text = entry.label;
    reach.selected = entry.selected;
    const Interaction what = interactAt(entry.key, rect, reach);
    const float radius = ui.px(size::kControlRadius);
    if (entry.selected)
        fillRect(rect, ui.color(Token::PrimarySoft), radius);
    else if (what.hovered)
        fillRect(rect, ui.color(Token::Line, 0.5F), radius);
    const std::uint32_t color = ui.color(entry.selected ? Token::Primary : Token::Ink);
    const float middle = rect.y + rect.height / 2;
    const float iconX = narrow ? rect.x + rect.width / 2 : rect.x + ui.px(22);
    if (entry.icon != nullptr) drawIcon({iconX, middle}, entry.icon, color);
    if (!narrow) {
        const TextStyle style = entry.selected ? TextStyle::BodyStrong : TextStyle::Body;
        drawText({rect.x + ui.px(44), middle - lineHeight(style) / 2}, style, color, entry.label,
                 rect.width - ui.px(44 + 40));
    }
    if (entry.count > 0) drawCount(entry, rect, narrow);
    if (what.ringed)
        strokeRect(rect, ui.color(Token::Primary), radius, std::floor(ui.px(size::kRing)));
    return (what.tapped || takeShortcut(entry.shortcut)) && !entry.selected;
}

std::optional<std::string> drawRail(const FrameView& view, float width, float height, bool narrow) {
    const Context& ui = context();
    fillRect({0, 0, width, height}, ui.color(Token::Sunken), 0);
    fillRect({width - 1, 0, 1, height}, ui.color(Token::Line), 0);
    if (!narrow) {
        const float room = width - ui.px(28);
        drawText({ui.px(20), ui.px(14)}, TextStyle::Title, ui.color(Token::Ink), view.product,
                 room);
        drawText({ui.px(20), ui.px(45)}, TextStyle::Secondary, ui.color(Token::Muted),
                 view.organisation, room);
    }
    std::optional<std::string> picked;
    float y = ui.px(narrow ? 16 : 82);
    for (const RailEntry& entry : view.rail) {
        const Rect rect{ui.px(8), y, width - ui.px(narrow ? 16 : 17), ui.px(size::kRailEntry)};
        if (drawEntry(entry, rect, narrow)) picked = entry.key;
        y += ui.px(size::kRailEntry + space::k1);
    }
    return picked;
}

float partWidth(const StatusPart& part) {
    const Context& ui = context();
    float width = part.icon != nullptr ? ui.px(24) : 0;
    if (!part.strong.empty())
        width += textWidth(TextStyle::SecondaryMedium, part.strong) + ui.px(space::k1);
    return width +
           textWidth(part.isStrong ? TextStyle::SecondaryMedium : TextStyle::Secondary, part.text);
}

void drawPart(const StatusPart& part, float x, float top) {
    Context& ui = context();
    const float height = ui.px(size::kStatusBar);
    const float middle = top + height / 2 + 0.5F;
    const Rect rect{x, top, partWidth(part), height};
    const Token plain = part.tone == Tone::Neutral ? Token::Muted : strongOf(part.tone);
    if (part.icon != nullptr) {
        drawSmallIcon({x + ui.px(8), middle}, part.icon, ui.color(plain));
        x += ui.px(24);
    }
    const float y = middle - lineHeight(TextStyle::Secondary) / 2;
    if (!part.strong.empty())
        x += drawText({x, y}, TextStyle::SecondaryMedium, ui.color(Token::Ink), part.strong) +
             ui.px(space::k1);
    drawText({x, y}, part.isStrong ? TextStyle::SecondaryMedium : TextStyle::Secondary,
             ui.color(part.isStrong && part.tone == Tone::Neutral ? Token::Ink : plain), part.text);
    Item item;
    item.rect = rect;
    item.text = part.strong.empty() ? std::string(part.text)
                                    : std::string(part.strong) + " " + std::string(part.text);
    ui.add(part.key, std::move(item));
}

void drawStatusBar(const FrameView& view, const ImVec2& display) {
    const Context& ui = context();
    const float top = display.y - ui.px(size::kStatusBar);
    fillRect({0, top, display.x, ui.px(size::kStatusBar)}, ui.color(Token::Surface), 0);
    fillRect({0, top, display.x, 1}, ui.color(Token::Line), 0);
    const float between = ui.px(space::k6);
    float right = display.x - ui.px(space::k4);
    for (auto part = view.right.rbegin(); part != view.right.rend(); ++part) {
        right -= partWidth(*part);
        drawPart(*part, right, top);
        right -= between;
    }
    float x = ui.px(space::k4);
    for (const StatusPart& part : view.left) {
        // What does not fit before the right side is left out rather than drawn over it.
        if (x + partWidth(part) > right) break;
        drawPart(part, x, top);
        x += partWidth(part) + between;
    }
}

}  // namespace

AppFrame::AppFrame(const FrameView& view) {
    Context& ui = context();
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(display);
    ImGui::Begin("##app", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
    const bool narrow = display.x < ui.px(size::kNarrowBelow);
    const bool hasStatus = !view.left.empty() || !view.right.empty();
    const float height = display.y - (hasStatus ? ui.px(size::kStatusBar) : 0);
    float rail = 0;
    if (!view.rail.empty()) {
        rail = ui.px(narrow ? size::kRailNarrow : size::kRail);
        picked_ = drawRail(view, rail, height, narrow);
    }
    if (hasStatus) drawStatusBar(view, display);

    const float margin = ui.px(size::kMargin);
    ImGui::SetCursorScreenPos(ImVec2(rail, 0));
    ImGui::BeginChild("##content", ImVec2(display.x - rail, height), false,
                      ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav);
    ImGui::SetCursorScreenPos(ImVec2(rail + margin, margin - ImGui::GetScrollY()));
    ImGui::BeginGroup();
    const float bar = ImGui::GetScrollMaxY() > 0 ? ImGui::GetStyle().ScrollbarSize : 0;
    ui.memory().rightEdges.push_back(display.x - std::max(margin, bar + ui.px(space::k2)));
    ui.memory().bottomEdges.push_back(height - ui.px(kBottomMargin));
}

AppFrame::~AppFrame() {
    Context& ui = context();
    ImGui::EndGroup();
    ui.memory().rightEdges.pop_back();
    ui.memory().bottomEdges.pop_back();
    ImGui::EndChild();
    ImGui::End();
}

std::string titleRow(std::string_view key, const TitleView& view) {
    const Context& ui = context();
    std::string tapped;
    if (!view.back.empty()) {
        gap(space::k1 + 2);
        if (backLink(std::string(key) + ".back", view.back)) tapped = std::string(key) + ".back";
        gap(space::k1 + 2);
    }
    float actions = 0;
    for (const TitleAction& action : view.actions)
        actions += buttonWidth(action.label, action.options) + (actions > 0 ? space::k2 : 0);
    const float note =
        view.note.empty() ? 0 : textWidth(TextStyle::Secondary, view.note) / ui.scale() + space::k2;
    {
        Row row;
        const float chipRoom = view.chip.empty() ? 0 : chipWidth(view.chip) + space::k2;
        const float room = availableWidth() - actions - note - chipRoom - space::k4;
        const float title = std::min(room, textWidth(TextStyle::Title, view.title) / ui.scale());
        textLine(view.title, {TextStyle::Title, Token::Ink, key}, title);
        if (!view.chip.empty()) chip(view.chip);
        if (!view.phrase.empty() && room - title > 60) {
            row.skip(space::k2);
            const float phrase = textWidth(TextStyle::Body, view.phrase) / ui.scale();
            textLine(view.phrase, {TextStyle::Body, Token::Muted, {}},
                     std::min(phrase, room - title));
        }
        row.toRight(actions + note);
        if (!view.note.empty())
            textLine(view.note, {TextStyle::Secondary, Token::Muted, {}}, note - space::k2);
        for (const TitleAction& action : view.actions)
            if (button(action.key, action.label, action.options)) tapped = action.key;
    }
    gap(view.back.empty() ? space::k4 : space::k3);
    return tapped;
}

}  // namespace sotay::ui
