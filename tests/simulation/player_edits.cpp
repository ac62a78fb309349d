#include <algorithm>

#include "schema/position.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/player.h"
#include "tests/simulation/touches.h"

namespace sotay::sim {

bool Player::open(std::size_t laptop, std::size_t record) {
    Laptop& here = at(laptop);
    Opened opened;
    opened.screen = world_->open(laptop, records_[record]);
    if (!opened.screen.isThere) return false;
    opened.seen = here.known & ghost_.of(record);
    opened.own = here.chain & ghost_.of(record);
    here.opened[record] = std::move(opened);
    tell("laptop ", laptop, " opens record ", record);
    checkRecord(laptop, record);
    return true;
}

void Player::create(const Step& step, std::size_t laptop) {
    Id record = world_->openNew(laptop);
    records_.push_back(record);
    Opened opened;
    opened.isNew = true;
    opened.screen.isThere = true;
    at(laptop).opened[records_.size() - 1] = std::move(opened);
    save(step, laptop, records_.size() - 1);
}

void Player::edit(const Step& step, std::size_t laptop, std::size_t record) {
    if (records_.empty()) return create(step, laptop);
    if (open(laptop, record)) save(step, laptop, record);
}

std::vector<Touch> Player::drawTouches(const Step& step, std::size_t laptop, const Opened& opened) {
    Dice dice((static_cast<std::uint64_t>(step.a) << 32) | step.b);
    std::vector<Touch> touches;
    auto answer = [&](Question question, const Id& item) {
        touches.push_back(
            {Touch::Kind::Answer, question, item, drawAnswer(question, dice, ++values_), {}});
    };
    const bool wantsPlace = step.deed == Deed::Move ||
                            (opened.isNew && (dice.oneIn(2) || schedule_.focus == Focus::Areas));
    if (schedule_.hasAreas && wantsPlace) answer(Question::Area, Id{});
    if (step.deed == Deed::Move && schedule_.hasAreas) return touches;
    if (schedule_.focus == Focus::TwoAnswers) {
        answer(Question::Members, Id{});
        answer(Question::Income, Id{});
        return touches;
    }
    const auto& items = opened.screen.items;
    const bool isAboutItems = schedule_.focus == Focus::Items;
    for (std::uint32_t n = opened.isNew ? 2 : 1 + dice.below(2); n > 0; --n) {
        std::uint32_t kind = dice.below(isAboutItems ? 7 : 12);
        const bool isFirstSync = schedule_.focus == Focus::FirstSync && !opened.isNew;
        if (schedule_.focus == Focus::OneAnswer || (isFirstSync && kind > 2)) kind = 12;
        if (kind == 0 || (kind == 1 && items.empty())) {
            std::size_t before = dice.below(static_cast<std::uint32_t>(items.size() + 1));
            std::string left = before == 0 ? "" : items[before - 1].second;
            std::string right = before == items.size() ? "" : items[before].second;
            // Two items may have come to the same place, side by side.
            if (left >= right) right.clear();
            Id item = world_->newId();
            touches.push_back({Touch::Kind::AddItem, {}, item, {}, positionBetween(left, right)});
            answer(Question::Amount, item);
        } else if (kind <= (isAboutItems ? 5u : 3u) && !items.empty()) {
            const Id item = items[dice.below(static_cast<std::uint32_t>(items.size()))].first;
            bool isTaken = std::any_of(touches.begin(), touches.end(),
                                       [&](const Touch& touch) { return touch.item == item; });
            if (isTaken) continue;
            if (kind == 1)
                touches.push_back({Touch::Kind::RemoveItem, {}, item, {}, {}});
            else if (kind == 2)
                touches.push_back({Touch::Kind::MoveItem,
                                   {},
                                   item,
                                   {},
                                   positionBetween(items.back().second, "")});
            else
                answer(isAboutItems || dice.oneIn(2) ? Question::Amount : Question::Source, item);
        } else {
            static constexpr Question kAsked[] = {
                Question::Name,   Question::Members, Question::Phone, Question::Members,
                Question::Income, Question::Email,   Question::Remark};
            static constexpr Question kAskedLater[] = {Question::Members, Question::Email,
                                                       Question::Email, Question::Remark};
            Question question = schedule_.focus == Focus::NewAnswers ? kAskedLater[dice.below(4)]
                                                                     : kAsked[dice.below(7)];
            if (schedule_.focus == Focus::OneAnswer || schedule_.focus == Focus::FirstSync)
                question = Question::Members;
            if (world_->asks(laptop, question)) answer(question, Id{});
        }
    }
    return touches;
}

std::map<Cell, std::string> Player::writesOf(const std::vector<Touch>& touches,
                                             const Opened& opened) {
    std::map<Cell, std::string> writes;
    for (const Touch& touch : touches) {
        switch (touch.kind) {
            case Touch::Kind::AddItem:
                writes[{touch.item, kPlace}] = touch.position;
                break;
            case Touch::Kind::MoveItem:
                for (const auto& [item, position] : opened.screen.items)
                    if (item == touch.item && position != touch.position)
                        writes[{touch.item, kPlace}] = touch.position;
                break;
            case Touch::Kind::RemoveItem:
                writes[{touch.item, kAlive}] = "0";
                break;
            case Touch::Kind::Answer: {
                Cell cell{touch.item, world_->ordinal(touch.question)};
                auto shown = opened.screen.values.find(cell);
                std::string meant = meantBy(touch.question, touch.typed);
                if (meant == (shown == opened.screen.values.end() ? "" : shown->second))
                    writes.erase(cell);
                else
                    writes[cell] = meant;
            }
        }
    }
    if (opened.screen.isDeleted) writes[{Id{}, kAlive}] = "1";
    return writes;
}

// What an officer's word in an open conflict answers to: not to the other sides, and so, as the log
// tells it, to nothing that came after the first of them.
Bits Player::seenBeside(std::size_t laptop, std::size_t record, const Bits& seen,
                        const std::set<std::size_t>& sides) {
    const Laptop& here = at(laptop);
    const Log& log = logs_.at(world_->logOf(laptop));
    std::uint64_t below = UINT64_MAX;
    for (std::size_t side : sides)
        if (log.number(side) > 0 && !here.chain.test(side))
            below = std::min(below, log.number(side));
    Bits beside = seen;
    for (std::size_t i = seen._Find_first(); i < kMostChanges; i = seen._Find_next(i))
        if (log.number(i) >= below) beside.reset(i);
    return beside | (here.chain & ghost_.of(record));
}

void Player::save(const Step& step, std::size_t laptop, std::size_t record) {
    Laptop& here = at(laptop);
    auto found = here.opened.find(record);
    Opened opened = std::move(found->second);
    here.opened.erase(found);
    std::vector<Touch> touches = drawTouches(step, laptop, opened);
    auto writes = writesOf(touches, opened);

    Plan plan{laptop, record, {}};
    GhostChange change, opinion;
    change.record = opinion.record = record;
    change.device = opinion.device = here.device;
    change.seen = opened.seen;
    // An officer may say more in an open conflict, but close it may only a supervisor.
    Ghost::Verdict verdict;
    if (world_->role(laptop) == Role::Officer && !opened.isNew)
        verdict = judged(record, here.known).verdict;
    std::set<std::size_t> concerned;
    for (const auto& [cell, value] : writes) {
        auto sides = verdict.sides({cell, value});
        (sides.empty() ? change : opinion).writes.push_back({cell, value});
        concerned.merge(sides);
    }
    opinion.seen = seenBeside(laptop, record, opened.seen, concerned);
    if (!opinion.writes.empty()) plan.changes.push_back(opinion);
    if (!change.writes.empty() || (opened.isNew && opinion.writes.empty()))
        plan.changes.push_back(change);

    const bool isStale = (here.chain & ghost_.of(record)) != opened.own;
    tell("laptop ", laptop, " saves record ", record, ":");
    for (const auto& [cell, value] : writes)
        if (tells_)
            story_.back() += " " + std::to_string(cell.ordinal) + (cell.item.isNil() ? "" : "*") +
                             "=\"" + value + "\"";
    Done done = world_->save(laptop, records_[record], touches);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, isStale ? nullptr : &plan);
    if (isStale) {
        if (done.ok) fail("lost", "a save went over what was changed on the same laptop");
        return;
    }
    commit(std::move(plan), done);
    checkRecord(laptop, record);
}

void Player::commit(Plan plan, const Done& done) {
    if (!done.ok) return fail("refused", done.why);
    if (done.changes.size() != plan.changes.size())
        return fail("lost", "a save made " + std::to_string(done.changes.size()) +
                                " changes instead of " + std::to_string(plan.changes.size()));
    Laptop& here = at(plan.laptop);
    for (std::size_t i = 0; i < plan.changes.size(); ++i) {
        plan.changes[i].id = done.changes[i];
        if (ghost_.find(done.changes[i]))
            return fail("identity", "two changes have one id: " + done.changes[i].toString());
        std::size_t index = ghost_.add(std::move(plan.changes[i]));
        here.known.set(index);
        here.chain.set(index);
        if (tells_) story_.back() += " (" + nameOf(index) + ")";
    }
}

// The power failed in the middle of a deed: it happened whole, or not at all.
void Player::afterPowerLoss(std::size_t laptop, const Plan* plan) {
    world_->powerCut(laptop, 0);
    tell("laptop ", laptop, " has lost power in the middle of that");
    at(laptop).opened.clear();
    if (plan) {
        Done done{true, "", {}};
        for (const Id& id : world_->look(laptop, records_[plan->record]).changes)
            if (!ghost_.find(id)) done.changes.push_back(id);
        if (!done.changes.empty()) commit(*plan, done);
        checkRecord(laptop, plan->record);
    }
    checkConflicts(laptop);
}

void Player::removeOrRestore(std::size_t laptop, std::size_t record, bool isRemoval) {
    const auto shown = world_->look(laptop, records_[record]);
    if (!shown.isThere || (!isRemoval && !shown.isDeleted)) return;
    Laptop& here = at(laptop);
    Plan plan{laptop, record, {}};
    GhostChange change;
    change.record = record;
    change.device = here.device;
    change.seen = here.known & ghost_.of(record);
    change.writes = {{{Id{}, kAlive}, isRemoval ? "0" : "1"}};
    if (isRemoval && world_->role(laptop) == Role::Officer)
        change.seen = seenBeside(laptop, record, change.seen,
                                 judged(record, here.known).verdict.sides(change.writes.front()));
    plan.changes = {change};
    tell("laptop ", laptop, isRemoval ? " deletes" : " restores", " record ", record);
    Done done = isRemoval ? world_->remove(laptop, records_[record])
                          : world_->restore(laptop, records_[record]);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, &plan);
    commit(std::move(plan), done);
    checkRecord(laptop, record);
}

}  // namespace sotay::sim
