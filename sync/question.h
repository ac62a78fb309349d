#pragma once

#include <vector>

#include "schema/id.h"
#include "sync/merge.h"

namespace sotay {

// A question that is open again: whoever undoes a resolution writes the value that was shown before
// it to the field, and the sides of the old conflict to the cell beside it (kQuestion), both in one
// change. The question closes when a later decision empties that cell.

struct QuestionSide {
    Id change;  // who said it, by the change that did
    Value value;
    bool operator==(const QuestionSide&) const = default;
};

// As the text value of the cell; no sides: the empty value.
Value questionValue(const std::vector<QuestionSide>& sides);
// What is not such a text has no sides.
std::vector<QuestionSide> questionSides(const Value& value);

constexpr Cell questionOf(Cell cell) { return {cell.item, cell.ordinal | kQuestion}; }
// The heads that ask something about a cell.
std::vector<ChangeRef> askedBy(const RecordHeads& heads, const Cell& cell);

}  // namespace sotay
