#include "sync/causality.h"

#include <algorithm>
#include <cstdint>

#include "schema/mutant.h"

namespace sotay {

void Causality::addBranch(std::uint32_t branch, ChangeRef parent) {
    branches_[branch].parent = parent;
}

void Causality::place(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
                      std::uint64_t number) {
    if (isPlaced(first, count, incarnation, number)) return;
    Branch& branch = branches_[first.branch];
    auto& runs = branch.runs;
    const bool isBeyond = first.height >= branch.end;
    branch.end = std::max(branch.end, first.height + count);
    branch.isMixed |= !runs.empty() && runs.front().incarnation != incarnation;
    Run run{first.height, count, incarnation, number};
    auto at = isBeyond ? runs.end() : std::upper_bound(runs.begin(), runs.end(), run, isLower);
    // What is numbered already stays in one run, or the lookup would find the wrong one. Runs of
    // one incarnation alone do not overlap, so that only those beside it could.
    auto overlaps = [&](const Run& other) {
        return other.incarnation == incarnation && other.height < first.height + count &&
               first.height < other.height + other.count;
    };
    const bool isThere =
        !isBeyond && (branch.isMixed ? std::any_of(runs.begin(), runs.end(), overlaps)
                                     : (at != runs.begin() && overlaps(*std::prev(at))) ||
                                           (at != runs.end() && overlaps(*at)));
    if (isThere) {
        for (std::uint32_t i = 0; i < count && count > 1; ++i)
            place({first.branch, first.height + i}, 1, incarnation, number + i);
        return;
    }
    if (at != runs.begin()) {
        Run& last = *std::prev(at);
        if (last.incarnation == incarnation && last.height + last.count == first.height &&
            last.number + last.count == number) {
            last.count += count;
            return;
        }
    }
    runs.insert(at, run);
}

bool Causality::isPlaced(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
                         std::uint64_t number) const {
    // Without forks nothing is numbered twice but by repeated receipts, which join or change
    // nothing.
    if (forks_.empty()) return false;
    auto branch = branches_.find(first.branch);
    if (branch == branches_.end() || first.height >= branch->second.end) return false;
    const auto& runs = branch->second.runs;
    return std::any_of(runs.begin(), runs.end(), [&](const Run& run) {
        return run.incarnation == incarnation && run.height <= first.height &&
               first.height + count <= run.height + run.count &&
               run.number + (first.height - run.height) == number;
    });
}

void Causality::fork(const LogFork& fork) { forks_[fork.incarnation] = fork; }

const LogFork* Causality::forkOf(std::uint32_t incarnation) const {
    auto found = forks_.find(incarnation);
    return found == forks_.end() ? nullptr : &found->second;
}

bool Causality::inChain(ChangeRef x, ChangeRef y) const {
    if (x.height == 0 || x.height >= y.height || mutant(Mutant::ChainForgotten)) return false;
    while (y.branch != x.branch) {
        auto branch = branches_.find(y.branch);
        if (branch == branches_.end() || branch->second.parent.height == 0) return false;
        y = branch->second.parent;
        // The parent itself belongs to the chain, so from here on equality counts.
        if (mutant(Mutant::ForkForgetsParent) && y == x) return false;
        if (mutant(Mutant::ForkSeesTwin) && y.branch == x.branch) return true;
        if (y.height < x.height) return false;
        if (y.branch == x.branch) return true;
    }
    return x.height < y.height;
}

// Runs of one branch may overlap when several incarnations number the same heights, so all that
// could hold x are looked at: they are few, and the ordinary case has one.
template <class Use>
void Causality::eachNumber(ChangeRef x, Use use) const {
    auto branch = branches_.find(x.branch);
    if (branch == branches_.end()) return;
    const auto& runs = branch->second.runs;
    auto last =
        std::upper_bound(runs.begin(), runs.end(), x.height,
                         [](std::uint32_t height, const Run& run) { return height < run.height; });
    if (forks_.empty()) {
        if (last == runs.begin()) return;
        const Run& run = *std::prev(last);
        if (x.height - run.height < run.count)
            use(run.incarnation, run.number + (x.height - run.height));
        return;
    }
    for (auto run = runs.begin(); run != last; ++run)
        if (x.height - run->height < run->count)
            use(run->incarnation, run->number + (x.height - run->height));
}

std::uint64_t Causality::sharedTop(std::uint32_t a, std::uint32_t b) const {
    if (a == b) return UINT64_MAX;
    // What `b` has of each incarnation above it.
    std::map<std::uint32_t, std::uint64_t> tops{{b, UINT64_MAX}};
    std::uint64_t top = UINT64_MAX;
    for (const LogFork* fork = forkOf(b); fork; fork = forkOf(fork->parent)) {
        if (!mutant(Mutant::ForkTopIgnored)) top = std::min(top, fork->top);
        if (!tops.emplace(fork->parent, top).second) break;
    }
    // Upwards from `a`, until both are of one descent.
    top = UINT64_MAX;
    for (std::size_t steps = 0; steps <= forks_.size(); ++steps) {
        auto shared = tops.find(a);
        if (shared != tops.end()) return std::min(top, shared->second);
        const LogFork* fork = forkOf(a);
        if (!fork) return 0;
        top = std::min(top, fork->top);
        a = fork->parent;
    }
    return 0;
}

bool Causality::inLog(ChangeRef x, Seen seen) const {
    bool found = false;
    eachNumber(x, [&](std::uint32_t incarnation, std::uint64_t number) {
        std::uint64_t top = seen.number;
        if (mutant(Mutant::SeenOneShort)) top = top > 0 ? top - 1 : 0;
        if (mutant(Mutant::SeenOneFar)) ++top;
        found = found || (number <= top && (number <= sharedTop(incarnation, seen.incarnation) ||
                                            mutant(Mutant::IncarnationIgnored)));
    });
    return found;
}

std::optional<std::uint64_t> Causality::number(ChangeRef x) const {
    std::optional<std::uint64_t> found;
    eachNumber(x, [&](std::uint32_t incarnation, std::uint64_t number) {
        if (inherits(incarnation, number)) found = number;
    });
    return found;
}

bool Causality::hasForeignNumber(ChangeRef x) const {
    bool found = false;
    if (forks_.empty()) return found;
    eachNumber(x, [&](std::uint32_t incarnation, std::uint64_t number) {
        found = found || !inherits(incarnation, number);
    });
    return found;
}

std::vector<Causality::Placed> Causality::numbersOf(ChangeRef first, std::uint32_t count) const {
    std::vector<Placed> all;
    for (std::uint32_t i = 0; i < count; ++i) {
        ChangeRef x{first.branch, first.height + i};
        eachNumber(x, [&](std::uint32_t incarnation, std::uint64_t number) {
            for (Placed& run : all)
                if (run.incarnation == incarnation && run.number + run.count == number &&
                    run.first.height + run.count == x.height) {
                    ++run.count;
                    return;
                }
            all.push_back({x, 1, incarnation, number});
        });
    }
    return all;
}

}  // namespace sotay
