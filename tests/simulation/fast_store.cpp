#include "tests/simulation/fast_store.h"

#include <algorithm>

#include "sync/codec/crypto.h"

namespace sotay::sim {

ChangeRef Chains::add(Change change, const Id& id) {
    ChangeRef parent;
    if (!change.prev.isNil()) parent = byId_.at(change.prev);
    ChangeRef ref{parent.branch, parent.height + 1};
    if (parent.height == 0 || tips_[parent.branch - 1] != parent.height) {
        parents_.push_back(parent);
        tips_.push_back(0);
        ref.branch = static_cast<std::uint32_t>(parents_.size());
    }
    tips_[ref.branch - 1] = ref.height;
    entries_[ref] = {std::move(change), id};
    byId_[id] = ref;
    return ref;
}

const ChangeRef* Chains::find(const Id& id) const {
    auto found = byId_.find(id);
    return found == byId_.end() ? nullptr : &found->second;
}

void Chains::describe(std::uint32_t branch, Causality& causality,
                      std::set<std::uint32_t>& known) const {
    if (branch == 0 || !known.insert(branch).second) return;
    describe(parents_[branch - 1].branch, causality, known);
    causality.addBranch(branch, parents_[branch - 1]);
}

void FastStore::place(ChangeRef ref, Seen number) {
    chains_->describe(ref.branch, causality_, branches_);
    causality_.place(ref, 1, number.incarnation, number.number);
}

void FastStore::merge(ChangeRef ref) {
    if (!held_.insert(ref).second) return;
    chains_->describe(ref.branch, causality_, branches_);
    const Change& change = chains_->at(ref).change;
    auto& all = changes_[change.record];
    bool cameLate = std::any_of(all.begin(), all.end(),
                                [&](ChangeRef other) { return causality_.inChain(ref, other); });
    all.push_back(ref);
    RecordHeads& heads = records_[change.record];
    if (!cameLate) {
        for (const Write& write : change.writes)
            applyWrite(heads[write.cell], ref, change.seen, write.value, causality_);
        return;
    }
    std::vector<Applied> applied;
    for (ChangeRef each : all) applied.push_back({each, &chains_->at(each).change});
    heads = headsOf(applied, causality_);
}

void FastStore::remake(const std::vector<ChangeRef>& keep,
                       const std::map<ChangeRef, std::set<Seen>>& numbers,
                       const std::map<std::uint32_t, std::uint64_t>& forks) {
    causality_ = {};
    branches_.clear();
    held_.clear();
    records_.clear();
    changes_.clear();
    for (const auto& [incarnation, top] : forks)
        causality_.fork({incarnation, incarnation - 1, top});
    if (!forks.empty()) causality_.setIncarnation(forks.rbegin()->first);
    for (ChangeRef ref : keep) {
        auto known = numbers.find(ref);
        if (known == numbers.end()) continue;
        for (const Seen& number : known->second) place(ref, number);
    }
    // Numbers of older incarnations say what was seen, not in which order it came: so by
    // definition.
    for (ChangeRef ref : keep) {
        if (!held_.insert(ref).second) continue;
        chains_->describe(ref.branch, causality_, branches_);
        changes_[chains_->at(ref).change.record].push_back(ref);
    }
    for (const auto& [record, all] : changes_) {
        std::vector<Applied> applied;
        for (ChangeRef each : all) applied.push_back({each, &chains_->at(each).change});
        records_[record] = headsOf(applied, causality_);
    }
}

void FastStore::insertSnapshot(const Id& record, RecordHeads heads) {
    for (const auto& [cell, all] : heads)
        for (const Head& head : all) chains_->describe(head.change.branch, causality_, branches_);
    records_[record] = std::move(heads);
}

const std::vector<ChangeRef>* FastStore::changesOf(const Id& record) const {
    auto found = changes_.find(record);
    return found == changes_.end() ? nullptr : &found->second;
}

RecordVerdict FastStore::judge(const Id& record) const {
    return judgeRecord(records_.at(record), causality_,
                       [this](ChangeRef ref) { return chains_->at(ref).change.seen; });
}

std::string FastStore::hash() const {
    std::string bytes;
    for (const auto& [record, heads] : records_)
        for (const auto& [cell, all] : heads) {
            bytes.append(record.bytes.begin(), record.bytes.end());
            bytes.append(cell.item.bytes.begin(), cell.item.bytes.end());
            bytes += std::to_string(cell.ordinal);
            for (const Head& head : all) {
                const Id& id = chains_->at(head.change).id;
                bytes.append(id.bytes.begin(), id.bytes.end());
                bytes += head.value.toString() + ";";
            }
        }
    auto hash = hash256(bytes);
    return std::string(hash.begin(), hash.end());
}

bool FastStore::rebuildsAlike() const {
    for (const auto& [record, all] : changes_) {
        std::vector<Applied> applied;
        for (ChangeRef each : all) applied.push_back({each, &chains_->at(each).change});
        RecordHeads rebuilt = headsOf(applied, causality_);
        if (rebuilt != records_.at(record)) return false;
    }
    return true;
}

}  // namespace sotay::sim
