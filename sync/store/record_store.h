#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/open_conflict.h"
#include "sync/store/change_store.h"
#include "sync/store/form_store.h"
#include "sync/store/form_tables.h"
#include "sync/store/head_blob.h"

namespace sotay {

// One record with everything that the merge knows of it.
struct RecordState {
    Id id;
    std::string formId;
    std::int64_t row = 0;
    ChangeRef created;
    std::vector<ChangeRef> history;  // all further changes, as they arrived
    RecordHeads heads;
    std::int64_t changedSeconds = 0;
    std::uint32_t conflicts = 0;
    bool isDeleted = false;
};

// The state of all records, in one typed table for each form and each repeat (form_tables.h), kept
// in step with the changes by the merge. Throws SQLite::Exception inside sync/store. Call within a
// transaction to write.
class RecordStore {
  public:
    RecordStore(Database& database, FormStore& forms, ChangeStore& changes)
        : database_(database), forms_(forms), changes_(changes) {}

    void load();                              // prepares the tables of all forms
    void prepare(const std::string& formId);  // after a form came or changed
    const FormTables* tables(const std::string& formId) const;

    // Merges one change that was not merged before. False, and nothing done, when its form, or a
    // field that it writes, is not known here yet.
    bool apply(const Change& change, ChangeRef ref);
    // What is written behind: when rows of the narrow search tables were changed last, in the order
    // of the rows. Call before the commit.
    void flush();
    // Merges a record of a snapshot; the record must not be here yet.
    void insert(const RecordState& state);
    // An older change of a record came after its state did.
    void addHistory(const std::string& formId, const Id& record, ChangeRef ref);
    // Takes a record away; a snapshot brings it again.
    void erase(const std::string& formId, const Id& record);
    // Who had seen what is known better now: the record is merged once more.
    void mergeAgain(const std::string& formId, const Id& record);
    // Which head is shown may change when a change gets its number: brings the columns in step.
    void refresh(const std::string& formId, const Id& record);

    // The change that `_created` names: one of the record's, whose number names the record.
    std::optional<ChangeRef> createdBy(const std::string& formId, const Id& record);
    std::optional<std::string> formOf(const Id& record);
    std::optional<RecordState> state(const std::string& formId, const Id& record);
    std::optional<RecordState> state(const Id& record);
    RecordVerdict judge(const RecordState& state);
    Seen seenOf(ChangeRef ref);
    // Ids of records with open conflicts, oldest row first.
    std::vector<std::pair<std::string, Id>> inConflict();
    // Calls `use` with each record of a form, deleted ones too, in the order of their ids.
    void each(const std::string& formId, const std::function<void(const RecordState&)>& use);
    std::uint64_t count(const std::string& formId);
    // A hash over the heads of all records, with the log's numbers for names: equal states, equal
    // hashes.
    std::string stateHash();

  private:
    // A row as far as a change needs it: bookkeeping, and the values of the fields that the change
    // writes.
    struct Row {
        std::int64_t n = 0;
        ChangeRef created;
        HeadMap heads;
        RestMap rest;
        bool hasAlive = false;
        std::uint32_t conflicts = 0;
        std::string history;
        std::map<Ordinal, Value> values;
        bool mayConflict = false;
    };
    struct Touched {
        std::int64_t row = 0;
        bool isNew = false, mayConflict = false, summaryChanged = false;
        bool cameLate = false;  // a change that has this one in its chain was merged before
    };
    bool isKnown(const FormTables& tables, const Change& change) const;
    const FormTable* itemTable(const FormTables& tables, const Id& item,
                               const std::vector<const Write*>& writes);
    Touched writeRow(const FormTables& tables, const FormTable& table, const Id& id,
                     std::int64_t record, const std::vector<const Write*>& writes,
                     const Change& change, ChangeRef ref);
    // False, and nothing done, when the id has a row already.
    bool insertRow(const FormTable& table, const Id& id, std::int64_t record,
                   const std::vector<const Write*>& writes, const Change& change, ChangeRef ref);
    void updateRow(const FormTable& table, Row& row, const std::vector<const Write*>& writes,
                   const Change& change, ChangeRef ref);
    std::optional<Row> readRow(const FormTable& table, const Id& id,
                               const std::vector<const Write*>& writes);
    void readHeads(const FormTable& table, SQLite::Statement& from, int firstColumn, const Id& item,
                   RecordHeads& heads);
    void readItems(const FormTables& tables, std::int64_t row, RecordHeads& heads);
    RecordState readState(const FormTables& tables, SQLite::Statement& from);
    // Makes the record again from all its changes, by definition instead of step by step.
    void remake(const FormTables& tables, const Id& record);
    void show(const FormTable& table, const Id& id, Ordinal ordinal, const Value& value);
    void recount(const FormTables& tables, const Id& record);
    // The search tables: each record's line, the accent-free text of its summary fields.
    void insertSearch(const FormTables& tables, std::int64_t row,
                      const std::vector<const Write*>& writes, std::int64_t changed);
    void refold(const FormTables& tables, std::int64_t row);
    static void addFolded(std::string& text, const Value& value);
    std::string columnList(const FormTable& table) const;

    Database& database_;
    FormStore& forms_;
    ChangeStore& changes_;
    std::map<std::string, FormTables> tables_;
    // By form: rows that were edited since the last flush, and the newest wall time.
    std::map<std::string, std::map<std::int64_t, std::int64_t>> editedRows_;
};

}  // namespace sotay
