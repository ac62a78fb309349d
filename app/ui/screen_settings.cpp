#include <array>

#include "app/state/moment_words.h"
#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

constexpr std::array<int, 4> kScales = {100, 125, 150, 200};

void fact(std::string_view label, std::string_view value, std::string_view key) {
    Columns columns({200, 0}, space::k4);
    columns.next();
    text(label, {.color = Token::Muted});
    columns.next();
    text(value.empty() ? std::string_view("—") : value, {.key = key});
}

// A setting in words at the left, its choices at the right.
template <class Draw>
void setting(std::string_view label, std::string_view hint, Draw draw) {
    Columns columns({300, 0}, space::k4);
    columns.next();
    textLine(label);
    mutedText(hint);
    columns.next();
    draw();
}

void drawLook(const State& state, const Strings& text, Actions& actions) {
    app::Preferences wanted = state.preferences;
    Card card("settings.look");
    sectionTitle(text["settings.look"]);
    gap(space::k3);
    setting(text["settings.language"], text["settings.language_hint"], [&] {
        const std::array<std::string_view, 2> names = {"Tiếng Việt", "English"};
        if (auto chosen = segmented("settings.language", names, wanted.language == "en" ? 1 : 0))
            wanted.language = *chosen == 1 ? "en" : "vi";
    });
    gap(space::k3);
    setting(text["settings.theme"], text["settings.theme_hint"], [&] {
        const std::array<std::string_view, 2> names = {text["settings.light"],
                                                       text["settings.dark"]};
        if (auto chosen = segmented("settings.theme", names, wanted.dark ? 1 : 0))
            wanted.dark = *chosen == 1;
    });
    gap(space::k3);
    setting(text["settings.scale"], text["settings.scale_hint"], [&] {
        const std::array<std::string_view, 4> names = {"100 %", "125 %", "150 %", "200 %"};
        std::size_t current = 0;
        for (std::size_t i = 0; i < kScales.size(); ++i)
            if (kScales[i] <= wanted.scalePercent) current = i;
        if (auto chosen = segmented("settings.scale", names, current))
            wanted.scalePercent = kScales[*chosen];
    });
    if (!(wanted == state.preferences)) actions.add(app::ChangePreferences{wanted});
}

void drawWho(const State& state, const Strings& text) {
    const app::Standing& standing = state.standing;
    Card card("settings.who");
    sectionTitle(text["settings.who"]);
    gap(space::k3);
    fact(text["settings.person"], standing.person, "settings.person");
    fact(text["settings.role"], text[roleKey(standing.role)], "settings.role");
    fact(text["settings.areas"], app::areasWords(state, text), "settings.areas");
    fact(text["settings.organisation"], standing.organisation, "settings.organisation");
    fact(text["settings.device"], standing.device, "settings.device");
    fact(text["settings.server"], standing.server, "settings.server");
    fact(text["settings.notebook"], standing.notebookFile, "settings.notebook");
    gap(space::k2);
    mutedText(text["settings.who_hint"]);
}

}  // namespace

void drawSettings(const State& state, const Strings& text, Actions& actions) {
    titleRow("settings", {.title = text["settings.title"]});
    ScrollArea area("settings.page");
    drawLook(state, text, actions);
    gap(space::k6);
    drawWho(state, text);
}

}  // namespace sotay::ui
