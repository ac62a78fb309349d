#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "sync/store/change_store.h"
#include "sync/store/row_image.h"

namespace sotay {

// Changes that the log has and the records have not yet: a server answers when its log is on disk,
// and merges while the answer is on its way. They are always the last of the log. The number of the
// first is written with them, so that whoever opens the file next, after a crash too, brings the
// records in step. Throws SQLite::Exception.
class Backlog {
  public:
    // What came together. `rows`: of new records, made beforehand.
    struct Part {
        std::vector<Change> changes;
        std::vector<ChangeRef> refs;
        std::optional<RowImage> rows;
    };

    Backlog(Database& database, ChangeStore& changes);
    void load();  // after opening, and after a rollback: from then on the log alone has them

    // Puts changes off that just got the log's last numbers. Call within a transaction.
    void add(Part part);
    bool isEmpty() const { return first_ == 0; }
    // Is one of them of this record? Knows only of what came since `load`.
    bool concerns(const Id& record) const;
    std::size_t newRows() const;  // of new records, as far as they were made beforehand
    bool allOf(const std::function<bool(const Change&)>& holds) const;
    // Gives all of them to `merge`, in their order, and is empty then. Call within a transaction.
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
