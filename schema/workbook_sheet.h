#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/workbook_cells.h"
#include "schema/workbook_package.h"
#include "schema/xlsform.h"

namespace sotay {

// What a workbook may cost in memory, counted while it is read. Shared by all of its sheets.
struct WorkbookBudget {
    std::size_t cells = 1'000'000;      // cells and rows, gaps before a filled cell included
    std::size_t textBytes = 48u << 20;  // of all cells

    Status spendCells(std::size_t count, const std::string& sheet);
    Status spendText(std::size_t bytes);
};

// What is common to the sheets of one workbook.
struct WorkbookContext {
    std::vector<std::string> sharedStrings;  // normalised
    std::vector<NumberLook> looks;           // by style
    bool since1904 = false;
};

Result<std::vector<std::string>> readSharedStrings(const WorkbookPackage& package,
                                                   const std::string& part, WorkbookBudget& budget);
Result<std::vector<NumberLook>> readStyles(const WorkbookPackage& package, const std::string& part);
Result<Sheet> readSheet(const WorkbookPackage& package, const std::string& part,
                        const std::string& name, const WorkbookContext& context,
                        WorkbookBudget& budget);

}  // namespace sotay
