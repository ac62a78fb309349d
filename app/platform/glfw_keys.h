#pragma once

#include "app/ui/keys.h"

namespace sotay::platform {

// GLFW's key event as ours; Key::None for keys that the app does not know. The flags say what is
// held after the event; GLFW's modifiers say it before when the key is a modifier itself.
ui::Chord chordOf(int glfwKey, int glfwAction, int glfwModifiers);

}  // namespace sotay::platform
