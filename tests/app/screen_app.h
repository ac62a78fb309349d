#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "app/platform/sample_screens.h"
#include "app/state/update.h"
#include "app/ui/focus.h"
#include "app/ui/screens.h"
#include "tests/support/headless_ui.h"

namespace sotay::app {

inline Strings textsOf(const std::string& language) {
    auto texts =
        Strings::load(std::filesystem::path(SOTAY_SOURCE_DIR) / "assets" / "i18n", language);
    REQUIRE(texts.ok());
    return *texts;
}

// The whole app without window, notebook and network: a sample screen that is driven by key; what
// it asks of the worker is kept in `asked`.
class ScreenApp {
  public:
    explicit ScreenApp(const std::string& screen, const std::string& language = "vi")
        : text(textsOf(language)), state(start(screen, language)), ui([this] { draw(); }) {}

    template <class R>
    const R* lastAsked() const {
        for (auto request = asked.rbegin(); request != asked.rend(); ++request)
            if (const R* found = std::get_if<R>(&*request)) return found;
        return nullptr;
    }
    // Of a line of the open form.
    std::string value(const char* path) const {
        const NodeView* line = state.filling->line(path);
        return line ? line->value : "(no such line)";
    }
    void answer(Reply reply) {
        add(update(state, std::move(reply)));
        ui.settle();
    }

    Strings text;
    State state;
    Actions actions;
    Requests asked;
    ui::HeadlessUi ui;

  private:
    State start(const std::string& name, const std::string& language) {
        auto form = platform::sampleForm(std::filesystem::path(SOTAY_BIN_DIR) / "assets");
        REQUIRE(form.ok());
        State made = platform::sampleState(*form, {language, false, 100});
        for (const platform::SampleScreen& screen : platform::sampleScreens())
            if (screen.name == name) screen.fill(made, *form);
        return made;
    }
    void add(Requests requests) {
        for (Request& request : requests) asked.push_back(std::move(request));
    }
    void draw() {
        ui::drawApp(state, text, actions);
        for (const Action& action : actions.take()) {
            add(update(state, action));
            ui::context().requestFrame();
        }
    }
};

}  // namespace sotay::app
