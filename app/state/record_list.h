#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/id.h"

namespace sotay::app {

// Which records, and in which order.
struct RecordQuery {
    std::string formId;
    std::vector<std::string> columns;  // paths whose answers the rows carry
    std::string search;                // as typed; tones and case do not matter
    bool onlyNeedsWork = false;        // with a conflict, a draft
    enum class Sort { Column, Changed } sort = Sort::Changed;
    std::size_t column = 0;  // of Sort::Column
    bool descending = true;

    bool operator==(const RecordQuery&) const = default;
};

struct RecordRow {
    Id id;
    std::vector<std::string> values;  // one for each of the query's columns, as stored
    bool conflict = false, waiting = false, draft = false;
    std::int64_t changedAt = 0;  // Unix seconds
};

// The list shows any number of records through a window of rows that the worker read.
struct RecordListState {
    RecordQuery query;
    std::uint64_t asked = 0, answered = 0;  // serials: an answer to an older question is dropped
    std::uint64_t total = 0;                // records that match
    std::uint64_t needWork = 0;             // of the form, whatever is searched
    std::size_t windowFirst = 0;
    std::vector<RecordRow> window;
    std::size_t askedFirst = 0, askedCount = 0;
    std::optional<std::size_t> selected;  // row number in the whole list
    Id selectedId;                        // nil while that row is not read
    std::uint64_t scrollTo = 0;           // grows when the selection must be scrolled into view

    // Null where the row is not read yet.
    const RecordRow* row(std::size_t index) const {
        if (index < windowFirst || index - windowFirst >= window.size()) return nullptr;
        return &window[index - windowFirst];
    }
};

}  // namespace sotay::app
