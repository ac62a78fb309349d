#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "app/ui/theme.h"

namespace sotay::ui {

enum class Emphasis { Ordinary, Primary, Quiet, Danger };

struct ButtonOptions {
    Emphasis emphasis = Emphasis::Ordinary;
    // "Ctrl N": shown in a small outline beside the word, and it works. A key without Ctrl or Alt
    // does not count while text is being edited, F keys and Enter excepted (a field that goes on at
    // Enter keeps Enter for itself).
    std::string_view shortcut = {};
    const char* icon = nullptr;
    bool enabled = true;
    float width = 0;  // design pixels; 0: as wide as the words
};

// True when it was clicked, or activated by Space, Enter or its shortcut.
bool button(std::string_view key, std::string_view label, const ButtonOptions& options = {});
// Design pixels that the button will take, for layouts.
float buttonWidth(std::string_view label, const ButtonOptions& options = {});
// Only an icon, 36 x 36; `label` is what tests and the tooltip say.
bool iconButton(std::string_view key, const char* glyph, std::string_view label,
                bool enabled = true);
// Coloured words in the flow of text. (Not `link`: with two literals that would be POSIX's.)
bool textLink(std::string_view key, std::string_view label);
// The way back above a title: arrow and word. `shortcut` is not shown.
bool backLink(std::string_view key, std::string_view label, std::string_view shortcut = "Escape");

// A word in a rounded soft ground.
void chip(std::string_view label, Tone tone = Tone::Neutral, std::string_view key = {});
// A chip to tap: filters.
bool chipButton(std::string_view key, std::string_view label, Tone tone = Tone::Neutral);
float chipWidth(std::string_view label);
// A key in its small outline, in the flow.
void keyHint(std::string_view keys);

// One of a few, side by side in one outline. Left and Right move. The newly chosen one, if any.
// Items register as key.0, key.1, ...
std::optional<std::size_t> segmented(std::string_view key, std::span<const std::string_view> labels,
                                     std::size_t chosen);

// One row of a short list at the side (form sections, conflicts): a word, a second muted line and a
// chip at the right, all optional but the first. The chosen row stands on primary-soft.
struct ListEntry {
    std::string_view label;
    std::string_view detail = {};
    std::string_view badge = {};
    Tone badgeTone = Tone::Neutral;
    bool selected = false;
};
bool listEntry(std::string_view key, const ListEntry& entry);

}  // namespace sotay::ui
