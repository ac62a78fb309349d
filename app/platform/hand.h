#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/platform/application.h"
#include "schema/result.h"

namespace sotay::platform {

// Works the real window as a person at the keyboard does: keys go through the window's own input
// queue. Every step waits, with a limit, until the app is at rest. The first step that fails stays
// in status(); later ones do nothing.
class Hand {
  public:
    Hand(Window& window, Application& application) : window_(window), app_(application) {}

    // Sends the keyboard to what has this key.
    void go(std::string_view key);
    // ... and presses Enter there.
    void tap(std::string_view key);
    void press(std::string_view chord);
    void type(std::string_view text);
    // The field's whole text.
    void fill(std::string_view key, std::string_view text);
    // Waits until it is so; `what` is said when it never is.
    void until(std::string_view what, const std::function<bool(const app::State&)>& isSo);

    const app::State& state() const { return app_.state(); }
    const Status& status() const { return status_; }
    void fail(std::string message);

  private:
    void settle();

    Window& window_;
    Application& app_;
    Status status_;
};

}  // namespace sotay::platform
