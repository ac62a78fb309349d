#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "schema/result.h"
#include "schema/session.h"

namespace sotay::bench {

// What is measured on: records of 40 fields, and what five laptops edit of them offline.
struct WorkField {
    std::string name, type;  // TEXT, INTEGER, REAL
};
struct WorkEdit {
    std::size_t record = 0;  // index in `records`
    std::size_t field = 0;
    std::string value;
};
struct SyncWork {
    std::vector<WorkField> fields;
    std::vector<std::vector<std::string>> records;  // values in the order of the fields
    std::vector<std::vector<WorkEdit>> edits;       // by laptop
    // Cells that two laptops changed to different values: the only true conflicts.
    std::vector<std::pair<std::size_t, std::size_t>> conflicts;

    std::string workbook() const;  // a form with these fields, as .xlsx
    Answers answers(std::size_t record) const;
    ValueType type(std::size_t field) const;
};

// Reads a folder that the shared generator wrote (records.jsonl, edits-d*.jsonl, truth.json,
// schema.json).
Result<SyncWork> readWork(const std::filesystem::path& folder);
// The same shape without the generator: 10,000 surveys of co-operatives, 5 x 2,000 edits, of which
// 500 pairs disagree and 1,000 pairs meet in one record in different fields. From a fixed seed.
SyncWork makeWork();

}  // namespace sotay::bench
