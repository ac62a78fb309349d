#pragma once

#include <cstdint>
#include <string>
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

enum class ConflictKind : std::uint8_t { Value, Delete };
std::string_view conflictKindName(ConflictKind kind);  // "value", "delete"

struct ConflictHead {
    Origin origin;
    Value value;
};
// One cell of a conflict: what stood before, and what each side says. In a delete conflict there is
// one cell, `alive`: 1 is an edit by somebody who did not know of the deletion.
struct ConflictField {
    Cell cell;
    std::string path;  // with positions: "/loans[2]/amount"; "" for the record itself
    Value base;
    bool hasBase = false;
    Origin baseOrigin;                // of the change that wrote the base
    std::vector<ConflictHead> heads;  // ordered by number, unsent ones last
};
// One thing to decide: all cells of a record in which the same changes disagree. Derived from the
// heads, never stored; the id is the hash of record and head set, the same in every notebook.
struct Conflict {
    Id id;
    ConflictKind kind = ConflictKind::Value;
    Id record;
    Id item;  // delete conflicts: the repeat item; nil: the record
    std::string formId;
    std::string title;  // the record's summary
    std::vector<ConflictField> fields;
};

// What a person decided.
struct Decision {
    enum class Kind { TakeChange, UseValue, Keep, Delete } kind = Kind::TakeChange;
    Id change;          // TakeChange: the head to keep, in every field that it wrote
    std::string value;  // UseValue: as typed; for a conflict of one field
    std::string reason;
};

}  // namespace sotay
