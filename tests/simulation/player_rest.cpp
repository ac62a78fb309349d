#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/player.h"

namespace sotay::sim {
namespace {

constexpr int kRoundsToRest = 6;
// In so many schedules one, everybody syncs once more when nothing is new: that must do nothing.
constexpr std::uint64_t kSyncsInVain = 8;
constexpr std::uint64_t kRebuilt = 3;

}  // namespace

void Player::comeToRest(std::size_t count) {
    tell("everybody syncs until nothing is left");
    const bool syncsInVain = schedule_.seed % kSyncsInVain == 0;
    for (int round = 0, quiet = 0; round < kRoundsToRest && quiet == 0; ++round) {
        bool isQuiet = true;
        for (std::size_t laptop = 0; laptop < count; ++laptop) {
            if (!syncsInVain && world_->isUpToDate(laptop)) continue;
            world_->powerFailsSoon(laptop, UINT32_MAX);
            Done done = world_->sync(laptop, Fault::None, 0);
            if (!done.ok) return fail("sync", "laptop " + std::to_string(laptop) + ": " + done.why);
            isQuiet = isQuiet && !done.isNews;
        }
        quiet += isQuiet;
        if (round + 1 == kRoundsToRest && !isQuiet) fail("sync", "the laptops do not come to rest");
    }
}

void Player::restAndJudge() {
    isResting_ = true;
    for (std::size_t laptop = 0; laptop < world_->laptops(); ++laptop)
        if (world_->isPowerless(laptop)) afterPowerLoss(laptop, nullptr);
    world_->publishWhatIsUsed();
    const std::size_t count = world_->laptops();
    comeToRest(count);
    if (failure_) return;
    Bits log;
    for (bool bySnapshot : {false, true}) {
        std::size_t auditor = world_->auditor(bySnapshot);
        at(auditor).device = SIZE_MAX;
        if (failure_) return;
        const Bits& read = at(auditor).known;
        if (!bySnapshot) log = read;
        if (read != log) return fail("snapshot", "a snapshot brings other changes than the log");
        checkAtRest(auditor, log);
        if (failure_) return;
    }
    for (const auto& [number, change] : this->log().changes)
        if (!log.test(change))
            return fail("lost", nameOf(change) + " was acknowledged and is not in the log");
    Bits waiting;
    for (const Id& id : world_->inQuarantine())
        if (auto index = ghost_.find(id)) waiting.set(*index);
    for (std::size_t laptop = 0; laptop < count && !failure_; ++laptop) {
        Bits missing = at(laptop).known & ~(log | waiting);
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
    if (schedule_.seed % kOtherClocksEvery != 0) return;
    for (std::size_t record = 0; record < records_.size(); ++record)
        for (const auto& [cell, all] : judged(record, log).heads) {
            outcome_ += "|" + std::to_string(record) + "." + std::to_string(cell.ordinal) + ":";
            for (std::size_t head : all) outcome_ += " " + std::to_string(head);
        }
}

// A record is for the people of the area that it lies in; while its area is in dispute, for those
// of all that are named; and for everybody as long as nobody said where it lies.
bool Player::isFor(std::size_t laptop, std::size_t record, const Bits& log) {
    if (world_->areas(laptop) == std::vector<std::string>{"*"}) return true;
    const Judged& judged = this->judged(record, log);
    const Cell area{Id{}, world_->ordinal(Question::Area)};
    auto heads = judged.heads.find(area);
    if (heads == judged.heads.end()) return true;
    auto worksIn = [&](const std::string& code) {
        return code.empty() || world_->worksIn(laptop, code);
    };
    if (!judged.verdict.values.contains(area))
        return worksIn(shownValue(area, heads->second, at(laptop)));
    return std::any_of(heads->second.begin(), heads->second.end(),
                       [&](std::size_t head) { return worksIn(ghost_.value(head, area)); });
}

void Player::checkAtRest(std::size_t laptop, const Bits& log) {
    const std::string who = "laptop " + std::to_string(laptop);
    const Laptop& here = at(laptop);
    const bool isRevoked = world_->isRevoked(laptop);
    Bits all;  // that this laptop should hold
    bool hasOthers = false;
    for (std::size_t record = 0; record < records_.size() && !failure_; ++record) {
        const Screen screen = world_->look(laptop, records_[record]);
        const Bits of = log & ghost_.of(record);
        const bool isHere = isFor(laptop, record, log);
        if (isHere) all |= of;
        if (isHere) hasOthers |= (here.known & ghost_.of(record)) != of;
        if (!isHere && !isRevoked && of.any()) {
            if (screen.isThere)
                fail("areas", who + " still shows record " + std::to_string(record) +
                                  ", which lies where its person does not work");
            continue;
        }
        if (isHere && !isRevoked && here.away.contains(record) && of.any() && !screen.isThere)
            fail("areas",
                 who + " was told that record " + std::to_string(record) + " left, and it did not");
        checkScreen(laptop, record, screen);
        for (const ShownConflict& conflict : screen.conflicts)
            for (const ShownField& field : conflict.fields)
                if (indexes(field.heads).contains(SIZE_MAX))
                    return fail("sides", who + ": a conflict has a side that nobody can name");
        if (!isRevoked && (here.known & ghost_.of(record)) == of)
            checkLast(laptop, record, screen, log);
    }
    if (failure_) return;
    // Where that takes long, a third of the laptops in each schedule.
    const bool rebuilds = world_->rebuildsQuickly() || (laptop + schedule_.seed) % kRebuilt == 0;
    if (rebuilds && !world_->rebuildsAlike(laptop))
        return fail("rebuild", who + ": its records are not what its changes give");
    if (isRevoked) return;
    if ((here.known & all) != all)
        return fail("apart", who + " misses " + nameOf((all & ~here.known)._Find_first()));
    if (hasOthers) return;  // it shows what lies in quarantine, too
    const std::string areas = fmt::format("{}", fmt::join(world_->areas(laptop), " "));
    const std::string hash = world_->stateHash(laptop);
    auto [alike, isFirst] = hashes_.try_emplace(areas, areas == "*" ? world_->serverHash() : hash);
    if (hash != alike->second)
        fail("apart", who + " and others of the same areas (" + areas + ") are not alike");
}

}  // namespace sotay::sim
