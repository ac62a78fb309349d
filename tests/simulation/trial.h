#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/mutant.h"
#include "tests/simulation/player.h"
#include "tests/simulation/schedule.h"

namespace sotay::sim {

// Plays the schedule of one seed; every eighth is played again with other clocks, which must change
// nothing.
std::optional<Failure> tryOut(const Schedule& schedule);

// A failing schedule with as many steps taken out as it can do without, told in sentences.
struct Shrunk {
    Schedule schedule;
    Failure failure;
    std::vector<std::string> story;
};
Shrunk shrink(Schedule schedule, const Failure& failure);

// Seeds first, first+stride, ... below end, until one fails.
struct Found {
    std::uint64_t seed = 0;
    Failure failure;
};
std::optional<Found> firstFailure(Kind kind, std::uint64_t first, std::uint64_t end,
                                  std::uint64_t stride = 1);

struct PlantedBug {
    Mutant mutant;
    std::string_view name;
    Kind kind;  // of the schedules in which it is looked for
};
const std::vector<PlantedBug>& plantedBugs();
void plant(Mutant mutant);  // does nothing in a build of the engine without mutants

}  // namespace sotay::sim
