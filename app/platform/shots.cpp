#include "app/platform/shots.h"

#include <array>
#include <cstdio>

#include "app/platform/sample_screens.h"
#include "app/state/update.h"
#include "app/ui/screens.h"

namespace sotay::platform {
namespace {

constexpr int kFrames = 4;  // until scroll areas know their sizes and the focus has arrived

Status shot(Window& window, const Texts& texts, app::State& state,
            const std::filesystem::path& file) {
    app::Actions actions;
    window.context().setMode(state.preferences.dark ? ui::Mode::Dark : ui::Mode::Light);
    for (int frame = 0; frame < kFrames; ++frame) {
        auto draw = [&] { ui::drawApp(state, texts.in(state.preferences.language), actions); };
        if (!window.turn(draw, 0)) return Error{Code::Io, "The window was closed."};
        for (const app::Action& action : actions.take())
            if (!std::holds_alternative<app::DismissToast>(action)) app::update(state, action);
    }
    return window.screenshot(file);
}

}  // namespace

std::filesystem::path shotFile(const std::filesystem::path& folder, int number,
                               const std::string& name) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%02d-", number);
    return folder / (digits.data() + name + ".png");
}

Status takeShots(Window& window, const Texts& texts, const std::filesystem::path& assets,
                 const std::filesystem::path& folder) {
    auto form = sampleForm(assets);
    if (!form.ok()) return form.error();
    int number = 0;
    for (const SampleScreen& screen : sampleScreens())
        for (const char* language : {"vi", "en"})
            for (bool dark : {false, true}) {
                app::State state = sampleState(*form, {language, dark, 100});
                screen.fill(state, *form);
                std::string name =
                    std::string(screen.name) + "-" + language + (dark ? "-dark" : "-light");
                auto taken = shot(window, texts, state, shotFile(folder, ++number, name));
                if (!taken.ok()) return taken;
            }
    return {};
}

}  // namespace sotay::platform
