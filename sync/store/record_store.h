#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sync/joined.h"
#include "sync/open_conflict.h"
#include "sync/store/change_store.h"
#include "sync/store/form_store.h"
#include "sync/store/form_tables.h"
#include "sync/store/head_blob.h"
#include "sync/store/row_image.h"

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
    RecordStore(Database& database, FormStore& forms, ChangeStore& changes);
    ~RecordStore();

    void load();                              // prepares the tables of all forms
    void prepare(const std::string& formId);  // after a form came or changed
    const FormTables* tables(const std::string& formId) const;

    bool knows(const Change& change) const;  // its form, and all fields that it writes
    // Merges one change that was not merged before. False, and nothing done, when it is not known.
    bool apply(const Change& change, ChangeRef ref);
    // Merges of several changes the edits of records that are here, in the order of the records,
    // so that the file is gone through once. Gives those that remain, in their order: they have to
    // be merged one by one.
    std::vector<Applied> applyEdits(std::span<const Applied> changes);
    // -- many new records at once (record_rows.cpp, row_image.h)
    const ImagePlans& imagePlans();
    std::int64_t nextRow();  // no row has this number, or a higher one
    // Can the rows of new records, whose changes stand from `first` on, be put in as they are?
    bool canInsert(const RowImage& image, ChangeRef first);
    // False, and nothing done, when not: the changes have to be merged one by one.
    bool insertRows(RowImage& image, ChangeRef first);
    // What is written behind: when rows of the narrow search tables were changed last, in the order
    // of the rows. Call before the commit.
    void flush();
    // Merges a record of a snapshot; the record must not be here yet.
    void insert(const RecordState& state);
    // Brings a record in step that was left behind by `apply`. Whoever reads its row by SQL of
    // their own calls this before; what is asked here is in step.
    void settle(const std::string& formId, const Id& record);
    void settle();  // all of them
    // Older changes of a record came after its state did.
    void addHistory(const std::string& formId, const Id& record, std::span<const ChangeRef> refs);
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
    // -- records that are one by merging (record_groups.cpp, sync/redirects.h)
    // Which record shows this one: itself, or the one that it was merged into.
    Id survivorOf(const std::string& formId, const Id& record);
    bool isMerged(const std::string& formId, const Id& record) {
        return survivorOf(formId, record) != record;
    }
    // Is any record of the form merged into another?
    bool hasFamilies(const std::string& formId) const {
        auto found = redirects_.find(formId);
        return found != redirects_.end() && !found->second.isEmpty();
    }
    // Is it merged, or another into it?
    bool isInFamily(const std::string& formId, const Id& record) const;
    // Those that are merged into this one.
    std::vector<Id> mergedInto(const std::string& formId, const Id& survivor);
    // Whose marks have to go to part a record from its survivor.
    std::vector<Id> marksBetween(const std::string& formId, const Id& record);
    // A record as it is shown: the survivor's state with the heads of all that is merged into it
    // (sync/joined.h), and whose each repeat item is. One that is merged itself stays as it is.
    struct Whole {
        RecordState state;
        std::map<Id, Id> ownerOf;  // items that are not the survivor's own
        std::vector<RecordState> parts;
    };
    Whole whole(RecordState state);

    // -- where changes made side by side met (record_marks.cpp)
    // Records in which the form's rules have to be looked at (rule_judge.h) since they last were.
    std::vector<std::pair<std::string, Id>> unjudged();
    bool hasMet(const Id& record);
    void judged(const std::string& formId, const Id& record, std::size_t broken);
    // Gives the ordinals that a form's rules read together; without it nothing is marked.
    void watchRules(std::function<const std::set<Ordinal>&(const std::string& formId)> ordinals) {
        ruleOrdinals_ = std::move(ordinals);
    }
    // From now on, which records were written to; the last answer's again only when they were
    // again. Nothing: everything has to be read.
    std::optional<std::vector<Id>> takeTouched();
    void forgetTouched() { isTracking_ = false; }
    // The record that has this repeat item, with or without knowing of any merge.
    std::optional<Id> ownerOf(const std::string& formId, const Id& item);

    // Ids of records with open conflicts, oldest row first; of those only with a change that is
    // wanted, when somebody says which.
    std::vector<std::pair<std::string, Id>> inConflict(
        const std::function<bool(ChangeRef)>& isWanted = {});
    // Calls `use` with each record of a form, deleted ones too, in the order of their ids.
    void each(const std::string& formId, const std::function<void(const RecordState&)>& use);
    std::uint64_t count(const std::string& formId);
    std::uint64_t countWithDeleted(const std::string& formId);  // faster
    // A hash over the heads of all records, with the log's numbers for names: equal states, equal
    // hashes.
    std::string stateHash();

  private:
    std::uint64_t countOf(const std::string& rows);
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
        bool mayConflict = false, isItem = false;
    };
    struct Touched {
        std::int64_t row = 0;
        bool isNew = false, mayConflict = false, summaryChanged = false;
        bool cameLate = false;  // a change that has this one in its chain was merged before
        bool met = false;       // a change that its author had not seen was merged before
    };
    // Does it only write answers outside repeats, and few of them?
    bool isEdit(const FormTables& tables, const Change& change) const;
    // False, and nothing done, when the record is not here.
    bool applyEdit(const FormTables& tables, const Change& change, ChangeRef ref);
    // What a change means for its record, once its rows are written.
    void noteApplied(const FormTables& tables, const Change& change, const Touched& touched,
                     const std::vector<const Write*>& own);
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
    // Merges writes into a row that was read; its columns and blobs are then to be written.
    void mergeInto(Row& row, const FormTable& table, const std::vector<const Write*>& writes,
                   const Change& change, ChangeRef ref);
    // How the change stands to those that the row has of earlier.
    void compareTo(const Row& row, const std::vector<const Write*>& writes, const Change& change,
                   ChangeRef ref, Touched& touched) const;
    std::optional<Row> readRow(const FormTable& table, const Id& id,
                               const std::vector<const Write*>& writes);
    void readHeads(const FormTable& table, SQLite::Statement& from, int firstColumn, const Id& item,
                   RecordHeads& heads);
    void readItems(const FormTables& tables, std::int64_t row, RecordHeads& heads);
    RecordState readState(const FormTables& tables, SQLite::Statement& from);
    // Makes the record again from all its changes, by definition instead of step by step. False
    // when not all of them are held here.
    bool remake(const FormTables& tables, const Id& record);
    void remakeLater(const FormTables& tables, const Id& record);
    std::optional<RecordState> readRecord(const FormTables& tables, const Id& record);
    void writeHistory(const FormTables& tables, std::int64_t row, ChangeRef created,
                      const RecordState& state);
    void show(const FormTable& table, const Id& id, Ordinal ordinal, const Value& value);
    void recount(const FormTables& tables, const Id& record);
    void recountOne(const FormTables& tables, const Id& record);
    void showCount(const FormTables& tables, const Id& record, std::int64_t row,
                   std::uint32_t conflicts, int deleted);
    void loadMarks();
    // A record's kMergedInto may be another one now: brings the map and all concerned in step.
    void noteRedirect(const FormTables& tables, const Id& record);
    void noteMeeting(const FormTables& tables, const Change& change, bool met);
    Redirects::IsHere isHere(const std::string& formId);
    // The search tables: each record's line, the accent-free text of its summary fields.
    void insertSearch(const FormTables& tables, std::int64_t row,
                      const std::vector<const Write*>& writes, std::int64_t changed);
    void refold(const FormTables& tables, std::int64_t row);
    static void addFolded(std::string& text, const Value& value);

    // Finds, reads, merges and writes the row of an edit with one statement (record_edits.cpp).
    class Editor;

    Database& database_;
    FormStore& forms_;
    ChangeStore& changes_;
    std::unique_ptr<Editor> editor_;
    std::map<std::string, FormTables> tables_;
    ImagePlans imagePlans_;
    std::map<std::string, Redirects> redirects_;  // by form
    bool hasMarks_ = false;                       // has any record met changes side by side
    std::function<const std::set<Ordinal>&(const std::string&)> ruleOrdinals_;
    std::vector<Id> touched_;
    bool isTracking_ = false;
    // Records to which changes came that others had seen before. The first makes the record again;
    // for those that follow it is left behind until somebody asks, since often many come together.
    std::set<std::pair<std::string, Id>> remade_, late_;
    // By form: rows that were edited since the last flush, and the newest wall time.
    std::map<std::string, std::map<std::int64_t, std::int64_t>> editedRows_;
};

}  // namespace sotay
