#pragma once

#include <string>
#include <string_view>

#include "app/ui/theme.h"

namespace sotay::ui {

enum class Check { Fine, Warning, Wrong };

struct FieldOptions {
    float width = 0;  // design pixels; 0: what is available
    Check check = Check::Fine;
    std::string_view placeholder = {};
    const char* icon = nullptr;  // at the left
    bool enabled = true;
    bool readOnly = false;  // can be focused and copied, not changed
    bool password = false;
    // Enter goes to the next field, as Tab does. Else it is reported as `entered`, and a button
    // whose shortcut is Enter gets it.
    bool enterMovesOn = true;
    int lines = 4;                // of a text area
    std::string_view today = {};  // of a date field, ISO: the day marked in the calendar
};

// What a person did to a field in this frame. The caller keeps the value; while the field is being
// edited it shows its own text, so a caller may answer a frame later.
struct Edit {
    bool changed = false;   // a keystroke changed it; `value` holds the whole new value
    bool finished = false;  // left after changes, or Enter; `value` holds the value
    bool entered = false;   // Enter was pressed and does not move on
    std::string value;      // NFC; numbers canonical ("9.45"), dates ISO
    explicit operator bool() const { return changed || finished; }
};

Edit textField(std::string_view key, std::string_view value, const FieldOptions& options = {});
// With a magnifying glass; Escape empties it.
Edit searchField(std::string_view key, std::string_view value, const FieldOptions& options = {});
// Right aligned, thousands with dots while it is not being edited. `value` is canonical; what is no
// number is given on as typed.
Edit numberField(std::string_view key, std::string_view value, const FieldOptions& options = {});
// Several lines; Enter makes a new line, Ctrl Enter and Tab go on.
Edit textArea(std::string_view key, std::string_view value, const FieldOptions& options = {});
// Typed as 31/10/2026 or picked from a calendar (button key.calendar, or Alt Down). `value` is ISO.
Edit dateField(std::string_view key, std::string_view value, const FieldOptions& options = {});
// A calculated or read-only value in a field's place: no frame, same alignment.
void shownValue(std::string_view key, std::string_view value, bool rightAligned = false,
                float width = 0);

}  // namespace sotay::ui
