#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <vector>

#include "app/ui/keys.h"

namespace sotay::ui {

// Key and character events between two frames, replayed so that nothing is lost.
//
// ImGui 1.86 samples the keyboard once a frame: a press and release inside one poll would vanish.
// So a frame gets events only until one key would change twice, and the rest waits for the next
// frame. A press that moves the focus (Tab, Enter) also ends the batch, so that characters typed
// behind it go to the field that gets the focus. Window and tests feed the same queue.
class InputQueue {
  public:
    struct Event {
        enum class Kind : std::uint8_t { Press, Repeat, Release, Character } kind = Kind::Press;
        Chord chord;                  // of Press, Repeat and Release
        std::uint32_t character = 0;  // of Character: a Unicode code point
    };

    void push(const Event& event) { waiting_.push_back(event); }
    void pushText(std::string_view utf8);
    // Before everything that waits: characters that somebody took and another should get.
    void putBack(std::string_view utf8);
    // All keys up and nothing waiting: the window lost the focus.
    void clear();

    // The events of the next frame, in order. `hold`: a focus change is under way, give nothing.
    std::vector<Event> next(bool hold);
    bool empty() const { return waiting_.empty(); }
    bool isDown(Key key) const { return down_.contains(key); }

  private:
    std::deque<Event> waiting_;
    std::set<Key> down_;
};

}  // namespace sotay::ui
