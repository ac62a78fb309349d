#pragma once

// The one place that knows which ImGui is installed: Debian 12 has 1.86, whose keyboard is sampled
// through io.KeysDown; 1.87 and later take events.

#include <imgui.h>

#include "app/ui/keys.h"

namespace sotay::ui::compat {

// The keys that ImGui's text editing needs. Tab is not among them: the focus order is our own
// (focus.h), and ImGui's would compete with it.
inline constexpr struct {
    ImGuiKey imgui;
    Key ours;
} kEditingKeys[] = {
    {ImGuiKey_LeftArrow, Key::Left},
    {ImGuiKey_RightArrow, Key::Right},
    {ImGuiKey_UpArrow, Key::Up},
    {ImGuiKey_DownArrow, Key::Down},
    {ImGuiKey_PageUp, Key::PageUp},
    {ImGuiKey_PageDown, Key::PageDown},
    {ImGuiKey_Home, Key::Home},
    {ImGuiKey_End, Key::End},
    {ImGuiKey_Insert, Key::Insert},
    {ImGuiKey_Delete, Key::Delete},
    {ImGuiKey_Backspace, Key::Backspace},
    {ImGuiKey_Space, Key::Space},
    {ImGuiKey_Enter, Key::Enter},
    {ImGuiKey_Escape, Key::Escape},
    {ImGuiKey_A, Key{'A'}},
    {ImGuiKey_C, Key{'C'}},
    {ImGuiKey_V, Key{'V'}},
    {ImGuiKey_X, Key{'X'}},
    {ImGuiKey_Y, Key{'Y'}},
    {ImGuiKey_Z, Key{'Z'}},
};

// After creating a context, and again after a backend has put its own map there.
inline void mapKeys(ImGuiIO& io) {
#if IMGUI_VERSION_NUM < 18700
    for (int& place : io.KeyMap) place = -1;
    for (const auto& key : kEditingKeys) io.KeyMap[key.imgui] = static_cast<int>(key.ours);
#else
    (void)io;
#endif
}

inline void sendKey(ImGuiIO& io, const Chord& chord, bool down) {
#if IMGUI_VERSION_NUM < 18700
    io.KeyCtrl = chord.ctrl;
    io.KeyShift = chord.shift;
    io.KeyAlt = chord.alt;
    io.KeysDown[static_cast<int>(chord.key)] = down;
#else
    io.AddKeyEvent(ImGuiMod_Ctrl, chord.ctrl);
    io.AddKeyEvent(ImGuiMod_Shift, chord.shift);
    io.AddKeyEvent(ImGuiMod_Alt, chord.alt);
    for (const auto& key : kEditingKeys)
        if (key.ours == chord.key) io.AddKeyEvent(key.imgui, down);
#endif
}

inline void sendMouse(ImGuiIO& io, float x, float y, bool down) {
#if IMGUI_VERSION_NUM < 18700
    io.MousePos = ImVec2(x, y);
    io.MouseDown[0] = down;
#else
    io.AddMousePosEvent(x, y);
    io.AddMouseButtonEvent(0, down);
#endif
}

inline void sendWheel(ImGuiIO& io, float lines) {
#if IMGUI_VERSION_NUM < 18700
    io.MouseWheel += lines;
#else
    io.AddMouseWheelEvent(0, lines);
#endif
}

}  // namespace sotay::ui::compat
