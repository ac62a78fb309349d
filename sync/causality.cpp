#include "sync/causality.h"

#include <algorithm>

namespace sotay {

void Causality::addBranch(std::uint32_t branch, ChangeRef parent) {
    branches_[branch].parent = parent;
}

void Causality::place(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
                      std::uint64_t number) {
    incarnation_ = std::max(incarnation_, incarnation);
    auto& runs = branches_[first.branch].runs;
    if (!runs.empty()) {
        Run& last = runs.back();
        if (last.incarnation == incarnation && last.height + last.count == first.height &&
            last.number + last.count == number) {
            last.count += count;
            return;
        }
    }
    Run run{first.height, count, incarnation, number};
    auto at = std::upper_bound(runs.begin(), runs.end(), run,
                               [](const Run& a, const Run& b) { return a.height < b.height; });
    runs.insert(at, run);
}

void Causality::fork(std::uint32_t incarnation, std::uint64_t top) {
    forks_[incarnation] = top;
    incarnation_ = std::max(incarnation_, incarnation);
}

bool Causality::inChain(ChangeRef x, ChangeRef y) const {
    if (x.height == 0 || x.height >= y.height) return false;
    while (y.branch != x.branch) {
        auto branch = branches_.find(y.branch);
        if (branch == branches_.end() || branch->second.parent.height == 0) return false;
        y = branch->second.parent;
        // The parent itself belongs to the chain, so from here on equality counts.
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

bool Causality::inLog(ChangeRef x, Seen seen) const {
    bool found = false;
    eachNumber(x, [&](std::uint32_t incarnation, std::uint64_t number) {
        if (incarnation <= seen.incarnation) {
            // An older number counts as far as the newer incarnations inherited it.
            std::uint64_t top = seen.number;
            for (auto j = seen.incarnation; j > incarnation; --j) {
                auto fork = forks_.find(j);
                if (fork != forks_.end()) top = std::min(top, fork->second);
            }
            found |= number <= top;
        } else {
            // A number of a newer incarnation is inherited only below every fork between.
            bool inherited = number <= seen.number;
            for (auto j = seen.incarnation + 1; j <= incarnation; ++j) {
                auto fork = forks_.find(j);
                inherited &= fork != forks_.end() && number <= fork->second;
            }
            found |= inherited;
        }
    });
    return found;
}

std::optional<std::uint64_t> Causality::number(ChangeRef x, std::uint32_t incarnation) const {
    std::optional<std::uint64_t> found;
    eachNumber(x, [&](std::uint32_t i, std::uint64_t number) {
        if (i == incarnation) found = number;
    });
    return found;
}

}  // namespace sotay
