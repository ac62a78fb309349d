#include "tests/simulation/player.h"

#include <algorithm>
#include <stdexcept>

#include "tests/simulation/dice.h"

namespace sotay::sim {

Player::Player(const Schedule& schedule, bool tells) : schedule_(schedule), tells_(tells) {
    worldDice() = Dice(schedule.seed ^ 0x5075A);
    world_ =
        schedule.level == Level::Fast ? fastWorld(*this, schedule) : fullWorld(*this, schedule);
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
    tell("!! ", oracle, ": ", what);
}

std::optional<std::size_t> Player::placeOf(const Id& record) const {
    auto place = std::find(records_.begin(), records_.end(), record);
    if (place == records_.end()) return {};
    return static_cast<std::size_t>(place - records_.begin());
}

void Player::taken(const Id& change, std::uint64_t number) {
    auto index = ghost_.find(change);
    if (!index)
        return fail("forged",
                    "the log has taken a change in that nobody made: " + change.toString());
    auto [place, isFree] = log().changes.try_emplace(number, *index);
    if (place->second != *index)
        fail("log", nameOf(place->second) + " and " + nameOf(*index) + " both have the number " +
                        std::to_string(number));
    const std::uint64_t known = log().number(*index);
    if (known != 0 && known != number)
        fail("log", nameOf(*index) + " has two numbers: " + std::to_string(known) + " and " +
                        std::to_string(number));
    if (!everTaken_.test(*index) && !isAdmitting_ &&
        revoked_.contains(ghost_.changes()[*index].device))
        fail("revoked", nameOf(*index) + " of a laptop that is locked out went into the log");
    everTaken_.set(*index);
    auto& numbers = log().numbers;
    if (numbers.size() <= *index) numbers.resize(*index + 1);
    numbers[*index] = number;
}

void Player::delivered(std::size_t laptop, const Id& change) {
    auto index = ghost_.find(change);
    if (!index)
        return fail("forged", "a laptop got a change that nobody made: " + change.toString());
    Laptop& here = at(laptop);
    here.known.set(*index);
    here.away.erase(ghost_.changes()[*index].record);
}

void Player::deliveredRecord(std::size_t laptop, const Id& record, std::uint64_t upTo) {
    auto place = placeOf(record);
    if (!place) return fail("forged", "a laptop got a record that nobody made");
    const Bits& all = ghost_.of(*place);
    Laptop& here = at(laptop);
    for (std::size_t i = all._Find_first(); i < kMostChanges; i = all._Find_next(i))
        if (log().number(i) > 0 && log().number(i) <= upTo) here.known.set(i);
    here.away.erase(*place);
}

void Player::left(std::size_t laptop, const Id& record) {
    auto place = placeOf(record);
    if (!place) return fail("forged", "a record left that nobody made");
    at(laptop).away.insert(*place);
    if (!mayBeAway(laptop, *place) && !world_->look(laptop, record).isThere)
        fail("purged", "record " + std::to_string(*place) + " left laptop " +
                           std::to_string(laptop) + " with what was typed there and not sent");
}

std::string Player::nameOf(std::size_t change) const { return "change " + std::to_string(change); }

std::string Player::nameOf(const std::set<std::size_t>& changes) const {
    std::string text = "{";
    for (std::size_t change : changes)
        text += (text.size() > 1 ? ", " : "") +
                (change == SIZE_MAX ? std::string("one that nobody made") : std::to_string(change));
    return text + "}";
}

std::string Player::nameOf(const Bits& changes) const {
    std::set<std::size_t> all;
    for (std::size_t i = changes._Find_first(); i < kMostChanges; i = changes._Find_next(i))
        all.insert(i);
    return nameOf(all);
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
    switch (step.deed) {
        case Deed::Create:
            if (records_.size() < schedule_.records) return create(step, laptop);
            return edit(step, laptop, record);
        case Deed::Edit:
        case Deed::Move:
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
        case Deed::FetchHistory: {
            if (records_.empty()) return;
            tell("laptop ", laptop, " fetches the history of record ", record);
            world_->fetchHistory(laptop, records_[record]);
            if (world_->isPowerless(laptop)) afterPowerLoss(laptop, nullptr);
            return checkRecord(laptop, record);
        }
        case Deed::ClockJumps:
            tell("the clock of laptop ", laptop, " jumps");
            return world_->clockJumps(laptop, step.a);
        case Deed::WriteStick:
        case Deed::ReadStick:
        case Deed::StickToServer:
        case Deed::ForgeBundle:
            return playStick(step);
        case Deed::KeepImage:
        case Deed::PutImage:
        case Deed::Clone:
        case Deed::Crash:
        case Deed::PowerCut:
        case Deed::PowerFailsSoon:
            return playDisk(step, laptop);
        default:
            return playOnServer(step);
    }
}

void Player::playDisk(const Step& step, std::size_t laptop) {
    switch (step.deed) {
        case Deed::KeepImage:
            tell("a backup copy of laptop ", laptop, " is made");
            world_->keepImage(laptop);
            images_.push_back(at(laptop));
            images_.back().opened.clear();
            return;
        case Deed::PutImage: {
            if (images_.empty()) return;
            std::size_t image = step.a % images_.size();
            tell("laptop ", laptop, " gets backup copy ", image);
            world_->putImage(image, laptop);
            at(laptop) = images_[image];
            return;
        }
        case Deed::Clone: {
            if (world_->laptops() >= 6) return;
            std::size_t copy = world_->clone(laptop);
            tell("the disk of laptop ", laptop, " is copied into laptop ", copy);
            Laptop same = at(laptop);
            same.opened.clear();
            at(copy) = std::move(same);
            return;
        }
        case Deed::Crash:
            tell("the program of laptop ", laptop, " is killed");
            world_->crash(laptop);
            at(laptop).opened.clear();
            return;
        case Deed::PowerCut:
            tell("laptop ", laptop, " loses power");
            world_->powerCut(laptop, step.a);
            at(laptop).opened.clear();
            return checkConflicts(laptop);
        case Deed::PowerFailsSoon:
            tell("laptop ", laptop, " will lose power soon");
            return world_->powerFailsSoon(laptop, step.a % 4);
        default:
            return;
    }
}

void Player::sync(std::size_t laptop, Fault fault, std::uint32_t at_) {
    if (fault == Fault::None)
        tell("laptop ", laptop, " syncs");
    else
        tell("laptop ", laptop, " syncs: ", faultName(fault), ", exchange ", std::size_t{at_});
    Done done = world_->sync(laptop, fault, at_);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, nullptr);
    if (fault == Fault::Crash || fault == Fault::PowerCut) at(laptop).opened.clear();
    if (fault == Fault::None && !done.ok) return fail("sync", done.why);
    checkConflicts(laptop);
}

}  // namespace sotay::sim
