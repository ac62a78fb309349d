#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/platform/window.h"
#include "app/state/state.h"
#include "app/state/strings.h"
#include "app/work/worker.h"

namespace sotay::platform {

// Both languages, read once.
class Texts {
  public:
    static Result<Texts> load(const std::filesystem::path& assets);
    const app::Strings& in(const std::string& language) const {
        return language == "en" ? english_ : vietnamese_;
    }

  private:
    app::Strings vietnamese_, english_;
};

struct ApplicationOptions {
    std::filesystem::path notebook;
    // What the command line asks for, over what the notebook remembers.
    std::optional<std::string> language;
    std::optional<bool> dark;
    std::optional<int> scalePercent;
    std::string caFile;
};

// One notebook shown in a window: takes what the worker answers and what a person does to the
// state, and draws it. Main thread only.
class Application {
  public:
    // Window and texts are lent and outlive it.
    Application(Window& window, const Texts& texts, ApplicationOptions options);

    // Until the window is closed.
    void run();
    // One frame, after waiting at most so long for something to happen. False when the window was
    // closed.
    bool turn(double timeoutSeconds);
    const app::State& state() const { return state_; }

  private:
    void betweenFrames();
    void draw();
    void overrule();
    void showPreferences();

    Window& window_;
    const Texts& texts_;
    ApplicationOptions options_;
    app::State state_;
    app::Actions actions_;
    bool overruled_ = false;
    app::Worker worker_;
};

// This machine's distance from UTC now, in minutes east.
int zoneMinutes();

}  // namespace sotay::platform
