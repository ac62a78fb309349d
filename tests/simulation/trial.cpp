#include "tests/simulation/trial.h"

namespace sotay {

namespace sim {
void plant(Mutant mutant) {
#ifdef SOTAY_MUTANTS
    plantedMutant = mutant;
#else
    (void)mutant;
#endif
}

std::optional<Failure> tryOut(const Schedule& schedule) {
    std::string outcome;
    {
        Player player(schedule);
        if (auto failure = player.play()) return failure;
        outcome = player.outcome();
    }
    if (schedule.seed % kOtherClocksEvery != 0) return {};
    Schedule other = schedule;
    other.clocks = schedule.clocks ^ 0xC10C;
    Player player(other);
    if (auto failure = player.play()) return failure;
    if (player.outcome() != outcome)
        return Failure{"clocks", "with other clocks the heads are others"};
    return {};
}

Shrunk shrink(Schedule schedule, const Failure& failure) {
    auto failsAlike = [&](const Schedule& candidate) {
        auto found = tryOut(candidate);
        return found && found->oracle == failure.oracle;
    };
    for (std::size_t size = schedule.steps.size() / 2; size >= 1; size /= 2) {
        for (bool again = true; again;) {
            again = false;
            for (std::size_t at = 0; at + size <= schedule.steps.size();) {
                Schedule smaller = schedule;
                smaller.steps.erase(smaller.steps.begin() + static_cast<std::ptrdiff_t>(at),
                                    smaller.steps.begin() + static_cast<std::ptrdiff_t>(at + size));
                if (failsAlike(smaller)) {
                    schedule = std::move(smaller);
                    again = size == 1;
                } else {
                    at += size;
                }
            }
        }
    }
    Shrunk shrunk{schedule, failure, {}};
    Player player(schedule, true);
    if (auto found = player.play()) shrunk.failure = *found;
    shrunk.story = player.story();
    return shrunk;
}

std::optional<Found> firstFailure(Kind kind, std::uint64_t first, std::uint64_t end,
                                  std::uint64_t stride) {
    for (std::uint64_t seed = first; seed < end; seed += stride)
        if (auto failure = tryOut(drawSchedule(seed, kind))) return Found{seed, *failure};
    return {};
}

}  // namespace sim
}  // namespace sotay
