#include "app/state/answer_text.h"
#include "app/state/form_filling.h"
#include "app/ui/screens.h"
#include "app/ui/text.h"

namespace sotay::ui {

void giveWords(Context& ui, const Strings& text) {
    Words words;
    words.search = text["words.search"];
    words.nothingFound = text["words.nothing_found"];
    words.today = text["words.today"];
    words.choose = text["words.choose"];
    words.close = text["words.close"];
    words.weekdays = {text["words.monday"],   text["words.tuesday"], text["words.wednesday"],
                      text["words.thursday"], text["words.friday"],  text["words.saturday"],
                      text["words.sunday"]};
    ui.words = std::move(words);
}

std::string shownAnswer(const Form& form, const Node& node, std::string_view stored,
                        std::string_view appLanguage) {
    if (stored.empty()) return "—";
    // A file's name is the hash of its content: the beginning tells two apart.
    constexpr std::size_t kTold = 8;
    if (const std::size_t dot = std::min(stored.rfind('.'), stored.size());
        app::isFileQuestion(node) && dot > kTold)
        return std::string(stored.substr(0, kTold)) + "…" + std::string(stored.substr(dot));
    switch (app::shapeOf(node)) {
        case app::AnswerShape::Number:
            return showNumber(stored);
        case app::AnswerShape::Date:
            return showDate(stored);
        case app::AnswerShape::Choice:
        case app::AnswerShape::Choices:
            return app::choiceText(form, node, stored, app::formLanguage(form, appLanguage));
        case app::AnswerShape::Text:
            break;
    }
    return std::string(stored);
}

std::string shownAnswer(const Form* form, const std::string& path, std::string_view stored,
                        std::string_view appLanguage) {
    const Node* node = form ? form->find(app::withoutPositions(path)) : nullptr;
    if (node) return shownAnswer(*form, *node, stored, appLanguage);
    return stored.empty() ? "—" : std::string(stored);
}

std::string fieldWords(const Form* form, const std::string& path, std::string_view appLanguage) {
    if (!form) return path;
    std::string words;
    for (std::size_t open = path.find('['); open != std::string::npos;
         open = path.find('[', open + 1)) {
        std::size_t close = std::min(path.find(']', open), path.size());
        words += app::labelOf(*form, app::withoutPositions(path.substr(0, open)), appLanguage) +
                 " " + path.substr(open + 1, close - open - 1) + " · ";
    }
    if (!path.empty() && path.back() == ']') return words.substr(0, words.size() - 4);
    return words + app::labelOf(*form, app::withoutPositions(path), appLanguage);
}

std::string_view roleKey(app::Role role) {
    switch (role) {
        case app::Role::Supervisor:
            return "role.supervisor";
        case app::Role::Administrator:
            return "role.administrator";
        case app::Role::Officer:
            break;
    }
    return "role.officer";
}

std::string sideLetter(std::size_t side) {
    return std::string(1, static_cast<char>('A' + side % 26));
}
Tone sideTone(std::size_t side) {
    return side == 0 ? Tone::SideA : side == 1 ? Tone::SideB : Tone::Neutral;
}

}  // namespace sotay::ui
