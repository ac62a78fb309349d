#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/causality.h"
#include "sync/codec/lent_change.h"
#include "sync/store/form_tables.h"

namespace sotay {

// New rows in the bytes of a small SQLite file. From a table that is like its own, SQLite takes
// over whole records (INSERT INTO ... SELECT *), for a fraction of what it costs to make each from
// bound values; and a second thread can write the bytes. Only what SQLite's file format promises is
// used.

// A table as the file has it.
struct ImageTable {
    std::string name;                 // bare
    std::string sql;                  // as the schema has it
    std::string indexName, indexSql;  // of `_id`; "": the table has no index
};

// How the new records of one form become rows. It does not change once made, so threads share it.
struct ImagePlan {
    enum class Own : std::uint8_t { Null, Zero, Id, Changed, Created, Rest, Field };
    struct Column {
        Own own = Own::Null;
        std::size_t slot = 0;
    };
    struct Question {
        bool isKnown = false;
        unsigned fitting = 0;  // the types (valueTag) that its column holds as they are, as bits
        std::size_t slot = 0;  // when some do
    };
    FormTables tables;
    ImageTable records, search;
    std::vector<Column> columns;      // of `records`, as they stand in the file
    std::vector<Question> questions;  // by ordinal, of the form
};
// Nothing when the tables are not as they are made today.
std::shared_ptr<const ImagePlan> makeImagePlan(Database& database, const FormTables& tables);

struct RowImage {
    std::shared_ptr<const ImagePlan> plan;
    std::int64_t firstRow = 0;
    std::vector<Id> records;           // in order
    std::vector<std::size_t> created;  // where `_created` stands, row by row: see insertImage
    std::string file;
};

constexpr std::size_t kMinImageRows = 64, kMaxImageRows = 2000;
// The rows of changes that each begin a record. Nothing when one of them does more than answer
// questions outside repeats, or is too large, or they are not of one form that `plans` has, or too
// few or too many: those are merged one by one.
using ImagePlans = std::map<std::string, std::shared_ptr<const ImagePlan>>;
std::optional<RowImage> makeRowImage(const ImagePlans& plans, std::span<const LentChange> changes,
                                     std::int64_t firstRow);

// Puts the rows into the tables that the plan was made of; the changes stand from `first` on, on a
// branch below kMaxImageBranch. Call within a transaction, when none of the records and row numbers
// is there. The image's file is used up.
constexpr std::uint32_t kMaxImageBranch = 1u << 15;
void insertImage(Database& database, RowImage& image, ChangeRef first);

}  // namespace sotay
