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
    enum class Kind {
        Created,
        Edited,
        Deleted,
        Restored,
        Resolved,
        Undone,
        Merged,
        Separated,
        Distinct
    } kind = Kind::Edited;
    std::string id, author, device, reason;
    std::int64_t at = 0;                            // by the laptop's clock
    std::optional<std::int64_t> clockAheadSeconds;  // how far that clock was off
    std::optional<std::uint64_t> number;            // in the log; nothing while it waits to be sent
    bool parallel = false;  // made without knowing of another change beside it, and both were kept
    std::vector<HistoryEdit> edits;
    bool mine = false;
    std::string other;  // merged, separated, distinct: what the other record is called
    std::string of;     // of a record that is merged into this one: what that one is called
};

// What taking one change back means, asked before it is done.
struct UndoView {
    enum class Stop { None, NotYours, Decision, LaterChanges, Incomplete } stop = Stop::None;
    std::string change;
    bool loaded = false, busy = false;
    bool needsReason = false, reopens = false, deletes = false, separates = false;
    std::vector<HistoryEdit> edits;  // as it is, and as it will be
    struct Later {
        std::string author, path;
        std::int64_t at = 0;
    };
    std::vector<Later> later;  // what stands in the way
    std::string reason;
    bool reasonMissing = false;
};

struct HistoryState {
    Id record;
    std::string title, formId;
    std::shared_ptr<const Form> form;
    bool loaded = false;
    bool isComplete = true;  // false: the older part is on the server only
    bool fetching = false;
    std::vector<HistoryChange> changes;  // newest first
    std::optional<UndoView> undo;        // asked for, of one of them
};

}  // namespace sotay::app
