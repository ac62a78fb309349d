#include <algorithm>
#include <cmath>

#include "app/ui/focus.h"
#include "app/ui/interaction.h"
#include "app/ui/layout.h"
#include "app/ui/memory.h"

namespace sotay::ui {

namespace {

// The ground of a card is drawn when its height is known, in a channel under the content.
struct Surface {
    ImDrawListSplitter splitter;
    ImDrawList* list = nullptr;
    float x = 0, y = 0, width = 0, padding = 0;

    void open(float paddingPixels) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        x = at.x;
        y = at.y;
        width = context().px(availableWidth());
        padding = paddingPixels;
        list = ImGui::GetWindowDrawList();
        splitter.Split(list, 2);
        splitter.SetCurrentChannel(list, 1);
        ImGui::SetCursorScreenPos(ImVec2(x + padding, y + padding));
        ImGui::BeginGroup();
        context().memory().rightEdges.push_back(x + width - padding);
    }

    // Bottom of the content, in screen pixels.
    float closeContent() {
        ImGui::EndGroup();
        context().memory().rightEdges.pop_back();
        return ImGui::GetItemRectMax().y;
    }

    void closeGround(const Rect& rect, std::uint32_t ground, std::uint32_t edge, float thickness) {
        splitter.SetCurrentChannel(list, 0);
        const float radius = context().px(size::kCardRadius);
        fillRect(rect, ground, radius);
        strokeRect(rect, edge, radius, thickness);
        splitter.Merge(list);
        ImGui::SetCursorScreenPos(ImVec2(x, y));
        ImGui::Dummy(ImVec2(rect.width, rect.height));
    }
};

float sharedHeight(std::string_view group, float natural) {
    if (group.empty()) return natural;
    auto& height = context().memory().heights[std::string(group)];
    height.now = std::max(height.now, natural);
    return std::max(height.last, natural);
}

}  // namespace

struct Card::State {
    Surface surface;
    CardOptions options;
    std::string key, group;
    float height = 0;  // fixed, in pixels
    std::unique_ptr<ScrollArea> scroll;
};

Card::Card(std::string_view key, const CardOptions& options) : state_(std::make_unique<State>()) {
    Context& ui = context();
    state_->options = options;
    state_->key = key;
    state_->group = options.group;
    if (options.height < 0) state_->height = ui.px(availableHeight());
    if (options.height > 0) state_->height = ui.px(options.height);
    state_->surface.open(ui.px(options.padding + size::kHairline));
    if (state_->height <= 0) return;
    const float inner = state_->height - 2 * state_->surface.padding;
    ui.memory().bottomEdges.push_back(ImGui::GetCursorScreenPos().y + inner);
    if (options.scrolls)
        state_->scroll = std::make_unique<ScrollArea>(state_->key + ".scroll", inner / ui.scale());
}

Card::~Card() {
    Context& ui = context();
    Surface& surface = state_->surface;
    state_->scroll.reset();
    const float bottom = surface.closeContent();
    float height = state_->height;
    if (height > 0) {
        ui.memory().bottomEdges.pop_back();
    } else {
        const float natural =
            std::max(ui.px(state_->options.minHeight), bottom + surface.padding - surface.y);
        height = sharedHeight(state_->group, natural);
    }
    const Rect rect{surface.x, surface.y, surface.width, height};
    const float thickness = std::max(1.0F, ui.px(state_->options.edgeWidth));
    surface.closeGround(rect, ui.color(state_->options.ground), ui.color(state_->options.edge),
                        std::floor(thickness));
    Item item;
    item.rect = rect;
    ui.add(state_->key, std::move(item));
}

struct ChoiceCard::State {
    Surface surface;
    ChoiceCardOptions options;
    std::string key, group;
};

ChoiceCard::ChoiceCard(std::string_view key, const ChoiceCardOptions& options)
    : state_(std::make_unique<State>()) {
    Context& ui = context();
    state_->options = options;
    state_->key = key;
    state_->group = options.group;
    tapped_ = ui.memory().tappedCard == key;
    if (tapped_) ui.memory().tappedCard.clear();
    if (options.enabled && takeShortcut(options.shortcut)) tapped_ = true;
    state_->surface.open(ui.px(space::k4 + 1));
}

ChoiceCard::~ChoiceCard() {
    Context& ui = context();
    Surface& surface = state_->surface;
    const ChoiceCardOptions& options = state_->options;
    const float bottom = surface.closeContent();
    const float natural = bottom + surface.padding - surface.y;
    const float height = sharedHeight(state_->group, std::max(ui.px(options.minHeight), natural));
    const Rect rect{surface.x, surface.y, surface.width, height};

    ImGui::SetCursorScreenPos(ImVec2(rect.x, rect.y));
    Reach reach;
    reach.enabled = options.enabled;
    reach.selected = options.selected;
    const Interaction what = interact(state_->key, rect.width, rect.height, reach);
    if (what.tapped) {
        ui.memory().tappedCard = state_->key;
        ui.requestFrame();
    }
    const Token strong = strongOf(options.tone);
    const bool isNeutral = options.tone == Tone::Neutral;
    const Color ground = colorOf(ui.mode(), isNeutral ? Token::Page : softOf(options.tone))
                             .mixed(colorOf(ui.mode(), strong), what.held      ? 0.12F
                                                                : what.hovered ? 0.06F
                                                                               : 0.0F);
    const bool marked = options.selected;
    surface.closeGround(rect, ground.packed(), ui.color(marked ? strong : Token::Line),
                        marked ? std::floor(ui.px(size::kRing)) : 1.0F);
    if (what.ringed) drawRing(rect, ui.px(size::kCardRadius));
}

}  // namespace sotay::ui
