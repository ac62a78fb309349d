#pragma once

#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sync/codec/batch.h"
#include "sync/merge.h"
#include "sync/open_conflict.h"

namespace sotay::sim {

// Every change that was ever made, and the chains that they form: by definition, for all stores at
// once. Which of them a store holds, and which numbers it knows, is the store's own.
class Chains {
  public:
    struct Entry {
        Change change;
        Id id;
    };
    ChangeRef add(Change change, const Id& id);
    const Entry& at(ChangeRef ref) const { return entries_.at(ref); }
    const ChangeRef* find(const Id& id) const;
    // Tells a store's causality of this branch and all that it grew out of.
    void describe(std::uint32_t branch, Causality& causality, std::set<std::uint32_t>& known) const;

  private:
    std::map<ChangeRef, Entry> entries_;
    std::map<Id, ChangeRef> byId_;
    std::vector<ChangeRef> parents_;   // by branch, from 1
    std::vector<std::uint32_t> tips_;  // by branch, from 1
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
    RecordVerdict judge(const Id& record) const;
    std::string hash() const;    // of all heads, by the ids of their changes
    bool rebuildsAlike() const;  // by definition, from all changes

  private:
    const Chains* chains_;
    Causality causality_;
    std::set<std::uint32_t> branches_;
    std::set<ChangeRef> held_;
    std::map<Id, RecordHeads> records_;
    std::map<Id, std::vector<ChangeRef>> changes_;
};

}  // namespace sotay::sim
