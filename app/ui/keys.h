#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sotay::ui {

// The keys that the app knows, independent of ImGui's version (1.86 knows 22 of them). Letters and
// digits have their own character as value: Key('N').
enum class Key : int {
    None = 0,
    Space = ' ',
    Tab = 256,
    Enter,
    Escape,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    F1,
    F12 = F1 + 11,
    // Their own presses matter only for what they hold: a chord's flags tell it after the event.
    Control,
    Shift,
    Alt,
    Count
};

struct Chord {
    Key key = Key::None;
    bool ctrl = false, shift = false, alt = false;
    friend bool operator==(const Chord&, const Chord&) = default;
};

// Reads "Ctrl N", "F8", "Enter", "Shift Tab", "1": what the hint beside a word shows is what
// triggers it. Nothing when it names no key.
std::optional<Chord> parseChord(std::string_view hint);

}  // namespace sotay::ui
