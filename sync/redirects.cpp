#include "sync/redirects.h"

#include <algorithm>

namespace sotay {

void Redirects::set(const Id& record, const Id& target) {
    if (auto old = targets_.find(record); old != targets_.end()) {
        auto sources = sources_.find(old->second);
        sources->second.erase(record);
        if (sources->second.empty()) sources_.erase(sources);
        targets_.erase(old);
    }
    if (target.isNil() || target == record) return;
    targets_[record] = target;
    sources_[target].insert(record);
}

void Redirects::clear() {
    targets_.clear();
    sources_.clear();
}

std::vector<Id> Redirects::path(const Id& record, const IsHere& isHere) const {
    std::vector<Id> path{record};
    for (;;) {
        auto mark = targets_.find(path.back());
        if (mark == targets_.end() || !isHere(mark->second)) return path;
        auto seen = std::find(path.begin(), path.end(), mark->second);
        if (seen == path.end()) {
            path.push_back(mark->second);
            continue;
        }
        // A circle: its smallest survives, and the way ends there.
        auto smallest = std::min_element(seen, path.end());
        const Id survivor = *smallest;
        auto first = std::find(path.begin(), path.end(), survivor);
        path.erase(first + 1, path.end());
        return path;
    }
}

std::vector<Id> Redirects::mergedInto(const Id& survivor, const IsHere& isHere) const {
    std::set<Id> merged;
    std::vector<Id> open{survivor};
    while (!open.empty()) {
        auto sources = sources_.find(open.back());
        open.pop_back();
        if (sources == sources_.end()) continue;
        for (const Id& record : sources->second)
            if (record != survivor && isHere(record) && merged.insert(record).second)
                open.push_back(record);
    }
    return {merged.begin(), merged.end()};
}

std::vector<Id> Redirects::marksBetween(const Id& record, const IsHere& isHere) const {
    std::vector<Id> marks;
    if (targets_.contains(record)) marks.push_back(record);
    const Id survivor = this->survivor(record, isHere);
    if (survivor == record || !targets_.contains(survivor)) return marks;
    Redirects without = *this;
    without.set(record, {});
    if (without.survivor(survivor, isHere) == without.survivor(record, isHere))
        marks.push_back(survivor);
    return marks;
}

}  // namespace sotay
