#pragma once

#include <filesystem>

#include "schema/result.h"

namespace sotay::platform {

// Where this person's notebooks live: $XDG_DATA_HOME/sotay, else ~/.local/share/sotay. Made when it
// is missing.
Result<std::filesystem::path> dataFolder();

// Fonts, forms and translations: `assets` beside the executable (a build, a portable folder), else
// ../share/sotay (installed). NotFound names both places.
Result<std::filesystem::path> assetsFolder();

}  // namespace sotay::platform
