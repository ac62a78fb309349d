#include "app/ui/input_queue.h"

#include "app/ui/utf8.h"

namespace sotay::ui {

namespace {

// Keys after which another widget may have the keyboard.
bool mayMoveFocus(const Chord& chord) {
    if (chord.key >= Key::Control) return false;
    return chord.key == Key::Tab || chord.key == Key::Enter || chord.key == Key::Escape ||
           chord.ctrl || chord.alt || chord.key >= Key::F1;
}

}  // namespace

void InputQueue::pushText(std::string_view text) {
    while (!text.empty()) push({Event::Kind::Character, {}, takeCodePoint(text)});
}

void InputQueue::putBack(std::string_view text) {
    std::deque<Event> after = std::move(waiting_);
    waiting_.clear();
    pushText(text);
    waiting_.insert(waiting_.end(), after.begin(), after.end());
}

void InputQueue::clear() {
    waiting_.clear();
    for (const Key key : down_) push({Event::Kind::Release, {key, false, false, false}, 0});
}

std::vector<InputQueue::Event> InputQueue::next(bool hold) {
    std::vector<Event> batch;
    if (hold) return batch;
    std::set<Key> changed;
    while (!waiting_.empty()) {
        const Event event = waiting_.front();
        if (event.kind != Event::Kind::Character) {
            if (changed.contains(event.chord.key)) break;
            // A modifier change between two keys of one frame would apply to both.
            if (!batch.empty() && batch.back().kind != Event::Kind::Character &&
                (batch.back().chord.ctrl != event.chord.ctrl ||
                 batch.back().chord.alt != event.chord.alt ||
                 batch.back().chord.shift != event.chord.shift))
                break;
            changed.insert(event.chord.key);
        }
        waiting_.pop_front();
        if (event.kind == Event::Kind::Press) down_.insert(event.chord.key);
        if (event.kind == Event::Kind::Release) down_.erase(event.chord.key);
        batch.push_back(event);
        if (event.kind != Event::Kind::Release && event.kind != Event::Kind::Character &&
            mayMoveFocus(event.chord))
            break;
    }
    return batch;
}

}  // namespace sotay::ui
