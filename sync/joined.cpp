#include "sync/joined.h"

#include <algorithm>
#include <map>

namespace sotay {
namespace {

using SeenOf = std::function<Seen(ChangeRef)>;

class Joiner {
  public:
    Joiner(const std::vector<JoinedPart>& parts, const Causality& causality, const SeenOf& seenOf)
        : parts_(parts), causality_(causality), seenOf_(seenOf) {
        for (const JoinedPart& part : parts) byRecord_[part.record] = part.heads;
    }

    RecordHeads run() {
        RecordHeads joined = *parts_.front().heads;
        for (std::size_t i = 1; i < parts_.size(); ++i)
            for (const auto& [cell, heads] : *parts_[i].heads) {
                if (!cell.item.isNil()) {
                    joined[cell] = heads;
                } else if ((cell.ordinal & ~kQuestion) >= kFirstField) {
                    for (const Head& head : heads)
                        if (!head.value.isEmpty() && !isReplaced(parts_[i], cell, head.change))
                            added_[cell].push_back(head);
                }
            }
        for (auto& [cell, heads] : added_) {
            Heads& all = joined[cell];
            std::erase_if(all, [](const Head& head) { return head.value.isEmpty(); });
            all.insert(all.end(), heads.begin(), heads.end());
            std::sort(all.begin(), all.end(),
                      [](const Head& a, const Head& b) { return a.change < b.change; });
        }
        return joined;
    }

  private:
    // Is one of the changes that set this mark in the past of y?
    bool isMarkKnown(const Id& record, const Id& target, ChangeRef y, Seen seen) const {
        auto part = byRecord_.find(record);
        if (part == byRecord_.end()) return false;
        auto marks = part->second->find({Id{}, kMergedInto});
        if (marks == part->second->end()) return false;
        return std::any_of(marks->second.begin(), marks->second.end(), [&](const Head& mark) {
            return mark.value.toString() == target.toString() &&
                   causality_.inPast(mark.change, y, seen);
        });
    }

    bool isReplaced(const JoinedPart& part, const Cell& cell, ChangeRef x) const {
        for (std::size_t hop = 1; hop < part.path.size(); ++hop) {
            auto on = byRecord_.find(part.path[hop]);
            if (on == byRecord_.end()) continue;
            auto heads = on->second->find(cell);
            if (heads == on->second->end()) continue;
            for (const Head& y : heads->second) {
                const Seen seen = seenOf_(y.change);
                bool replaces = causality_.inPast(x, y.change, seen);
                for (std::size_t i = 0; i < hop && replaces; ++i)
                    replaces = isMarkKnown(part.path[i], part.path[i + 1], y.change, seen);
                if (replaces) return true;
            }
        }
        return false;
    }

    const std::vector<JoinedPart>& parts_;
    const Causality& causality_;
    const SeenOf& seenOf_;
    std::map<Id, const RecordHeads*> byRecord_;
    std::map<Cell, Heads> added_;
};

}  // namespace

RecordHeads joinHeads(const std::vector<JoinedPart>& parts, const Causality& causality,
                      const std::function<Seen(ChangeRef)>& seenOf) {
    return Joiner(parts, causality, seenOf).run();
}

}  // namespace sotay
