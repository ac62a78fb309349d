#include "tests/bench/work.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/workbook_file.h"

namespace sotay::bench {
namespace {

std::string asText(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

nlohmann::json readJson(const std::filesystem::path& file) {
    std::ifstream in(file);
    return nlohmann::json::parse(in, nullptr, false);
}

}  // namespace

std::string SyncWork::workbook() const {
    Workbook book;
    Sheet survey;
    survey.name = "survey";
    survey.rows.push_back({"type", "name", "label", "summary"});
    for (std::size_t i = 0; i < fields.size(); ++i)
        survey.rows.push_back({fields[i].type == "INTEGER" ? "integer"
                               : fields[i].type == "REAL"  ? "decimal"
                                                           : "text",
                               fields[i].name, fields[i].name, i == 0 ? "yes" : ""});
    Sheet settings;
    settings.name = "settings";
    settings.rows = {{"form_id", "form_title"}, {"bench", "Bench"}};
    book.sheets = {survey, settings};
    return workbookBytes(book);
}

ValueType SyncWork::type(std::size_t field) const {
    const std::string& type = fields[field].type;
    return type == "INTEGER" ? ValueType::Integer
           : type == "REAL"  ? ValueType::Decimal
                             : ValueType::Text;
}

Answers SyncWork::answers(std::size_t record) const {
    Answers answers;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto value = parseValue(type(i), records[record][i]);
        if (value.ok() && !value->isEmpty())
            answers.values[{"/" + fields[i].name, {}}] = std::move(*value);
    }
    return answers;
}

Result<SyncWork> readWork(const std::filesystem::path& folder) {
    SyncWork work;
    auto schema = readJson(folder / "schema.json");
    auto truth = readJson(folder / "truth.json");
    if (!schema.is_array() || !truth.is_object())
        return Error{Code::NotFound, "There is no work in " + folder.string() + "."};
    std::map<std::string, std::size_t> fieldOf, recordOf;
    for (const auto& field : schema) {
        fieldOf[field["name"]] = work.fields.size();
        work.fields.push_back({field["name"], field["type"]});
    }
    std::ifstream records(folder / "records.jsonl");
    for (std::string line; std::getline(records, line);) {
        auto record = nlohmann::json::parse(line);
        recordOf[record["id"]] = work.records.size();
        std::vector<std::string> values;
        for (const auto& field : work.fields) values.push_back(asText(record[field.name]));
        work.records.push_back(std::move(values));
    }
    for (int device = 1;; ++device) {
        std::ifstream edits(folder / ("edits-d" + std::to_string(device) + ".jsonl"));
        if (!edits) break;
        auto& list = work.edits.emplace_back();
        for (std::string line; std::getline(edits, line);) {
            auto edit = nlohmann::json::parse(line);
            list.push_back({recordOf[edit["id"]], fieldOf[edit["field"]], asText(edit["value"])});
        }
    }
    for (const auto& conflict : truth["conflicts"])
        work.conflicts.emplace_back(recordOf[conflict["id"]], fieldOf[conflict["field"]]);
    return work;
}

}  // namespace sotay::bench
