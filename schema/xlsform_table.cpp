#include "schema/xlsform_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "schema/nearest_name.h"
#include "schema/xlsform_columns.h"

namespace sotay {
namespace {

const std::string kNothing;

bool isBlank(const std::vector<std::string>& cells) {
    return std::all_of(cells.begin(), cells.end(),
                       [](const std::string& cell) { return cell.empty(); });
}

}  // namespace

const std::string& TableRow::text(std::string_view key) const {
    for (const auto& [column, value] : cells) {
        if (column->key == key) return value;
    }
    return kNothing;
}

const std::string& TableRow::header(std::string_view key) const {
    for (const auto& [column, value] : cells) {
        if (column->key == key) return column->header;
    }
    return kNothing;
}

LocalText TableRow::local(std::string_view key) const {
    LocalText text;
    for (const auto& [column, value] : cells) {
        if (column->key == key) text.byLanguage.emplace(column->language, value);
    }
    return text;
}

XlsTable::XlsTable(const Sheet& sheet, SheetKind kind, Problems& problems) : name_(sheet.name) {
    std::size_t at = 0;
    while (at < sheet.rows.size() && isBlank(sheet.rows[at])) ++at;
    if (at == sheet.rows.size()) return;
    headerRow_ = static_cast<int>(at + 1);
    readHeader(sheet.rows[at], kind, problems);
    for (++at; at < sheet.rows.size(); ++at) {
        TableRow row;
        row.number = static_cast<int>(at + 1);
        const auto& cells = sheet.rows[at];
        for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
            if (!cells[i].empty() && !columns_[i].header.empty())
                row.cells.emplace_back(&columns_[i], cells[i]);
        }
        if (!row.cells.empty()) rows_.push_back(std::move(row));
    }
    // Names of lists are often written once, in a cell merged with those below.
    for (const auto& merged : sheet.merged) {
        if (merged.firstColumn != merged.lastColumn || merged.firstColumn >= columns_.size())
            continue;
        const Column& column = columns_[merged.firstColumn];
        if (column.key != "list_name" || merged.firstRow >= sheet.rows.size()) continue;
        const auto& first = sheet.rows[merged.firstRow];
        if (first.size() <= merged.firstColumn) continue;
        for (auto& row : rows_) {
            const auto index = static_cast<std::uint32_t>(row.number - 1);
            if (index > merged.firstRow && index <= merged.lastRow && !row.has("list_name"))
                row.cells.emplace_back(&column, first[merged.firstColumn]);
        }
    }
}

bool XlsTable::hasColumn(std::string_view key) const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const Column& each) { return each.key == key; });
}

void XlsTable::readHeader(const std::vector<std::string>& cells, SheetKind kind,
                          Problems& problems) {
    const bool doubleColon = std::any_of(cells.begin(), cells.end(), [](const std::string& cell) {
        return cell.find("::") != std::string::npos;
    });
    std::map<std::pair<std::string, std::string>, std::string> seen;
    for (const auto& cell : cells) {
        Column column = parseHeader(cell, kind, doubleColon);
        if (!cell.empty()) {
            auto [first, isNew] = seen.try_emplace({column.key, column.language}, cell);
            if (!isNew && column.isKnown) {
                problems.push_back(
                    {Problem::Severity::Error, name_, headerRow_, cell,
                     first->second == cell
                         ? "The column \"" + cell +
                               "\" is there twice. Remove or rename one of them."
                         : "The columns \"" + first->second + "\" and \"" + cell +
                               "\" are two names of the same column. Remove one of them."});
            }
        }
        columns_.push_back(std::move(column));
    }
    // Columns of choices may have any name: filters use them.
    if (kind == SheetKind::Choices || kind == SheetKind::ExternalChoices ||
        kind == SheetKind::Settings)
        return;
    for (const auto& column : columns_) {
        if (column.isKnown || column.header.empty()) continue;
        problems.push_back(
            {kind == SheetKind::Entities ? Problem::Severity::Error : Problem::Severity::Warning,
             name_, headerRow_, column.header,
             "\"" + column.header + "\" is no column of XLSForm, so it changes nothing" +
                 didYouMean(column.key, knownColumns(kind))});
    }
}

std::string plainExpression(const std::string& text) {
    if (std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; })) return text;
    static constexpr std::pair<std::string_view, std::string_view> kPlain[] = {
        {"\xE2\x80\x98", "'"},  {"\xE2\x80\x99", "'"}, {"\xE2\x80\x9C", "\""},
        {"\xE2\x80\x9D", "\""}, {"\xC2\xA0", " "},     {"\xE2\x80\xAF", " "},
        {"\xE2\x80\x8B", ""}};
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto found = std::find_if(std::begin(kPlain), std::end(kPlain), [&](const auto& pair) {
            return text.compare(i, pair.first.size(), pair.first) == 0;
        });
        if (found == std::end(kPlain)) {
            out += text[i++];
        } else {
            out += found->second;
            i += found->first.size();
        }
    }
    return out;
}

bool isYes(const std::string& text) {
    static const std::set<std::string> kYes = {"yes", "true", "true()", "1", "x", "có"};
    std::string lower = text;
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return kYes.count(lower) != 0;
}

}  // namespace sotay
