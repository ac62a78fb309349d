#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/ui/context.h"

namespace sotay::ui {

// Drives screens by key without a window or OpenGL, through the same input queue as the real
// window. `draw` is one frame of the app's drawing, from AppFrame to Dialog; it runs inside
// begin/endFrame.
//     HeadlessUi ui([&] { drawRecordList(state, text, actions); });
//     ui.tap("record_list.new");
class HeadlessUi {
  public:
    explicit HeadlessUi(std::function<void()> draw, float width = 1366, float height = 768);

    // One frame, or as many as the widgets ask for until they are at rest (at most 20).
    void frame();
    void settle();

    // Scrolls there if need be, moves the mouse on it, presses and releases. A missing, covered or
    // disabled key fails the test (doctest FAIL) and names the keys that are there.
    void tap(std::string_view key);
    void doubleTap(std::string_view key);
    void clickAt(float x, float y);
    void wheel(std::string_view key, float lines);
    // "Tab", "Ctrl N", "Shift Tab", "F8", "Enter", "a".
    void press(std::string_view chord);
    // Characters into whatever is being edited.
    void type(std::string_view utf8);
    // Tap, select all, type.
    void fill(std::string_view key, std::string_view utf8);
    void resize(float width, float height);
    // Lets so much time pass, for toasts.
    void wait(double seconds);

    bool exists(std::string_view key) const { return context_.find(key) != nullptr; }
    std::string text(std::string_view key) const;
    bool isEnabled(std::string_view key) const;
    bool isSelected(std::string_view key) const;
    bool isWrong(std::string_view key) const;
    // The key that the keyboard is on.
    std::string focused();
    // All keys now drawn, for a failing test's message.
    std::string keys() const;
    Context& context() { return context_; }

  private:
    const Item& wanted(std::string_view key) const;
    void mouse(float x, float y, bool down);

    std::function<void()> draw_;
    Context context_;
    float width_, height_;
};

}  // namespace sotay::ui
