#include "sync/merge.h"

#include <algorithm>
#include <limits>

#include "schema/mutant.h"

namespace sotay {

void applyWrite(Heads& heads, ChangeRef y, Seen seen, Value value, const Causality& causality) {
    const std::size_t before = heads.size();
    std::erase_if(
        heads, [&](const Head& x) { return x.change == y || causality.inPast(x.change, y, seen); });
    if (mutant(Mutant::PartialCoverCloses) && heads.size() < before) heads.clear();
    if (mutant(Mutant::LastArrivalWins)) heads.clear();
    Head head{y, std::move(value)};
    auto at = std::lower_bound(heads.begin(), heads.end(), head,
                               [](const Head& a, const Head& b) { return a.change < b.change; });
    heads.insert(at, std::move(head));
}

RecordHeads headsOf(const std::vector<Applied>& changes, const Causality& causality) {
    struct Writer {
        ChangeRef ref;
        Seen seen;
        const Value* value;
    };
    std::map<Cell, std::vector<Writer>> writers;
    for (const auto& [ref, change] : changes)
        for (const Write& write : change->writes)
            writers[write.cell].push_back({ref, change->seen, &write.value});

    RecordHeads heads;
    for (const auto& [cell, all] : writers) {
        Heads& result = heads[cell];
        for (const Writer& x : all) {
            // Mostly the newest has seen all others.
            bool replaced = std::any_of(all.rbegin(), all.rend(), [&](const Writer& y) {
                return y.ref != x.ref && causality.inPast(x.ref, y.ref, y.seen);
            });
            if (!replaced) result.push_back({x.ref, *x.value});
        }
        std::sort(result.begin(), result.end(),
                  [](const Head& a, const Head& b) { return a.change < b.change; });
        result.erase(std::unique(result.begin(), result.end()), result.end());
    }
    return heads;
}

const Head* provisional(const Heads& heads, const Causality& causality) {
    const Head* best = nullptr;
    std::uint64_t bestNumber = 0;
    for (const Head& head : heads) {
        // Unsent changes have no number yet and stay on top of all that have one.
        std::uint64_t number =
            causality.number(head.change).value_or(std::numeric_limits<std::uint64_t>::max());
        if (!best || (number >= bestNumber && !mutant(Mutant::FirstHeadShown))) {
            best = &head;
            bestNumber = number;
        }
    }
    return best;
}

bool isValueConflict(Ordinal ordinal, const Heads& heads) {
    if (mutant(Mutant::EqualValuesConflict)) return ordinal >= kFirstField && heads.size() > 1;
    if (mutant(Mutant::PlacesConflict) && ordinal == kPlace && heads.size() > 1) return true;
    if (mutant(Mutant::OnlyTwoHeadsCompared) && heads.size() > 2) return false;
    // What the engine notes down, but for this one, is evidence that nobody has to choose from.
    if ((ordinal < kFirstField && ordinal != kMergedInto) || (ordinal & kQuestion) != 0)
        return false;
    for (const Head& head : heads)
        if (head.value != heads.front().value) return true;
    return false;
}

bool isDeletion(const Value& value) { return value.asInteger() && *value.asInteger() == 0; }

}  // namespace sotay
