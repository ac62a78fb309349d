#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace sotay {

// The folder with private test data: $SOTAY_SHARED, else "shared" beside the sources. Nothing when
// it is absent.
inline std::optional<std::filesystem::path> sharedFolder() {
    const char* given = std::getenv("SOTAY_SHARED");
    const std::filesystem::path folder =
        given ? std::filesystem::path(given)
              : std::filesystem::path(SOTAY_SOURCE_DIR) / ".." / "shared";
    if (!std::filesystem::is_directory(folder)) return {};
    return folder;
}

}  // namespace sotay
