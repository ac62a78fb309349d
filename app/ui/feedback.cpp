#include "app/ui/feedback.h"

#include <algorithm>
#include <cmath>

#include "app/ui/button.h"
#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"
#include "app/ui/text.h"

namespace sotay::ui {

bool banner(std::string_view key, Tone tone, std::string_view sentence, std::string_view action,
            const char* icon) {
    Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ui.px(availableWidth());
    const float padding = ui.px(space::k4);
    const float lead = icon != nullptr ? ui.px(size::kIcon + space::k3) : 0;
    const ButtonOptions options{.emphasis = Emphasis::Quiet};
    const float actionWidth = action.empty() ? 0 : ui.px(buttonWidth(action, options) + space::k3);
    const float room = width - 2 * padding - lead - actionWidth;
    const float words = wrappedHeight(TextStyle::Body, sentence, room);
    const float height =
        std::max(words + 2 * padding, action.empty() ? 0 : ui.px(size::kControl + space::k4));
    const Rect rect{at.x, at.y, width, height};
    fillRect(rect, ui.color(softOf(tone)), ui.px(size::kCardRadius));
    // Neutral words on a neutral ground are plain text.
    const std::uint32_t ink = ui.color(tone == Tone::Neutral ? Token::Ink : strongOf(tone));
    const float y = at.y + (height - words) / 2;
    if (icon != nullptr)
        drawIcon({at.x + padding + ui.px(10), y + lineHeight(TextStyle::Body) / 2}, icon, ink);
    drawWrapped({at.x + padding + lead, y}, TextStyle::Body, ink, sentence, room);
    Item item;
    item.rect = rect;
    item.text = sentence;
    ui.add(key, std::move(item));
    bool tapped = false;
    if (!action.empty()) {
        ImGui::SetCursorScreenPos(ImVec2(rect.right() - padding - actionWidth + ui.px(space::k3),
                                         at.y + (height - ui.px(size::kControl)) / 2));
        tapped = button(std::string(key) + ".action", action, options);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, height));
    return tapped;
}

bool emptyState(std::string_view key, const EmptyView& view) {
    Context& ui = context();
    const float width = ui.px(availableWidth());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = std::min(width, ui.px(440));
    const float sentence = wrappedHeight(TextStyle::Body, view.sentence, room);
    const ButtonOptions options{.emphasis = Emphasis::Primary, .shortcut = view.shortcut};
    const float icon = view.icon != nullptr ? ui.px(56 + space::k4) : 0;
    const float total = icon + lineHeight(TextStyle::Section) + ui.px(space::k2) + sentence +
                        (view.action.empty() ? 0 : ui.px(space::k6 + size::kControl));
    const float free = ui.px(availableHeight()) - total;
    float y = at.y + std::max(ui.px(space::k6), std::min(free / 2, ui.px(160)));
    const float middle = at.x + width / 2;
    if (view.icon != nullptr) {
        const float side = ui.px(56);
        fillRect({middle - side / 2, y, side, side}, ui.color(Token::PrimarySoft), side / 2);
        drawIcon({middle, y + side / 2}, view.icon, ui.color(Token::Primary));
        y += icon;
    }
    drawText({middle - textWidth(TextStyle::Section, view.title) / 2, y}, TextStyle::Section,
             ui.color(Token::Ink), view.title);
    y += lineHeight(TextStyle::Section) + ui.px(space::k2);
    drawCentred({middle - room / 2, y}, TextStyle::Body, ui.color(Token::Muted), view.sentence,
                room);
    y += sentence;
    Item item;
    item.rect = {at.x, at.y, width, y - at.y};
    item.text = std::string(view.title) + " " + std::string(view.sentence);
    ui.add(key, std::move(item));
    bool tapped = false;
    if (!view.action.empty()) {
        y += ui.px(space::k6);
        ImGui::SetCursorScreenPos(ImVec2(middle - ui.px(buttonWidth(view.action, options)) / 2, y));
        tapped = button(std::string(key) + ".action", view.action, options);
        y += ui.px(size::kControl);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, y - at.y + ui.px(space::k6)));
    return tapped;
}

void progress(std::string_view key, const ProgressView& view) {
    Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ui.px(availableWidth());
    const float line = lineHeight(TextStyle::BodyMedium);
    float x = at.x;
    if (view.icon != nullptr) {
        drawIcon({x + ui.px(10), at.y + line / 2}, view.icon, ui.color(Token::Muted));
        x += ui.px(28);
    }
    const float words = textWidth(TextStyle::Secondary, view.words);
    drawText({x, at.y}, TextStyle::BodyMedium, ui.color(Token::Ink), view.label,
             at.x + width - words - ui.px(space::k2) - x);
    drawText({at.x + width - words, at.y + ui.px(2)}, TextStyle::Secondary, ui.color(Token::Muted),
             view.words);
    const float thickness = ui.px(size::kTrack);
    const Rect track{at.x, std::round(at.y + line + ui.px(6)), width, thickness};
    fillRect(track, ui.color(Token::Sunken), thickness / 2);
    const float done = std::clamp(view.part, 0.0F, 1.0F) * width;
    if (done > 0)
        fillRect({track.x, track.y, std::max(done, thickness), thickness}, ui.color(Token::Primary),
                 thickness / 2);
    Item item;
    item.rect = {at.x, at.y, width, line + ui.px(12)};
    item.text = std::string(view.label) + " " + std::string(view.words);
    ui.add(key, std::move(item));
    ImGui::Dummy(ImVec2(width, line + ui.px(6) + thickness));
}

ToastState toast(const ToastView& view) {
    Context& ui = context();
    auto& memory = ui.memory();
    constexpr double kSeconds = 4;
    if (memory.toastSerial != view.serial) {
        memory.toastSerial = view.serial;
        memory.toastUntil = ui.now() + kSeconds;
    }
    if (ui.now() >= memory.toastUntil) return ToastState::Gone;
    ui.requestFrameIn(memory.toastUntil - ui.now());

    const ImVec2 display = ImGui::GetIO().DisplaySize;
    const float padding = ui.px(space::k4);
    const float action =
        view.action.empty() ? 0 : textWidth(TextStyle::BodyMedium, view.action) + ui.px(space::k6);
    const float width = std::min(textWidth(TextStyle::Body, view.message) + action + 2 * padding,
                                 display.x - ui.px(2 * size::kMargin));
    const float height = ui.px(44);
    const float rail = display.x < ui.px(size::kNarrowBelow) ? size::kRailNarrow : size::kRail;
    const Rect rect{std::min(ui.px(rail + size::kMargin), display.x - width),
                    display.y - ui.px(size::kStatusBar + space::k4) - height, width, height};
    ImGui::SetNextWindowPos(topLeft(rect));
    ImGui::SetNextWindowSize(ImVec2(rect.width, rect.height));
    ImGui::Begin("##toast", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                     ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoFocusOnAppearing);
    fillRect(rect, ui.color(Token::Ink), ui.px(size::kControlRadius));
    drawText({rect.x + padding, rect.y + (height - lineHeight(TextStyle::Body)) / 2},
             TextStyle::Body, ui.color(Token::Surface), view.message, width - 2 * padding - action);
    Item item;
    item.rect = rect;
    item.text = view.message;
    ui.add("toast", std::move(item));
    bool tapped = false;
    if (action > 0) {
        const float wide = action - ui.px(space::k6);
        Reach reach;
        reach.text = view.action;
        const Interaction what = interactAt(
            "toast.action", {rect.right() - padding - wide, rect.y, wide, height}, reach);
        drawText({what.rect.x, rect.y + (height - lineHeight(TextStyle::BodyMedium)) / 2},
                 TextStyle::BodyMedium, ui.color(Token::PrimarySoft), view.action);
        if (what.ringed)
            strokeRect({what.rect.x - ui.px(6), what.rect.y + ui.px(6), wide + ui.px(12),
                        height - ui.px(12)},
                       ui.color(Token::PrimarySoft), ui.px(6), ui.px(size::kRing));
        tapped = what.tapped || takeShortcut(view.shortcut);
    }
    ImGui::End();
    if (tapped) {
        memory.toastUntil = ui.now();
        ui.requestFrame();
        return ToastState::ActionTapped;
    }
    return ToastState::Showing;
}

}  // namespace sotay::ui
