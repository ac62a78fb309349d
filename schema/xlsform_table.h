#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/form.h"
#include "schema/problem.h"
#include "schema/xlsform.h"

namespace sotay {

enum class SheetKind { Survey, Choices, ExternalChoices, Settings, Entities };

// What a header says: which column of XLSForm it is, under today's name whatever alias was written.
struct Column {
    std::string header;  // as written
    std::string key;  // "label", "constraint_message"...; the header itself when it is none of ours
    std::string language;  // after "::"; "" when the header names none
    bool isKnown = false;
    bool isTranslatable = false;
};

// One line of a sheet: its cells that hold something. The texts are lent by the workbook.
struct TableRow {
    int number = 0;  // as the spreadsheet counts
    std::vector<std::pair<const Column*, const std::string&>> cells;

    const std::string& text(
        std::string_view key) const;  // first cell of that column; "" when there is none
    const std::string& header(
        std::string_view key) const;  // the header as written; the key when there is none
    LocalText local(std::string_view key) const;
    bool has(std::string_view key) const { return !text(key).empty(); }
};

// A sheet as lines under a header. Reports headers that are unknown or mean the same column twice.
// The sheet must outlive it.
class XlsTable {
  public:
    XlsTable(const Sheet& sheet, SheetKind kind, Problems& problems);
    XlsTable(XlsTable&&) = default;  // rows point to columns, which a move leaves in place

    const std::string& name() const { return name_; }
    int headerRow() const { return headerRow_; }
    const std::vector<Column>& columns() const { return columns_; }
    const std::vector<TableRow>& rows() const { return rows_; }
    bool hasColumn(std::string_view key) const;

  private:
    void readHeader(const std::vector<std::string>& cells, SheetKind kind, Problems& problems);

    std::string name_;
    int headerRow_ = 1;
    std::vector<Column> columns_;
    std::vector<TableRow> rows_;
};

// Replaces typographic quotes and spaces, which word processors put into expressions, by those that
// expressions know. Not for texts that people read.
std::string plainExpression(const std::string& text);

bool isYes(const std::string& text);  // yes, true, true(), 1, x: in any case

}  // namespace sotay
