// sotay-sim: plays schedules, or looks for every planted bug.
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <thread>

#include "tests/simulation/dice.h"
#include "tests/simulation/trial.h"

using namespace sotay;
using namespace sotay::sim;

namespace {

constexpr std::uint64_t kMutantFast = 100'000, kMutantFull = 5'000;  // schedules that must do

struct Given {
    std::uint64_t seeds = 0, first = 1;
    bool isFull = false, wantsMutants = false;
    unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::string> only;
    int tries = 3;  // the median of so many
};

// A worker's answer: the first seed that fails, or none.
struct Answer {
    std::uint64_t hasFailed = 0, seed = 0;
};

// Workers are processes: each has SQLite, libsodium and its dice to itself. Returns the smallest
// seed that any of them found failing.
std::optional<std::uint64_t> playAll(Level level, std::uint64_t first, std::uint64_t end,
                                     unsigned jobs) {
    std::vector<std::pair<pid_t, int>> workers;
    for (unsigned job = 0; job < jobs; ++job) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("no pipe");
        pid_t pid = fork();
        if (pid == 0) {
            close(ends[0]);
            int code = 0;
            {
                auto found = firstFailure(level, first + job, end, jobs);
                Answer answer{found ? 1u : 0u, found ? found->seed : 0};
                if (write(ends[1], &answer, sizeof answer) != sizeof answer) code = 3;
            }
            std::exit(code);
        }
        close(ends[1]);
        workers.emplace_back(pid, ends[0]);
    }
    std::optional<std::uint64_t> worst;
    for (auto [pid, from] : workers) {
        Answer answer;
        bool isWhole = read(from, &answer, sizeof answer) == sizeof answer;
        close(from);
        int status = 0;
        waitpid(pid, &status, 0);
        if (!isWhole) throw std::runtime_error("a worker died: run with --jobs 1 to see where");
        if (answer.hasFailed && (!worst || answer.seed < *worst)) worst = answer.seed;
    }
    return worst;
}

int report(std::uint64_t seed, Level level) {
    Schedule schedule = drawSchedule(seed, level);
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
    std::cout << "Again: ./dev sim --first " << seed << " --seeds 1"
              << (level == Level::Full ? " --full" : "")
              << " --jobs 1\nUnder a debugger: gdb --args build/release/bin/sotay-sim --first "
              << seed << " --seeds 1" << (level == Level::Full ? " --full" : "") << " --jobs 1\n";
    return 1;
}

int play(const Given& given) {
    const Level level = given.isFull ? Level::Full : Level::Fast;
    const auto started = std::chrono::steady_clock::now();
    const std::uint64_t end = given.first + given.seeds;
    std::optional<std::uint64_t> worst;
    if (given.jobs == 1) {
        if (auto found = firstFailure(level, given.first, end)) worst = found->seed;
    } else {
        worst = playAll(level, given.first, end, given.jobs);
    }
    if (worst) return report(*worst, level);
    double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    std::printf("%llu schedules (%s level, seeds %llu to %llu): clean, in %.1f s\n",
                static_cast<unsigned long long>(given.seeds), given.isFull ? "full" : "fast",
                static_cast<unsigned long long>(given.first),
                static_cast<unsigned long long>(end - 1), seconds);
    return 0;
}

int huntMutants(const Given& given) {
    int survivors = 0;
    std::printf("%-28s %-5s %10s  %s\n", "planted bug", "level", "schedules", "seen as");
    for (const PlantedBug& bug : plantedBugs()) {
        if (!given.only.empty() &&
            std::find(given.only.begin(), given.only.end(), bug.name) == given.only.end())
            continue;
        const std::uint64_t most = bug.level == Level::Fast ? kMutantFast : kMutantFull;
        std::vector<std::uint64_t> needed;
        std::string seenAs;
        plant(bug.mutant);
        for (int i = 0; i < given.tries; ++i) {
            std::uint64_t first = given.first + static_cast<std::uint64_t>(i) * 1'000'000;
            auto found = firstFailure(bug.level, first, first + most);
            needed.push_back(found ? found->seed - first + 1 : UINT64_MAX);
            if (found) seenAs = found->failure.oracle;
            if (!found) break;
        }
        plant(Mutant::None);
        std::sort(needed.begin(), needed.end());
        bool survives = needed.back() == UINT64_MAX;
        survivors += survives;
        std::printf("%-28s %-5s %10s  %s\n", std::string(bug.name).c_str(),
                    bug.level == Level::Fast ? "fast" : "full",
                    survives ? "SURVIVES" : std::to_string(needed[needed.size() / 2]).c_str(),
                    seenAs.c_str());
        std::fflush(stdout);
    }
    std::printf("%zu planted bugs, %d survive\n",
                given.only.empty() ? plantedBugs().size() : given.only.size(), survivors);
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
    app.add_option("--only", given.only, "These planted bugs");
    app.add_option("--tries", given.tries, "Of how many runs the median is taken");
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
