#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sync/store/change_store.h"
#include "sync/store/opened_batch.h"

namespace sotay {

// Changes that the log has and the records have not yet: a server answers when its log is on disk,
// and merges while the answer is on its way. They are always the last of the log. The number of the
// first is written with them, so that whoever opens the file next, after a crash too, brings the
// records in step. Throws SQLite::Exception.
class Backlog {
  public:
    // What came together: changes, or new records, of which the rows were made beforehand.
    struct Part {
        std::vector<ChangeRef> refs;
        std::vector<Change> changes;
        std::optional<NewRows> news;
    };

    Backlog(Database& database, ChangeStore& changes);
    void load();  // after opening, and after a rollback: from then on the log alone has them

    // Puts changes off that just got the log's last numbers. Call within a transaction.
    void add(Part part);
    bool isEmpty() const { return first_ == 0; }
    // Is one of them of this record? Knows only of what came since `load`.
    bool concerns(const Id& record) const;
    std::size_t newRows() const;   // of new records, as far as they were made beforehand
    std::int64_t nextRow() const;  // none of these has this number, or a higher one
    // Of those that are not among `newRows`.
    bool allOf(const std::function<bool(const Change&)>& holds) const;
    // Gives all of them to `merge`, in their order, and is empty then. Call within a transaction.
    // Until it returns nothing else may be asked but nextRow.
    void drain(const std::function<void(Part)>& merge);

  private:
    void readFromLog(const std::function<void(Part)>& merge);

    Database& database_;
    ChangeStore& changes_;
    std::uint64_t first_ = 0;               // its number; 0: there are none
    std::vector<Part> parts_;               // empty though there are some: only the log has them
    std::vector<std::vector<Id>> records_;  // of each part, in order
};

}  // namespace sotay
