#include "app/ui/context.h"

#include <imgui.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "app/ui/focus.h"
#include "app/ui/imgui_compat.h"
#include "app/ui/memory.h"
#include "app/ui/utf8.h"

namespace sotay::ui {

Context::Context(FontData fonts, Mode mode, float scale)
    : imgui_(ImGui::CreateContext()),
      fontData_(std::move(fonts)),
      mode_(mode),
      scale_(std::clamp(scale, 1.0F, 2.0F)),
      focus_(std::make_unique<Focus>()),
      memory_(std::make_unique<WidgetMemory>()) {
    ImGui::SetCurrentContext(imgui_);
    ImGuiIO& io = ImGui::GetIO();
    io.UserData = this;
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.ConfigInputTextCursorBlink = false;
    compat::mapKeys(io);
    rebuildFonts();
    applyStyle();
}

Context::~Context() { ImGui::DestroyContext(imgui_); }

void Context::setMode(Mode mode) {
    mode_ = mode;
    applyStyle();
    requestFrame();
}

void Context::setScale(float scale) {
    scale = std::clamp(scale, 1.0F, 2.0F);
    if (scale == scale_) return;
    scale_ = scale;
    memory_->heights.clear();
    rebuildFonts();
    applyStyle();
    requestFrame();
}

void Context::rebuildFonts() {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    status_ = fonts_.build(atlas, fontData_, scale_);
    ++atlasVersion_;
}

void Context::applyStyle() {
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    style.WindowPadding = ImVec2(0, 0);
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 0;
    style.FrameBorderSize = 0;
    style.FramePadding = ImVec2(0, 0);
    style.ItemSpacing = ImVec2(0, 0);
    style.ScrollbarSize = px(10);
    style.ScrollbarRounding = px(5);
    // Lines from the atlas need linear filtering; text is sharper without it.
    style.AntiAliasedLinesUseTex = false;
    style.CircleTessellationMaxError = 0.15F;
    const auto set = [&](ImGuiCol which, Token token, float alpha = 1.0F) {
        style.Colors[which] = ImGui::ColorConvertU32ToFloat4(color(token, alpha));
    };
    set(ImGuiCol_WindowBg, Token::Page);
    set(ImGuiCol_ChildBg, Token::Page, 0);
    set(ImGuiCol_Text, Token::Ink);
    set(ImGuiCol_TextDisabled, Token::Muted);
    set(ImGuiCol_FrameBg, Token::Surface, 0);
    set(ImGuiCol_TextSelectedBg, Token::Primary, 0.3F);
    set(ImGuiCol_ScrollbarBg, Token::Surface, 0);
    set(ImGuiCol_ScrollbarGrab, Token::Line);
    set(ImGuiCol_ScrollbarGrabHovered, Token::Muted);
    set(ImGuiCol_ScrollbarGrabActive, Token::Muted);
    set(ImGuiCol_NavHighlight, Token::Primary, 0);
}

void Context::beginFrame(float width, float height, float deltaSeconds) {
    ImGui::SetCurrentContext(imgui_);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = ImVec2(width, height);
    io.DeltaTime = std::max(deltaSeconds, 1e-4F);
    now_ += deltaSeconds;
    if (framesWanted_ > 0) --framesWanted_;
    if (wakeAt_ >= 0 && now_ >= wakeAt_) wakeAt_ = -1;
    isDropping_ = !drop_.files.empty();
    replayInput();
    items_.clear();
    memory_->rightEdges.clear();
    memory_->bottomEdges.clear();
    memory_->rows.clear();
    for (auto& [group, shared] : memory_->heights) shared = {shared.now, 0};
    focus_->beginFrame();
    ImGui::NewFrame();
    ImGui::PushFont(font(TextStyle::Body));
}

void Context::replayInput() {
    ImGuiIO& io = ImGui::GetIO();
    presses_.clear();
    typed_.clear();
    for (const InputQueue::Event& event : input_.next(focus_->isPending())) {
        if (event.kind == InputQueue::Event::Kind::Character) {
            if (event.character < ' ' || event.character == 0x7F) continue;
            io.AddInputCharacter(event.character);
            appendUtf8(typed_, event.character);
            continue;
        }
        const bool down = event.kind != InputQueue::Event::Kind::Release;
        compat::sendKey(io, event.chord, down);
        if (down) presses_.push_back(event.chord);
        requestFrame();
    }
}

void Context::drop(Drop dropped) {
    drop_ = std::move(dropped);
    requestFrame();
}

std::vector<std::string> Context::takeDrop(const Rect& where) {
    if (!isDropping_ || drop_.x < where.x || drop_.x >= where.right() || drop_.y < where.y ||
        drop_.y >= where.bottom())
        return {};
    isDropping_ = false;
    return std::move(drop_.files);
}

void Context::endFrame() {
    if (!drop_.files.empty()) drop_ = {};
    ImGui::PopFont();
    moveFocus();
    focus_->endFrame();
    // A field that is no longer drawn cannot say that it is done.
    if (!memory_->edit.key.empty() && find(memory_->edit.key) == nullptr) memory_->edit = {};
    for (const auto& [group, shared] : memory_->heights)
        if (shared.last != shared.now) requestFrame();
    ImGui::Render();
    if (!input_.empty() || focus_->isPending()) requestFrame();
}

void Context::moveFocus() {
    if (take({Key::Tab})) focus_->next();
    if (take({Key::Tab, false, true, false})) focus_->previous();
    // A click on nothing lets go of the keyboard.
    if (ImGui::IsMouseClicked(0)) {
        requestFrame();
        if (!ImGui::IsAnyItemActive()) focus_->clear();
    }
    if (ImGui::IsMouseReleased(0)) requestFrame();
}

bool Context::pressed(const Chord& chord) const {
    return std::find(presses_.begin(), presses_.end(), chord) != presses_.end();
}

bool Context::take(const Chord& chord) {
    const auto found = std::find(presses_.begin(), presses_.end(), chord);
    if (found == presses_.end()) return false;
    presses_.erase(found);
    return true;
}

std::string Context::takeTyped() { return std::exchange(typed_, {}); }

const Item* Context::find(std::string_view key) const {
    const auto found = items_.find(key);
    return found == items_.end() ? nullptr : &found->second;
}

Item& Context::add(std::string_view key, Item item) {
    item.layer = focus_->layer();
    return items_.insert_or_assign(std::string(key), std::move(item)).first->second;
}

void Context::requestFrame() { framesWanted_ = std::max(framesWanted_, 2); }

void Context::requestFrameIn(double seconds) {
    const double at = now_ + seconds;
    if (wakeAt_ < 0 || at < wakeAt_) wakeAt_ = at;
}

double Context::sleepSeconds() const {
    if (framesWanted_ > 0) return 0;
    if (wakeAt_ >= 0) return std::max(0.0, wakeAt_ - now_);
    return -1;
}

Context& context() {
    assert(ImGui::GetCurrentContext() != nullptr);
    return *static_cast<Context*>(ImGui::GetIO().UserData);
}

}  // namespace sotay::ui
