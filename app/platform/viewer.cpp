#include "app/platform/viewer.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

extern char** environ;

namespace sotay::platform {

bool openInViewer(const std::filesystem::path& file) {
    std::string program = "xdg-open", name = file.string();
    std::array<char*, 3> arguments = {program.data(), name.data(), nullptr};
    pid_t process = -1;
    if (posix_spawnp(&process, program.c_str(), nullptr, nullptr, arguments.data(), environ) != 0)
        return false;
    // Where there is no desktop xdg-open becomes the viewer itself, so nobody here waits for it.
    std::thread([process] { waitpid(process, nullptr, 0); }).detach();
    return true;
}

}  // namespace sotay::platform
