#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/state/history.h"
#include "schema/form.h"
#include "schema/id.h"

namespace sotay::app {

// One of the changes that disagree: A, B, and rarely more.
struct ConflictSide {
    std::string change, author, device;
    std::int64_t at = 0;                 // by the laptop's clock
    std::optional<std::int64_t> sentAt;  // when the server got it
    std::optional<std::int64_t> clockAheadSeconds;
    bool deletes = false;
};

struct ConflictField {
    std::string path;                 // with positions; "" for the record itself
    std::string before;               // as stored
    std::string after;                // constraint conflicts: as it stands merged
    std::vector<std::string> values;  // one a side, as stored
};

// One thing to decide. A delete conflict has a side that deletes and no field needs to differ. In a
// constraint conflict each side keeps the form's rules, and together they break one.
struct Conflict {
    enum class Kind { Value, Delete, Constraint } kind = Kind::Value;
    std::string rulePath, message;  // the field whose rule is broken, and what the form says then
    std::string id;
    Id record;
    std::string title, formId;
    std::shared_ptr<const Form> form;
    std::vector<ConflictField> fields;
    std::vector<ConflictSide> sides;
    ConflictSide before;     // who wrote the value that both had seen; at == 0: not known
    std::int64_t since = 0;  // when the later side was made
    struct Kept {
        std::size_t side = 0;
        HistoryEdit edit;
    };
    std::vector<Kept> kept;  // what the sides changed besides, without disagreeing
};

struct ConflictsState {
    bool loaded = false;
    std::vector<Conflict> list;
    std::size_t selected = 0;
    // Chosen; nothing when another value is typed, or nothing chosen yet. One past the sides of a
    // constraint conflict: what stands merged, broken rule or not.
    std::optional<std::size_t> side;
    std::string other, reason;  // typed
    bool otherTyped = false;
    bool deciding = false;
    bool reasonMissing = false, choiceMissing = false, otherWrong = false;
    bool toReason = false;  // the screen sends the keyboard to the reason, then says Arrived

    const Conflict* current() const { return selected < list.size() ? &list[selected] : nullptr; }
};

}  // namespace sotay::app
