#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "schema/session.h"

namespace sotay::app {

// What a person did to a record since it was opened, in order, so that it can be done again after a
// crash.
//   ".../amount"        the text that was typed
//   ".../loans[ID]"     "+" the row was added, "-" removed
//   ".../amount!"       the reason why its soft check was overruled
// Rows that are stored, or were added here, are named by their ids, which hold whatever else
// happened to the record; rows that a session made by itself (the first of a repeat, or as many as
// a count says) by "#" and position.
class DraftJournal {
  public:
    using Entry = std::pair<std::string, std::string>;

    DraftJournal() = default;
    // `stored` is what the record was opened with.
    explicit DraftJournal(const Answers& stored, std::vector<Entry> entries = {});

    // `line` is the session's line before the deed, `added` excepted.
    void answered(const NodeView& line, const std::string& typed);
    void added(const NodeView& item);
    void removed(const NodeView& item);
    void kept(const NodeView& line, const std::string& reason);

    // Does it all again. What has no place any more (a row that somebody removed meanwhile) is left
    // out; the number of such entries is returned.
    std::size_t replay(FormSession& session);
    // The reasons in it, by the answer that they are about.
    std::map<AnswerKey, std::string> reasons(const FormSession& session) const;

    const std::vector<Entry>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }
    bool operator==(const DraftJournal&) const = default;

  private:
    std::string stablePath(const NodeView& line) const;
    std::map<std::string, std::string> itemPositions(const FormSession& session) const;
    void rename(std::size_t from, const std::string& before, const std::optional<NodeView>& item);

    std::vector<Entry> entries_;
    std::set<Id> lasting_;  // rows that have this id in every session of the record
};

}  // namespace sotay::app
