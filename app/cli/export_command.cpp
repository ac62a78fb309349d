#include "app/cli/export_command.h"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "app/cli/cell_text.h"
#include "app/cli/export_rows.h"
#include "app/cli/files.h"
#include "app/cli/record_commands.h"

namespace sotay {

namespace {

using Columns = std::vector<std::string>;

constexpr lxw_row_t kMostSheetRows = 1'048'576;
constexpr std::size_t kMostSheetColumns = 16'384;

std::string csvCell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char sign : text) quoted += sign == '"' ? "\"\"" : std::string(1, sign);
    return quoted + '"';
}

Result<std::uint64_t> writeCsv(const Notebook& notebook, const Export& wanted,
                               const Columns& columns) {
    std::string bytes = "\xEF\xBB\xBFrecord";  // Excel takes it for UTF-8 only with this mark
    for (const auto& column : columns) bytes += "," + csvCell(column);
    bytes += "\r\n";
    std::uint64_t count = 0;
    const Status read = eachRow(notebook, wanted.formId, [&](const ExportRow& row) {
        bytes += row.record.toString();
        for (const auto& column : columns) {
            const auto value = row.values.find(column);
            bytes += "," + (value == row.values.end() ? "" : csvCell(value->second.toString()));
        }
        bytes += "\r\n";
        ++count;
        return Status();
    });
    if (!read.ok()) return read.error();
    if (auto written = writeOutput(wanted.file, bytes); !written.ok()) return written.error();
    return count;
}

Document valuesOf(const ExportRow& row, const Columns& columns) {
    Document values = Document::object();
    for (const auto& column : columns)
        if (const auto value = row.values.find(column); value != row.values.end())
            values[column] = jsonOf(value->second);
    return values;
}

Result<std::uint64_t> writeJsonl(const Notebook& notebook, const Export& wanted,
                                 const Columns& columns) {
    std::string bytes;
    std::uint64_t count = 0;
    const Status read = eachRow(notebook, wanted.formId, [&](const ExportRow& row) {
        Document line{{"record", row.record.toString()}, {"form", wanted.formId}};
        line["values"] = valuesOf(row, columns);
        bytes += documentJson(line) + '\n';
        ++count;
        return Status();
    });
    if (!read.ok()) return read.error();
    if (auto written = writeOutput(wanted.file, bytes); !written.ok()) return written.error();
    return count;
}

// "lat lon alt acc" as [lon, lat] or [lon, lat, alt]; nothing when it is no point.
std::optional<Document> position(const std::string& text) {
    std::istringstream words(text);
    double latitude = 0, longitude = 0, altitude = 0;
    if (!(words >> latitude >> longitude)) return std::nullopt;
    Document point = Document::array();
    point.push_back(longitude);
    point.push_back(latitude);
    if (words >> altitude) point.push_back(altitude);
    return point;
}

std::optional<Document> geometry(QuestionType type, const std::string& text) {
    Document points = Document::array();
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ';');)
        if (auto point = position(part)) points.push_back(std::move(*point));
    if (points.empty()) return std::nullopt;
    Document shape = Document::object();
    if (type == QuestionType::GeoPoint) {
        shape["type"] = "Point";
        shape["coordinates"] = points.front();
    } else if (type == QuestionType::GeoTrace) {
        shape["type"] = "LineString";
        shape["coordinates"] = std::move(points);
    } else {
        shape["type"] = "Polygon";
        shape["coordinates"] = Document::array();
        shape["coordinates"].push_back(std::move(points));
    }
    return shape;
}

// The first question of the form that holds a place.
const Node* placeQuestion(const Node& node) {
    for (const auto& child : node.children) {
        const bool isPlace = child->type == QuestionType::GeoPoint ||
                             child->type == QuestionType::GeoTrace ||
                             child->type == QuestionType::GeoShape;
        if (child->kind == NodeKind::Question && isPlace) return child.get();
        if (child->kind != NodeKind::Group) continue;
        if (const Node* inner = placeQuestion(*child)) return inner;
    }
    return nullptr;
}

Result<std::uint64_t> writeGeoJson(const Notebook& notebook, const Export& wanted, const Form& form,
                                   const Columns& columns) {
    const Node* place = placeQuestion(form.root);
    Document features = Document::array();
    const Status read = eachRow(notebook, wanted.formId, [&](const ExportRow& row) {
        Document feature{{"type", "Feature"}, {"id", row.record.toString()}};
        feature["geometry"] = nullptr;
        if (const auto value = row.values.find(place ? place->path : ""); value != row.values.end())
            if (auto shape = geometry(place->type, value->second.toString()))
                feature["geometry"] = std::move(*shape);
        feature["properties"] = valuesOf(row, columns);
        features.push_back(std::move(feature));
        return Status();
    });
    if (!read.ok()) return read.error();
    const std::uint64_t count = features.size();
    Document collection{{"type", "FeatureCollection"}};
    collection["features"] = std::move(features);
    const auto written = writeOutput(wanted.file, documentJson(collection) + "\n");
    if (!written.ok()) return written.error();
    return count;
}

lxw_error writeCell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const Value& value) {
    if (const auto* number = value.asInteger())
        return worksheet_write_number(sheet, row, column, static_cast<double>(*number), nullptr);
    if (const auto* number = value.asDecimal())
        return worksheet_write_number(sheet, row, column, number->toDouble(), nullptr);
    return worksheet_write_string(sheet, row, column, value.toString().c_str(), nullptr);
}

Result<std::uint64_t> fillSheet(lxw_worksheet* sheet, const Notebook& notebook,
                                const Export& wanted, const Columns& columns) {
    worksheet_freeze_panes(sheet, 1, 0);
    worksheet_write_string(sheet, 0, 0, "record", nullptr);
    for (std::size_t i = 0; i < columns.size(); ++i)
        worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(i + 1), columns[i].c_str(),
                               nullptr);
    lxw_row_t line = 0;
    const Status read = eachRow(notebook, wanted.formId, [&](const ExportRow& row) -> Status {
        if (++line >= kMostSheetRows)
            return Error{Code::InvalidInput,
                         "There are more records than a sheet has rows: use csv."};
        worksheet_write_string(sheet, line, 0, row.record.toString().c_str(), nullptr);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto value = row.values.find(columns[i]);
            if (value == row.values.end()) continue;
            const auto failed =
                writeCell(sheet, line, static_cast<lxw_col_t>(i + 1), value->second);
            if (failed != LXW_NO_ERROR)
                return Error{Code::InvalidInput,
                             fmt::format("{} of record {}: {}.", columns[i], row.record.toString(),
                                         lxw_strerror(failed))};
        }
        return Status();
    });
    if (!read.ok()) return read.error();
    return line;
}

Result<std::uint64_t> writeXlsx(const Notebook& notebook, const Export& wanted,
                                const Columns& columns) {
    if (wanted.file == "-")
        return Error{Code::InvalidInput, "A workbook needs a file: give -o FILE."};
    if (columns.size() >= kMostSheetColumns)
        return Error{Code::InvalidInput,
                     "There are more answers than a sheet has columns: use jsonl."};
    const std::string beside = wanted.file + ".part";
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    lxw_workbook* workbook = workbook_new_opt(beside.c_str(), &options);
    const auto count =
        fillSheet(workbook_add_worksheet(workbook, nullptr), notebook, wanted, columns);
    const lxw_error failed = workbook_close(workbook);
    std::error_code ignored;
    if (count.ok() && failed == LXW_NO_ERROR) {
        std::filesystem::rename(fileNamed(beside), fileNamed(wanted.file), ignored);
        if (!ignored) return count;
    }
    std::filesystem::remove(fileNamed(beside), ignored);
    if (!count.ok()) return count.error();
    return Error{Code::Io, fmt::format("{} cannot be written.", wanted.file)};
}

}  // namespace

Result<Document> exportRecords(const Notebook& notebook, const Export& wanted) {
    Export chosen = wanted;
    auto meant = formMeant(notebook, wanted.formId);
    if (!meant.ok()) return meant.error();
    chosen.formId = std::move(*meant);
    const auto form = notebook.form(chosen.formId);
    if (!form.ok()) return form.error();
    const auto columns = columnsOf(notebook, **form);
    if (!columns.ok()) return columns.error();
    const auto count = [&]() -> Result<std::uint64_t> {
        switch (chosen.format) {
            case ExportFormat::Csv:
                return writeCsv(notebook, chosen, *columns);
            case ExportFormat::Xlsx:
                return writeXlsx(notebook, chosen, *columns);
            case ExportFormat::Jsonl:
                return writeJsonl(notebook, chosen, *columns);
            case ExportFormat::GeoJson:
                return writeGeoJson(notebook, chosen, **form, *columns);
        }
        return Error{Code::InvalidInput, "The format is unknown."};
    }();
    if (!count.ok()) return count.error();
    return Document{{"records", *count}, {"columns", columns->size()}, {"file", chosen.file}};
}

}  // namespace sotay
