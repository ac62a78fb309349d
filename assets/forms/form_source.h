#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "schema/result.h"

namespace sotay {

// One sheet of a workbook in the making: its columns in the order of first use, and its rows.
struct SourceSheet {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::map<std::string, std::string>>
        rows;  // column -> cell; empty cells are left out

    void add(const std::string& column, const std::string& cell);  // to the last row
};

// Reads a form's page, as htx_profile.md describes it, into the sheets of an XLSForm workbook:
// survey, choices, settings. `units` is the table of administrative units that `- units LIST: CODE`
// draws on. InvalidInput names the file and the line.
Result<std::vector<SourceSheet>> readFormSource(const std::filesystem::path& page,
                                                const std::filesystem::path& units);

// Writes the sheets as an .xlsx, every cell as text. The same sheets give the same bytes.
Status writeWorkbook(const std::vector<SourceSheet>& sheets, const std::filesystem::path& file);

}  // namespace sotay
