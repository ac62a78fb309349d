#include "app/ui/layout.h"

#include <algorithm>
#include <cmath>

#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/memory.h"

namespace sotay::ui {

namespace {

float rightEdge() {
    const auto& edges = context().memory().rightEdges;
    if (!edges.empty()) return edges.back();
    return ImGui::GetWindowPos().x + ImGui::GetWindowWidth();
}

float bottomEdge() {
    const auto& edges = context().memory().bottomEdges;
    if (!edges.empty()) return edges.back();
    return ImGui::GetWindowPos().y + ImGui::GetWindowHeight();
}

ImVec2 flowPosition() {
    const auto& rows = context().memory().rows;
    if (rows.empty()) return ImGui::GetCursorScreenPos();
    const auto& row = rows.back();
    return {row.x + (row.isFirst ? 0 : row.gap), row.y};
}

}  // namespace

void gap(float height) { ImGui::Dummy(ImVec2(0, context().px(height))); }

void hairline() {
    const Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float thickness = std::max(1.0F, std::floor(ui.scale()));
    ImGui::GetWindowDrawList()->AddRectFilled(at, ImVec2(rightEdge(), at.y + thickness),
                                              ui.color(Token::Line));
    ImGui::Dummy(ImVec2(0, thickness));
}

float availableWidth() {
    return std::max(0.0F, rightEdge() - flowPosition().x) / context().scale();
}

float availableHeight() {
    return std::max(0.0F, bottomEdge() - flowPosition().y) / context().scale();
}

Row::Row(float height, float gapBetween) {
    Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ui.memory().rows.push_back({at.x, at.y, ui.px(height), ui.px(gapBetween), at.x, true});
}

Row::~Row() {
    auto& rows = context().memory().rows;
    const WidgetMemory::RowState row = rows.back();
    rows.pop_back();
    ImGui::SetCursorScreenPos(ImVec2(row.left, row.y));
    ImGui::Dummy(ImVec2(row.x - row.left, row.height));
}

void Row::toRight(float widthOfWhatComes) {
    Context& ui = context();
    auto& row = ui.memory().rows.back();
    row.x = std::max(row.x, rightEdge() - ui.px(widthOfWhatComes) - (row.isFirst ? 0 : row.gap));
}

void Row::skip(float width) { context().memory().rows.back().x += context().px(width); }

Columns::Columns(std::vector<float> widths, float gapBetween)
    : widths_(std::move(widths)), gap_(context().px(gapBetween)) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    x_ = at.x;
    y_ = at.y;
    bottom_ = at.y;
    const float all = rightEdge() - at.x - gap_ * static_cast<float>(widths_.size() - 1);
    float fixed = 0;
    float sharing = 0;
    for (float& width : widths_) {
        width = context().px(width);
        fixed += width;
        if (width == 0) ++sharing;
    }
    for (float& width : widths_)
        if (width == 0) width = std::max(0.0F, std::floor((all - fixed) / sharing));
}

void Columns::next() {
    close();
    float left = x_;
    for (std::size_t i = 0; i < at_; ++i) left += widths_[i] + gap_;
    ImGui::SetCursorScreenPos(ImVec2(left, y_));
    ImGui::BeginGroup();
    context().memory().rightEdges.push_back(left + widths_[std::min(at_, widths_.size() - 1)]);
    ++at_;
    open_ = true;
}

void Columns::close() {
    if (!open_) return;
    ImGui::EndGroup();
    bottom_ = std::max(bottom_, ImGui::GetItemRectMax().y);
    context().memory().rightEdges.pop_back();
    open_ = false;
}

Columns::~Columns() {
    close();
    ImGui::SetCursorScreenPos(ImVec2(x_, y_));
    ImGui::Dummy(ImVec2(0, bottom_ - y_));
}

ScrollArea::ScrollArea(std::string_view key, float height) {
    Context& ui = context();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float pixels = height < 0 ? bottomEdge() - at.y : ui.px(height);
    const float right = rightEdge();
    Item item;
    item.rect = {at.x, at.y, right - at.x, pixels};
    ui.add(key, std::move(item));
    const ImGuiID id = ImGui::GetID(key.data(), key.data() + key.size());
    ImGui::BeginChild(id, ImVec2(right - at.x, std::max(pixels, 1.0F)), false,
                      ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav);
    // Room for the bar is kept only while there is one.
    const float bar = ImGui::GetScrollMaxY() > 0 ? ImGui::GetStyle().ScrollbarSize + ui.px(4) : 0;
    ui.memory().rightEdges.push_back(right - bar);
    ui.memory().bottomEdges.push_back(at.y + pixels);
    const float page = ImGui::GetWindowHeight() * 0.85F;
    if (ui.focus().isTopLayer() && ImGui::GetScrollMaxY() > 0) {
        if (ui.take({Key::PageDown})) ImGui::SetScrollY(ImGui::GetScrollY() + page);
        if (ui.take({Key::PageUp})) ImGui::SetScrollY(std::max(0.0F, ImGui::GetScrollY() - page));
    }
}

ScrollArea::~ScrollArea() {
    Context& ui = context();
    ui.memory().rightEdges.pop_back();
    ui.memory().bottomEdges.pop_back();
    ImGui::EndChild();
}

}  // namespace sotay::ui
