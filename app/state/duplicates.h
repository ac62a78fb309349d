#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/form.h"
#include "schema/id.h"

namespace sotay::app {

// One question that either of two records has an answer to.
struct DuplicateRow {
    std::string path;
    std::string values[2];  // as stored; of a repeat how many rows
    bool isRepeat = false;  // rows of both are kept
    bool differs() const { return !isRepeat && values[0] != values[1]; }
    // Both say something, and not the same: one of them has to be chosen, now or later.
    bool isOpen() const { return differs() && !values[0].empty() && !values[1].empty(); }
};

// Two records with the same identity key.
struct Duplicate {
    std::string id;
    Id records[2];
    std::string titles[2];
    std::string authors[2];       // who answered last
    std::int64_t changedAt[2]{};  // and when, by that laptop's clock; 0: not known
    std::shared_ptr<const Form> form;
    std::vector<std::string> keys;  // paths of the answers that match
    std::vector<DuplicateRow> rows;
};

struct DuplicatesState {
    bool loaded = false;
    std::vector<Duplicate> list;
    std::size_t selected = 0;
    std::optional<std::size_t> survivor;             // 0 or 1
    std::vector<std::optional<std::size_t>> chosen;  // by row: whose answer stands; none: later
    std::string reason;
    bool deciding = false;
    bool survivorMissing = false, reasonMissing = false;
    bool toReason = false;  // the screen sends the keyboard to the reason, then says Arrived

    const Duplicate* current() const { return selected < list.size() ? &list[selected] : nullptr; }
};

}  // namespace sotay::app
