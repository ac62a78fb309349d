// sotay-sim: plays schedules, or looks for every planted bug.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <thread>

#include "tests/simulation/dice.h"
#include "tests/simulation/trial.h"
#include "tests/simulation/workers.h"

using namespace sotay;
using namespace sotay::sim;

namespace {

constexpr std::uint64_t kMutantSchedules = 100'000;  // must do to find a planted bug

struct Given {
    std::uint64_t seeds = 0, first = 1;
    bool isFull = false, wantsMutants = false;
    std::string about;  // one focus
    unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::string> only;
    int tries = 3;      // the median of so many
    int seconds = 120;  // for one planted bug
};

Kind kindOf(const Given& given) {
    Kind kind(given.isFull ? Level::Full : Level::Fast);
    for (int focus = 0; !given.about.empty() && !kind.focus; ++focus) {
        if (focus == kFoci)
            throw std::runtime_error("no schedule is about \"" + given.about + "\"");
        if (focusName(static_cast<Focus>(focus)) == given.about)
            kind.focus = static_cast<Focus>(focus);
    }
    return kind;
}

int report(std::uint64_t seed, Kind kind) {
    Schedule schedule = drawSchedule(seed, kind);
    auto failure = tryOut(schedule);
    if (!failure) {
        std::cout << "seed " << seed << " failed in a worker and does not fail here\n";
        return 1;
    }
    std::cout << "Seed " << seed << " fails: " << failure->oracle << ": " << failure->what << "\n"
              << "Shrinking its " << schedule.steps.size() << " steps ..." << std::endl;
    Shrunk shrunk = shrink(schedule, *failure);
    std::cout << "With " << shrunk.schedule.steps.size() << " steps it still fails ("
              << shrunk.failure.what << "):\n";
    for (const std::string& sentence : shrunk.story) std::cout << "  " << sentence << "\n";
    std::string again = " --first " + std::to_string(seed) + " --seeds 1 --jobs 1";
    if (kind.level == Level::Full) again += " --full";
    if (kind.focus) again += " --about \"" + std::string(focusName(*kind.focus)) + "\"";
    std::cout << "Again: ./dev sim" << again
              << "\nUnder a debugger: gdb --args build/release/bin/sotay-sim" << again << "\n";
    return 1;
}

int play(const Given& given) {
    const Kind kind = kindOf(given);
    const auto started = Clock::now();
    const std::uint64_t end = given.first + given.seeds;
    std::optional<std::uint64_t> worst;
    prepare(kind.level);
    if (given.jobs == 1) {
        if (auto found = firstFailure(kind, given.first, end)) worst = found->seed;
    } else {
        worst = firstFailing(kind, given.first, end, given.jobs);
    }
    if (worst) return report(*worst, kind);
    double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    std::printf("%llu schedules (%s level, seeds %llu to %llu): clean, in %.1f s\n",
                static_cast<unsigned long long>(given.seeds), given.isFull ? "full" : "fast",
                static_cast<unsigned long long>(given.first),
                static_cast<unsigned long long>(end - 1), seconds);
    return 0;
}

// How many schedules it takes, in several runs from seeds far apart: in as many as there is time
// for, but in one at least.
struct Hunt {
    std::vector<std::uint64_t> needed;  // ordered; UINT64_MAX: not caught
    std::string seenAs;
    bool survives() const { return needed.back() == UINT64_MAX; }
    std::uint64_t median() const { return needed[needed.size() / 2]; }
};

Hunt hunt(const PlantedBug& bug, const Given& given) {
    Hunt hunt;
    plant(bug.mutant);
    const auto until = Clock::now() + std::chrono::seconds(given.seconds);
    for (int i = 0; i < given.tries && (hunt.needed.empty() || !hunt.survives()); ++i) {
        const std::uint64_t first = given.first + static_cast<std::uint64_t>(i) * 1'000'000;
        auto seed = firstFailing(bug.kind, first, first + kMutantSchedules, given.jobs, until);
        if (!seed && !hunt.needed.empty() && Clock::now() >= until) break;
        hunt.needed.push_back(seed ? *seed - first + 1 : UINT64_MAX);
        if (!seed) continue;
        if (auto failure = tryOut(drawSchedule(*seed, bug.kind))) hunt.seenAs = failure->oracle;
    }
    plant(Mutant::None);
    std::sort(hunt.needed.begin(), hunt.needed.end());
    return hunt;
}

int huntMutants(const Given& given) {
    const auto started = Clock::now();
    prepare(Level::Full);
    int survivors = 0, count = 0;
    std::vector<std::uint64_t> medians;
    std::printf("%-30s %-5s %-12s %9s %5s  %s\n", "planted bug", "level", "all about", "schedules",
                "tries", "seen as");
    for (const PlantedBug& bug : plantedBugs()) {
        if (!given.only.empty() &&
            std::find(given.only.begin(), given.only.end(), bug.name) == given.only.end())
            continue;
        const Hunt found = hunt(bug, given);
        ++count;
        survivors += found.survives();
        if (!found.survives()) medians.push_back(found.median());
        std::printf("%-30s %-5s %-12s %9s %5zu  %s\n", std::string(bug.name).c_str(),
                    bug.kind.level == Level::Fast ? "fast" : "full",
                    bug.kind.focus ? std::string(focusName(*bug.kind.focus)).c_str() : "",
                    found.survives() ? "SURVIVES" : std::to_string(found.median()).c_str(),
                    found.needed.size(), found.seenAs.c_str());
        std::fflush(stdout);
    }
    std::sort(medians.begin(), medians.end());
    const double seconds = std::chrono::duration<double>(Clock::now() - started).count();
    std::printf(
        "%d planted bugs, %d survive; the median of their medians is %llu schedules; "
        "%.0f s\n",
        count, survivors,
        medians.empty() ? 0ull : static_cast<unsigned long long>(medians[medians.size() / 2]),
        seconds);
    return survivors ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    throwDiceForSodium();
    Given given;
    CLI::App app("Plays schedules of faults against the engine, each drawn from a seed");
    app.add_option("--seeds", given.seeds, "How many schedules");
    app.add_option("--first", given.first, "The first seed");
    app.add_flag("--full", given.isFull, "Real notebooks and the real server on files");
    app.add_flag("--mutants", given.wantsMutants, "Looks for every planted bug");
    app.add_option("--about", given.about, "Schedules about: one answer, two answers, items, ...");
    app.add_option("--only", given.only, "These planted bugs");
    app.add_option("--tries", given.tries, "Of how many runs the median is taken");
    app.add_option("--seconds", given.seconds, "At most, for one planted bug");
    app.add_option("--jobs", given.jobs, "Processes")->check(CLI::PositiveNumber);
    CLI11_PARSE(app, argc, argv);
    try {
        if (given.wantsMutants) return huntMutants(given);
        if (given.seeds == 0) given.seeds = given.isFull ? 500 : 20'000;
        return play(given);
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << "\n";
        return 1;
    }
}
