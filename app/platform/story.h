#pragma once

#include <filesystem>

#include "app/platform/application.h"

namespace sotay::platform {

struct StoryOptions {
    std::filesystem::path assets, shots;
    std::filesystem::path serverProgram;  // empty: the sotayd beside this program
};

// Plays a season through the real window, at the keyboard, with a real server on loopback: a
// supervisor fills the first record; two officers receive it, go offline and change it; both sync;
// one conflict is decided; three notebooks show the same. A picture after each step. Fails with the
// step that did not come out as it should.
Status playStory(Window& window, const Texts& texts, const StoryOptions& options);

}  // namespace sotay::platform
