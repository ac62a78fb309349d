#include "app/ui/interaction.h"

#include <cmath>

#include "app/ui/focus.h"
#include "app/ui/memory.h"

namespace sotay::ui {

ImVec2 place(float width, float height) {
    auto& rows = context().memory().rows;
    if (rows.empty()) return ImGui::GetCursorScreenPos();
    WidgetMemory::RowState& row = rows.back();
    if (!row.isFirst) row.x += row.gap;
    row.isFirst = false;
    const ImVec2 at(std::round(row.x), std::round(row.y + (row.height - height) / 2));
    row.x += width;
    ImGui::SetCursorScreenPos(at);
    return at;
}

Interaction interact(std::string_view key, float width, float height, const Reach& reach) {
    const ImVec2 at = place(width, height);
    return interactAt(key, {at.x, at.y, width, height}, reach);
}

Interaction interactAt(std::string_view key, const Rect& rect, const Reach& reach) {
    Context& ui = context();
    Focus& focus = ui.focus();
    Interaction result;
    result.rect = rect;
    ImGui::SetCursorScreenPos(topLeft(rect));

    ImGui::PushID(key.data(), key.data() + key.size());
    const bool clicked =
        ImGui::InvisibleButton("##", ImVec2(std::max(rect.width, 1.0F), rect.height));
    ImGui::PopID();
    const bool active = ImGui::IsItemActivated();
    result.hovered = reach.enabled && ImGui::IsItemHovered();
    result.held = reach.enabled && ImGui::IsItemActive();

    Item item;
    item.rect = result.rect;
    item.text = reach.text;
    item.enabled = reach.enabled;
    item.visible = ImGui::IsItemVisible();
    item.selected = reach.selected;
    ui.add(key, std::move(item));

    if (!reach.enabled) return result;
    if (reach.byTab) focus.report({std::string(key), 0, false, true});
    if (active && reach.byTab) focus.set(key, false);
    result.clicked = clicked;
    result.tapped = clicked;
    result.focused = reach.byTab && focus.has(key);
    result.ringed = focus.isRinged(key);
    if (result.focused) {
        if (focus.takeScroll(key)) scrollTo(result.rect);
        if (ui.take({Key::Space}) || (reach.byEnter && ui.take({Key::Enter}))) result.tapped = true;
    }
    return result;
}

bool takeShortcut(std::string_view shortcut) {
    if (shortcut.empty()) return false;
    Context& ui = context();
    const Focus& focus = ui.focus();
    if (!focus.isTopLayer()) return false;
    const auto chord = parseChord(shortcut);
    if (!chord) return false;
    const bool plain = !chord->ctrl && !chord->alt && chord->key < Key::F1;
    if (plain && chord->key == Key::Enter) {
        if (!focus.key().empty() && focus.keepsEnter()) return false;
    } else if (plain && focus.isEditingText()) {
        return false;
    }
    // Text has its own undo, clipboard and select-all.
    constexpr std::string_view kOfText = "ACVXYZ";
    const int code = static_cast<int>(chord->key);
    if (chord->ctrl && focus.isEditingText() && code < 128 &&
        kOfText.find(static_cast<char>(code)) != std::string_view::npos)
        return false;
    return ui.take(*chord);
}

void scrollTo(const Rect& rect) {
    const Context& ui = context();
    const float margin = ui.px(space::k6);
    const float top = ImGui::GetWindowPos().y;
    const float bottom = top + ImGui::GetWindowHeight();
    float move = 0;
    if (rect.bottom() + margin > bottom) move = rect.bottom() + margin - bottom;
    if (rect.y - margin - move < top) move = rect.y - margin - top;
    if (move == 0) return;
    const float target = ImGui::GetScrollY() + move;
    ImGui::SetScrollY(std::fmax(0.0F, std::fmin(target, ImGui::GetScrollMaxY())));
    context().requestFrame();
}

void fillRect(const Rect& rect, std::uint32_t color, float radius) {
    ImGui::GetWindowDrawList()->AddRectFilled(topLeft(rect), bottomRight(rect), color, radius);
}

void strokeRect(const Rect& rect, std::uint32_t color, float radius, float thickness) {
    // ImGui's strokes are centred half a pixel inside; wider ones have to move in to stay inside.
    const float in = (thickness - 1) / 2;
    ImGui::GetWindowDrawList()->AddRect(ImVec2(rect.x + in, rect.y + in),
                                        ImVec2(rect.right() - in, rect.bottom() - in), color,
                                        radius - in, 0, thickness);
}

void drawRing(const Rect& rect, float radius) {
    const Context& ui = context();
    const float out = ui.px(3);
    const Rect around{rect.x - out, rect.y - out, rect.width + 2 * out, rect.height + 2 * out};
    strokeRect(around, ui.color(Token::Primary), radius + out, ui.px(size::kRing));
}

}  // namespace sotay::ui
