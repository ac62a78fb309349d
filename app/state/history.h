#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/form.h"
#include "schema/id.h"

namespace sotay::app {

// What one change did to one field, or to one row of a repeat.
struct HistoryEdit {
    enum class Kind { Set, ItemAdded, ItemRemoved } kind = Kind::Set;
    std::string path;           // with positions: "/loans[2]/amount"
    std::string before, after;  // as stored; "" is no answer
    std::string note;           // why a soft check was overruled
};

// One change in the life of a record.
struct HistoryChange {
    enum class Kind { Created, Edited, Deleted, Restored, Resolved } kind = Kind::Edited;
    std::string id, author, device, reason;
    std::int64_t at = 0;                            // by the laptop's clock
    std::optional<std::int64_t> clockAheadSeconds;  // how far that clock was off
    std::optional<std::uint64_t> number;            // in the log; nothing while it waits to be sent
    bool parallel = false;  // made without knowing of another change beside it, and both were kept
    std::vector<HistoryEdit> edits;
};

struct HistoryState {
    Id record;
    std::string title, formId;
    std::shared_ptr<const Form> form;
    bool loaded = false;
    bool isComplete = true;  // false: the older part is on the server only
    bool fetching = false;
    std::vector<HistoryChange> changes;  // newest first
};

}  // namespace sotay::app
