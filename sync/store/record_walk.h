#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/store/stores.h"

namespace sotay {

// All records of all forms, one after the other, in pieces: a position names where the next piece
// begins, and stays good while records come in, which go to the end. Throws SQLite::Exception
// inside sync/store.
class RecordWalk {
  public:
    // From the start with 0, or from where another walk was. The stores must outlive it.
    RecordWalk(Stores& stores, std::uint64_t position);

    bool next();  // false: there are no more
    const std::string& form() const { return forms_[form_]; }
    const Id& record() const { return record_; }
    // After the record that was walked to last; 0 when there are no more.
    std::uint64_t position() const;

  private:
    Stores& stores_;
    std::vector<std::string> forms_;
    std::size_t form_;
    std::int64_t row_;
    std::unique_ptr<SQLite::Statement> rows_;
    Id record_;
};

}  // namespace sotay
