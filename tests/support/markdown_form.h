#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/xlsform.h"

namespace sotay {

// The cells of "| a | b \| c |": trimmed, "\|" is a bar inside a cell.
inline std::vector<std::string> markdownCells(std::string_view line) {
    std::vector<std::string> cells(1);
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
            cells.back() += line[++i];
        } else if (line[i] == '|') {
            cells.emplace_back();
        } else {
            cells.back() += line[i];
        }
    }
    cells.erase(cells.begin());            // before the first bar
    if (!cells.empty()) cells.pop_back();  // after the last one
    for (auto& cell : cells) cell = normaliseText(cell);
    return cells;
}

// A workbook written as tables: a line whose first cell holds something begins a sheet of that
// name, the lines after it are its rows. Lines of dashes and lines that begin with "#" are left
// out.
inline Workbook markdownWorkbook(std::string_view text) {
    Workbook workbook;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
        if (line.empty() || line.front() != '|') continue;
        const bool isRuler = line.find('-') != std::string_view::npos &&
                             line.find_first_not_of("|- ") == std::string_view::npos;
        if (isRuler) continue;
        auto cells = markdownCells(line);
        if (cells.empty()) continue;
        if (!cells[0].empty()) {
            workbook.sheets.push_back({cells[0], {}, {}});
            continue;
        }
        if (workbook.sheets.empty()) continue;
        cells.erase(cells.begin());
        workbook.sheets.back().rows.push_back(std::move(cells));
    }
    return workbook;
}

inline FormReading markdownForm(std::string_view text, const std::string& name = "test") {
    return readForm(markdownWorkbook(text), name);
}

// The first error, or the first problem of any kind, as "sheet:row column: message"; for checks and
// messages.
inline std::string shown(const Problem& problem) {
    return problem.sheet + ":" + std::to_string(problem.row) + " " + problem.column + ": " +
           problem.message;
}

}  // namespace sotay
