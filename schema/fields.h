#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "schema/form.h"

namespace sotay {

// The number by which changes name a field. Given once per path of a form and never given again, so
// a change of any age can be read under any version. 0 to 15 are the engine's own cells.
using Ordinal = std::uint32_t;
constexpr Ordinal kAlive = 0;       // integer 1 or 0: is the record, or the repeat item, there
constexpr Ordinal kPlace = 1;       // a repeat item's "repeat ordinal/parent item/position"
constexpr Ordinal kMergedInto = 2;  // the id of the record that this one is a duplicate of
constexpr Ordinal kAbsorbed = 3;    // on that record: "+id" or "-id", what was merged or separated
constexpr Ordinal kUndoes = 4;      // the id of the change that this one takes back
constexpr Ordinal kDistinct = 5;    // records that are no duplicates of this one (sync/distinct.h)
constexpr Ordinal kFirstField = 16;
// With this bit, the cell beside a field's (or kAlive's): the sides of a decision that was undone
// (sync/question.h). Empty: nothing is asked.
constexpr Ordinal kQuestion = 1u << 30;

// One stored field, or one repeat.
struct Field {
    Ordinal ordinal = 0;
    std::string path;    // "/members/total"
    Ordinal repeat = 0;  // ordinal of the innermost repeat around it; 0 when there is none
    bool isRepeat = false;
    ValueType type = ValueType::Text;
    std::string column;       // its name in the SQL table; unique within its table
    std::uint32_t since = 1;  // the published version that brought it
    bool retired = false;     // no longer in the newest version; its answers stay
    bool identity = false, summary = false, area = false;
};

// All fields that any version of one form ever had. The order is that of the ordinals.
struct FieldTable {
    std::string formId;
    std::uint32_t version = 0;
    std::vector<Field> fields;

    const Field* byOrdinal(Ordinal ordinal) const;
    const Field* byPath(const std::string& path) const;
    const Field* areaField() const;  // the newest that holds the record's area; null when none does
    // BLAKE2b-64 is not ours to call here, so: FNV-1a 64 over ordinals, paths and types. Tells
    // apart two workbooks that were given the same version number.
    std::uint64_t fingerprint() const;
};

// The table after publishing `form` as the version after `before` (an empty table: the first).
// Fields with the same path and type keep their ordinal; a path whose type changed gets a new one,
// and the old one is retired. Same input, same output, on every machine.
FieldTable extendFields(const FieldTable& before, const Form& form);

}  // namespace sotay
