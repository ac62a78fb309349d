#pragma once

#include <imgui.h>

#include <string>
#include <string_view>

#include "app/ui/context.h"

namespace sotay::ui {

// What every widget that can be reached does alike: takes its place in the flow and in the Tab
// order, registers its key, and tells what the mouse and the keyboard did to it.
struct Reach {
    bool enabled = true;
    bool byTab = true;    // false: only by mouse (an arrow of a calendar, a row of a table)
    bool byEnter = true;  // Enter activates; false leaves Enter to the caller
    std::string_view text = {};
    bool selected = false;
};

struct Interaction {
    Rect rect;
    bool hovered = false;
    bool held = false;
    bool tapped = false;   // clicked, or activated by Space or Enter
    bool clicked = false;  // by mouse only
    bool focused = false;
    bool ringed = false;
};

// Where something of `width` x `height` pixels goes: in a Row beside what was there, centred on its
// line, else where the flow is. Leaves ImGui's cursor there.
ImVec2 place(float width, float height);

// A box of `width` x `height` pixels where the flow is now.
Interaction interact(std::string_view key, float width, float height, const Reach& reach = {});

// The same at a place of its own, outside of the flow (parts of a bigger widget).
Interaction interactAt(std::string_view key, const Rect& rect, const Reach& reach = {});

// Whether `shortcut` was pressed for a widget in the current layer; uses the press up.
bool takeShortcut(std::string_view shortcut);

// Scrolls the window that is being drawn so that `rect` shows.
void scrollTo(const Rect& rect);

// The ring of 2 px around what has the keyboard.
void drawRing(const Rect& rect, float radius);
// A chip in a box that somebody else placed; `deepen` mixes its strong colour in, for hover.
void drawChip(const Rect& rect, std::string_view label, Tone tone, float deepen);
void fillRect(const Rect& rect, std::uint32_t color, float radius);
void strokeRect(const Rect& rect, std::uint32_t color, float radius, float thickness);

inline ImVec2 topLeft(const Rect& rect) { return {rect.x, rect.y}; }
inline ImVec2 bottomRight(const Rect& rect) { return {rect.right(), rect.bottom()}; }

}  // namespace sotay::ui
