#include <algorithm>
#include <cmath>

#include "app/ui/choice.h"
#include "app/ui/focus.h"
#include "app/ui/icons.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/text.h"

namespace sotay::ui {

namespace {

struct Marks {
    const char* on;
    const char* off;
};
constexpr Marks kRadio{icons::kRadioOn, icons::kRadioOff};
constexpr Marks kBox{icons::kBoxOn, icons::kBoxOff};

constexpr float kLine = 32;

// One line of a list: mark and label. Wraps long labels.
Interaction drawLine(std::string_view key, std::string_view label, const Marks& marks, bool isOn,
                     bool enabled, bool byTab) {
    const Context& ui = context();
    const float lead = ui.px(28);
    const float room = std::max(ui.px(40), ui.px(availableWidth()) - lead);
    const float words = wrappedHeight(TextStyle::Body, label, room);
    const float height = std::max(ui.px(kLine), words + ui.px(10));
    const float width = lead + std::min(room, textWidth(TextStyle::Body, label)) + ui.px(space::k2);
    Reach reach;
    reach.enabled = enabled;
    reach.byTab = byTab;
    reach.byEnter = false;
    reach.text = label;
    reach.selected = isOn;
    const Interaction what = interact(key, width, height, reach);
    const Token mark = !enabled ? Token::Muted : isOn ? Token::Primary : Token::Muted;
    drawIcon({what.rect.x + ui.px(11), what.rect.y + height / 2}, isOn ? marks.on : marks.off,
             ui.color(what.hovered && !isOn ? Token::Ink : mark));
    drawWrapped({what.rect.x + lead, what.rect.y + (height - words) / 2}, TextStyle::Body,
                ui.color(enabled ? Token::Ink : Token::Muted), label, room);
    return what;
}

struct ListKeys {
    std::optional<std::size_t> taken;
    bool cleared = false;
};

ListKeys moveInList(std::string_view key, std::size_t count, std::size_t& at) {
    Context& ui = context();
    ListKeys result;
    if (ui.take({Key::Down}) && at + 1 < count) ++at;
    if (ui.take({Key::Up}) && at > 0) --at;
    if (ui.take({Key::Home})) at = 0;
    if (ui.take({Key::End}) && count > 0) at = count - 1;
    if (ui.take({Key::Space})) result.taken = at;
    if (ui.take({Key::Delete}) || ui.take({Key::Backspace})) result.cleared = true;
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 9); ++i) {
        if (!ui.take({Key{'1' + static_cast<int>(i)}})) continue;
        at = i;
        result.taken = i;
    }
    if (ui.take({Key::Enter})) ui.focus().next();
    (void)key;
    return result;
}

std::optional<std::size_t> drawChoices(std::string_view key, const Choices& choices,
                                       const std::function<bool(std::size_t)>& isChosen,
                                       const Marks& marks, const FieldOptions& options,
                                       bool* cleared) {
    Context& ui = context();
    Focus& focus = ui.focus();
    std::size_t& at = ui.memory().positions[std::string(key)];
    at = std::min(at, choices.count > 0 ? choices.count - 1 : 0);
    std::optional<std::size_t> taken;
    const bool enabled = options.enabled && !options.readOnly;
    const bool focused = enabled && focus.has(key);
    if (focused) {
        const ListKeys keys = moveInList(key, choices.count, at);
        taken = keys.taken;
        if (cleared != nullptr) *cleared = keys.cleared;
    }
    if (enabled) focus.report({std::string(key), 0, false, true});
    const ImVec2 from = ImGui::GetCursorScreenPos();
    std::string words;
    for (std::size_t i = 0; i < choices.count; ++i) {
        const std::string_view label = choices.label(i);
        const Interaction what = drawLine(std::string(key) + "." + std::to_string(i), label, marks,
                                          isChosen(i), enabled, false);
        if (isChosen(i)) words += (words.empty() ? "" : ", ") + std::string(label);
        if (what.held) {
            focus.set(key, false);
            at = i;
        }
        if (what.clicked) taken = i;
        if (focus.isRinged(key) && i == at) drawRing(what.rect, ui.px(6));
    }
    const ImVec2 to = ImGui::GetCursorScreenPos();
    Item item;
    item.rect = {from.x, from.y, ui.px(availableWidth()), to.y - from.y};
    item.text = words;
    item.enabled = enabled;
    item.wrong = options.check == Check::Wrong;
    item.visible = ImGui::IsRectVisible(from, ImVec2(from.x + 1, to.y));
    if (focused && focus.takeScroll(key)) scrollTo(item.rect);
    ui.add(key, std::move(item));
    return taken;
}

}  // namespace

Picked radioList(std::string_view key, const Choices& choices, std::size_t chosen,
                 const FieldOptions& options) {
    Picked picked;
    bool cleared = false;
    const auto taken = drawChoices(
        key, choices, [chosen](std::size_t i) { return i == chosen; }, kRadio, options, &cleared);
    if (taken && *taken != chosen) picked.index = taken;
    picked.cleared = cleared && chosen != kNoneChosen;
    return picked;
}

std::optional<std::size_t> checkList(std::string_view key, const Choices& choices,
                                     const std::function<bool(std::size_t)>& isChosen,
                                     const FieldOptions& options) {
    return drawChoices(key, choices, isChosen, kBox, options, nullptr);
}

bool checkbox(std::string_view key, std::string_view label, bool isChecked, bool enabled) {
    Context& ui = context();
    const Interaction what = drawLine(key, label, kBox, isChecked, enabled, true);
    if (what.ringed) drawRing(what.rect, ui.px(6));
    if (what.focused && ui.take({Key::Enter})) ui.focus().next();
    return what.tapped;
}

}  // namespace sotay::ui
