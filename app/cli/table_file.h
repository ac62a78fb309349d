#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace sotay {

// Rows of answers as a file has them: named cells, as typed. `number` is where the row stands in
// its file, the first line (or the heading) being 1. A cell that the row does not have is not among
// its cells.
struct FileRow {
    std::size_t number = 0;
    std::vector<std::pair<std::string, std::string>> cells;
    std::string problem;  // why the row cannot be read; "" when it can
};

// Comma, semicolon or tab between cells, whichever the heading uses; quoted cells may hold line
// ends. InvalidInput when it is not UTF-8 or a quote is never closed.
Result<std::vector<FileRow>> readCsvRows(std::string_view bytes);
// One JSON object a line: {"record":ID,"values":{PATH:VALUE}}, or PATH:VALUE straight away.
Result<std::vector<FileRow>> readJsonRows(std::string_view bytes);
// The first sheet of a workbook, with a heading.
Result<std::vector<FileRow>> readWorkbookRows(std::string_view bytes);

}  // namespace sotay
