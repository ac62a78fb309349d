#include "app/ui/field.h"

#include <algorithm>

#include "app/ui/field_editing.h"
#include "app/ui/icons.h"
#include "app/ui/layout.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

std::string asIs(std::string_view text) { return std::string(text); }

// Only the point differs while a number is edited: 9.45 is typed 9,45 here.
std::string editableNumber(std::string_view canonical) {
    std::string text(canonical);
    if (showNumber(canonical) != canonical || canonical.find('.') != std::string_view::npos)
        std::replace(text.begin(), text.end(), '.', ',');
    return text;
}

}  // namespace

Edit textField(std::string_view key, std::string_view value, const FieldOptions& options) {
    Editing field{key, std::string(value), std::string(value), options};
    return toEdit(edit(field), asIs);
}

Edit searchField(std::string_view key, std::string_view value, const FieldOptions& options) {
    Editing field{key, std::string(value), std::string(value), options};
    field.options.icon = icons::kSearch;
    field.options.enterMovesOn = false;
    const Outcome outcome = edit(field);
    Edit result = toEdit(outcome, asIs);
    if (outcome.escaped) {
        result.changed = !value.empty();
        result.value.clear();
    }
    return result;
}

Edit numberField(std::string_view key, std::string_view value, const FieldOptions& options) {
    Editing field{key, showNumber(value), editableNumber(value), options};
    field.rightAligned = true;
    field.clickSelects = true;
    return toEdit(edit(field), canonicalNumber);
}

Edit textArea(std::string_view key, std::string_view value, const FieldOptions& options) {
    Editing field{key, std::string(value), std::string(value), options};
    field.multiLine = true;
    return toEdit(edit(field), asIs);
}

void shownValue(std::string_view key, std::string_view value, bool rightAligned, float width) {
    Context& ui = context();
    const float room = width > 0 ? ui.px(width) : ui.px(availableWidth());
    const float height = ui.px(size::kControl);
    const ImVec2 at = place(room, height);
    const std::string_view words = value.empty() ? std::string_view("—") : value;
    const float padding = ui.px(space::k3);
    const float used = std::min(textWidth(TextStyle::Body, words), room - 2 * padding);
    drawText({rightAligned ? at.x + room - padding - used : at.x + padding,
              at.y + (height - lineHeight(TextStyle::Body)) / 2},
             TextStyle::Body, ui.color(value.empty() ? Token::Muted : Token::Ink), words,
             room - 2 * padding);
    ImGui::Dummy(ImVec2(room, height));
    Item item;
    item.rect = {at.x, at.y, room, height};
    item.text = value;
    item.enabled = false;
    ui.add(key, std::move(item));
}

}  // namespace sotay::ui
