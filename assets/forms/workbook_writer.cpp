#include <fmt/format.h>
#include <xlsxwriter.h>

#include <ctime>

#include "assets/forms/form_source.h"

namespace sotay {

namespace {

// A fixed day of making, so that the same page gives the same bytes: 1 January 2026.
constexpr std::time_t kMadeOn = 1767225600;

lxw_error writeSheet(lxw_workbook* book, const SourceSheet& source, lxw_format* bold) {
    lxw_worksheet* sheet = workbook_add_worksheet(book, source.name.c_str());
    if (!sheet) return LXW_ERROR_PARAMETER_VALIDATION;
    worksheet_freeze_panes(sheet, 1, 0);
    for (std::size_t column = 0; column < source.columns.size(); ++column) {
        const auto at = static_cast<lxw_col_t>(column);
        worksheet_set_column(sheet, at, at, 24, nullptr);
        const auto& name = source.columns[column];
        if (auto error = worksheet_write_string(sheet, 0, at, name.c_str(), bold)) return error;
        for (std::size_t row = 0; row < source.rows.size(); ++row) {
            const auto cell = source.rows[row].find(name);
            if (cell == source.rows[row].end()) continue;
            const auto line = static_cast<lxw_row_t>(row + 1);
            if (auto error = worksheet_write_string(sheet, line, at, cell->second.c_str(), nullptr))
                return error;
        }
    }
    return LXW_NO_ERROR;
}

}  // namespace

Status writeWorkbook(const std::vector<SourceSheet>& sheets, const std::filesystem::path& file) {
    lxw_workbook* book = workbook_new(file.string().c_str());
    if (!book) return Error{Code::Io, fmt::format("{} cannot be written.", file.string())};
    lxw_doc_properties properties{};
    properties.created = kMadeOn;
    workbook_set_properties(book, &properties);
    lxw_format* bold = workbook_add_format(book);
    format_set_bold(bold);
    auto error = LXW_NO_ERROR;
    for (const auto& sheet : sheets) {
        if (error == LXW_NO_ERROR) error = writeSheet(book, sheet, bold);
    }
    const auto closed =
        workbook_close(book);  // writes the file and frees the book, whatever went before
    if (error == LXW_NO_ERROR) error = closed;
    if (error == LXW_NO_ERROR) return {};
    return Error{Code::Io,
                 fmt::format("{} cannot be written: {}.", file.string(), lxw_strerror(error))};
}

}  // namespace sotay
