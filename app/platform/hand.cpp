#include "app/platform/hand.h"

#include <chrono>

#include "app/ui/focus.h"
#include "app/ui/keys.h"

namespace sotay::platform {
namespace {

constexpr double kFrame = 0.02;  // seconds between looks while waiting
constexpr std::chrono::seconds kPatience{60};
constexpr int kRestFrames = 3;

}  // namespace

void Hand::fail(std::string message) {
    if (status_.ok()) status_ = Error{Code::Rejected, std::move(message)};
}

void Hand::settle() {
    int resting = 0;
    for (int frame = 0; frame < 200 && resting < kRestFrames && status_.ok(); ++frame) {
        if (!app_.turn(kFrame)) fail("The window was closed.");
        bool busy = !window_.context().input().empty() || window_.context().sleepSeconds() == 0;
        resting = busy ? 0 : resting + 1;
    }
}

void Hand::until(std::string_view what, const std::function<bool(const app::State&)>& isSo) {
    auto end = std::chrono::steady_clock::now() + kPatience;
    while (status_.ok() && !isSo(app_.state())) {
        if (std::chrono::steady_clock::now() > end)
            fail("Waited in vain until " + std::string(what) + ".");
        if (!app_.turn(kFrame)) fail("The window was closed.");
    }
    settle();
}

void Hand::go(std::string_view key) {
    settle();
    ui::Context& ui = window_.context();
    for (int attempt = 0; attempt < 3 && status_.ok() && ui.focus().key() != key; ++attempt) {
        ui.focus().set(key);
        ui.requestFrame();
        settle();
    }
    if (ui.focus().key() == key) return;
    std::string keys;
    for (const auto& [name, item] : ui.items()) keys += " " + name;
    fail("The keyboard cannot go to \"" + std::string(key) + "\"; there are:" + keys);
}

void Hand::press(std::string_view chord) {
    using Kind = ui::InputQueue::Event::Kind;
    auto keys = ui::parseChord(chord);
    if (!keys) return fail("There is no key " + std::string(chord) + ".");
    if (!status_.ok()) return;
    window_.context().input().push({Kind::Press, *keys, 0});
    window_.context().input().push({Kind::Release, {keys->key}, 0});
    window_.context().requestFrame();
    settle();
}

void Hand::type(std::string_view text) {
    if (!status_.ok()) return;
    window_.context().input().pushText(text);
    window_.context().requestFrame();
    settle();
}

void Hand::tap(std::string_view key) {
    go(key);
    press("Enter");
}

void Hand::fill(std::string_view key, std::string_view text) {
    go(key);
    press("Ctrl A");
    press("Delete");
    type(text);
}

}  // namespace sotay::platform
