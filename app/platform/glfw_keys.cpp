#include "app/platform/glfw_keys.h"

#include <GLFW/glfw3.h>

namespace sotay::platform {

namespace {

using ui::Key;

Key keyOf(int key) {
    // Letters, digits and signs have the same numbers in both.
    if (key >= GLFW_KEY_SPACE && key <= GLFW_KEY_GRAVE_ACCENT) return Key{key};
    if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12)
        return Key{static_cast<int>(Key::F1) + key - GLFW_KEY_F1};
    if (key >= GLFW_KEY_KP_0 && key <= GLFW_KEY_KP_9) return Key{'0' + key - GLFW_KEY_KP_0};
    switch (key) {
        case GLFW_KEY_TAB:
            return Key::Tab;
        case GLFW_KEY_ENTER:
        case GLFW_KEY_KP_ENTER:
            return Key::Enter;
        case GLFW_KEY_ESCAPE:
            return Key::Escape;
        case GLFW_KEY_BACKSPACE:
            return Key::Backspace;
        case GLFW_KEY_DELETE:
            return Key::Delete;
        case GLFW_KEY_INSERT:
            return Key::Insert;
        case GLFW_KEY_LEFT:
            return Key::Left;
        case GLFW_KEY_RIGHT:
            return Key::Right;
        case GLFW_KEY_UP:
            return Key::Up;
        case GLFW_KEY_DOWN:
            return Key::Down;
        case GLFW_KEY_PAGE_UP:
            return Key::PageUp;
        case GLFW_KEY_PAGE_DOWN:
            return Key::PageDown;
        case GLFW_KEY_HOME:
            return Key::Home;
        case GLFW_KEY_END:
            return Key::End;
        case GLFW_KEY_LEFT_CONTROL:
        case GLFW_KEY_RIGHT_CONTROL:
            return Key::Control;
        case GLFW_KEY_LEFT_SHIFT:
        case GLFW_KEY_RIGHT_SHIFT:
            return Key::Shift;
        case GLFW_KEY_LEFT_ALT:
            return Key::Alt;
        default:
            return Key::None;
    }
}

}  // namespace

ui::Chord chordOf(int glfwKey, int glfwAction, int glfwModifiers) {
    ui::Chord chord{keyOf(glfwKey), (glfwModifiers & GLFW_MOD_CONTROL) != 0,
                    (glfwModifiers & GLFW_MOD_SHIFT) != 0, (glfwModifiers & GLFW_MOD_ALT) != 0};
    const bool down = glfwAction != GLFW_RELEASE;
    if (chord.key == Key::Control) chord.ctrl = down;
    if (chord.key == Key::Shift) chord.shift = down;
    if (chord.key == Key::Alt) chord.alt = down;
    return chord;
}

}  // namespace sotay::platform
