#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/ui/theme.h"

namespace sotay::ui {

enum class Align { Left, Right };

struct TableColumn {
    std::string title;
    float width = 0;  // design pixels; 0 shares what is left, by `share`
    float share = 1;
    Align align = Align::Left;
    bool strong = false;  // medium weight: usually the first column
    bool muted = false;
};

// What a cell shows. A `chip` cell stands in a chip of its tone; without, a tone colours the words.
struct Cell {
    std::string text;
    Tone tone = Tone::Neutral;
    bool isChip = false;
    const char* icon = nullptr;
};

struct TableView {
    std::vector<TableColumn> columns;
    std::size_t rows = 0;
    std::optional<std::size_t> selected;
    std::function<Cell(std::size_t row, std::size_t column)> cell;  // asked for visible rows only
    float height = -1;   // design pixels; -1 to the bottom, 0 as high as its rows
    bool inCard = true;  // rounded surface of its own; false: only hairlines, inside a card
    bool pickable = true;
};

struct TableEdit {
    std::optional<std::size_t>
        selected;                       // the selection moved there (click, Up, Down, Home, End...)
    std::optional<std::size_t> opened;  // Enter or double click
    std::optional<std::size_t> header;  // a column title was tapped
};

// A virtual table: 100,000 rows cost as much as the visible ones. One stop for Tab. Visible rows
// register as key.0, key.1, ... with their cells' text; titles as key.header.0, ...
TableEdit table(std::string_view key, const TableView& view);

}  // namespace sotay::ui
