#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "sync/codec/lent_change.h"
#include "sync/store/database.h"

namespace sotay {

// SQLite allows 2,000 columns a table; fields beyond this many of one table are kept in its
// `_rest`.
constexpr std::size_t kMaxFieldColumns = 1900;

// What the SQL function sotay_merged gives when it is asked for this number, and from
// kMergedSlots on the slots: see FormTable::editSql.
enum MergedPart : int { kMergedHeads, kMergedRest, kMergedChanged, kMergedHistory, kMergedSlots };

// What is read of a record before its fields.
constexpr const char* kStateColumns =
    "_n,_id,_created,_changed,_conflicts,_deleted,_history,_heads,_rest";

// One typed table: the records of a form, or the items of one of its repeats. Besides a column for
// each field:
//   _n        the row's number        _id      of the record or item
//   _created  the change that came first: the head of every field that `_heads` does not name
//   _heads    heads that differ from that (head_blob.h)
//   _rest     values without a column of their own (fields of newer forms among them)
//   _alive, _place   the engine's own cells, as fields
// records: _deleted, _changed (newest wall time), _conflicts, _history (refs of all changes but the
// first) items:   _record (the record's _n)
struct FormTable {
    std::string name;  // quoted
    bool isItems = false;
    Ordinal repeat = 0;
    struct Slot {
        Ordinal ordinal;
        std::string column;  // quoted
        ValueType type;
        // What a change of this field alone needs, as most edits are; see editSql and those below
        // it.
        std::string editSql, findSql, updateSql;
    };
    std::vector<Slot> slots;            // in the order of their columns
    std::vector<std::uint32_t> slotAt;  // by ordinal: index + 1; 0: has no column
    const Slot* slot(Ordinal ordinal) const {
        bool has = ordinal < slotAt.size() && slotAt[ordinal] > 0;
        return has ? &slots[slotAt[ordinal] - 1] : nullptr;
    }

    // Texts of statements, made once. Parameters: _id, _created, _heads, _rest, then _record or
    // _changed, then the slots. Does nothing when the item is there; a record must not be.
    std::string insertSql;
    std::string isHereSql;   // parameter: _id
    std::string columnsSql;  // ",a,b,c", in the order of the slots
    std::string readSql;     // a whole record, parameter: _id; or all items of one: its _n
    // Merges an edit of these slots into a record (record_edits.h). Parameter: _id.
    std::string editSql(const std::vector<const Slot*>& edited) const;
    // The row of an id: bookkeeping, and these slots.
    std::string findSql(const std::vector<const Slot*>& wanted) const;
    // Parameters: _heads, _rest, of records the newest wall time and _history, the slots, _n.
    std::string updateSql(const std::vector<const Slot*>& changed) const;
};

// All tables of one form.
struct FormTables {
    std::string formId;
    FieldTable fields;
    FormTable records;
    std::map<Ordinal, FormTable> items;  // by the repeat's ordinal
    std::string
        search;  // quoted: n, folded, changed, conflicts, deleted; narrow, so a scan is quick
    std::string insertSearchSql;         // parameters: n, folded, changed
    std::vector<Field> summary;          // outside repeats, in order
    std::vector<bool> known, inSummary;  // by ordinal
    bool knows(Ordinal ordinal) const {
        ordinal &= ~kQuestion;
        return ordinal < kFirstField || (ordinal < known.size() && known[ordinal]);
    }
    bool isInSummary(Ordinal ordinal) const {
        return ordinal < inSummary.size() && inSummary[ordinal];
    }
};

// Creates what is missing (tables, columns) and describes the result. Publishing never drops a
// column.
FormTables prepareTables(Database& database, const FieldTable& fields);

// Can a column of this type hold the value as it is? What cannot goes to `_rest`. `tag`: valueTag.
bool fitsColumn(std::uint8_t tag, ValueType type);
inline bool fitsColumn(const Value& value, ValueType type) {
    return fitsColumn(valueTag(value), type);
}

}  // namespace sotay
