#pragma once

#include <bitset>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "sync/change.h"

namespace sotay::sim {

constexpr std::size_t kMostChanges = 512;  // of one schedule
using Bits = std::bitset<kMostChanges>;

// The value as a person means it: normal text, "" for no answer.
struct GhostWrite {
    Cell cell;
    std::string value;
};

// One save, as the harness saw it made.
struct GhostChange {
    Id id;  // the engine's name for it
    std::size_t record = 0;
    std::size_t device = 0;  // whose key signs it
    std::vector<GhostWrite> writes;
    Bits seen;  // what its author had on the screen
};

// What people saw and wrote, kept by the harness alone. Heads follow from it by definition: a
// written value is replaced when somebody who had it on the screen wrote the same cell.
class Ghost {
  public:
    std::size_t add(GhostChange change);
    std::optional<std::size_t> find(const Id& id) const;
    const std::vector<GhostChange>& changes() const { return changes_; }
    // All changes of a record.
    const Bits& of(std::size_t record) const;

    using Heads = std::map<Cell, std::vector<std::size_t>>;
    Heads heads(std::size_t record, const Bits& known) const;
    const std::string& value(std::size_t change, const Cell& cell) const;

    struct Verdict {
        bool isDeleted = false;
        std::set<Id> deletedItems;
        std::map<Cell, std::set<std::size_t>> values;   // in conflict: their heads
        std::map<Id, std::set<std::size_t>> deletions;  // in conflict, by item (nil: the record)
        bool operator==(const Verdict&) const = default;
        // Between whom this write would decide: those that disagree in its cell, and those that
        // disagree in what a deletion takes away.
        std::set<std::size_t> sides(const GhostWrite& write) const;
    };
    Verdict judge(const Heads& heads) const;

  private:
    // Those who deleted this item (or record), and the edits that none of them had seen.
    bool judgeAlive(const Heads& heads, const Id& item, Verdict& verdict) const;

    std::vector<GhostChange> changes_;
    struct Hash {
        std::size_t operator()(const Id& id) const {
            std::size_t hash = 0;
            for (std::uint8_t byte : id.bytes) hash = hash * 257 + byte;
            return hash;
        }
    };
    std::unordered_map<Id, std::size_t, Hash> byId_;
    std::vector<Bits> ofRecord_;
};

}  // namespace sotay::sim
