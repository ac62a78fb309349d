#include "tests/support/workbook_file.h"

#include <xlsxwriter.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.h"

namespace sotay {

std::string workbookBytes(const Workbook& workbook) {
    TemporaryFolder folder;
    std::string path = (folder / "form.xlsx").string();
    lxw_workbook* book = workbook_new(path.c_str());
    // The same cells must make the same bytes, whatever the time is.
    lxw_doc_properties properties{};
    properties.created = 1'700'000'000;
    workbook_set_properties(book, &properties);
    for (const Sheet& sheet : workbook.sheets) {
        lxw_worksheet* out = workbook_add_worksheet(book, sheet.name.c_str());
        for (std::size_t row = 0; row < sheet.rows.size(); ++row)
            for (std::size_t column = 0; column < sheet.rows[row].size(); ++column)
                worksheet_write_string(out, static_cast<lxw_row_t>(row),
                                       static_cast<lxw_col_t>(column),
                                       sheet.rows[row][column].c_str(), nullptr);
    }
    workbook_close(book);
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace sotay
