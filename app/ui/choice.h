#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "app/ui/field.h"

namespace sotay::ui {

// What can be chosen. Labels are asked for only where they are drawn or searched, so a list may
// have 50,000 entries; they must stay alive during the call.
struct Choices {
    std::size_t count = 0;
    std::function<std::string_view(std::size_t)> label;

    Choices() = default;
    Choices(std::size_t n, std::function<std::string_view(std::size_t)> labelAt)
        : count(n), label(std::move(labelAt)) {}
    // The span must outlive the call.
    Choices(std::span<const std::string_view> labels)
        : count(labels.size()), label([labels](std::size_t i) { return labels[i]; }) {}
    Choices(const std::vector<std::string>& labels)
        : count(labels.size()),
          label([&labels](std::size_t i) { return std::string_view(labels[i]); }) {}
};

inline constexpr std::size_t kNoneChosen = static_cast<std::size_t>(-1);

struct Picked {
    std::optional<std::size_t> index;  // newly chosen
    bool cleared = false;              // Delete or Backspace on a select that may be empty
    explicit operator bool() const { return index.has_value() || cleared; }
};

// A field that opens a list; typing filters it without regard to accents. Space, Enter, Down or any
// letter opens, Up and Down move, Enter takes, Escape closes. While open: key.search, key.0,
// key.1... (numbered by their place in `choices`).
Picked select(std::string_view key, const Choices& choices, std::size_t chosen,
              const FieldOptions& options = {});

// All choices visible, for short lists. One stop for Tab; Up and Down move, Space or Enter takes,
// digits pick directly. Items register as key.0, key.1, ...
Picked radioList(std::string_view key, const Choices& choices, std::size_t chosen,
                 const FieldOptions& options = {});
// Several may be chosen; returns the one that was toggled.
std::optional<std::size_t> checkList(std::string_view key, const Choices& choices,
                                     const std::function<bool(std::size_t)>& isChosen,
                                     const FieldOptions& options = {});
// One box; true when it was toggled.
bool checkbox(std::string_view key, std::string_view label, bool isChecked, bool enabled = true);

}  // namespace sotay::ui
