#pragma once

#include <filesystem>

#include "app/platform/application.h"

namespace sotay::platform {

// Every screen with sample contents, in both languages and both themes, as numbered PNG files in
// `folder`.
Status takeShots(Window& window, const Texts& texts, const std::filesystem::path& assets,
                 const std::filesystem::path& folder);

// The next file of a numbered series: "03-records-vi-light.png".
std::filesystem::path shotFile(const std::filesystem::path& folder, int number,
                               const std::string& name);

}  // namespace sotay::platform
