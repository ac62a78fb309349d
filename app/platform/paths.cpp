#include "app/platform/paths.h"

#include <mntent.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace sotay::platform {

namespace {

namespace fs = std::filesystem;

fs::path folderOf(const char* variable) {
    const char* value = std::getenv(variable);
    // The XDG rules: a relative path there is to be ignored.
    if (value == nullptr || !fs::path(value).is_absolute()) return {};
    return value;
}

}  // namespace

Result<fs::path> dataFolder() {
    fs::path base = folderOf("XDG_DATA_HOME");
    if (base.empty()) {
        const fs::path home = folderOf("HOME");
        if (home.empty())
            return Error{Code::NotFound, "Neither XDG_DATA_HOME nor HOME names a folder."};
        base = home / ".local" / "share";
    }
    const fs::path folder = base / "sotay";
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem)
        return Error{Code::Io, "Cannot make " + folder.string() + ": " + problem.message() + "."};
    return folder;
}

std::vector<std::string> stickFolders() {
    std::vector<std::string> folders;
    FILE* mounts = ::setmntent("/proc/self/mounts", "r");
    if (mounts == nullptr) return folders;
    std::array<char, 4096> names{};
    mntent entry{};
    while (::getmntent_r(mounts, &entry, names.data(), static_cast<int>(names.size()))) {
        const std::string_view folder = entry.mnt_dir;
        // Where desktops mount what people plug in.
        if (folder.starts_with("/media/") || folder.starts_with("/run/media/"))
            folders.emplace_back(folder);
    }
    ::endmntent(mounts);
    std::reverse(folders.begin(), folders.end());
    return folders;
}

Result<fs::path> assetsFolder() {
    std::error_code problem;
    const fs::path program = fs::read_symlink("/proc/self/exe", problem);
    if (problem)
        return Error{Code::Io, "Cannot tell where this program lies: " + problem.message() + "."};
    const fs::path beside = program.parent_path() / "assets";
    if (fs::is_directory(beside, problem)) return beside;
    const fs::path installed = program.parent_path().parent_path() / "share" / "sotay";
    if (fs::is_directory(installed, problem)) return installed;
    return Error{Code::NotFound, "No assets: neither " + beside.string() + " nor " +
                                     installed.string() + " is there."};
}

}  // namespace sotay::platform
