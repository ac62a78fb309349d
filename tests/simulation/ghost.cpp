#include "tests/simulation/ghost.h"

#include <algorithm>
#include <stdexcept>

namespace sotay::sim {

std::size_t Ghost::add(GhostChange change) {
    if (changes_.size() == kMostChanges) throw std::length_error("too many changes");
    std::size_t index = changes_.size();
    byId_[change.id] = index;
    if (ofRecord_.size() <= change.record) ofRecord_.resize(change.record + 1);
    ofRecord_[change.record].set(index);
    changes_.push_back(std::move(change));
    return index;
}

std::optional<std::size_t> Ghost::find(const Id& id) const {
    auto found = byId_.find(id);
    if (found == byId_.end()) return {};
    return found->second;
}

const Bits& Ghost::of(std::size_t record) const {
    static const Bits kNone;
    return record < ofRecord_.size() ? ofRecord_[record] : kNone;
}

Ghost::Heads Ghost::heads(std::size_t record, const Bits& known) const {
    std::map<Cell, std::vector<std::size_t>> writers;
    const Bits here = of(record) & known;
    for (std::size_t i = here._Find_first(); i < kMostChanges; i = here._Find_next(i))
        for (const GhostWrite& write : changes_[i].writes) writers[write.cell].push_back(i);
    for (auto& [cell, all] : writers) {
        const std::vector<std::size_t> everyone = all;
        std::erase_if(all, [&](std::size_t x) {
            return std::any_of(everyone.begin(), everyone.end(),
                               [&](std::size_t y) { return y != x && changes_[y].seen.test(x); });
        });
    }
    return writers;
}

const std::string& Ghost::value(std::size_t change, const Cell& cell) const {
    static const std::string kNone;
    for (const GhostWrite& write : changes_[change].writes)
        if (write.cell == cell) return write.value;
    return kNone;
}

std::set<std::size_t> Ghost::Verdict::sides(const GhostWrite& write) const {
    std::set<std::size_t> sides;
    const bool isAlive = write.cell.ordinal == kAlive, deletes = isAlive && write.value == "0";
    auto goesAlong = [&](const Id& item) {
        return deletes && (write.cell.item.isNil() || write.cell.item == item);
    };
    for (const auto& [cell, heads] : values)
        if (cell == write.cell || goesAlong(cell.item)) sides.insert(heads.begin(), heads.end());
    for (const auto& [item, heads] : deletions)
        if ((isAlive && item == write.cell.item) || goesAlong(item))
            sides.insert(heads.begin(), heads.end());
    return sides;
}

bool Ghost::judgeAlive(const Heads& heads, const Id& item, Verdict& verdict) const {
    auto alive = heads.find(Cell{item, kAlive});
    if (alive == heads.end()) return false;
    std::set<std::size_t> deletions, sides;
    for (std::size_t head : alive->second)
        if (value(head, alive->first) == "0") deletions.insert(head);
    if (deletions.empty()) return false;
    for (const auto& [cell, all] : heads) {
        if (!item.isNil() && cell.item != item) continue;
        for (std::size_t head : all) {
            if (cell.ordinal == kAlive && value(head, cell) == "0") continue;
            bool known = std::any_of(deletions.begin(), deletions.end(), [&](std::size_t deletion) {
                return deletion == head || changes_[deletion].seen.test(head);
            });
            if (!known) sides.insert(head);
        }
    }
    if (sides.empty()) return true;
    sides.insert(deletions.begin(), deletions.end());
    verdict.deletions[item] = sides;
    return false;
}

Ghost::Verdict Ghost::judge(const Heads& heads) const {
    Verdict verdict;
    verdict.isDeleted = judgeAlive(heads, Id{}, verdict);
    if (verdict.isDeleted) return verdict;
    std::set<Id> items;
    for (const auto& [cell, all] : heads)
        if (!cell.item.isNil()) items.insert(cell.item);
    for (const Id& item : items)
        if (judgeAlive(heads, item, verdict)) verdict.deletedItems.insert(item);
    for (const auto& [cell, all] : heads) {
        if (cell.ordinal == kAlive || cell.ordinal == kPlace) continue;
        if (verdict.deletedItems.contains(cell.item)) continue;
        bool differ = std::any_of(all.begin(), all.end(), [&](std::size_t head) {
            return value(head, cell) != value(all.front(), cell);
        });
        if (differ) verdict.values[cell] = {all.begin(), all.end()};
    }
    return verdict;
}

}  // namespace sotay::sim
