#include "app/ui/keys.h"

#include <utility>

namespace sotay::ui {

namespace {

constexpr std::pair<std::string_view, Key> kNamed[] = {
    {"Space", Key::Space},   {"Tab", Key::Tab},
    {"Enter", Key::Enter},   {"Escape", Key::Escape},
    {"Esc", Key::Escape},    {"Backspace", Key::Backspace},
    {"Delete", Key::Delete}, {"Insert", Key::Insert},
    {"Left", Key::Left},     {"Right", Key::Right},
    {"Up", Key::Up},         {"Down", Key::Down},
    {"PageUp", Key::PageUp}, {"PageDown", Key::PageDown},
    {"Home", Key::Home},     {"End", Key::End},
};

std::optional<Key> parseKey(std::string_view name) {
    for (const auto& [known, key] : kNamed)
        if (known == name) return key;
    if (name.size() == 1) {
        const char c = name[0];
        if (c >= 'a' && c <= 'z') return Key{c - 'a' + 'A'};
        if (c > ' ' && c < 127) return Key{c};
    }
    if (name.size() >= 2 && name.size() <= 3 && name[0] == 'F') {
        int number = 0;
        for (const char c : name.substr(1)) {
            if (c < '0' || c > '9') return std::nullopt;
            number = number * 10 + (c - '0');
        }
        if (number >= 1 && number <= 12) return Key{static_cast<int>(Key::F1) + number - 1};
    }
    return std::nullopt;
}

}  // namespace

std::optional<Chord> parseChord(std::string_view hint) {
    Chord chord;
    while (!hint.empty()) {
        const std::size_t end = hint.find_first_of(" +");
        const std::string_view word = hint.substr(0, end == 0 ? 1 : end);
        hint.remove_prefix(std::min(hint.size(), word.size() + 1));
        if (word == "Ctrl") {
            chord.ctrl = true;
        } else if (word == "Shift") {
            chord.shift = true;
        } else if (word == "Alt") {
            chord.alt = true;
        } else if (const auto key = parseKey(word); key && hint.empty()) {
            chord.key = *key;
        } else {
            return std::nullopt;
        }
    }
    if (chord.key == Key::None) return std::nullopt;
    return chord;
}

}  // namespace sotay::ui
