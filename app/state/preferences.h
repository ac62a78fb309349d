#pragma once

#include <string>

namespace sotay::app {

// How this person likes the app on this laptop. Kept beside the notebook, never synced.
struct Preferences {
    std::string language = "vi";  // "vi" or "en"
    bool dark = false;
    int scalePercent = 100;  // 100 to 200

    bool operator==(const Preferences&) const = default;
};

}  // namespace sotay::app
