#include "schema/nearest_name.h"

#include <algorithm>

#include "schema/value.h"

namespace sotay {
namespace {

// Damerau-Levenshtein distance (optimal string alignment: a swapped pair is one slip), or limit + 1
// when it is larger than that.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() > b.size()) std::swap(a, b);
    if (b.size() - a.size() > limit) return limit + 1;
    std::vector<std::size_t> before(a.size() + 1), previous(a.size() + 1), current(a.size() + 1);
    for (std::size_t i = 0; i <= a.size(); ++i) previous[i] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
        current[0] = j;
        std::size_t best = j;
        for (std::size_t i = 1; i <= a.size(); ++i) {
            current[i] = std::min({previous[i] + 1, current[i - 1] + 1,
                                   previous[i - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[i] = std::min(current[i], before[i - 2] + 1);
            best = std::min(best, current[i]);
        }
        if (best > limit) return limit + 1;
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[a.size()];
}

}  // namespace

std::string nearestName(std::string_view name, const std::vector<std::string>& candidates) {
    const std::string wanted = foldText(name);
    std::size_t limit = std::min<std::size_t>(3, std::max<std::size_t>(1, wanted.size() / 3));
    std::string nearest;
    for (const auto& each : candidates) {
        const std::size_t apart = distance(wanted, foldText(each), limit);
        if (apart > limit || (apart == limit && !nearest.empty())) continue;
        limit = apart;
        nearest = each;
        if (apart == 0) break;
    }
    return nearest;
}

std::string didYouMean(std::string_view name, const std::vector<std::string>& candidates) {
    const std::string nearest = nearestName(name, candidates);
    return nearest.empty() ? "." : ". Did you mean \"" + nearest + "\"?";
}

}  // namespace sotay
