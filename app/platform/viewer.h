#pragma once

#include <filesystem>

namespace sotay::platform {

// Starts the program that the desktop has for this file, and does not wait for it. False when there
// is none to be started.
bool openInViewer(const std::filesystem::path& file);

}  // namespace sotay::platform
