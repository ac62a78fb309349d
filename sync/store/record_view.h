#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sync/question.h"
#include "sync/store/answers_map.h"
#include "sync/store/notebook.h"
#include "sync/store/people_store.h"
#include "sync/store/record_store.h"
#include "sync/store/rule_judge.h"

namespace sotay {

// What people see of records: lists, conflicts and histories, with names for ids. Reads only.
// Throws SQLite::Exception inside sync/store.
class RecordView {
  public:
    RecordView(Database& database, RecordStore& records, ChangeStore& changes, PeopleStore& people)
        : database_(database), records_(records), changes_(changes), people_(people) {}

    // `unsent`: records with changes that are not sent. InvalidInput names a path that the form
    // does not have.
    Result<ListPage> list(const ListQuery& query, const std::set<Id>& unsent);
    // One that was merged into another opens as that one.
    OpenRecord open(RecordState state);
    std::string title(const RecordState& state);

    // Value and delete conflicts, with all that is merged into the record.
    std::vector<Conflict> conflicts(const RecordState& state);
    // What the sides of a constraint conflict say, and the rest of it, comes from rule_judge.h.
    Conflict conflict(const RecordState& state, const BrokenRule& broken);
    // Of a record and of all that is merged into it.
    History history(const RecordState& state);
    // The words that go with the values that stand in cells.
    std::map<Cell, std::string> reasons(const RecordState& state);
    // All changes of a record that are held here, in the order of the log, unsent ones last.
    std::vector<StoredChange> changesOf(const RecordState& state);

  private:
    ConflictField field(const RecordState& state, const OpenConflict& conflict, const Cell& cell,
                        const std::vector<StoredChange>& changes, const CellNames& names);
    Origin originOf(ChangeRef ref);
    Origin originOf(ChangeRef ref, const std::vector<StoredChange>& changes);
    Origin originOf(const QuestionSide& side, const std::vector<StoredChange>& changes);
    void tellHistory(const RecordState& state, const std::string& of, History& history);
    void tellWrite(const StoredChange& own, const Write& write, const RecordHeads& before,
                   const CellNames& names, HistoryEntry& entry);
    void findBase(const std::vector<StoredChange>& changes, const std::vector<ChangeRef>& sides,
                  ConflictField& field);
    bool inPast(const StoredChange& x, const StoredChange& y) const;
    HistoryEntry entry(const std::vector<StoredChange>& changes, std::size_t at,
                       const CellNames& names);

    Database& database_;
    RecordStore& records_;
    ChangeStore& changes_;
    PeopleStore& people_;
};

}  // namespace sotay
