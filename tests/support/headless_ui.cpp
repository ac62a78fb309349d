#include "tests/support/headless_ui.h"

#include <doctest/doctest.h>
#include <imgui.h>

#include "app/ui/focus.h"
#include "app/ui/imgui_compat.h"

namespace sotay::ui {

namespace {

constexpr float kFrameSeconds = 1.0F / 60;

// The fonts that the build put beside the programs; without them ImGui's own font serves, and all
// that changes is how wide words are.
FontData fontsForTests() {
    auto fonts = loadFonts(std::filesystem::path(SOTAY_BIN_DIR) / "assets");
    return fonts.ok() ? std::move(*fonts) : FontData();
}

}  // namespace

HeadlessUi::HeadlessUi(std::function<void()> draw, float width, float height)
    : draw_(std::move(draw)),
      context_(fontsForTests(), Mode::Light, 1.0F),
      width_(width),
      height_(height) {
    unsigned char* pixels = nullptr;
    int wide = 0;
    int high = 0;
    ImGui::GetIO().Fonts->GetTexDataAsRGBA32(&pixels, &wide, &high);
    mouse(-1, -1, false);
    settle();
}

void HeadlessUi::frame() {
    context_.beginFrame(width_, height_, kFrameSeconds);
    draw_();
    context_.endFrame();
}

void HeadlessUi::settle() {
    int frames = 0;
    do {
        frame();
    } while (++frames < 20 && context_.sleepSeconds() == 0);
}

const Item& HeadlessUi::wanted(std::string_view key) const {
    const Item* item = context_.find(key);
    if (item == nullptr) FAIL("No \"" << key << "\" on the screen; there are: " << keys());
    return *item;
}

void HeadlessUi::mouse(float x, float y, bool down) {
    compat::sendMouse(ImGui::GetIO(), x, y, down);
}

void HeadlessUi::clickAt(float x, float y) {
    mouse(x, y, false);
    frame();
    frame();
    mouse(x, y, true);
    frame();
    mouse(x, y, false);
    settle();
}

void HeadlessUi::tap(std::string_view key) {
    // By wheel, as a person would; the areas know how far they go.
    for (int i = 0; i < 60 && !wanted(key).visible; ++i)
        wheel(key, wanted(key).rect.y < height_ / 2 ? 2.0F : -2.0F);
    const Item item = wanted(key);
    if (!item.enabled) FAIL("\"" << key << "\" is not enabled");
    if (item.layer < context_.focus().topLayer())
        FAIL("\"" << key << "\" is covered by a dialog or an open list");
    clickAt(item.rect.x + item.rect.width / 2, item.rect.y + item.rect.height / 2);
}

void HeadlessUi::doubleTap(std::string_view key) {
    const Item item = wanted(key);
    const float x = item.rect.x + item.rect.width / 2;
    const float y = item.rect.y + item.rect.height / 2;
    mouse(x, y, false);
    frame();
    for (int i = 0; i < 2; ++i) {
        mouse(x, y, true);
        frame();
        mouse(x, y, false);
        frame();
    }
    settle();
}

void HeadlessUi::wheel(std::string_view key, float lines) {
    const Item item = wanted(key);
    // The pointer has to be over the area: clamp what is out of sight to the window.
    mouse(std::min(item.rect.x + item.rect.width / 2, width_ - 40),
          std::clamp(item.rect.y, 120.0F, height_ - 120), false);
    frame();
    compat::sendWheel(ImGui::GetIO(), lines);
    settle();
}

void HeadlessUi::press(std::string_view chord) {
    const auto parsed = parseChord(chord);
    if (!parsed) FAIL("\"" << chord << "\" is no key");
    context_.input().push({InputQueue::Event::Kind::Press, *parsed, 0});
    context_.input().push({InputQueue::Event::Kind::Release, {parsed->key}, 0});
    settle();
}

void HeadlessUi::type(std::string_view utf8) {
    context_.input().pushText(utf8);
    settle();
}

void HeadlessUi::fill(std::string_view key, std::string_view utf8) {
    tap(key);
    press("Ctrl A");
    press("Delete");
    type(utf8);
}

void HeadlessUi::resize(float width, float height) {
    width_ = width;
    height_ = height;
    settle();
}

void HeadlessUi::wait(double seconds) {
    context_.beginFrame(width_, height_, static_cast<float>(seconds));
    draw_();
    context_.endFrame();
    settle();
}

std::string HeadlessUi::text(std::string_view key) const { return wanted(key).text; }
bool HeadlessUi::isEnabled(std::string_view key) const { return wanted(key).enabled; }
bool HeadlessUi::isSelected(std::string_view key) const { return wanted(key).selected; }
bool HeadlessUi::isWrong(std::string_view key) const { return wanted(key).wrong; }
std::string HeadlessUi::focused() { return context_.focus().key(); }

std::string HeadlessUi::keys() const {
    std::string all;
    for (const auto& [key, item] : context_.items()) all += (all.empty() ? "" : ", ") + key;
    return all;
}

}  // namespace sotay::ui
