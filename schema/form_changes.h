#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/form.h"
#include "schema/problem.h"

namespace sotay {

// What a new version of a form changes for records that exist: one question or repeat of the
// version before it.
struct FormChange {
    Problem problem;      // a warning, where its cause is in the new workbook; row 0: nowhere
    Ordinal ordinal = 0;  // whose answers are meant: a field or a repeat of the table before
    std::vector<std::string> choices;  // only records with one of these; empty: with any answer
};

// Compares the newest version with the form that is to follow it. `before` is the table of all
// versions so far; `old` is the newest of them as it was read, or null when it cannot be read any
// more (types are then compared as they are stored, and choices are not). In the order of the
// fields. What only adds is not named: it changes nothing for a record that exists.
std::vector<FormChange> compareForms(const FieldTable& before, const Form* old, const Form& next);

// The change as its author reads it. `records`: how many hold such an answer, where that is known.
Problem describeChange(const FormChange& change, std::optional<std::uint64_t> records);

}  // namespace sotay
