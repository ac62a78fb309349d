#include "tests/bench/work.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

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

SyncWork makeWork() {
    constexpr std::size_t kRecords = 10'000, kLaptops = 5, kConflicts = 500, kSide = 1'000,
                          kSolo = 7'000;
    static const char* kWords[] = {"Hợp tác xã", "Ba Nang",        "Đakrông", "Hướng Hiệp",
                                   "chuối",      "măng khô",       "cà phê",  "vay vốn",
                                   "tập huấn",   "ruộng bậc thang"};
    std::mt19937 dice(42);
    auto upTo = [&](std::size_t n) {
        return std::uniform_int_distribution<std::size_t>(0, n - 1)(dice);
    };
    SyncWork work;
    for (int i = 0; i < 40; ++i)
        work.fields.push_back({"field_" + std::to_string(i), i < 24   ? "TEXT"
                                                             : i < 35 ? "INTEGER"
                                                                      : "REAL"});
    auto value = [&](std::size_t field) {
        if (field < 24) {
            std::string text;
            for (std::size_t n = field == 23 ? 14 : 2; n > 0; --n)
                text += std::string(text.empty() ? "" : " ") + kWords[upTo(10)];
            return text + " " + std::to_string(upTo(100'000));
        }
        if (field < 35) return std::to_string(upTo(9'000'000) * 100);
        return std::to_string(upTo(9'000)) + "." + std::to_string(1 + upTo(9));
    };
    for (std::size_t i = 0; i < kRecords; ++i) {
        auto& record = work.records.emplace_back();
        for (std::size_t field = 0; field < 40; ++field) record.push_back(value(field));
    }
    std::vector<std::size_t> order(kRecords);
    for (std::size_t i = 0; i < kRecords; ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), dice);
    work.edits.resize(kLaptops);
    std::size_t at = 0, turn = 0;
    auto other = [&](std::size_t record, std::size_t field, const std::string& besides) {
        std::string fresh;
        do fresh = value(field);
        while (fresh == work.records[record][field] || fresh == besides);
        return fresh;
    };
    for (std::size_t i = 0; i < kConflicts + kSide; ++i, ++at, turn += 2) {
        bool disagree = i < kConflicts;
        std::size_t record = order[at], first = 1 + upTo(39), second = first;
        while (!disagree && second == first) second = 1 + upTo(39);
        std::string one = other(record, first, "");
        work.edits[turn % kLaptops].push_back({record, first, one});
        work.edits[(turn + 1) % kLaptops].push_back(
            {record, second, other(record, second, disagree ? one : "")});
        if (disagree) work.conflicts.emplace_back(record, first);
    }
    for (std::size_t i = 0; i < kSolo; ++i, ++at, ++turn) {
        std::size_t field = 1 + upTo(39);
        work.edits[turn % kLaptops].push_back({order[at], field, other(order[at], field, "")});
    }
    return work;
}

}  // namespace sotay::bench
