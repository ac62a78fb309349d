#include <array>

#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using Field = app::TypeText::Field;

struct Line {
    std::string_view key, label, hint, placeholder;
    Field field;
    const std::string app::EnrolmentState::*value;
};
constexpr std::array<Line, 3> kLines = {{
    {"welcome.server", "enrolment.server", "enrolment.server_hint", "enrolment.server_example",
     Field::Server, &app::EnrolmentState::server},
    {"welcome.code", "enrolment.code", "enrolment.code_hint", "enrolment.code_example", Field::Code,
     &app::EnrolmentState::code},
    {"welcome.device", "enrolment.device", "enrolment.device_hint", "enrolment.device_example",
     Field::DeviceName, &app::EnrolmentState::device},
}};

void drawLanguage(const State& state, Actions& actions) {
    const std::array<std::string_view, 2> names = {"Tiếng Việt", "English"};
    bool isEnglish = state.preferences.language == "en";
    if (auto chosen = segmented("welcome.language", names, isEnglish ? 1 : 0)) {
        app::Preferences preferences = state.preferences;
        preferences.language = *chosen == 1 ? "en" : "vi";
        actions.add(app::ChangePreferences{preferences});
    }
}

}  // namespace

void drawWelcome(const State& state, const Strings& text, Actions& actions) {
    const app::EnrolmentState& enrolment = state.enrolment;
    float side = std::max((availableWidth() - 560) / 2, 0.0F);
    Columns columns({side, 0, side}, 0);
    columns.next();
    columns.next();
    gap(space::k6);
    drawLanguage(state, actions);
    gap(space::k4);
    Card card("welcome");
    textLine(text["enrolment.title"], {.style = TextStyle::Title, .key = "welcome.title"});
    gap(space::k1);
    sotay::ui::text(text["enrolment.sentence"], {.color = Token::Muted});
    gap(space::k4);
    for (const Line& line : kLines) {
        textLine(text[line.label], {.style = TextStyle::BodyMedium});
        mutedText(text[line.hint]);
        gap(space::k1);
        FieldOptions options;
        options.placeholder = text[line.placeholder];
        options.enabled = !enrolment.busy;
        if (Edit edit = textField(line.key, enrolment.*line.value, options))
            actions.add(app::TypeText{line.field, edit.value});
        gap(space::k3);
    }
    if (!enrolment.problem.empty()) {
        std::string sentence = text.with(
            enrolment.problem, {{"why", enrolment.why.empty() ? "" : text[enrolment.why]}});
        banner("welcome.problem", Tone::Error, sentence, {}, icons::kWrong);
        gap(space::k3);
    }
    ButtonOptions options;
    options.emphasis = Emphasis::Primary;
    options.shortcut = "Ctrl Enter";
    options.enabled = !enrolment.busy;
    std::string_view label = text[enrolment.busy ? "enrolment.busy" : "enrolment.submit"];
    if (button("welcome.submit", label, options)) actions.add(app::SubmitEnrolment{});
}

}  // namespace sotay::ui
