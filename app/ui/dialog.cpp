#include <algorithm>
#include <cmath>

#include "app/ui/button.h"
#include "app/ui/feedback.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/overlay.h"
#include "app/ui/text.h"

namespace sotay::ui {

struct Dialog::State {
    std::string key, confirm, cancel;
    bool dangerous = false, canConfirm = true;
    std::unique_ptr<Overlay> overlay;
    float top = 0;
    Rect rect;
};

Dialog::Dialog(std::string_view key, const DialogView& view) : state_(std::make_unique<State>()) {
    Context& ui = context();
    state_->key = key;
    state_->confirm = view.confirm;
    state_->cancel = view.cancel;
    state_->dangerous = view.dangerous;
    state_->canConfirm = view.canConfirm;
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float padding = ui.px(space::k6);
    const float width = std::min(ui.px(view.width), display.x - 2 * padding);
    const auto known = ui.memory().heights.find(state_->key);
    const float last = known == ui.memory().heights.end() ? 0 : known->second.last;
    const float height = last > 0 ? last : ui.px(220);
    state_->rect = {std::round((display.x - width) / 2),
                    std::round(std::max(0.0F, (display.y - height) / 2.4F)), width, height};
    state_->top = state_->rect.y;
    state_->overlay = std::make_unique<Overlay>(
        key, Overlay::Panel{state_->rect.x, state_->rect.y, width, height, padding}, true);
    text(view.title, {TextStyle::Section, Token::Ink, {}});
    if (!view.sentence.empty()) {
        gap(space::k2);
        text(view.sentence, {TextStyle::Body, Token::Muted, {}});
    }
    gap(space::k4);
    Item item;
    item.rect = state_->rect;
    item.text = std::string(view.title) + " " + std::string(view.sentence);
    ui.add(key, std::move(item));
}

Dialog::Answer Dialog::answer() {
    Context& ui = context();
    Answer answer = Answer::None;
    gap(space::k2);
    const ButtonOptions confirm{
        .emphasis = state_->dangerous ? Emphasis::Danger : Emphasis::Primary,
        .shortcut = state_->dangerous ? std::string_view() : std::string_view("Enter"),
        .enabled = state_->canConfirm};
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float confirmX = at.x + ui.px(availableWidth() - buttonWidth(state_->confirm, confirm));
    const float cancelX = confirmX - ui.px(buttonWidth(state_->cancel) + space::k2);
    // The keyboard starts on the first that is drawn: on the way back, where the step is dangerous.
    for (const bool isCancel : {state_->dangerous, !state_->dangerous}) {
        ImGui::SetCursorScreenPos(ImVec2(isCancel ? cancelX : confirmX, at.y));
        if (isCancel && button(state_->key + ".cancel", state_->cancel)) answer = Answer::Cancelled;
        if (!isCancel && button(state_->key + ".confirm", state_->confirm, confirm))
            answer = Answer::Confirmed;
    }
    const float bottom = ImGui::GetCursorScreenPos().y + ui.px(space::k6);
    ui.memory().heights[state_->key].now = bottom - state_->top;
    if (state_->overlay->escaped()) answer = Answer::Cancelled;
    return answer;
}

Dialog::~Dialog() = default;

}  // namespace sotay::ui
