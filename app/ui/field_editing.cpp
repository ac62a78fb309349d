#include "app/ui/field_editing.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>

#include "app/ui/focus.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/text.h"
#include "schema/value.h"

namespace sotay::ui {

void drawFieldFrame(const Rect& rect, const FieldOptions& options, bool focused, bool hovered) {
    const Context& ui = context();
    const float radius = ui.px(size::kControlRadius);
    fillRect(rect, ui.color(options.enabled ? Token::Surface : Token::Sunken), radius);
    Token edge = hovered && options.enabled ? Token::Muted : Token::Line;
    float thickness = 1;
    if (options.check == Check::Warning) edge = Token::Warning;
    if (focused) edge = Token::Primary;
    if (options.check == Check::Wrong) edge = Token::Error;
    if (focused || options.check == Check::Wrong) thickness = std::floor(ui.px(size::kRing));
    strokeRect(rect, ui.color(edge), radius, thickness);
    // Wrong and focused at once: red stays, and the ring goes around it.
    if (focused && options.check == Check::Wrong) drawRing(rect, radius);
}

namespace {

// The text box itself, without frame, in `box`. Only called where the field may be edited.
bool drawInput(const Editing& field, const Rect& box, std::string& text, bool askForKeyboard) {
    const Context& ui = context();
    const float line = lineHeight(TextStyle::Body);
    Rect inner = box;
    int flags = 0;
    if (field.rightAligned) {
        // ImGui has no right alignment: the box is made as wide as its text, at the right.
        const float slack = ui.px(2);
        const float width = textWidth(TextStyle::Body, text) + slack;
        if (width < box.width) {
            inner.x = box.right() - width;
            inner.width = width;
            flags |= ImGuiInputTextFlags_NoHorizontalScroll;
        }
    }
    if (field.options.readOnly) flags |= ImGuiInputTextFlags_ReadOnly;
    if (field.options.password) flags |= ImGuiInputTextFlags_Password;
    if (askForKeyboard) {
        flags |= ImGuiInputTextFlags_AutoSelectAll;
        ImGui::SetKeyboardFocusHere();
    } else if (context().focus().isPending() && context().focus().has(field.key)) {
        flags |= ImGuiInputTextFlags_AutoSelectAll;
    }
    bool changed = false;
    if (field.multiLine) {
        ImGui::SetCursorScreenPos(topLeft(inner));
        flags |= ImGuiInputTextFlags_CtrlEnterForNewLine;
        flags &= ~(ImGuiInputTextFlags_CtrlEnterForNewLine | ImGuiInputTextFlags_AutoSelectAll);
        changed =
            ImGui::InputTextMultiline("##text", &text, ImVec2(inner.width, inner.height), flags);
    } else {
        const float padding = std::floor((box.height - line) / 2);
        ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(0, padding));
        ImGui::SetCursorScreenPos(topLeft(inner));
        ImGui::SetNextItemWidth(std::max(inner.width, 1.0F));
        changed = ImGui::InputText("##text", &text, flags);
        ImGui::PopStyleVar();
    }
    return changed;
}

Rect boxOf(const Editing& field, const Rect& rect) {
    const Context& ui = context();
    const float padding = ui.px(space::k3);
    const float icon = field.options.icon != nullptr ? ui.px(size::kIcon + space::k2) : 0;
    const float top = field.multiLine ? ui.px(7) : 0;
    return {rect.x + padding + icon, rect.y + top,
            rect.width - 2 * padding - icon - field.roomRight, rect.height - 2 * top};
}

void drawIdle(const Editing& field, const Rect& box, std::string_view shown) {
    const Context& ui = context();
    const bool isPlaceholder = shown.empty();
    const std::string_view words = isPlaceholder ? field.options.placeholder : shown;
    if (words.empty()) return;
    const std::uint32_t color =
        ui.color(isPlaceholder || !field.options.enabled ? Token::Muted : Token::Ink);
    const float y = box.y + (field.multiLine ? 0 : (box.height - lineHeight(TextStyle::Body)) / 2);
    if (field.multiLine) {
        drawWrapped({box.x, y}, TextStyle::Body, color, words, box.width);
        return;
    }
    const float width = std::min(textWidth(TextStyle::Body, words), box.width);
    drawText({field.rightAligned ? box.right() - width : box.x, y}, TextStyle::Body, color, words,
             box.width);
}

void handleKeys(const Editing& field, Outcome& outcome) {
    Context& ui = context();
    Focus& focus = ui.focus();
    const bool movesOn = field.options.enterMovesOn;
    if (field.multiLine) {
        if (ui.take({Key::Enter, true, false, false})) {
            outcome.finished = true;
            focus.next();
        }
    } else if (movesOn && ui.take({Key::Enter})) {
        outcome.finished = true;
        focus.next();
    } else if (movesOn && ui.take({Key::Enter, false, true, false})) {
        outcome.finished = true;
        focus.previous();
    } else if (!movesOn && ui.pressed({Key::Enter})) {
        // Left for a button whose shortcut it is.
        outcome.finished = true;
        outcome.entered = true;
    }
    if (ui.take({Key::Escape})) outcome.escaped = true;
}

}  // namespace

Outcome edit(const Editing& field) {
    Context& ui = context();
    Focus& focus = ui.focus();
    auto& editing = ui.memory().edit;
    const FieldOptions& options = field.options;
    const float width = options.width > 0 ? ui.px(options.width) : ui.px(availableWidth());
    const float height = field.multiLine ? static_cast<float>(std::max(options.lines, 2)) *
                                                   lineHeight(TextStyle::Body) +
                                               ui.px(14)
                                         : ui.px(size::kControl);
    const ImVec2 at = place(width, height);
    Outcome outcome;
    outcome.rect = {at.x, at.y, width, height};
    const Rect box = boxOf(field, outcome.rect);
    const bool focused = options.enabled && focus.has(field.key);
    const bool hovered = ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows |
                                                ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) &&
                         ImGui::IsMouseHoveringRect(
                             topLeft(outcome.rect),
                             ImVec2(outcome.rect.right() - field.roomRight, outcome.rect.bottom()));
    drawFieldFrame(outcome.rect, options, focused, hovered);
    if (options.icon != nullptr)
        drawIcon({outcome.rect.x + ui.px(space::k3) + ui.px(size::kIcon) / 2 - ui.px(1),
                  outcome.rect.y + height / 2},
                 options.icon, ui.color(Token::Muted));

    ImGui::PushID(field.key.data(), field.key.data() + field.key.size());
    const bool wasEditing = editing.key == field.key;
    std::string text = wasEditing ? editing.text : focused ? field.editable : field.shown;
    const bool isLeft = wasEditing && !focused;
    if (!options.enabled || isLeft || (!focused && (field.clickSelects || field.multiLine))) {
        // The focus went elsewhere: ImGui lets go of a text box that is not drawn.
        if (isLeft) {
            outcome.finished = editing.changed;
            editing = {};
            ui.requestFrame();
        }
        // Drawn by hand; a click anywhere in the frame brings the keyboard.
        drawIdle(field, box, isLeft ? text : field.shown);
        ImGui::SetCursorScreenPos(at);
        ImGui::InvisibleButton("##idle", ImVec2(width - field.roomRight, height));
        if (options.enabled && ImGui::IsItemActivated()) {
            focus.set(field.key, true);
            ui.requestFrame();
        }
        if (options.enabled && ImGui::IsItemHovered())
            ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    } else {
        const bool ask = focused && !wasEditing && !ImGui::IsMouseClicked(0);
        const bool changed = drawInput(field, box, text, ask);
        const bool active = ImGui::IsItemActive();
        if (ImGui::IsItemActivated()) {
            editing = {std::string(field.key), text, false};
            if (!focused) focus.set(field.key, false);
            focus.textArrived();
            ui.requestFrame();
        }
        if (ask) ui.requestFrame();
        if (text.empty() && (!active || !options.placeholder.empty()))
            drawIdle(field, box, active ? std::string_view() : std::string_view(field.shown));
        // A click in the frame beside the text.
        if (!active && hovered && ImGui::IsMouseClicked(0) && !ImGui::IsItemHovered())
            focus.set(field.key, true);
        if (editing.key == field.key) {
            if (changed) {
                editing.text = text;
                editing.changed = true;
                outcome.changed = true;
                ui.requestFrame();
            }
            if (focused && active) handleKeys(field, outcome);
            // Enter and Escape end ImGui's editing before we see them.
            if (focused && !active && !ImGui::IsItemActivated()) handleKeys(field, outcome);
            if (!active && !ImGui::IsItemActivated()) {
                outcome.finished = outcome.finished || editing.changed;
                editing = {};
                ui.requestFrame();
            }
        }
    }
    ImGui::PopID();
    outcome.text = text;
    if (outcome.escaped) {
        focus.clear();
        ui.requestFrame();
    }

    if (options.enabled) {
        focus.report(
            {std::string(field.key), 0, true, field.options.enterMovesOn || field.multiLine});
        if (focused && focus.takeScroll(field.key)) scrollTo(outcome.rect);
    }
    Item item;
    item.rect = outcome.rect;
    item.text = ui.memory().edit.key == field.key ? text : field.shown;
    item.enabled = options.enabled;
    item.visible = ImGui::IsRectVisible(topLeft(outcome.rect), bottomRight(outcome.rect));
    item.wrong = options.check == Check::Wrong;
    ui.add(field.key, std::move(item));
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, height));
    return outcome;
}

Edit toEdit(const Outcome& outcome, std::string (*canonical)(std::string_view)) {
    Edit result;
    result.changed = outcome.changed;
    result.finished = outcome.finished;
    result.entered = outcome.entered;
    if (result || result.entered) result.value = canonical(normaliseText(outcome.text));
    return result;
}

}  // namespace sotay::ui
