#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "schema/result.h"

namespace sotay::platform {

// Where this person's notebooks live: $XDG_DATA_HOME/sotay, else ~/.local/share/sotay. Made when it
// is missing.
Result<std::filesystem::path> dataFolder();

// Fonts, forms and translations: `assets` beside the executable (a build, a portable folder), else
// ../share/sotay (installed). NotFound names both places.
Result<std::filesystem::path> assetsFolder();

// The folders of USB sticks that are plugged in, in UTF-8; those that were mounted last come first.
std::vector<std::string> stickFolders();

}  // namespace sotay::platform
