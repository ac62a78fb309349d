#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/ui/theme.h"

namespace sotay::ui {

// Layout is a flow from top to bottom. All lengths are design pixels.

void gap(float height);   // empty space below what was drawn last
void hairline();          // 1 px across what is available
float availableWidth();   // from here to the right edge
float availableHeight();  // from here to the bottom of the screen or area

// Widgets drawn in its lifetime stand side by side, centred on one line: buttons, fields of a given
// width, chips, links, icons, textLine().
//     Row row;  searchField(..., {.width = 360});  chip(...);  row.toRight(120);  button(...);
class Row {
  public:
    explicit Row(float height = size::kControl, float gapBetween = space::k2);
    ~Row();
    Row(const Row&) = delete;
    // What comes next, so many design pixels wide, ends at the right edge.
    void toRight(float widthOfWhatComes);
    // Extra space before what comes next.
    void skip(float width);
};

// Side by side parts; each is a flow of its own.
//     Columns columns({296, 0}, 24);   // a width of 0 shares what is left
//     columns.next(); ...left...  columns.next(); ...right...
class Columns {
  public:
    Columns(std::vector<float> widths, float gapBetween);
    ~Columns();
    Columns(const Columns&) = delete;
    void next();

  private:
    void close();
    std::vector<float> widths_;
    float gap_, x_ = 0, y_ = 0, bottom_ = 0;
    std::size_t at_ = 0;
    bool open_ = false;
};

struct CardOptions {
    float height = 0;     // 0: as high as what is in it; -1: to the bottom of what is available
    float minHeight = 0;  // with height 0
    // With height 0: cards of one group are all as high as the highest.
    std::string_view group = {};
    float padding = space::k6;
    Token ground = Token::Surface;
    Token edge = Token::Line;
    float edgeWidth = size::kHairline;
    bool scrolls = false;  // with a fixed height: what does not fit scrolls
};

// A rounded surface with a hairline; what is drawn in its lifetime is inside.
//     Card card("sync.progress", {.height = -1});
class Card {
  public:
    explicit Card(std::string_view key, const CardOptions& options = {});
    ~Card();
    Card(const Card&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// A card that can be chosen as a whole: the sides of a conflict. Reachable by keyboard.
//     ChoiceCard a("conflict.a", {.tone = Tone::SideA, .selected = true, .shortcut = "1"});
//     ...content...
//     if (a.tapped()) ...      // true in the frame after the tap
struct ChoiceCardOptions {
    Tone tone = Tone::Neutral;
    bool selected = false;
    bool enabled = true;  // false: only shown ("before" card)
    std::string_view shortcut = {};
    float minHeight = 0;
    std::string_view group = {};  // as of CardOptions
};
class ChoiceCard {
  public:
    ChoiceCard(std::string_view key, const ChoiceCardOptions& options = {});
    ~ChoiceCard();
    ChoiceCard(const ChoiceCard&) = delete;
    bool tapped() const { return tapped_; }

  private:
    struct State;
    std::unique_ptr<State> state_;
    bool tapped_ = false;
};

// Scrolls what does not fit, by wheel, Page keys, and by itself to where the keyboard goes.
class ScrollArea {
  public:
    explicit ScrollArea(std::string_view key, float height = -1);  // -1: to the bottom
    ~ScrollArea();
    ScrollArea(const ScrollArea&) = delete;
};

}  // namespace sotay::ui
