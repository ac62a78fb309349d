#include <nlohmann/json.hpp>

#include "schema/session_lists.h"
#include "schema/value.h"

namespace sotay {
namespace {

using Json = nlohmann::json;

// Splits CSV into rows of raw cells. A quote that is never closed ends with the file.
std::vector<std::vector<std::string>> csvRows(std::string_view bytes) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
    std::string cell;
    bool isQuoted = false, hasContent = false;
    const auto endRow = [&] {
        if (!hasContent && row.empty()) return;
        row.push_back(std::move(cell));
        cell.clear();
        rows.push_back(std::move(row));
        row.clear();
        hasContent = false;
    };
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (isQuoted) {
            if (c != '"') {
                cell += c;
            } else if (i + 1 < bytes.size() && bytes[i + 1] == '"') {
                cell += bytes[++i];
            } else {
                isQuoted = false;
            }
        } else if (c == '"' && cell.empty()) {
            isQuoted = hasContent = true;
        } else if (c == ',') {
            row.push_back(std::move(cell));
            cell.clear();
            hasContent = true;
        } else if (c == '\n') {
            endRow();
        } else if (c != '\r') {
            cell += c;
            hasContent = true;
        }
    }
    endRow();
    return rows;
}

void addPoint(const Json& point, std::string& text) {
    if (!point.is_array() || point.size() < 2) return;
    if (!text.empty()) text += "; ";
    text += point[1].dump() + " " + point[0].dump() + " 0 0";
}

std::string geometryText(const Json& geometry) {
    std::string text;
    if (!geometry.is_object() || !geometry.contains("coordinates")) return text;
    const auto type = geometry.value("type", "");
    const auto& coordinates = geometry["coordinates"];
    if (type == "Point") addPoint(coordinates, text);
    const Json* line = type == "LineString"                        ? &coordinates
                       : type == "Polygon" && !coordinates.empty() ? &coordinates[0]
                                                                   : nullptr;
    if (line && line->is_array()) {
        for (const auto& point : *line) addPoint(point, text);
    }
    return text;
}

std::string plainText(const Json& value) {
    if (value.is_null()) return {};
    return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

Table readCsv(std::string_view bytes) {
    if (bytes.substr(0, 3) == "\xEF\xBB\xBF") bytes.remove_prefix(3);
    Table table;
    auto rows = csvRows(bytes);
    if (rows.empty()) return table;
    for (const auto& cell : rows.front()) table.columns.push_back(normaliseText(cell));
    table.rows.reserve(rows.size() - 1);
    for (std::size_t i = 1; i < rows.size(); ++i) {
        auto& row = rows[i];
        row.resize(table.columns.size());
        for (auto& cell : row) cell = normaliseText(cell);
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::optional<Table> readGeoJson(std::string_view bytes) {
    const auto document = Json::parse(bytes, nullptr, false);
    if (!document.is_object() || !document.contains("features") ||
        !document["features"].is_array()) {
        return std::nullopt;
    }
    Table table;
    table.columns = {"name", "label", "id", "title", "geometry"};
    for (const auto& feature : document["features"]) {
        if (!feature.is_object() || !feature.contains("properties")) continue;
        const Json properties =
            feature["properties"].is_object() ? feature["properties"] : Json::object();
        for (const auto& [key, value] : properties.items()) {
            if (!table.column(key)) table.columns.push_back(key);
        }
        std::vector<std::string> row(table.columns.size());
        for (const auto& [key, value] : properties.items())
            row[*table.column(key)] = plainText(value);
        if (feature.contains("id")) row[2] = plainText(feature["id"]);
        if (feature.contains("geometry")) row[4] = geometryText(feature["geometry"]);
        if (row[0].empty()) row[0] = row[2];
        if (row[1].empty()) row[1] = row[3];
        table.rows.push_back(std::move(row));
    }
    for (auto& row : table.rows) row.resize(table.columns.size());
    return table;
}

}  // namespace sotay
