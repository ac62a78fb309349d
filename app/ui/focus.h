#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotay::ui {

// Where the keyboard is. Own, instead of ImGui's: Tab there skips all but text in 1.86, differs
// between versions, and forms need Enter to go on to the next field.
//
// Widgets report themselves in drawing order, which is the order of Tab. Only the topmost layer
// (dialog, open list) is reachable; when it closes, the focus goes back to where it was.
class Focus {
  public:
    // A widget's place in the Tab order.
    struct Stop {
        std::string key;
        int layer = 0;
        bool isText = false;
        bool keepsEnter = true;  // Enter is its own; a shortcut "Enter" elsewhere must not see it
    };

    bool has(std::string_view key) const { return !key_.empty() && key_ == key; }
    // Whether the ring should show: the focus came by keyboard.
    bool isRinged(std::string_view key) const { return byKeyboard_ && has(key); }
    const std::string& key() const { return key_; }
    // The focus is in a field that takes characters.
    bool isEditingText() const { return now_.isText; }
    bool keepsEnter() const { return now_.keepsEnter; }

    // At once. When the key is not drawn in the next frame, the focus is nowhere.
    void set(std::string_view key, bool byKeyboard = true);
    // Tab goes on from where it was.
    void clear();
    void next() { step(1); }
    void previous() { step(-1); }
    // Moves by one among the stops of the last frame, round at the ends.
    void step(int by);

    // Called by widgets and Context only.
    void report(Stop stop);
    void beginFrame();
    void endFrame();
    void pushLayer();
    void popLayer() { --layer_; }
    int layer() const { return layer_; }
    int topLayer() const { return topLayer_; }
    bool isTopLayer() const { return layer_ == topLayer_; }
    // A text field was asked to take the keyboard and has not got it yet: hold characters back.
    bool isPending() const { return pendingFrames_ > 0; }
    void textArrived() { pendingFrames_ = 0; }
    // True once after the focus came by keyboard, so that the widget scrolls itself into view.
    bool takeScroll(std::string_view key);

  private:
    std::string key_;
    std::string anchor_;  // where Tab goes on from when key_ is empty
    std::string scrollTo_;
    bool byKeyboard_ = false;
    Stop now_;  // what is known of key_'s widget
    int pendingFrames_ = 0;
    int layer_ = 0;
    int topLayer_ = 0;
    int highest_ = 0;                 // layer drawn in this frame
    std::vector<Stop> stops_;         // of this frame
    std::vector<Stop> lastStops_;     // of the last one
    std::vector<std::string> below_;  // the focus that each covered layer had
};

}  // namespace sotay::ui
