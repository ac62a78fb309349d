#include "app/ui/overlay.h"

#include <utility>

#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/memory.h"

namespace sotay::ui {

Overlay::Overlay(std::string_view key, const Panel& panel, bool dim)
    : rowsBelow_(std::exchange(context().memory().rows, {})) {
    Context& ui = context();
    const ImVec2 display = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(display);
    const std::string name = "##overlay." + std::string(key);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ImVec4(0, 0, 0, 0));
    ImGui::Begin(name.c_str(), nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                     ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleColor();
    if (ImGui::IsWindowAppearing()) {
        ImGui::SetWindowFocus();
        ui.requestFrame();
    }
    ui.focus().pushLayer();
    const Rect rect{panel.x, panel.y, panel.width, panel.height};
    if (dim) fillRect({0, 0, display.x, display.y}, Color{0, 0, 0}.packed(0.45F), 0);
    if (panel.height > 0) {
        fillRect(rect, ui.color(Token::Surface), ui.px(size::kControlRadius));
        strokeRect(rect, ui.color(Token::Line), ui.px(size::kControlRadius), 1);
    }
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool outside =
        mouse.x < rect.x || mouse.x >= rect.right() || mouse.y < rect.y || mouse.y >= rect.bottom();
    const bool isTop = ui.focus().isTopLayer();
    if (isTop && !ImGui::IsWindowAppearing() && ImGui::IsMouseClicked(0) && outside)
        dismissed_ = true;
    if (isTop && ui.take({Key::Escape})) escaped_ = true;
    ImGui::SetCursorScreenPos(ImVec2(rect.x + panel.padding, rect.y + panel.padding));
    ImGui::BeginGroup();
    ui.memory().rightEdges.push_back(rect.right() - panel.padding);
    ui.memory().bottomEdges.push_back(display.y);
}

Overlay::~Overlay() {
    Context& ui = context();
    ImGui::EndGroup();
    ui.memory().rightEdges.pop_back();
    ui.memory().bottomEdges.pop_back();
    ui.memory().rows = std::move(rowsBelow_);
    ui.focus().popLayer();
    ImGui::End();
    if (dismissed()) ui.requestFrame();
}

}  // namespace sotay::ui
