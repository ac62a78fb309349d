#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "schema/id.h"
#include "schema/value.h"
#include "sync/change.h"

namespace sotay {

// Who made a change, when and where, for a person who has to judge.
struct Origin {
    Id change;
    Id author;
    std::string authorName;
    PublicKey device{};
    std::string deviceName;
    std::int64_t wallSeconds = 0;      // what the laptop's clock showed
    std::int64_t receivedSeconds = 0;  // when the server took it in; 0: not sent, or not known here
    std::int64_t clockOffset = 0;      // the laptop's clock minus the server's, in seconds
    std::uint64_t number = 0;          // in the log; 0: not sent yet
};

enum class ConflictKind : std::uint8_t { Value, Delete, Constraint, Duplicate };
std::string_view conflictKindName(ConflictKind kind);  // "value", "delete", ...

struct ConflictHead {
    Origin origin;
    Value value;
};
// One cell of a conflict: what stood before, and what each side says. Not every side of a conflict
// need have a say in each of its cells. In a delete conflict there is one cell, `alive`: 1 is an
// edit by somebody who did not know of the deletion.
struct ConflictField {
    Cell cell;
    std::string path;  // with positions: "/loans[2]/amount"; "" for the record itself
    Value base;
    bool hasBase = false;
    Origin baseOrigin;                // of the change that wrote the base
    std::vector<ConflictHead> heads;  // ordered by number, unsent ones last
};
// One thing to decide. Derived, never stored; the id is the hash of what is in question, the same
// in every notebook.
//   Value       all cells of a record in which the same changes disagree
//   Delete      somebody deleted the record, or an item, that somebody else went on with
//   Constraint  changes made side by side keep the form's rules each by itself and break one
//               together (sync/store/rule_judge.h). `fields` are those that they changed and the
//               rule reads, each side with the value that its author had before the eyes
//   Duplicate   two records with the same identity key (sync/store/duplicate_finder.h). `fields`
//               are those that either has an answer to; the two heads are `record`'s and `other`'s
struct Conflict {
    Id id;
    ConflictKind kind = ConflictKind::Value;
    Id record;
    Id item;  // delete conflicts: the repeat item; nil: the record
    std::string formId;
    std::string title;  // the record's summary
    std::vector<ConflictField> fields;

    std::string rulePath;  // constraint conflicts: the field whose rule is broken, with positions
    std::string message;   // and what the form says then, in its own language
    Id other;              // duplicates: the newer of the two records
    std::string otherTitle;
    std::vector<std::string> keys;  // and the paths of the answers that match
};

// What a person decided.
struct Decision {
    enum class Kind {
        TakeChange,  // value, constraint: as that side has it, in every field that it wrote
        UseValue,    // value: as typed, for a conflict of one field; else as in `settled`
        Keep,      // delete: it stays. Constraint: the values stay as they are, broken rule or not
        Delete,    // delete: it goes
        Merge,     // duplicate: `survivor` takes the other record in
        Distinct,  // duplicate: these are two
    } kind = Kind::TakeChange;
    Id change;
    std::string value;
    std::string reason;
    Id survivor{};
    // Fields that are decided in the same step, (path, value as typed). Of a merge, those that
    // differ and are not named here stay open as conflicts of values.
    std::vector<std::pair<std::string, std::string>> settled{};
};

}  // namespace sotay
