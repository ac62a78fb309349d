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
            return line.count == 0 ? text["stick.written_none"]
                                   : text.count("stick.written", count);
        case Kind::Answer:
            return text.with("stick.answer",
                             {{"sent", showNumber(std::to_string(line.sent))}, {"count", count}});
        case Kind::MakeAgain:
            return text["stick.make_again"];
        case Kind::ForServer:
            return text.with("stick.for_server", {{"who", line.who}});
        case Kind::ForLaptop:
            return text.with("stick.for_laptop", {{"who", line.who}});
        case Kind::Damaged:
            return text.with("stick.damaged", {{"who", line.who}});
        case Kind::Refused:
            return text.with("stick.refused", {{"who", line.who}});
        case Kind::Old:
            break;
    }
    return {};
}

struct Sign {
    const char* icon;
    Token color;
};

Sign signOf(StickLine::Kind kind) {
    using Kind = StickLine::Kind;
    switch (kind) {
        case Kind::Written:
            return {icons::kUsb, Token::Primary};
        case Kind::Answer:
        case Kind::Old:
            return {icons::kSaved, Token::Primary};
        case Kind::ForServer:
        case Kind::ForLaptop:
            return {icons::kUpload, Token::Primary};
        case Kind::MakeAgain:
            return {icons::kWarning, Token::Warning};
        case Kind::Damaged:
        case Kind::Refused:
            break;
    }
    return {icons::kWrong, Token::Error};
}

void drawLine(const StickLine& line, std::size_t index, const Strings& text) {
    const Sign sign = signOf(line.kind);
    Columns columns({20, 0}, space::k3);
    columns.next();
    icon(sign.icon, sign.color);
    columns.next();
    sotay::ui::text(lineWords(line, text), {.key = "stick.line." + std::to_string(index)});
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
        Columns columns({0, 200}, space::k3);
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
    if (!stick.lines.empty()) gap(space::k2);
    for (std::size_t i = 0; i < stick.lines.size(); ++i) {
        gap(space::k2);
        drawLine(stick.lines[i], i, text);
    }
}

}  // namespace sotay::ui
