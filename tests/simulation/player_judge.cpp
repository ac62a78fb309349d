#include <algorithm>

#include "tests/simulation/player.h"
#include "tests/simulation/touches.h"

namespace sotay::sim {
namespace {

constexpr int kRoundsToRest = 4;

template <class Key>
std::string shown(const Key& cell) {
    return std::to_string(cell.ordinal) +
           (cell.item.isNil() ? "" : " of item " + cell.item.toString());
}

}  // namespace

std::set<std::size_t> Player::indexes(const std::vector<std::pair<Id, std::string>>& heads) {
    std::set<std::size_t> found;
    for (const auto& [id, value] : heads) found.insert(ghost_.find(id).value_or(SIZE_MAX));
    return found;
}

// Of several heads the last in the log is shown; what this laptop has not sent stands above it.
std::string Player::shownValue(const Cell& cell, const std::vector<std::size_t>& heads,
                               const Laptop& laptop) const {
    std::size_t best = heads.front();
    auto rank = [&](std::size_t change) {
        auto number = numbers().find(change);
        if (number != numbers().end()) return number->second;
        return laptop.chain.test(change) ? UINT64_MAX : 0;
    };
    for (std::size_t head : heads)
        if (rank(head) >= rank(best)) best = head;
    return ghost_.value(best, cell);
}

void Player::checkRecord(std::size_t laptop, std::size_t record) {
    if (failure_ || world_->isPowerless(laptop)) return;
    const Laptop& here = at(laptop);
    const Bits known = here.known & ghost_.of(record);
    const Screen screen = world_->look(laptop, records_[record]);
    const std::string where =
        "laptop " + std::to_string(laptop) + ", record " + std::to_string(record) + ": ";
    if (known.none()) {
        if (screen.isThere) fail("shown", where + "it is there, but nobody brought it");
        return;
    }
    auto heads = ghost_.heads(record, known);
    // Written under a version of the form that this laptop does not have: it waits.
    for (const auto& [cell, all] : heads)
        for (Question later : {Question::Email, Question::Remark})
            if (cell.ordinal == world_->ordinal(later) && !world_->knows(laptop, later)) return;
    if (!screen.isThere) return fail("lost", where + "it is gone");

    std::set<std::size_t> history, expected;
    for (const Id& id : screen.changes) history.insert(ghost_.find(id).value_or(SIZE_MAX));
    for (std::size_t i = known._Find_first(); i < kMostChanges; i = known._Find_next(i))
        expected.insert(i);
    if (screen.hasWholeHistory
            ? history != expected
            : !std::includes(expected.begin(), expected.end(), history.begin(), history.end()))
        fail("history",
             where + "shows the changes " + nameOf(history) + " instead of " + nameOf(expected));

    const Ghost::Verdict verdict = ghost_.judge(heads);
    if (screen.isDeleted != verdict.isDeleted)
        return fail("lost", where + (screen.isDeleted ? "deleted, but nobody decided that"
                                                      : "not deleted, though somebody did it"));
    Ghost::Verdict found;
    found.isDeleted = verdict.isDeleted;
    found.deletedItems = verdict.deletedItems;
    for (const ShownConflict& conflict : screen.conflicts) {
        for (const ShownField& field : conflict.fields)
            if (conflict.kind == ConflictKind::Delete)
                found.deletions[conflict.item] = indexes(field.heads);
            else if (conflict.kind == ConflictKind::Value)
                found.values[field.cell] = indexes(field.heads);
    }
    for (const auto& [cell, sides] : verdict.values)
        if (!found.values.contains(cell))
            return fail("missed conflict", where + "cell " + shown(cell) + " " + nameOf(sides));
    for (const auto& [cell, sides] : found.values)
        if (!verdict.values.contains(cell))
            return fail("false conflict", where + "cell " + shown(cell) + " " + nameOf(sides));
        else if (screen.hasWholeHistory && verdict.values.at(cell) != sides)
            return fail("sides", where + "cell " + shown(cell) + " has the sides " + nameOf(sides) +
                                     " instead of " + nameOf(verdict.values.at(cell)));
    const bool sameDeletions =
        screen.hasWholeHistory
            ? found.deletions == verdict.deletions
            : std::equal(found.deletions.begin(), found.deletions.end(), verdict.deletions.begin(),
                         verdict.deletions.end(),
                         [](const auto& a, const auto& b) { return a.first == b.first; });
    if (!sameDeletions)
        return fail(
            found.deletions.size() > verdict.deletions.size() ? "false conflict"
                                                              : "missed conflict",
            where + "delete conflicts are not as they should be: " +
                (verdict.deletions.empty() ? "none" : nameOf(verdict.deletions.begin()->second)) +
                " expected, " +
                (found.deletions.empty() ? "none" : nameOf(found.deletions.begin()->second)) +
                " found");
    if (verdict.isDeleted) return;
    for (const auto& [cell, all] : heads) {
        if (cell.ordinal == kAlive || cell.ordinal == kPlace) continue;
        bool isHidden = verdict.deletedItems.contains(cell.item) ||
                        (!cell.item.isNil() && !heads.contains(Cell{cell.item, kPlace}));
        auto value = screen.values.find(cell);
        std::string now = value == screen.values.end() ? "" : value->second;
        bool isAHead = std::any_of(all.begin(), all.end(), [&](std::size_t head) {
            return ghost_.value(head, cell) == now;
        });
        if (isHidden ? !now.empty() : !isAHead)
            return fail("value", where + "cell " + shown(cell) + " shows \"" + now + "\", not \"" +
                                     (isHidden ? "" : ghost_.value(all.front(), cell)) + "\"");
    }
}

void Player::checkConflicts(std::size_t laptop) {
    if (failure_ || world_->isPowerless(laptop)) return;
    for (std::size_t record = 0; record < records_.size(); ++record) checkRecord(laptop, record);
}

void Player::restAndJudge() {
    tell("everybody syncs until nothing is left");
    for (std::size_t laptop = 0; laptop < world_->laptops(); ++laptop)
        if (world_->isPowerless(laptop)) afterPowerLoss(laptop, nullptr);
    for (int version = 0; version < 2; ++version) world_->publish();
    const std::size_t count = world_->laptops();
    for (int round = 0; round < kRoundsToRest; ++round)
        for (std::size_t laptop = 0; laptop < count; ++laptop) {
            world_->powerFailsSoon(laptop, UINT32_MAX);
            Done done = world_->sync(laptop, Fault::None, 0);
            if (!done.ok) return fail("sync", "laptop " + std::to_string(laptop) + ": " + done.why);
        }
    if (failure_) return;
    Bits log;
    for (bool bySnapshot : {false, true}) {
        std::size_t auditor = world_->auditor(bySnapshot);
        at(auditor).device = SIZE_MAX;
        if (failure_) return;
        Bits read = at(auditor).known;
        if (!bySnapshot) log = read;
        if (read != log) return fail("snapshot", "a snapshot brings other changes than the log");
        checkAtRest(auditor, log);
        if (failure_) return;
    }
    for (const auto& [change, number] : numbers())
        if (!log.test(change))
            return fail("lost", nameOf(change) + " was acknowledged and is not in the log");
    Bits waiting;
    for (const Id& id : world_->inQuarantine())
        if (auto index = ghost_.find(id)) waiting.set(*index);
    for (std::size_t laptop = 0; laptop < count && !failure_; ++laptop) {
        const Laptop& here = at(laptop);
        Bits missing = here.known & ~(log | waiting);
        if (missing.any())
            return fail("lost", nameOf(missing._Find_first()) + " is held by laptop " +
                                    std::to_string(laptop) +
                                    " and neither in the log nor in quarantine");
        if (world_->unsent(laptop) > 0)
            return fail("lost", "laptop " + std::to_string(laptop) + " cannot get rid of " +
                                    std::to_string(world_->unsent(laptop)) + " changes");
        checkAtRest(laptop, log);
    }
    if (!failure_ && !world_->serverRebuildsAlike())
        fail("rebuild", "the server's records are not what its log gives");
    for (std::size_t record = 0; record < records_.size(); ++record)
        for (const auto& [cell, all] : ghost_.heads(record, log)) {
            outcome_ += "|" + std::to_string(record) + "." + std::to_string(cell.ordinal) + ":";
            for (std::size_t head : all) outcome_ += " " + std::to_string(head);
        }
}

void Player::checkAtRest(std::size_t laptop, const Bits& log) {
    checkConflicts(laptop);
    if (failure_) return;
    const std::string who = "laptop " + std::to_string(laptop);
    if (!world_->rebuildsAlike(laptop))
        return fail("rebuild", who + ": its records are not what its changes give");
    const Laptop& here = at(laptop);
    if (world_->isRevoked(laptop)) return;
    if ((here.known & log) != log)
        return fail("apart", who + " misses " + nameOf((log & ~here.known)._Find_first()));
    for (std::size_t record = 0; record < records_.size(); ++record) {
        Screen screen = world_->look(laptop, records_[record]);
        for (const ShownConflict& conflict : screen.conflicts)
            for (const ShownField& field : conflict.fields)
                if (indexes(field.heads).contains(SIZE_MAX))
                    return fail("sides", who + ": a conflict has a side that nobody can name");
    }
    if (here.known != log) return;  // it holds what lies in quarantine
    if (world_->stateHash(laptop) != world_->serverHash())
        return fail("apart", who + " and the server are not alike");
    for (std::size_t record = 0; record < records_.size(); ++record) {
        auto heads = ghost_.heads(record, log);
        Ghost::Verdict verdict = ghost_.judge(heads);
        Screen screen = world_->look(laptop, records_[record]);
        if (!screen.isThere || verdict.isDeleted) continue;
        std::vector<std::pair<std::string, Id>> items;
        for (const auto& [cell, all] : heads) {
            if (verdict.deletedItems.contains(cell.item) || cell.ordinal == kAlive) continue;
            std::string last = shownValue(cell, all, here);
            if (cell.ordinal == kPlace) {
                items.emplace_back(last, cell.item);
            } else if (cell.item.isNil() || heads.contains(Cell{cell.item, kPlace})) {
                auto value = screen.values.find(cell);
                std::string now = value == screen.values.end() ? "" : value->second;
                if (now != last)
                    return fail("value", who + ", record " + std::to_string(record) + ": cell " +
                                             shown(cell) + " shows \"" + now +
                                             "\", not the last in the log, \"" + last + "\"");
            }
        }
        std::sort(items.begin(), items.end());
        bool sameOrder = std::equal(items.begin(), items.end(), screen.items.begin(),
                                    screen.items.end(), [](const auto& a, const auto& b) {
                                        return a.second == b.first && a.first == b.second;
                                    });
        if (!sameOrder)
            return fail("items", who + ", record " + std::to_string(record) +
                                     ": the items are not those, or not in the order, that people "
                                     "gave them");
    }
}

}  // namespace sotay::sim
