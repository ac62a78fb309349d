#pragma once

#include <string_view>
#include <vector>

#include "app/ui/context.h"
#include "app/ui/memory.h"

namespace sotay::ui {

// A window over everything that was drawn before: below it nothing reacts. For open lists,
// calendars and dialogs; one inside the other is fine. Drawn every frame as long as it is open.
class Overlay {
  public:
    // `dim`: shade what is below (dialogs). The panel's ground is drawn for the last frame's
    // height; the flow starts at its inner top left.
    struct Panel {
        float x = 0, y = 0, width = 0, height = 0;  // screen pixels
        float padding = 0;
    };
    Overlay(std::string_view key, const Panel& panel, bool dim);
    ~Overlay();
    Overlay(const Overlay&) = delete;
    // Clicked beside it, or Escape.
    bool dismissed() const { return dismissed_ || escaped_; }
    bool escaped() const { return escaped_; }

  private:
    bool dismissed_ = false, escaped_ = false;
    std::vector<WidgetMemory::RowState> rowsBelow_;
};

}  // namespace sotay::ui
