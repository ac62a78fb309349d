#include "tests/simulation/player.h"

#include <algorithm>

#include "schema/position.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/touches.h"

namespace sotay::sim {

Player::Player(const Schedule& schedule) : schedule_(schedule) {
    worldDice() = Dice(schedule.seed ^ 0x5075A);
    world_ = schedule.level == Level::Fast ? fastWorld(*this, schedule.seed, schedule.clocks)
                                           : fullWorld(*this, schedule.seed, schedule.clocks);
    for (std::size_t i = 0; i < world_->laptops(); ++i) at(i).device = i;
}

Player::Laptop& Player::at(std::size_t laptop) {
    while (laptops_.size() <= laptop) {
        laptops_.emplace_back();
        laptops_.back().device = laptops_.size() - 1;
    }
    return laptops_[laptop];
}

void Player::fail(const std::string& oracle, const std::string& what) {
    if (failure_) return;
    failure_ = Failure{oracle, what};
    tell("!! " + oracle + ": " + what);
}

void Player::taken(const Id& change, std::uint64_t number) {
    auto index = ghost_.find(change);
    if (!index)
        return fail("forged",
                    "the log has taken a change in that nobody made: " + change.toString());
    for (const auto& [other, its] : numbers())
        if (its == number && other != *index)
            fail("log", nameOf(other) + " and " + nameOf(*index) + " both have the number " +
                            std::to_string(number));
    auto known = numbers().find(*index);
    if (known != numbers().end() && known->second != number)
        fail("log", nameOf(*index) + " has two numbers: " + std::to_string(known->second) +
                        " and " + std::to_string(number));
    const bool isFirstTime = everTaken_.insert(*index).second;
    if (isFirstTime && !isAdmitting_ && revoked_.contains(ghost_.changes()[*index].device))
        fail("revoked", nameOf(*index) + " of a laptop that is locked out went into the log");
    numbers()[*index] = number;
}

void Player::delivered(std::size_t laptop, const Id& change) {
    auto index = ghost_.find(change);
    if (!index)
        return fail("forged", "a laptop got a change that nobody made: " + change.toString());
    at(laptop).known.set(*index);
}

void Player::deliveredRecord(std::size_t laptop, const Id& record) {
    auto place = std::find(records_.begin(), records_.end(), record);
    if (place == records_.end()) return fail("forged", "a laptop got a record that nobody made");
    Bits all = ghost_.of(static_cast<std::size_t>(place - records_.begin()));
    for (std::size_t i = all._Find_first(); i < kMostChanges; i = all._Find_next(i))
        if (numbers().contains(i)) at(laptop).known.set(i);
}

std::string Player::nameOf(std::size_t change) const { return "change " + std::to_string(change); }

std::string Player::nameOf(const std::set<std::size_t>& changes) const {
    std::string text = "{";
    for (std::size_t change : changes)
        text += (text.size() > 1 ? ", " : "") +
                (change == SIZE_MAX ? std::string("one that nobody made") : std::to_string(change));
    return text + "}";
}

std::optional<Failure> Player::play() {
    try {
        for (const Step& step : schedule_.steps) {
            playStep(step);
            if (failure_) return failure_;
            // What a restored server hears again from laptops.
            for (std::size_t each = 0; logs_.size() > 1 && each < world_->laptops(); ++each)
                if (world_->isRevoked(each)) revoked_.insert(at(each).device);
        }
        restAndJudge();
    } catch (const std::length_error&) {
        // More changes than the ghost has room for: the schedule ends here.
    } catch (const std::exception& problem) {
        fail("thrown", problem.what());
    }
    return failure_;
}

void Player::playStep(const Step& step) {
    const std::size_t laptop = step.laptop % world_->laptops();
    const std::size_t record = records_.empty() ? 0 : step.record % records_.size();
    const std::string who = "laptop " + std::to_string(laptop);
    switch (step.deed) {
        case Deed::Create:
            if (records_.size() < 1 + schedule_.seed % 4) return create(step, laptop);
            return edit(step, laptop, record);
        case Deed::Edit:
            return edit(step, laptop, record);
        case Deed::Open:
            if (!records_.empty()) open(laptop, record);
            return;
        case Deed::Save: {
            auto& opened = at(laptop).opened;
            if (opened.empty()) return edit(step, laptop, record);
            auto which = opened.begin();
            std::advance(which, step.c % opened.size());
            return save(step, laptop, which->first);
        }
        case Deed::Remove:
        case Deed::Restore:
            if (!records_.empty()) removeOrRestore(laptop, record, step.deed == Deed::Remove);
            return;
        case Deed::Resolve:
            return resolve(step, laptop);
        case Deed::Sync: {
            auto fault =
                step.a % 5 < 2
                    ? Fault::None
                    : static_cast<Fault>(step.b % static_cast<std::uint32_t>(Fault::Count));
            return sync(laptop, fault, step.c % 3);
        }
        case Deed::KeepImage:
            tell("a backup copy of " + who + " is made");
            world_->keepImage(laptop);
            images_.push_back(at(laptop));
            images_.back().opened.clear();
            return;
        case Deed::PutImage: {
            if (images_.empty()) return;
            std::size_t image = step.a % images_.size();
            tell(who + " gets backup copy " + std::to_string(image));
            world_->putImage(image, laptop);
            at(laptop) = images_[image];
            return;
        }
        case Deed::Clone: {
            if (world_->laptops() >= 6) return;
            std::size_t copy = world_->clone(laptop);
            tell("the disk of " + who + " is copied into laptop " + std::to_string(copy));
            Laptop same = at(laptop);
            same.opened.clear();
            at(copy) = std::move(same);
            return;
        }
        case Deed::Crash:
            tell("the program of " + who + " is killed");
            world_->crash(laptop);
            at(laptop).opened.clear();
            return;
        case Deed::PowerCut:
            tell(who + " loses power");
            world_->powerCut(laptop, step.a);
            at(laptop).opened.clear();
            return checkConflicts(laptop);
        case Deed::PowerFailsSoon:
            tell(who + " will lose power soon");
            world_->powerFailsSoon(laptop, step.a % 4);
            return;
        case Deed::FetchHistory: {
            if (records_.empty()) return;
            tell(who + " fetches the history of record " + std::to_string(record));
            world_->fetchHistory(laptop, records_[record]);
            if (world_->isPowerless(laptop)) afterPowerLoss(laptop, nullptr);
            return checkRecord(laptop, record);
        }
        case Deed::ClockJumps:
            tell("the clock of " + who + " jumps");
            return world_->clockJumps(laptop, step.a);
        default:
            return playOnServer(step);
    }
}

void Player::playOnServer(const Step& step) {
    const std::size_t laptop = step.laptop % world_->laptops();
    const std::string who = "laptop " + std::to_string(laptop);
    switch (step.deed) {
        case Deed::ServerCrash:
            tell("the server's program is killed");
            return world_->serverCrash();
        case Deed::ServerPowerCut:
            tell("the server loses power");
            return world_->serverPowerCut(step.a);
        case Deed::ServerBackup:
            tell("the server is backed up");
            return world_->serverBackup();
        case Deed::ServerRestore: {
            logs_.emplace_back();
            isAdmitting_ = true;  // it tells again what it holds
            bool done = world_->serverRestore(step.a);
            isAdmitting_ = false;
            if (!done) return logs_.pop_back();
            tell("the server is restored from a backup, with " + std::to_string(numbers().size()) +
                 " changes");
            // Whom it has forgotten to have locked out is not.
            revoked_.clear();
            for (std::size_t each = 0; each < world_->laptops(); ++each)
                if (world_->isRevoked(each)) revoked_.insert(at(each).device);
            return;
        }
        case Deed::SyncTogether: {
            std::size_t other = step.a % world_->laptops();
            if (other == laptop) return;
            tell(who + " and laptop " + std::to_string(other) + " sync at the same moment");
            world_->syncTogether(laptop, other);
            for (std::size_t each : {laptop, other})
                if (world_->isPowerless(each)) afterPowerLoss(each, nullptr);
            checkConflicts(laptop);
            return checkConflicts(other);
        }
        case Deed::Publish:
            tell("the next version of the form is published");
            return world_->publish();
        case Deed::ImportForm:
            tell(who + " imports the next version of the form");
            world_->importForm(laptop);
            if (world_->isPowerless(laptop)) afterPowerLoss(laptop, nullptr);
            return;
        case Deed::Revoke:
            if (laptop == 0) return;  // somebody must stay to decide
            tell(who + " is locked out");
            revoked_.insert(at(laptop).device);
            return world_->revoke(laptop);
        case Deed::Admit:
        case Deed::Refuse: {
            isAdmitting_ = true;
            Id id = step.deed == Deed::Admit ? world_->admit(step.a) : world_->refuse(step.a);
            isAdmitting_ = false;
            auto index = ghost_.find(id);
            if (index)
                tell(nameOf(*index) + (step.deed == Deed::Admit ? " is admitted" : " is refused"));
            return;
        }
        case Deed::Forge:
            tell("somebody forges changes of " + who);
            if (world_->forge(laptop)) fail("forged", "the server took forged changes in");
            return;
        case Deed::Bomb:
            if (world_->bomb()) fail("bomb", "a message that unpacks to too much was taken");
            return;
        default:
            return;
    }
}

bool Player::open(std::size_t laptop, std::size_t record) {
    Laptop& here = at(laptop);
    Opened opened;
    opened.screen = world_->open(laptop, records_[record]);
    if (!opened.screen.isThere) return false;
    opened.seen = here.known & ghost_.of(record);
    opened.own = here.chain & ghost_.of(record);
    here.opened[record] = std::move(opened);
    tell("laptop " + std::to_string(laptop) + " opens record " + std::to_string(record));
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
    const auto& items = opened.screen.items;
    for (std::uint32_t n = opened.isNew ? 2 : 1 + dice.below(2); n > 0; --n) {
        std::uint32_t kind = dice.below(12);
        if (kind == 0 || (kind == 1 && items.empty())) {
            std::size_t before = dice.below(static_cast<std::uint32_t>(items.size() + 1));
            std::string left = before == 0 ? "" : items[before - 1].second;
            std::string right = before == items.size() ? "" : items[before].second;
            // Two items may have come to the same place, side by side.
            if (left >= right) right.clear();
            Id item = world_->newId();
            touches.push_back({Touch::Kind::AddItem, {}, item, {}, positionBetween(left, right)});
            answer(Question::Amount, item);
        } else if (kind <= 3 && !items.empty()) {
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
                answer(dice.oneIn(2) ? Question::Amount : Question::Source, item);
        } else {
            static constexpr Question kAsked[] = {
                Question::Name,   Question::Members, Question::Phone, Question::Members,
                Question::Income, Question::Email,   Question::Remark};
            Question question = kAsked[dice.below(7)];
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
    const auto& numbers = logs_.at(world_->logOf(laptop));
    std::uint64_t below = UINT64_MAX;
    for (std::size_t side : sides)
        if (auto number = numbers.find(side); number != numbers.end() && !here.chain.test(side))
            below = std::min(below, number->second);
    Bits beside = seen;
    for (std::size_t i = seen._Find_first(); i < kMostChanges; i = seen._Find_next(i))
        if (auto number = numbers.find(i); number != numbers.end() && number->second >= below)
            beside.reset(i);
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
        verdict = ghost_.judge(ghost_.heads(record, here.known));
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
    std::string sentence =
        "laptop " + std::to_string(laptop) + " saves record " + std::to_string(record) + ":";
    for (const auto& [cell, value] : writes)
        sentence += " " + std::to_string(cell.ordinal) + (cell.item.isNil() ? "" : "*") + "=\"" +
                    value + "\"";
    tell(sentence);
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
        story_.back() += " (" + nameOf(index) + ")";
    }
}

// The power failed in the middle of a deed: it happened whole, or not at all.
void Player::afterPowerLoss(std::size_t laptop, const Plan* plan) {
    world_->powerCut(laptop, 0);
    tell("laptop " + std::to_string(laptop) + " has lost power in the middle of that");
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
        change.seen =
            seenBeside(laptop, record, change.seen,
                       ghost_.judge(ghost_.heads(record, here.known)).sides(change.writes.front()));
    plan.changes = {change};
    tell("laptop " + std::to_string(laptop) + (isRemoval ? " deletes" : " restores") + " record " +
         std::to_string(record));
    Done done = isRemoval ? world_->remove(laptop, records_[record])
                          : world_->restore(laptop, records_[record]);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, &plan);
    commit(std::move(plan), done);
    checkRecord(laptop, record);
}

void Player::resolve(const Step& step, std::size_t laptop) {
    auto conflicts = world_->conflicts(laptop);
    std::erase_if(conflicts, [](const ShownConflict& each) {
        return each.kind != ConflictKind::Value && each.kind != ConflictKind::Delete;
    });
    if (conflicts.empty()) return;
    const ShownConflict& conflict = conflicts[step.a % conflicts.size()];
    auto place = std::find(records_.begin(), records_.end(), conflict.record);
    if (place == records_.end() || conflict.fields.empty() || conflict.fields[0].heads.empty())
        return fail("false conflict", "there is a conflict about nothing");
    Laptop& here = at(laptop);
    Plan plan{laptop, static_cast<std::size_t>(place - records_.begin()), {}};
    GhostChange change;
    change.record = plan.record;
    change.device = here.device;
    change.seen = here.known & ghost_.of(plan.record);
    Decision decision;
    decision.reason = "checked";
    const bool isDelete = conflict.kind == ConflictKind::Delete;
    if (isDelete && step.b % 2) {
        bool keep = step.c % 2;
        decision.kind = keep ? Decision::Kind::Keep : Decision::Kind::Delete;
        change.writes = {{{conflict.item, kAlive}, keep ? "1" : "0"}};
    } else if (!isDelete && conflict.fields.size() == 1 && step.b % 3 == 0) {
        const Cell& cell = conflict.fields[0].cell;
        decision.kind = Decision::Kind::UseValue;
        decision.value = std::to_string(5000 + ++values_);
        change.writes = {{cell, decision.value}};
    } else {
        const auto& heads = conflict.fields[0].heads;
        decision.change = heads[step.c % heads.size()].first;
        auto taken = ghost_.find(decision.change);
        if (!taken) return fail("forged", "a conflict names a change that nobody made");
        for (const ShownField& field : conflict.fields) {
            auto isTaken = [&](const auto& head) { return head.first == decision.change; };
            if (std::none_of(field.heads.begin(), field.heads.end(), isTaken)) continue;
            std::string value = ghost_.value(*taken, field.cell);
            if (isDelete) value = value == "0" ? "0" : "1";
            change.writes.push_back({field.cell, value});
        }
    }
    plan.changes = {change};
    tell("laptop " + std::to_string(laptop) + " settles a conflict in record " +
         std::to_string(plan.record) + ": " +
         (change.writes.empty() ? "" : "\"" + change.writes[0].value + "\""));
    Done done = world_->resolve(laptop, conflict.id, decision);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, &plan);
    if (world_->role(laptop) == Role::Officer) {
        if (done.ok) fail("rights", "an officer settled a conflict");
        return;
    }
    commit(std::move(plan), done);
    checkRecord(laptop, plan.record);
}

void Player::sync(std::size_t laptop, Fault fault, std::uint32_t at_) {
    tell("laptop " + std::to_string(laptop) + " syncs" +
         (fault == Fault::None
              ? ""
              : ": " + std::string(faultName(fault)) + ", exchange " + std::to_string(at_)));
    Done done = world_->sync(laptop, fault, at_);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, nullptr);
    if (fault == Fault::Crash || fault == Fault::PowerCut) at(laptop).opened.clear();
    if (fault == Fault::None && !done.ok) return fail("sync", done.why);
    checkConflicts(laptop);
}

}  // namespace sotay::sim
