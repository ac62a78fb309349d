#pragma once

#include <span>
#include <vector>

#include "schema/session.h"
#include "sync/codec/lent_change.h"
#include "sync/store/answers_map.h"

namespace sotay {

// The writes that make a new record of its answers, ordered by cell. They are lent: from the
// answers, which must outlive them, or from `made`, for a record with repeats.
struct NewWrites {
    std::vector<Write> made;
    std::vector<LentWrite> all;
};

// Of many records, in two halves side by side. InvalidInput names a path that the form does not
// have.
std::vector<Result<NewWrites>> writesOfNew(std::span<const Answers> many, const FieldPaths& fields);

}  // namespace sotay
