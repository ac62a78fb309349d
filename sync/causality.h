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
    // Incarnation `i` inherits the numbers up to `top` from incarnation i-1.
    void fork(std::uint32_t incarnation, std::uint64_t top);

    // Is x in y's own chain, y itself left out?
    bool inChain(ChangeRef x, ChangeRef y) const;
    // Does a log seen up to `seen` hold x?
    bool inLog(ChangeRef x, Seen seen) const;
    // Had the author of y, who had seen the log up to `seen`, seen x?
    bool inPast(ChangeRef x, ChangeRef y, Seen seen) const {
        return inChain(x, y) || inLog(x, seen);
    }

    // Its number in `incarnation` itself, as far as is known.
    std::optional<std::uint64_t> number(ChangeRef x, std::uint32_t incarnation) const;
    std::uint32_t incarnation() const { return incarnation_; }  // the newest that is known
    std::optional<std::uint64_t> number(ChangeRef x) const { return number(x, incarnation_); }

  private:
    struct Run {
        std::uint32_t height, count, incarnation;
        std::uint64_t number;
    };
    struct Branch {
        ChangeRef parent;
        std::vector<Run> runs;  // ordered by height
    };
    template <class Use>
    void eachNumber(ChangeRef x, Use use) const;
    std::map<std::uint32_t, Branch> branches_;
    std::map<std::uint32_t, std::uint64_t> forks_;
    std::uint32_t incarnation_ = 0;
};

}  // namespace sotay
