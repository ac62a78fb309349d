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
    // What a widget's place in the Tab order is like.
    struct Stop {
        std::string key;
        int layer = 0;
        bool isText = false;
    };

    bool has(std::string_view key) const { return key_ == key; }
    // Whether the ring should show: the focus came by keyboard.
    bool isRinged(std::string_view key) const { return byKeyboard_ && key_ == key; }
    const std::string& key() const { return key_; }
    bool isEditingText() const { return editingText_; }

    // From the next frame on. To a key that is not drawn, nothing happens.
    void set(std::string_view key, bool byKeyboard = true);
    void clear();
    void next() { step(1); }
    void previous() { step(-1); }
    // Moves by one among the stops of the last frame, round at the ends.
    void step(int by);

    // Called by widgets and Context only.
    void report(std::string_view key, bool isText);
    void beginFrame();
    void endFrame();
    void pushLayer() { ++layer_; }
    void popLayer() { --layer_; }
    int layer() const { return layer_; }
    int topLayer() const { return topLayer_; }
    // A text field was asked to take the keyboard and has not got it yet.
    bool isPending() const { return pendingFrames_ > 0; }
    void textArrived();
    // True once after a focus change, so that the widget scrolls itself into view.
    bool takeScroll(std::string_view key);
    void setEditingText(bool editing) { editingText_ = editing; }

  private:
    std::string key_;
    std::string scrollTo_;
    bool byKeyboard_ = false;
    bool editingText_ = false;
    int pendingFrames_ = 0;
    int layer_ = 0;
    int topLayer_ = 0;
    std::vector<Stop> stops_;         // of this frame
    std::vector<Stop> lastStops_;     // of the last one
    std::vector<std::string> below_;  // the focus that each covered layer had
};

}  // namespace sotay::ui
