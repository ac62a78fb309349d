#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "schema/id.h"

namespace sotay {

// Which records were merged into which. The truth is each record's kMergedInto cell: an ordinary
// write with heads, so its value does not depend on the order of arrival; this is the map of those
// values. The rule, which needs nothing else and so is the same wherever the same is known:
//
//   - Whoever follows the marks from a record comes to one that has none (or whose mark names a
//     record that is not here): that is the survivor, and all on the way are merged into it.
//   - Marks that lead in a circle (A into B on one laptop, B into A on another) say that all of it
//     is one record, and leave open which: the smallest id survives, as if it had no mark.
//   - One record merged into two by people who did not know of one another is a value conflict in
//     kMergedInto; until it is decided the provisional value counts, as everywhere.
//
// A survivor shows what its own changes and those of all that are merged into it left as heads
// (sync/joined.h). Nothing is copied, so separating them again is emptying the mark.
class Redirects {
  public:
    // A nil target: not merged.
    void set(const Id& record, const Id& target);
    void clear();
    bool isEmpty() const { return targets_.empty(); }
    bool isTarget(const Id& record) const { return sources_.contains(record); }
    bool hasMark(const Id& record) const { return targets_.contains(record); }

    using IsHere = std::function<bool(const Id&)>;
    // From a record to its survivor, both included; the record alone when it is one itself.
    std::vector<Id> path(const Id& record, const IsHere& isHere) const;
    Id survivor(const Id& record, const IsHere& isHere) const {
        return path(record, isHere).back();
    }
    // All that have this survivor, in the order of their ids, itself left out.
    std::vector<Id> mergedInto(const Id& survivor, const IsHere& isHere) const;
    // Whose marks have to go so that `record`, with what was merged into it, stands alone: its own,
    // and that of the survivor when a circle made the rule overlook it.
    std::vector<Id> marksBetween(const Id& record, const IsHere& isHere) const;

  private:
    std::map<Id, Id> targets_;
    std::map<Id, std::set<Id>> sources_;  // the other way round
};

}  // namespace sotay
