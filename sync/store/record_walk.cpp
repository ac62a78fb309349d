#include "sync/store/record_walk.h"

namespace sotay {
namespace {

constexpr std::uint64_t kForm = 1ull << 40;  // a position: form * this + row

}  // namespace

RecordWalk::RecordWalk(Stores& stores, std::uint64_t position)
    : stores_(stores),
      forms_(stores.forms.ids()),
      form_(static_cast<std::size_t>(position / kForm)),
      row_(static_cast<std::int64_t>(position % kForm)) {}

bool RecordWalk::next() {
    for (; form_ < forms_.size(); ++form_, row_ = 0, rows_.reset()) {
        if (!rows_) {
            rows_ = std::make_unique<SQLite::Statement>(
                stores_.database.raw(), "SELECT _n,_id FROM " +
                                            stores_.records.tables(form())->records.name +
                                            " WHERE _n>? ORDER BY _n");
            rows_->bind(1, row_);
        }
        if (!rows_->executeStep()) continue;
        row_ = rows_->getColumn(0).getInt64();
        record_ = idColumn(*rows_, 1);
        return true;
    }
    return false;
}

std::uint64_t RecordWalk::position() const {
    return form_ < forms_.size() ? form_ * kForm + static_cast<std::uint64_t>(row_) : 0;
}

}  // namespace sotay
