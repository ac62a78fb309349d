#pragma once

#include <string>
#include <string_view>

#include "app/ui/field.h"
#include "app/ui/interaction.h"

namespace sotay::ui {

// What all fields of text share; the public ones (field.h) differ in how a value is shown.
struct Editing {
    std::string_view key;
    std::string shown;     // while it is not being edited
    std::string editable;  // what editing starts with
    FieldOptions options;
    bool rightAligned = false;
    bool clickSelects = false;  // a click selects all, because `shown` is not `editable`
    bool multiLine = false;
    float roomRight = 0;  // pixels kept free at the right, for a button
};

struct Outcome {
    bool changed = false, finished = false, entered = false, escaped = false;
    std::string text;
    Rect rect;
};

Outcome edit(const Editing& field);
Edit toEdit(const Outcome& outcome, std::string (*canonical)(std::string_view));

// The rounded box with the edge that its state asks for.
void drawFieldFrame(const Rect& rect, const FieldOptions& options, bool focused, bool hovered);

}  // namespace sotay::ui
