#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/session.h"

namespace sotay::app {

// What a person did to a record since it was opened, in order, so that it can be done again after a
// crash. Rows of repeats are named by their ids ("/loans[018f...]/amount"), which hold whatever
// else happened to the record.
//   ".../amount"        the text that was typed
//   ".../loans[id]"     "+" the row was added, "-" removed
//   ".../amount!"       the reason why its soft check was overruled
class DraftJournal {
  public:
    using Entry = std::pair<std::string, std::string>;

    DraftJournal() = default;
    explicit DraftJournal(std::vector<Entry> entries) : entries_(std::move(entries)) {}

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
    void rename(std::size_t from, const std::string& before, const std::optional<NodeView>& item);
    std::vector<Entry> entries_;
};

}  // namespace sotay::app
