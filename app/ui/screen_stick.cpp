#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::StickLine;

std::string lineWords(const StickLine& line, const Strings& text) {
    using Kind = StickLine::Kind;
    const std::string count = showNumber(std::to_string(line.count));
    switch (line.kind) {
        case Kind::Written:
            return line.count == 0 ? text["stick.written_none"] : text.count("stick.written", count);
        case Kind::Answer:
            return text.with("stick.answer",
                             {{"sent", showNumber(std::to_string(line.sent))}, {"count", count}});
        case Kind::MakeAgain:
            return text["stick.make_again"];
        case Kind::ForServer:
            return text.with("stick.for_server", {{"who", line.who}});
        case Kind::ForLaptop:
            return text.with("stick.for_laptop", {{"who", line.who}});
        case Kind::Refused:
            return text.with("stick.refused", {{"who", line.who}, {"detail", line.detail}});
        case Kind::Old:
            break;
    }
    return {};
}

Tone toneOf(StickLine::Kind kind) {
    if (kind == StickLine::Kind::Refused) return Tone::Error;
    return kind == StickLine::Kind::MakeAgain ? Tone::Warning : Tone::Primary;
}

}  // namespace

void drawStick(const State& state, const Strings& text, Actions& actions) {
    const app::StickState& stick = state.sync.stick;
    gap(space::k4);
    Card card("stick");
    sectionTitle(text["stick.title"]);
    mutedText(text["stick.sentence"]);
    gap(space::k3);
    {
        Columns columns({0, 240}, space::k3);
        columns.next();
        FieldOptions field;
        field.placeholder = text["stick.folder_example"];
        field.enabled = !stick.busy;
        if (Edit edit = textField("stick.folder", stick.folder, field))
            actions.add(app::TypeText{app::TypeText::Field::StickFolder, edit.value});
        columns.next();
        ButtonOptions options;
        options.enabled = !stick.busy && !state.sync.running;
        options.shortcut = "F6";
        if (button("stick.exchange", text[stick.busy ? "stick.busy" : "stick.exchange"], options))
            actions.add(app::BeginStick{});
    }
    if (!stick.problem.empty()) {
        gap(space::k3);
        banner("stick.problem", Tone::Error, text[stick.problem], {}, icons::kWrong);
    }
    std::size_t shown = 0;
    for (const StickLine& line : stick.lines) {
        gap(space::k2);
        banner("stick.line." + std::to_string(shown++), toneOf(line.kind), lineWords(line, text));
    }
}

}  // namespace sotay::ui
