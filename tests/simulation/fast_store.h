#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sync/codec/batch.h"
#include "sync/merge.h"
#include "sync/open_conflict.h"

namespace sotay::sim {

struct IdHash {
    std::size_t operator()(const Id& id) const {
        std::size_t hash = 0;
        for (std::size_t i = 0; i < sizeof hash; ++i) hash = (hash << 8) | std::size_t{id.bytes[i]};
        return hash;
    }
};
struct RefHash {
    std::size_t operator()(ChangeRef ref) const {
        return std::size_t{ref.branch} << 32 | ref.height;
    }
};

// Every change that was ever made, and the chains that they form: by definition, for all stores at
// once. Which of them a store holds, and which numbers it knows, is the store's own.
class Chains {
  public:
    struct Entry {
        Change change;
        Id id;
    };
    ChangeRef add(Change change, const Id& id);
    const Entry& at(ChangeRef ref) const;
    const ChangeRef* find(const Id& id) const;
    // Tells a store's causality of this branch and all that it grew out of.
    void describe(std::uint32_t branch, Causality& causality, std::set<std::uint32_t>& known) const;

  private:
    struct Branch {
        ChangeRef parent;
        std::deque<Entry> entries;  // they stay where they are
    };
    std::deque<Branch> branches_;  // by number, from 1
    std::unordered_map<Id, ChangeRef, IdHash> byId_;
};

// What a laptop and the server have in common: held changes, and the heads that the engine's merge
// makes of them, step by step.
class FastStore {
  public:
    explicit FastStore(const Chains& chains) : chains_(&chains) {}

    void place(ChangeRef ref, Seen number);
    bool holds(ChangeRef ref) const { return held_.contains(ref); }
    void merge(ChangeRef ref);
    // Forgets all numbers, and all changes but `keep`; then all is merged again.
    void remake(const std::vector<ChangeRef>& keep,
                const std::map<ChangeRef, std::set<Seen>>& numbers,
                const std::map<std::uint32_t, std::uint64_t>& forks);
    void insertSnapshot(const Id& record, RecordHeads heads);

    const std::map<Id, RecordHeads>& records() const { return records_; }
    const std::vector<ChangeRef>* changesOf(const Id& record) const;
    const Causality& causality() const { return causality_; }
    RecordVerdict judge(const RecordHeads& heads) const;
    RecordVerdict judge(const Id& record) const { return judge(records_.at(record)); }
    std::string state() const;   // all heads, by the ids of their changes: alike when they are
    bool rebuildsAlike() const;  // by definition, from all changes
    // Another after anything was said to it.
    std::uint64_t version() const { return version_; }

  private:
    const Chains* chains_;
    Causality causality_;
    std::set<std::uint32_t> branches_;
    std::unordered_set<ChangeRef, RefHash> held_;
    std::map<Id, RecordHeads> records_;
    std::map<Id, std::vector<ChangeRef>> changes_;
    std::uint64_t version_ = 0;
};

}  // namespace sotay::sim
