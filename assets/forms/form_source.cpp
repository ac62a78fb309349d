#include "assets/forms/form_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>

namespace sotay {

namespace {

using Row = std::map<std::string, std::string>;

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Backquotes keep Markdown's hands off an expression and are not part of it.
std::string cellText(std::string_view written) {
    auto text = trim(written);
    if (text.size() >= 2 && text.front() == '`' && text.back() == '`') {
        text = text.substr(1, text.size() - 2);
    }
    return std::string(text);
}

std::vector<std::string> split(std::string_view line, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const auto end = line.find(separator);
        parts.emplace_back(trim(line.substr(0, end)));
        if (end == std::string_view::npos) return parts;
        line.remove_prefix(end + 1);
    }
}

// Reads a page line by line; each line is a heading, a cell, a table row or prose.
class PageReader {
  public:
    PageReader(std::string page, const std::filesystem::path& units)
        : page_(std::move(page)), units_(units) {}

    Status readLine(std::string_view line) {
        ++number_;
        const auto text = trim(line);
        if (!text.starts_with('|')) tableColumns_.clear();
        if (text.starts_with("### ")) return startRow(trim(text.substr(4)));
        if (text.starts_with("## ")) return startSheet(std::string(trim(text.substr(3))));
        if (section_.empty() || text.empty()) return {};
        if (text.starts_with("- ")) return readCell(text.substr(2));
        if (text.starts_with('|')) return readTableLine(text);
        return wrong("is neither a heading, a cell (- column: value) nor a table row");
    }

    Result<std::vector<SourceSheet>> finish() {
        for (const char* needed : {"survey", "choices", "settings"}) {
            if (!find(needed))
                return Error{Code::InvalidInput,
                             fmt::format("{} has no section {}.", page_, needed)};
        }
        return std::move(sheets_);
    }

  private:
    Error wrong(std::string_view what) const {
        return {Code::InvalidInput, fmt::format("{}, line {}: {}.", page_, number_, what)};
    }

    SourceSheet* find(std::string_view name) {
        const auto found =
            std::find_if(sheets_.begin(), sheets_.end(),
                         [&](const SourceSheet& sheet) { return sheet.name == name; });
        return found == sheets_.end() ? nullptr : &*found;
    }

    Status startSheet(std::string name) {
        section_ = std::move(name);
        if (section_ == "languages") return {};
        if (find(section_)) return wrong("this section is there already");
        sheets_.push_back({section_, {}, {}});
        return {};
    }

    // "### select_one stars stars": everything before the last word is the type.
    Status startRow(std::string_view heading) {
        if (section_ != "survey") return wrong("a row's heading stands outside the survey");
        auto& survey = sheets_.back();
        survey.rows.emplace_back();
        const auto space = heading.rfind(' ');
        survey.add("type", std::string(trim(heading.substr(0, space))));
        if (space != std::string_view::npos)
            survey.add("name", std::string(heading.substr(space + 1)));
        return {};
    }

    Status readCell(std::string_view cell) {
        const auto colon = cell.find(':');
        if (colon == std::string_view::npos) return wrong("a cell has no colon");
        const auto name = trim(cell.substr(0, colon));
        const auto value = cellText(cell.substr(colon + 1));
        if (section_ == "choices" && name.starts_with("units ")) {
            return addUnits(std::string(trim(name.substr(6))), value);
        }
        if (section_ != "survey" || sheets_.back().rows.empty())
            return wrong("a cell without a row");
        auto column = columnName(name);
        if (!column.ok()) return column.error();
        if (sheets_.back().rows.back().contains(*column))
            return wrong("the row has this column already");
        sheets_.back().add(*column, value);
        return {};
    }

    // "label (vi)" is "label::Tiếng Việt (vi)".
    Result<std::string> columnName(std::string_view written) const {
        const auto bracket = written.find(" (");
        if (bracket == std::string_view::npos || !written.ends_with(')'))
            return std::string(written);
        const std::string code(written.substr(bracket + 2, written.size() - bracket - 3));
        const auto language = languages_.find(code);
        if (language == languages_.end())
            return wrong(fmt::format("the language {} is not listed", code));
        return fmt::format("{}::{}", written.substr(0, bracket), language->second);
    }

    Status readTableLine(std::string_view text) {
        if (text.size() < 2 || !text.ends_with('|'))
            return wrong("a table row does not end with |");
        auto cells = split(text.substr(1, text.size() - 2), '|');
        if (tableColumns_.empty()) return startTable(cells);
        if (cells.size() != tableColumns_.size()) {
            return wrong(fmt::format("the row has {} cells, the table {} columns", cells.size(),
                                     tableColumns_.size()));
        }
        if (cells.front().starts_with("---")) return {};
        if (section_ == "languages") {
            languages_[cells[0]] = cells[1];
            return {};
        }
        auto& sheet = sheets_.back();
        sheet.rows.emplace_back();
        for (std::size_t i = 0; i < cells.size(); ++i)
            sheet.add(tableColumns_[i], cellText(cells[i]));
        return {};
    }

    Status startTable(const std::vector<std::string>& header) {
        if (section_ == "languages" && header != std::vector<std::string>{"code", "name"}) {
            return wrong("the languages are a table of code and name");
        }
        for (const auto& cell : header) {
            auto column = columnName(cell);
            if (!column.ok()) return column.error();
            tableColumns_.push_back(*column);
        }
        return {};
    }

    // The list `province` gets the province with this code; any other list its communes, each with
    // its province beside it for the choice filter.
    Status addUnits(const std::string& list, const std::string& code) {
        std::ifstream file(units_);
        if (!file) return wrong(fmt::format("{} cannot be read", units_.string()));
        auto& choices = sheets_.back();
        std::size_t added = 0;
        for (std::string line; std::getline(file, line);) {
            const auto unit = split(line, ',');  // code,name,full_name,level,kind,parent_code
            const bool isProvince = list == "province";
            if (unit.size() != 6 ||
                (isProvince ? unit[0] != code || unit[3] != "1" : unit[5] != code))
                continue;
            choices.rows.emplace_back();
            choices.add("list_name", list);
            choices.add("name", unit[0]);
            for (const auto& [language, name] : languages_)
                choices.add("label::" + name, isProvince ? unit[1] : unit[2]);
            if (!isProvince) choices.add("province", code);
            ++added;
        }
        if (added == 0) return wrong(fmt::format("no unit {} in {}", code, units_.string()));
        return {};
    }

    std::string page_;
    std::filesystem::path units_;
    int number_ = 0;
    std::string section_;
    std::vector<std::string> tableColumns_;  // of the table being read
    std::map<std::string, std::string> languages_;
    std::vector<SourceSheet> sheets_;
};

}  // namespace

void SourceSheet::add(const std::string& column, const std::string& cell) {
    if (std::find(columns.begin(), columns.end(), column) == columns.end())
        columns.push_back(column);
    if (!cell.empty()) rows.back()[column] = cell;
}

Result<std::vector<SourceSheet>> readFormSource(const std::filesystem::path& page,
                                                const std::filesystem::path& units) {
    std::ifstream file(page);
    if (!file) return Error{Code::Io, fmt::format("{} cannot be read.", page.string())};
    PageReader reader(page.filename().string(), units);
    for (std::string line; std::getline(file, line);) {
        if (auto read = reader.readLine(line); !read.ok()) return read.error();
    }
    return reader.finish();
}

}  // namespace sotay
