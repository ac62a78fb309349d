#pragma once

#include <exception>
#include <map>
#include <string>
#include <vector>

#include "sync/store/record_store.h"

struct sqlite3_context;
struct sqlite3_value;

namespace sotay {

// Most changes write a few answers of a record that is here. Its row is then found, read, merged
// and written by one statement: an UPDATE whose condition hands the row to the merge (sotay_merge),
// and whose new values are what came of it (sotay_merged); see FormTable::editSql.
class RecordStore::Editor {
  public:
    explicit Editor(RecordStore& store);
    Editor(const Editor&) = delete;
    // `writes`: all that the change writes, outside repeats. Nothing, when the record is not here.
    std::optional<Touched> edit(const FormTables& tables, const std::vector<const Write*>& writes,
                                const Change& change, ChangeRef ref);

    // Brings the narrow search table in step: the newest wall time of each of these rows.
    void showChanged(const FormTables& tables, const std::map<std::int64_t, std::int64_t>& rows);

  private:
    static void mergeRow(sqlite3_context* context, int count, sqlite3_value** values);
    static void giveMerged(sqlite3_context* context, int count, sqlite3_value** values);
    static void giveChanged(sqlite3_context* context, int count, sqlite3_value** values);
    void merge(sqlite3_value** values);

    RecordStore& store_;
    // What the statement under way is about.
    const FormTable* table_ = nullptr;
    const std::vector<const Write*>* writes_ = nullptr;
    const Change* change_ = nullptr;
    ChangeRef ref_;
    std::vector<const FormTable::Slot*> slots_;
    // What came of it.
    Row row_;
    Touched touched_;
    std::string heads_, rest_;
    std::int64_t changed_ = 0;
    std::exception_ptr problem_;
    // What showChanged goes through.
    const std::map<std::int64_t, std::int64_t>* shown_ = nullptr;
    std::map<std::int64_t, std::int64_t>::const_iterator nextShown_;
};

}  // namespace sotay
