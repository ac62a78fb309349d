#include <fmt/core.h>

#include <charconv>
#include <cstring>
#include <thread>

#include "tests/crash/faults.h"
#include "tests/crash/images.h"

using namespace sotay;

namespace {

struct Wishes {
    std::size_t images = 10'000;
    std::uint64_t first = 1;
    std::string workflow;  // "": all
    bool syncsLie = false;
};

bool readNumber(const char* text, std::uint64_t& number) {
    const char* end = text + std::strlen(text);
    auto read = std::from_chars(text, end, number);
    return read.ec == std::errc() && read.ptr == end;
}

bool readWishes(int count, char** words, Wishes& wishes) {
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const char* next = i + 1 < count ? words[i + 1] : nullptr;
        std::uint64_t number = 0;
        if (word == "--syncs-lie") {
            wishes.syncsLie = true;
        } else if (word == "--workflow" && next) {
            wishes.workflow = words[++i];
        } else if ((word == "--images" || word == "--first") && next && readNumber(next, number)) {
            ++i;
            (word == "--images" ? wishes.images : wishes.first) = number;
        } else {
            return false;
        }
    }
    return true;
}

// Calls `work` on as many threads as there are cores, each with its share.
template <class Count, class Plan, class Work>
std::vector<Count> inThreads(Plan plan, Work work) {
    plan.shares = std::max(1u, std::thread::hardware_concurrency());
    std::vector<Count> counts(plan.shares);
    std::vector<std::jthread> threads;
    for (std::size_t share = 0; share < plan.shares; ++share) {
        plan.share = share;
        threads.emplace_back([plan, work, &count = counts[share]] { count = work(plan); });
    }
    threads.clear();
    return counts;
}

template <class Failures>
void tell(const Failures& failures) {
    constexpr std::size_t kTold = 5;
    for (std::size_t i = 0; i < failures.size() && i < kTold; ++i)
        fmt::print("  {}\n", failures[i].text());
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** words) {
    Wishes wishes;
    if (!readWishes(count, words, wishes)) {
        fmt::print(stderr,
                   "usage: sotay-crash [--images N] [--first SEED] [--workflow NAME] "
                   "[--syncs-lie]\n");
        return 2;
    }
    auto flows = shortWorkflows(), more = longWorkflows();
    for (const auto* some : {&flows, &more}) {
        if (some->ok()) continue;
        fmt::print(stderr, "the province cannot be made: {}\n", some->error().message);
        return 1;
    }
    flows->insert(flows->end(), more->begin(), more->end());
    std::vector<Recording> recordings;
    std::size_t operations = 0, failures = 0, images = 0, struck = 0;
    for (const Workflow& flow : *flows) {
        if (!wishes.workflow.empty() && flow.name != wishes.workflow) continue;
        auto recording = record(flow, wishes.syncsLie);
        if (!recording.ok()) {
            fmt::print("{}: {}\n", flow.name, recording.error().message);
            ++failures;
            continue;
        }
        operations += recording->journal.size() / flow.stride;
        recordings.push_back(std::move(*recording));
    }
    CrashPlan plan;
    plan.firstSeed = wishes.first;
    // The four cuts of ten operations give at least 20 different images; each further seed gives 3.
    if (10 * wishes.images > 20 * operations && operations > 0)
        plan.rounds =
            (10 * wishes.images - 20 * operations + 3 * operations - 1) / (3 * operations);
    fmt::print("{:<14}{:>12}{:>10}{:>12}{:>8}{:>10}\n", "workflow", "operations", "images",
               "worked on", "faults", "failures");
    for (const Recording& recording : recordings) {
        CrashCount crashes;
        for (const CrashCount& share : inThreads<CrashCount>(
                 plan, [&](const CrashPlan& own) { return tryImages(recording, own); })) {
            crashes.images += share.images;
            crashes.finished += share.finished;
            crashes.failures.insert(crashes.failures.end(), share.failures.begin(),
                                    share.failures.end());
        }
        FaultCount faults;
        FaultPlan faultPlan;
        faultPlan.stride = recording.flow.stride;
        for (const FaultCount& share : inThreads<FaultCount>(
                 faultPlan, [&](const FaultPlan& own) { return tryFaults(recording, own); })) {
            faults.faults += share.faults;
            faults.failures.insert(faults.failures.end(), share.failures.begin(),
                                   share.failures.end());
        }
        fmt::print("{:<14}{:>12}{:>10}{:>12}{:>8}{:>10}\n", recording.flow.name,
                   recording.journal.size(), crashes.images, crashes.finished, faults.faults,
                   crashes.failures.size() + faults.failures.size());
        tell(crashes.failures);
        tell(faults.failures);
        images += crashes.images;
        struck += faults.faults;
        failures += crashes.failures.size() + faults.failures.size();
    }
    fmt::print("{} crash images, {} faults, {} failures\n", images, struck, failures);
    return failures ? 1 : 0;
}
