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
    std::string search;          // as typed; tones and case do not matter
    bool onlyConflicts = false;  // something in them must be decided
    bool onlyUnsent = false;     // the server does not have all of them yet
    std::string areaPath, area;  // only records whose answer at `areaPath` is `area`; "": all
    enum class Sort { Newest, Oldest, Title } sort = Sort::Newest;

    bool operator==(const RecordQuery&) const = default;
};

struct RecordRow {
    Id id;
    std::string title;
    std::vector<std::string> values;  // one for each column, as stored
    bool conflict = false, waiting = false, draft = false;
    std::int64_t changedAt = 0;  // Unix seconds
};

// A new record that was begun and not saved: it is in no list yet.
struct BegunRecord {
    Id record;
    std::string formId;
    std::int64_t at = 0;  // when the draft was kept
};

// The list shows any number of records through a window of rows that the worker read.
struct RecordListState {
    RecordQuery query;
    std::uint64_t asked = 0, answered = 0;  // serials: an answer to an older question is dropped
    std::uint64_t total = 0;                // records that match
    std::uint64_t all = 0, conflicts = 0, unsent = 0;  // of the form, whatever is searched
    std::vector<std::string> columns;                  // paths of what the rows carry
    std::vector<BegunRecord> begun;                    // newest first
    std::size_t windowFirst = 0;
    std::vector<RecordRow> window;
    std::size_t askedFirst = 0, askedCount = 0;
    std::optional<std::size_t> selected;  // row number in the whole list
    Id selectedId;                        // nil while that row is not read

    // Null where the row is not read yet.
    const RecordRow* row(std::size_t index) const {
        if (index < windowFirst || index - windowFirst >= window.size()) return nullptr;
        return &window[index - windowFirst];
    }
};

}  // namespace sotay::app
