#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/platform/sample_screens.h"
#include "tests/support/temporary_folder.h"

TEST_CASE("window: every screen is drawn in a real window, in both languages and both themes") {
    namespace fs = std::filesystem;
    fs::path program = fs::path(SOTAY_BIN_DIR) / "sotay-app";
    if (!fs::exists(program) || std::system("command -v xvfb-run >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: needs sotay-app built, and xvfb-run");
        return;
    }
    sotay::TemporaryFolder folder;
    fs::path shots = folder / "shots";

    // Drivers keep memory until the process ends; that is no leak of ours.
    std::string command = "ASAN_OPTIONS=detect_leaks=0 xvfb-run -a -s '-screen 0 1366x768x24' '" +
                          program.string() + "' --shots '" + shots.string() + "' >/dev/null 2>&1";
    CHECK(std::system(command.c_str()) == 0);

    std::size_t pictures = 0;
    for (const auto& entry : fs::directory_iterator(shots))
        pictures += entry.path().extension() == ".png" && entry.file_size() > 10000;
    CHECK(pictures == sotay::platform::sampleScreens().size() * 4);
}
