#include "app/cli/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "app/cli/cell_text.h"
#include "schema/value.h"
#include "schema/xlsform.h"

namespace sotay {

namespace {

using Cells = std::vector<std::string>;

bool isUtf8(std::string_view bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : lead >= 0xE0 && lead < 0xF0 ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > bytes.size()) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0U) != 0x80U) return false;
        i += length;
    }
    return true;
}

// Excel writes a semicolon where the comma is the decimal sign, as in Vietnam.
char separatorOf(std::string_view bytes) {
    const std::string_view heading = bytes.substr(0, bytes.find('\n'));
    const auto count = [&](char sign) { return std::count(heading.begin(), heading.end(), sign); };
    char best = ',';
    for (const char sign : {';', '\t'})
        if (count(sign) > count(best)) best = sign;
    return best;
}

struct CsvLine {
    std::size_t number = 0;
    Cells cells;
};

class CsvReader {
  public:
    explicit CsvReader(std::string_view bytes) : bytes_(bytes), separator_(separatorOf(bytes)) {}

    Result<std::vector<CsvLine>> read() {
        for (std::size_t i = 0; i < bytes_.size(); ++i) take(i);
        if (isQuoted_)
            return Error{Code::InvalidInput,
                         fmt::format("Line {}: a quotation mark is never closed.", quotedFrom_)};
        if (!cell_.empty() || !cells_.empty()) endLine();
        return std::move(lines_);
    }

  private:
    void take(std::size_t& i) {
        const char sign = bytes_[i];
        if (sign == '\n') ++line_;
        if (isQuoted_) {
            if (sign != '"')
                cell_ += sign;
            else if (i + 1 < bytes_.size() && bytes_[i + 1] == '"')
                cell_ += bytes_[++i];
            else
                isQuoted_ = false;
        } else if (sign == '"' && cell_.empty()) {
            isQuoted_ = true;
            quotedFrom_ = line_;
        } else if (sign == separator_) {
            cells_.push_back(std::exchange(cell_, {}));
        } else if (sign == '\n') {
            endLine();
        } else if (sign != '\r') {
            cell_ += sign;
        }
    }
    void endLine() {
        cells_.push_back(std::exchange(cell_, {}));
        const bool isBlank = std::all_of(cells_.begin(), cells_.end(),
                                         [](const std::string& cell) { return cell.empty(); });
        if (!isBlank) lines_.push_back({start_, std::move(cells_)});
        cells_.clear();
        start_ = line_;
    }

    std::string_view bytes_;
    char separator_;
    std::vector<CsvLine> lines_;
    Cells cells_;
    std::string cell_;
    std::size_t line_ = 1, start_ = 1, quotedFrom_ = 0;
    bool isQuoted_ = false;
};

FileRow underHeading(const Cells& heading, const Cells& cells, std::size_t number) {
    FileRow row{number, {}, {}};
    if (cells.size() > heading.size())
        row.problem =
            fmt::format("The row has {} cells under {} headings.", cells.size(), heading.size());
    for (std::size_t i = 0; i < heading.size(); ++i)
        if (!heading[i].empty())
            row.cells.emplace_back(heading[i], i < cells.size() ? cells[i] : "");
    return row;
}

FileRow jsonRow(std::string_view line, std::size_t number) {
    FileRow row{number, {}, {}};
    const auto object = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!object.is_object()) {
        row.problem = "The line is no JSON object.";
        return row;
    }
    const bool isWrapped = object.contains("values") && object["values"].is_object();
    if (isWrapped && object.contains("record"))
        row.cells.emplace_back("record", typedText(object["record"]));
    for (const auto& [name, value] : (isWrapped ? object["values"] : object).items())
        row.cells.emplace_back(name, typedText(value));
    return row;
}

}  // namespace

Result<std::vector<FileRow>> readCsvRows(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (!isUtf8(bytes))
        return Error{Code::InvalidInput,
                     "The file is not in UTF-8: in Excel, save it as \"CSV UTF-8\"."};
    auto lines = CsvReader(bytes).read();
    if (!lines.ok()) return lines.error();
    std::vector<FileRow> rows;
    if (lines->empty()) return rows;
    Cells heading = lines->front().cells;
    for (auto& name : heading) name = normaliseText(name);
    for (std::size_t i = 1; i < lines->size(); ++i)
        rows.push_back(underHeading(heading, (*lines)[i].cells, (*lines)[i].number));
    return rows;
}

Result<std::vector<FileRow>> readJsonRows(std::string_view bytes) {
    std::vector<FileRow> rows;
    std::size_t number = 0;
    while (!bytes.empty()) {
        const std::string_view line = bytes.substr(0, bytes.find('\n'));
        bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
        ++number;
        if (line.find_first_not_of(" \t\r") != std::string_view::npos)
            rows.push_back(jsonRow(line, number));
    }
    return rows;
}

Result<std::vector<FileRow>> readWorkbookRows(std::string_view bytes) {
    const auto workbook = readWorkbook(std::as_bytes(std::span(bytes.data(), bytes.size())));
    if (!workbook.ok()) return workbook.error();
    std::vector<FileRow> rows;
    if (workbook->sheets.empty() || workbook->sheets.front().rows.empty()) return rows;
    const auto& lines = workbook->sheets.front().rows;
    for (std::size_t i = 1; i < lines.size(); ++i) {
        const bool isBlank = std::all_of(lines[i].begin(), lines[i].end(),
                                         [](const std::string& cell) { return cell.empty(); });
        if (!isBlank) rows.push_back(underHeading(lines.front(), lines[i], i + 1));
    }
    return rows;
}

}  // namespace sotay
