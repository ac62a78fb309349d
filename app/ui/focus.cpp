#include "app/ui/focus.h"

#include <algorithm>

namespace sotay::ui {

void Focus::set(std::string_view key, bool byKeyboard) {
    key_ = key;
    anchor_ = key;
    byKeyboard_ = byKeyboard;
    now_ = {};
    const auto known = std::find_if(lastStops_.begin(), lastStops_.end(),
                                    [key](const Stop& stop) { return stop.key == key; });
    if (known != lastStops_.end()) now_ = *known;
    if (!byKeyboard) return;
    scrollTo_ = key;
    // Until the field has it; bounded, so that a field that never comes cannot hold the queue.
    pendingFrames_ = now_.isText ? 4 : 1;
}

void Focus::clear() {
    key_.clear();
    now_ = {};
    byKeyboard_ = false;
    pendingFrames_ = 0;
}

void Focus::step(int by) {
    std::vector<const Stop*> reachable;
    for (const Stop& stop : lastStops_)
        if (stop.layer == topLayer_) reachable.push_back(&stop);
    if (reachable.empty()) return;
    const auto count = static_cast<int>(reachable.size());
    const auto here = std::find_if(reachable.begin(), reachable.end(),
                                   [this](const Stop* stop) { return stop->key == anchor_; });
    int target = by > 0 ? 0 : count - 1;
    if (here != reachable.end())
        target = (static_cast<int>(here - reachable.begin()) + by + count) % count;
    set(std::string(reachable[static_cast<std::size_t>(target)]->key));
}

void Focus::report(Stop stop) {
    stop.layer = layer_;
    stops_.push_back(std::move(stop));
}

void Focus::pushLayer() {
    ++layer_;
    highest_ = std::max(highest_, layer_);
    if (layer_ <= topLayer_) return;
    below_.push_back(key_);
    topLayer_ = layer_;
    clear();
}

void Focus::beginFrame() {
    lastStops_ = std::move(stops_);
    stops_.clear();
    layer_ = 0;
    highest_ = 0;
}

void Focus::endFrame() {
    lastStops_ = stops_;
    const bool closed = highest_ < topLayer_;
    std::string back;
    while (topLayer_ > highest_) {
        back = below_.back();
        below_.pop_back();
        --topLayer_;
    }
    const auto isHere = [this](const Stop& stop) { return stop.layer == topLayer_; };
    const auto drawn = std::find_if(stops_.begin(), stops_.end(), [&](const Stop& stop) {
        return isHere(stop) && stop.key == key_;
    });
    if (drawn != stops_.end()) {
        now_ = *drawn;
    } else if (closed) {
        set(back, true);
    } else if (topLayer_ > 0) {
        const auto first = std::find_if(stops_.begin(), stops_.end(), isHere);
        if (first != stops_.end()) set(first->key);
    } else if (!key_.empty()) {
        clear();
    }
    if (pendingFrames_ > 0) --pendingFrames_;
}

bool Focus::takeScroll(std::string_view key) {
    if (scrollTo_.empty() || scrollTo_ != key) return false;
    scrollTo_.clear();
    return true;
}

}  // namespace sotay::ui
