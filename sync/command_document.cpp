#include "sync/command_document.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace sotay {

namespace {

std::string_view codeName(Code code) {
    switch (code) {
        case Code::NotFound:
            return "not_found";
        case Code::InvalidInput:
            return "invalid_input";
        case Code::Corrupt:
            return "corrupt";
        case Code::Io:
            return "io";
        case Code::Offline:
            return "offline";
        case Code::Rejected:
            return "rejected";
    }
    return "";
}

std::string cellText(const Document& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (!value.is_array() && !value.is_object()) return value.dump();
    std::string joined;
    for (const auto& [name, part] : value.items())
        joined +=
            (joined.empty() ? "" : ", ") + (value.is_object() ? name + "=" : "") + cellText(part);
    return joined.empty() ? "-" : joined;
}

// How many columns of a terminal UTF-8 text takes; normalised Vietnamese has no combining marks.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

bool isTable(const Document& value) {
    return value.is_array() && !value.empty() && value.front().is_object();
}

bool holdsTable(const Document& row) {
    return row.is_object() && std::any_of(row.begin(), row.end(), isTable);
}

std::string tableText(const Document& rows, const std::string& margin) {
    std::vector<std::vector<std::string>> lines;
    std::vector<std::size_t> widths;
    const auto addLine = [&](std::vector<std::string> line) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], width(line[i]));
        lines.push_back(std::move(line));
    };
    for (const Document& row : rows) {
        std::vector<std::string> names, cells;
        for (const auto& [name, value] : row.items()) {
            names.push_back(name);
            cells.push_back(cellText(value));
        }
        if (lines.empty()) addLine(std::move(names));
        addLine(std::move(cells));
    }
    std::string text;
    for (const auto& line : lines) {
        text += margin;
        for (std::size_t i = 0; i < line.size(); ++i) {
            text += line[i];
            if (i + 1 < line.size()) text.append(widths[i] - width(line[i]) + 2, ' ');
        }
        text += '\n';
    }
    return text;
}

// Things that hold tables of their own stand one below the other, flat ones as lines of a table.
std::string membersText(const Document& document, const std::string& margin) {
    const std::string inside = margin + "  ";
    std::string text;
    for (const auto& [name, value] : document.items()) {
        if (isTable(value) && std::any_of(value.begin(), value.end(), holdsTable)) {
            for (const Document& one : value)
                text += margin + name + ":\n" + membersText(one, inside);
        } else if (isTable(value)) {
            text += tableText(value, margin);
        } else if (value.is_object()) {
            text += margin + name + ":\n" + membersText(value, inside);
        } else if (!value.is_array() || !value.empty()) {
            text += fmt::format("{}{}: {}\n", margin, name, cellText(value));
        }
    }
    return text;
}

}  // namespace

std::string documentJson(const Document& document) {
    return document.dump(-1, ' ', false, Document::error_handler_t::replace);
}

std::string documentText(const Document& document) { return membersText(document, ""); }

Document failureDocument(const Error& error) {
    return {{"error", error.message}, {"code", codeName(error.code)}};
}

Document problemDocument(const Problem& problem) {
    return {{"severity", problem.severity == Problem::Severity::Error ? "error" : "warning"},
            {"sheet", problem.sheet},
            {"row", problem.row},
            {"column", problem.column},
            {"message", problem.message}};
}

Document timeDocument(std::int64_t unixSeconds) {
    if (unixSeconds == 0) return nullptr;
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(unixSeconds)));
}

}  // namespace sotay
