#include <algorithm>
#include <cmath>

#include "app/ui/choice.h"
#include "app/ui/field_editing.h"
#include "app/ui/focus.h"
#include "app/ui/icons.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/overlay.h"
#include "app/ui/text.h"
#include "schema/value.h"

namespace sotay::ui {

namespace {

constexpr float kOption = 36;
constexpr float kMostShown = 8;
// Short lists need no search; letters still filter, in the search field that then appears.
constexpr std::size_t kSearchFrom = 8;

void open(std::string_view key, std::size_t chosen) {
    Context& ui = context();
    auto& list = ui.memory().open;
    list = {};
    list.key = key;
    list.at = chosen == kNoneChosen ? 0 : chosen;
    list.matchesCount = kNoneChosen;  // not computed yet
    list.scrollToAt = true;
    ui.focus().set(key, ui.focus().isRinged(key));
    ui.requestFrame();
}

// Which entries match the filter; computed when the filter changes, not every frame.
void match(const Choices& choices) {
    auto& list = context().memory().open;
    if (list.matchesOf == list.filter && list.matchesCount == choices.count) return;
    const bool isFirst = list.matchesCount == kNoneChosen;
    const std::string wanted = foldText(list.filter);
    list.matches.clear();
    for (std::size_t i = 0; i < choices.count; ++i)
        if (wanted.empty() || foldText(choices.label(i)).find(wanted) != std::string::npos)
            list.matches.push_back(i);
    list.matchesOf = list.filter;
    list.matchesCount = choices.count;
    if (!isFirst) list.at = 0;
    list.scrollToAt = true;
}

std::optional<std::size_t> drawOptions(std::string_view key, const Choices& choices,
                                       std::size_t chosen, float height) {
    Context& ui = context();
    auto& list = ui.memory().open;
    std::optional<std::size_t> taken;
    ScrollArea area(std::string(key) + ".list", height);
    const float row = ui.px(kOption);
    const float width = ui.px(availableWidth());
    if (list.scrollToAt) {
        const float top = static_cast<float>(list.at) * row;
        if (top < ImGui::GetScrollY() || top + row > ImGui::GetScrollY() + ui.px(height))
            ImGui::SetScrollY(std::max(0.0F, top - ui.px(height) / 2));
        list.scrollToAt = false;
    }
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(list.matches.size()), row);
    while (clipper.Step()) {
        for (int n = clipper.DisplayStart; n < clipper.DisplayEnd; ++n) {
            const auto place = static_cast<std::size_t>(n);
            const std::size_t index = list.matches[place];
            const std::string_view label = choices.label(index);
            Reach reach;
            reach.byTab = false;
            reach.text = label;
            reach.selected = index == chosen;
            const Interaction what =
                interact(std::string(key) + "." + std::to_string(index), width, row, reach);
            if (what.clicked) taken = index;
            const bool isAt = place == list.at;
            if (isAt || what.hovered)
                fillRect(what.rect, ui.color(isAt ? Token::PrimarySoft : Token::Sunken), ui.px(6));
            const float tick = ui.px(28);
            drawText({what.rect.x + ui.px(space::k2),
                      what.rect.y + (row - lineHeight(TextStyle::Body)) / 2},
                     index == chosen ? TextStyle::BodyMedium : TextStyle::Body,
                     ui.color(Token::Ink), label, width - tick - ui.px(space::k2));
            if (index == chosen)
                drawIcon({what.rect.right() - tick / 2, what.rect.y + row / 2}, icons::kTick,
                         ui.color(Token::Primary));
        }
    }
    return taken;
}

std::optional<std::size_t> drawList(std::string_view key, const Rect& field, const Choices& choices,
                                    std::size_t chosen) {
    Context& ui = context();
    auto& list = ui.memory().open;
    match(choices);
    const bool searches = choices.count >= kSearchFrom || list.typing;
    const float padding = space::k1;
    const auto shown = static_cast<float>(std::max<std::size_t>(list.matches.size(), 1));
    const float listHeight = std::min(shown, kMostShown) * kOption;
    const float height =
        ui.px(listHeight + 2 * padding + (searches ? size::kControl + space::k1 : 0));
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float below = field.bottom() + ui.px(space::k1);
    const float y = below + height > display.y ? field.y - height - ui.px(space::k1) : below;
    Overlay overlay(
        std::string(key) + ".open",
        {field.x, std::max(0.0F, y), std::max(field.width, ui.px(200)), height, ui.px(padding)},
        false);
    const std::size_t last = list.matches.empty() ? 0 : list.matches.size() - 1;
    const std::size_t before = list.at;
    if (ui.take({Key::Down})) list.at = std::min(last, list.at + 1);
    if (ui.take({Key::Up})) list.at -= list.at > 0 ? 1 : 0;
    if (ui.take({Key::PageDown})) list.at = std::min(last, list.at + 8);
    if (ui.take({Key::PageUp})) list.at -= std::min<std::size_t>(list.at, 8);
    if (before != list.at) list.scrollToAt = true;
    std::optional<std::size_t> taken;
    if (ui.take({Key::Enter}) && !list.matches.empty()) taken = list.matches[list.at];
    const std::string search = std::string(key) + ".search";
    if (searches) {
        FieldOptions options;
        options.placeholder = ui.words.search;
        options.icon = icons::kSearch;
        options.enterMovesOn = false;
        if (const Edit typed = textField(search, list.filter, options); typed.changed) {
            list.filter = typed.value;
            ui.requestFrame();
        }
        gap(space::k1);
    } else {
        ui.focus().report({std::string(key) + ".list", 0, false, true});
    }
    if (list.matches.empty())
        textLine(ui.words.nothingFound, {TextStyle::Body, Token::Muted, {}});
    else if (const auto clicked = drawOptions(key, choices, chosen, listHeight))
        taken = clicked;
    if (overlay.dismissed() || taken) list = {};
    return taken;
}

}  // namespace

Picked select(std::string_view key, const Choices& choices, std::size_t chosen,
              const FieldOptions& options) {
    Context& ui = context();
    Focus& focus = ui.focus();
    Picked picked;
    const float width = options.width > 0 ? ui.px(options.width) : ui.px(availableWidth());
    const std::string_view label =
        chosen < choices.count ? choices.label(chosen) : std::string_view();
    Reach reach;
    reach.enabled = options.enabled;
    reach.text = label;
    reach.byEnter = false;
    const Interaction what = interact(key, width, ui.px(size::kControl), reach);
    const bool isOpen = ui.memory().open.key == key;
    drawFieldFrame(what.rect, options, what.ringed || isOpen, what.hovered);
    const float padding = ui.px(space::k3);
    const bool isEmpty = label.empty();
    const std::string_view words = !isEmpty                      ? label
                                   : options.placeholder.empty() ? ui.words.choose
                                                                 : options.placeholder;
    drawText(
        {what.rect.x + padding, what.rect.y + (what.rect.height - lineHeight(TextStyle::Body)) / 2},
        TextStyle::Body, ui.color(isEmpty || !options.enabled ? Token::Muted : Token::Ink), words,
        width - 2 * padding - ui.px(size::kIcon));
    drawIcon({what.rect.right() - padding - ui.px(6), what.rect.y + what.rect.height / 2},
             icons::kExpandMore, ui.color(Token::Muted));
    if (options.check == Check::Wrong) {
        Item item = *ui.find(key);
        item.wrong = true;
        ui.add(key, std::move(item));
    }
    if (!options.enabled || options.readOnly) return picked;

    if (what.focused && !isOpen) {
        if (what.tapped || ui.take({Key::Down}) || ui.take({Key::Down, false, false, true}))
            open(key, chosen);
        else if (ui.take({Key::Enter}))
            focus.next();
        else if (chosen != kNoneChosen && (ui.take({Key::Delete}) || ui.take({Key::Backspace})))
            picked.cleared = true;
        else if (const std::string typed = ui.takeTyped(); !typed.empty() && typed != " ") {
            open(key, chosen);
            ui.memory().open.typing = true;
            ui.input().putBack(typed);
        }
    } else if (what.clicked) {
        open(key, chosen);
    }
    if (ui.memory().open.key == key) {
        if (const auto taken = drawList(key, what.rect, choices, chosen)) {
            picked.index = taken;
            ui.requestFrame();
        }
    }
    return picked;
}

}  // namespace sotay::ui
