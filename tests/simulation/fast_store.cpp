#include "tests/simulation/fast_store.h"

#include <algorithm>

namespace sotay::sim {

ChangeRef Chains::add(Change change, const Id& id) {
    ChangeRef parent;
    if (!change.prev.isNil()) parent = byId_.at(change.prev);
    ChangeRef ref{parent.branch, parent.height + 1};
    auto tip = [&] {
        const Branch& branch = branches_[parent.branch - 1];
        return branch.parent.height + branch.entries.size();
    };
    if (parent.height == 0 || tip() != parent.height) {
        branches_.push_back({parent, {}});
        ref.branch = static_cast<std::uint32_t>(branches_.size());
    }
    branches_[ref.branch - 1].entries.push_back({std::move(change), id});
    byId_[id] = ref;
    return ref;
}

const Chains::Entry& Chains::at(ChangeRef ref) const {
    const Branch& branch = branches_.at(ref.branch - 1);
    return branch.entries.at(ref.height - branch.parent.height - 1);
}

const ChangeRef* Chains::find(const Id& id) const {
    auto found = byId_.find(id);
    return found == byId_.end() ? nullptr : &found->second;
}

void Chains::describe(std::uint32_t branch, Causality& causality,
                      std::set<std::uint32_t>& known) const {
    if (branch == 0 || !known.insert(branch).second) return;
    const ChangeRef parent = branches_[branch - 1].parent;
    describe(parent.branch, causality, known);
    causality.addBranch(branch, parent);
}

void FastStore::place(ChangeRef ref, Seen number) {
    ++version_;
    chains_->describe(ref.branch, causality_, branches_);
    causality_.place(ref, 1, number.incarnation, number.number);
}

void FastStore::merge(ChangeRef ref) {
    if (!held_.insert(ref).second) return;
    ++version_;
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
    ++version_;
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
    ++version_;
    for (const auto& [cell, all] : heads)
        for (const Head& head : all) chains_->describe(head.change.branch, causality_, branches_);
    records_[record] = std::move(heads);
}

const std::vector<ChangeRef>* FastStore::changesOf(const Id& record) const {
    auto found = changes_.find(record);
    return found == changes_.end() ? nullptr : &found->second;
}

RecordVerdict FastStore::judge(const RecordHeads& heads) const {
    return judgeRecord(heads, causality_,
                       [this](ChangeRef ref) { return chains_->at(ref).change.seen; });
}

std::string FastStore::state() const {
    std::string bytes;
    bytes.reserve(1024);
    auto add = [&](const auto& some) { bytes.append(some.begin(), some.end()); };
    for (const auto& [record, heads] : records_)
        for (const auto& [cell, all] : heads) {
            add(record.bytes);
            add(cell.item.bytes);
            bytes += std::to_string(cell.ordinal);
            for (const Head& head : all) {
                add(chains_->at(head.change).id.bytes);
                bytes += head.value.toString() + ";";
            }
        }
    return bytes;
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
