#include <algorithm>

#include "tests/simulation/player.h"

namespace sotay::sim {
namespace {

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

const Player::Judged& Player::judged(std::size_t record, const Bits& known) {
    if (judged_.size() <= record) judged_.resize(records_.size());
    Judged& last = judged_[record];
    const Bits here = known & ghost_.of(record);
    if (last.known == here && here.any()) return last;
    last.known = here;
    last.heads = ghost_.heads(record, here);
    last.verdict = ghost_.judge(last.heads);
    return last;
}

// What was typed on this laptop and is nowhere else must not go from it.
bool Player::mayBeAway(std::size_t laptop, std::size_t record) {
    const Laptop& here = at(laptop);
    if (!here.away.contains(record)) return false;
    Bits alone = here.chain & ghost_.of(record) & ~(everTaken_ | everQuarantined_);
    if (alone.none()) return true;
    for (const Id& id : world_->inQuarantine())
        if (auto index = ghost_.find(id)) alone.reset(*index);
    return alone.none();
}

void Player::checkRecord(std::size_t laptop, std::size_t record) {
    if (failure_ || world_->isPowerless(laptop)) return;
    checkScreen(laptop, record, world_->look(laptop, records_[record]));
}

void Player::checkScreen(std::size_t laptop, std::size_t record, const Screen& screen) {
    const Laptop& here = at(laptop);
    const Bits known = here.known & ghost_.of(record);
    const std::string where =
        "laptop " + std::to_string(laptop) + ", record " + std::to_string(record) + ": ";
    if (known.none()) {
        if (screen.isThere) fail("shown", where + "it is there, but nobody brought it");
        return;
    }
    const Judged& judged = this->judged(record, known);
    // Written under a version of the form that this laptop does not have: it waits.
    for (const auto& [cell, all] : judged.heads)
        for (Question later : {Question::Email, Question::Remark})
            if (cell.ordinal == world_->ordinal(later) && !world_->knows(laptop, later)) return;
    if (!screen.isThere) {
        if (here.away.contains(record) ? !mayBeAway(laptop, record) : true)
            fail(here.away.contains(record) ? "purged" : "lost", where + "it is gone");
        return;
    }

    Bits history;
    for (const Id& id : screen.changes) {
        auto index = ghost_.find(id);
        if (!index) return fail("history", where + "shows a change that nobody made");
        history.set(*index);
    }
    if (screen.hasWholeHistory ? history != known : (history & ~known).any())
        fail("history",
             where + "shows the changes " + nameOf(history) + " instead of " + nameOf(known));

    const Ghost::Verdict& verdict = judged.verdict;
    if (screen.isDeleted != verdict.isDeleted)
        return fail("lost", where + (screen.isDeleted ? "deleted, but nobody decided that"
                                                      : "not deleted, though somebody did it"));
    Ghost::Verdict found;
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
    if (!verdict.isDeleted) checkValues(where, screen, judged);
}

void Player::checkValues(const std::string& where, const Screen& screen, const Judged& judged) {
    static const std::string kNothing;
    for (const auto& [cell, all] : judged.heads) {
        if (cell.ordinal == kAlive || cell.ordinal == kPlace) continue;
        bool isHidden = judged.verdict.deletedItems.contains(cell.item) ||
                        (!cell.item.isNil() && !judged.heads.contains(Cell{cell.item, kPlace}));
        auto value = screen.values.find(cell);
        const std::string& now = value == screen.values.end() ? kNothing : value->second;
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
    Laptop& here = at(laptop);
    // Nothing came since it was looked at last.
    const std::uint64_t version = world_->version(laptop);
    if (version != 0 && version == here.checkedVersion && here.known == here.checkedKnown) return;
    for (std::size_t record = 0; record < records_.size(); ++record) checkRecord(laptop, record);
    here.checkedVersion = version;
    here.checkedKnown = here.known;
}

// Of several heads the last in the log is shown; what this laptop has not sent stands above it.
const std::string& Player::shownValue(const Cell& cell, const std::vector<std::size_t>& heads,
                                      const Laptop& laptop) const {
    std::size_t best = heads.front();
    auto rank = [&](std::size_t change) -> std::uint64_t {
        if (log().number(change) > 0) return log().number(change);
        return laptop.chain.test(change) ? UINT64_MAX : 0;
    };
    for (std::size_t head : heads)
        if (rank(head) >= rank(best)) best = head;
    return ghost_.value(best, cell);
}

void Player::checkLast(std::size_t laptop, std::size_t record, const Screen& screen,
                       const Bits& log) {
    static const std::string kNothing;
    const Judged& judged = this->judged(record, log);
    if (!screen.isThere || judged.verdict.isDeleted) return;
    const std::string where =
        "laptop " + std::to_string(laptop) + ", record " + std::to_string(record) + ": ";
    std::vector<std::pair<std::string, Id>> items;
    for (const auto& [cell, all] : judged.heads) {
        if (judged.verdict.deletedItems.contains(cell.item) || cell.ordinal == kAlive) continue;
        const std::string& last = shownValue(cell, all, at(laptop));
        if (cell.ordinal == kPlace) {
            items.emplace_back(last, cell.item);
        } else if (cell.item.isNil() || judged.heads.contains(Cell{cell.item, kPlace})) {
            auto value = screen.values.find(cell);
            const std::string& now = value == screen.values.end() ? kNothing : value->second;
            if (now != last)
                return fail("value", where + "cell " + shown(cell) + " shows \"" + now +
                                         "\", not the last in the log, \"" + last + "\"");
        }
    }
    std::sort(items.begin(), items.end());
    bool sameOrder = std::equal(
        items.begin(), items.end(), screen.items.begin(), screen.items.end(),
        [](const auto& a, const auto& b) { return a.second == b.first && a.first == b.second; });
    if (!sameOrder)
        fail("items",
             where + "the items are not those, or not in the order, that people gave them");
}

}  // namespace sotay::sim
