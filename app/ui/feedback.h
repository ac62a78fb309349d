#pragma once

#include <memory>
#include <string_view>

#include "app/ui/theme.h"

namespace sotay::ui {

// One sentence on a soft ground with at most one action (registers as key.action). True: action
// tapped.
bool banner(std::string_view key, Tone tone, std::string_view sentence,
            std::string_view action = {}, const char* icon = nullptr);

// What a screen is for when it is empty, and the one next step (key.action). True: step tapped.
struct EmptyView {
    const char* icon = nullptr;
    std::string_view title;
    std::string_view sentence;
    std::string_view action = {};
    std::string_view shortcut = {};
};
bool emptyState(std::string_view key, const EmptyView& view);

// A 6 px track with words: what at the left, how far and how long at the right. `part` 0 to 1.
struct ProgressView {
    const char* icon = nullptr;
    std::string_view label;
    std::string_view words;
    float part = 0;
};
void progress(std::string_view key, const ProgressView& view);

// A message at the bottom left above the status bar, for 4 s. `serial` tells one from the next: the
// same serial is shown only once.
enum class ToastState { Showing, ActionTapped, Gone };
struct ToastView {
    long serial = 0;
    std::string_view message;
    std::string_view action = {};  // undo; registers as toast.action, also by `shortcut`
    std::string_view shortcut = {};
};
ToastState toast(const ToastView& view);

// A question over the screen, for what cannot be undone, or a small form. Escape cancels. Draw it
// after the screen, as long as it is open; the content goes in its lifetime. Buttons register as
// key.confirm and key.cancel.
struct DialogView {
    std::string_view title;
    std::string_view sentence = {};
    std::string_view confirm;
    std::string_view cancel;
    bool dangerous = false;  // the confirming button in the error colour
    bool canConfirm = true;
    float width = 440;
};
class Dialog {
  public:
    Dialog(std::string_view key, const DialogView& view);
    ~Dialog();
    Dialog(const Dialog&) = delete;
    // Draws the buttons; call it last.
    enum class Answer { None, Confirmed, Cancelled };
    Answer answer();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sotay::ui
