#pragma once

#include <imgui.h>

#include <map>
#include <string>
#include <vector>

namespace sotay::ui {

// What widgets keep between frames, by key. Everything that matters to the survey is in the
// caller's state; this is only how far something is scrolled, opened or typed.
struct WidgetMemory {
    // The one field that is being edited, with its text. The caller's value is not looked at
    // meanwhile, so that an answer which comes a frame later cannot eat a keystroke.
    struct {
        std::string key;
        std::string text;
        bool changed = false;
    } edit;

    // The one open list or calendar.
    struct {
        std::string key;
        std::string filter;
        std::size_t at = 0;                // highlighted, a place in `matches`
        std::vector<std::size_t> matches;  // of the filter, as it was when last computed
        std::string matchesOf;
        std::size_t matchesCount = 0;
        bool scrollToAt = false;
        bool typing = false;               // opened by a letter: searches even a short list
        int year = 0, month = 0, day = 0;  // of the calendar
        float listHeight = 0;
    } open;

    struct Height {
        float last = 0, now = 0;
    };
    std::map<std::string, Height, std::less<>> heights;         // of groups of cards
    std::map<std::string, std::size_t, std::less<>> positions;  // highlighted item of a list
    long toastSerial = 0;
    double toastUntil = 0;

    // Right edges of nested columns and cards in screen pixels, innermost last.
    std::vector<float> rightEdges;
    std::vector<float> bottomEdges;
    // The open Row, in screen pixels.
    struct RowState {
        float x = 0, y = 0, height = 0, gap = 0, left = 0;
        bool isFirst = true;
    };
    std::vector<RowState> rows;

    std::string tappedCard;  // a ChoiceCard that was tapped in the last frame
    std::string tappedLink;  // a FormRow whose link was
};

}  // namespace sotay::ui
