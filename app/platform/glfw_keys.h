#pragma once

#include "app/ui/keys.h"

namespace sotay::platform {

// GLFW's key and modifiers as ours; Key::None for keys that the app does not know.
ui::Chord chordOf(int glfwKey, int glfwModifiers);

}  // namespace sotay::platform
