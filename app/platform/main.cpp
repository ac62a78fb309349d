#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include "app/platform/application.h"
#include "app/platform/paths.h"
#include "app/platform/shots.h"
#include "app/platform/story.h"

namespace {

using sotay::Code;
using sotay::Error;
using sotay::Result;
using sotay::Status;
using sotay::platform::ApplicationOptions;

constexpr int kDone = 0, kNotDone = 1, kWrongUsage = 2;
constexpr const char* kUsage =
    "sotay-app [--notebook FILE] [--language vi|en] [--theme light|dark] [--scale 100..200] [--ca "
    "FILE]\n"
    "sotay-app --shots FOLDER                            every screen as PNG files\n"
    "sotay-app --story --shots FOLDER [--server-bin FILE]  plays a whole season in the window\n";

struct Given {
    ApplicationOptions app;
    std::filesystem::path shots, serverProgram;
    bool story = false, help = false;
};

Result<std::string> valueOf(int count, char** words, int& at) {
    if (at + 1 < count) return std::string(words[++at]);
    return Error{Code::InvalidInput, std::string(words[at]) + " needs a value."};
}

Status take(Given& given, const std::string& name, const std::string& value) {
    if (name == "--notebook") {
        given.app.notebook = value;
    } else if (name == "--shots") {
        given.shots = value;
    } else if (name == "--server-bin") {
        given.serverProgram = value;
    } else if (name == "--ca") {
        given.app.caFile = value;
    } else if (name == "--language" && (value == "vi" || value == "en")) {
        given.app.language = value;
    } else if (name == "--theme" && (value == "light" || value == "dark")) {
        given.app.dark = value == "dark";
    } else if (name == "--scale") {
        int percent = 0;
        auto read = std::from_chars(value.data(), value.data() + value.size(), percent);
        if (read.ec != std::errc() || percent < 100 || percent > 200)
            return Error{Code::InvalidInput, "--scale is a percentage from 100 to 200."};
        given.app.scalePercent = percent;
    } else {
        return Error{Code::InvalidInput, name + " " + value + " is not understood."};
    }
    return {};
}

Result<Given> read(int count, char** words) {
    Given given;
    for (int i = 1; i < count; ++i) {
        std::string name = words[i];
        if (name == "--help" || name == "-h") {
            given.help = true;
        } else if (name == "--story") {
            given.story = true;
        } else {
            auto value = valueOf(count, words, i);
            if (!value.ok()) return value.error();
            if (auto taken = take(given, name, *value); !taken.ok()) return taken.error();
        }
    }
    if (given.story && given.shots.empty())
        return Error{Code::InvalidInput, "--story needs --shots FOLDER for its pictures."};
    return given;
}

Status runApp(const Given& given) {
    using namespace sotay::platform;
    auto assets = assetsFolder();
    if (!assets.ok()) return assets.error();
    auto texts = Texts::load(*assets);
    if (!texts.ok()) return texts.error();
    WindowOptions options;
    options.assets = *assets;
    bool forShots = !given.shots.empty();
    if (forShots) options.scale = 1;
    if (given.app.scalePercent)
        options.scale = static_cast<float>(*given.app.scalePercent) / 100.0F;
    auto window = Window::open(options);
    if (!window.ok()) return window.error();
    if (forShots) {
        std::error_code problem;
        std::filesystem::create_directories(given.shots, problem);
        if (problem) return Error{Code::Io, "Cannot make the folder " + given.shots.string() + "."};
    }
    if (given.story)
        return playStory(**window, *texts, {*assets, given.shots, given.serverProgram});
    if (forShots) return takeShots(**window, *texts, *assets, given.shots);

    ApplicationOptions app = given.app;
    if (app.notebook.empty()) {
        auto folder = dataFolder();
        if (!folder.ok()) return folder.error();
        app.notebook = *folder / "notebook.db";
    }
    Application(**window, *texts, std::move(app)).run();
    return {};
}

}  // namespace

int main(int count, char** words) {
    auto given = read(count, words);
    if (!given.ok()) {
        std::fprintf(stderr, "sotay-app: %s\n%s", given.error().message.c_str(), kUsage);
        return kWrongUsage;
    }
    if (given->help) {
        std::fputs(kUsage, stdout);
        return kDone;
    }
    auto done = runApp(*given);
    if (done.ok()) return kDone;
    std::fprintf(stderr, "sotay-app: %s\n", done.error().message.c_str());
    return kNotDone;
}
