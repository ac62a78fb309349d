#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sync/change.h"

namespace sotay {

// A change as one store names it: a branch of a laptop's chain and the height on it (the first is
// 1). Local to a store: only (branch, height) pairs of the same store compare.
struct ChangeRef {
    std::uint32_t branch = 0;
    std::uint32_t height = 0;  // 0: no change
    auto operator<=>(const ChangeRef&) const = default;
};

// A server that was restored from a backup starts a new incarnation of its log, which inherits the
// numbers up to `top` from the one that the backup was taken of. Incarnations make a tree: two
// restores from one backup are two forks. 0 is the first; others have random names.
struct LogFork {
    std::uint32_t incarnation = 0, parent = 0;
    std::uint64_t top = 0;
    bool operator==(const LogFork&) const = default;
};

// Who came before whom: the chains of all laptops that a store knows, the numbers that the log gave
// to their changes, and where incarnations of the log forked. In memory; grows with runs of
// changes, not with changes. DESIGN 4.1; shared/model/causality.py is the same by definition. One
// thread.
class Causality {
  public:
    // A branch whose first change follows `parent` (height 0: it starts a chain). Heights go on
    // from the parent's.
    void addBranch(std::uint32_t branch, ChangeRef parent);
    // The changes first, first+1, ... have the numbers number, number+1, ... in an incarnation of
    // the log.
    void place(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
               std::uint64_t number);
    void fork(const LogFork& fork);
    // The incarnation in whose numbers this store counts.
    void setIncarnation(std::uint32_t incarnation) { incarnation_ = incarnation; }

    // Is x in y's own chain, y itself left out?
    bool inChain(ChangeRef x, ChangeRef y) const;
    // Does a log seen up to `seen` hold x?
    bool inLog(ChangeRef x, Seen seen) const;
    // Had the author of y, who had seen the log up to `seen`, seen x?
    bool inPast(ChangeRef x, ChangeRef y, Seen seen) const {
        return inChain(x, y) || inLog(x, seen);
    }

    std::uint32_t incarnation() const { return incarnation_; }
    bool hasForks() const { return !forks_.empty(); }
    const LogFork* forkOf(std::uint32_t incarnation) const;  // null for the first and the unknown
    // Its number in the store's incarnation, own or inherited, as far as is known.
    std::optional<std::uint64_t> number(ChangeRef x) const;
    // The highest number that two incarnations have in common; all, for one and the same.
    std::uint64_t sharedTop(std::uint32_t a, std::uint32_t b) const;
    // Does the store's incarnation have this number of another one as its own?
    bool inherits(std::uint32_t incarnation, std::uint64_t number) const {
        return number <= sharedTop(incarnation, incarnation_);
    }
    // Is it known that this incarnation gave these numbers to these changes?
    bool isPlaced(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
                  std::uint64_t number) const;
    // Has it a number that the store's incarnation did not inherit? Then somebody may have seen it
    // by that number and be here before it.
    bool hasForeignNumber(ChangeRef x) const;
    // All numbers that first..first+count-1 have, in any incarnation, in runs.
    struct Placed {
        ChangeRef first;
        std::uint32_t count = 0, incarnation = 0;
        std::uint64_t number = 0;
    };
    std::vector<Placed> numbersOf(ChangeRef first, std::uint32_t count) const;

  private:
    struct Run {
        std::uint32_t height, count, incarnation;
        std::uint64_t number;
    };
    struct Branch {
        ChangeRef parent;
        std::vector<Run> runs;  // ordered by height
        std::uint32_t end = 0;  // above the last height that any of them holds
        bool isMixed = false;   // of several incarnations
    };
    static bool isLower(const Run& a, const Run& b) { return a.height < b.height; }
    template <class Use>
    void eachNumber(ChangeRef x, Use use) const;
    std::map<std::uint32_t, Branch> branches_;
    std::map<std::uint32_t, LogFork> forks_;
    std::uint32_t incarnation_ = 0;
};

}  // namespace sotay
