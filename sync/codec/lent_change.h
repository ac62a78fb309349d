#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sync/change.h"

namespace sotay {

// A value is its type's number, then its content: in the canonical bytes, and lent from them.
constexpr std::uint8_t kEmptyTag = 0, kIntegerTag = 1, kDecimalTag = 2, kTextTag = 3;

inline std::uint8_t valueTag(const Value& value) {
    if (value.asText()) return kTextTag;
    if (value.asInteger()) return kIntegerTag;
    if (value.asDecimal()) return kDecimalTag;
    return kEmptyTag;
}

// A write whose text and item stand elsewhere: in the bytes of a batch, or in a Write. Most of what
// comes in is only hashed and put into rows, and never needs values of its own.
struct LentWrite {
    Ordinal ordinal = 0;
    std::uint8_t tag = kEmptyTag;
    std::uint8_t scale = 0;    // of a decimal
    std::uint32_t size = 0;    // of a text
    const Id* item = nullptr;  // null outside repeats
    union {
        std::int64_t number = 0;  // an integer, or a decimal's mantissa
        const char* start;        // of a text
    };

    bool isEmpty() const { return tag == kEmptyTag; }
    std::string_view text() const { return {size > 0 ? start : "", size}; }
    Decimal decimal() const { return {number, scale}; }
    Value value() const;
    static LentWrite of(Ordinal ordinal, const Value& value);  // outside repeats
    static LentWrite of(const Write& write);
};

// A change but for `prev`, which its run tells. All that it names must outlive it.
struct LentChange {
    const Id& author;
    const PublicKey& device;
    const FormRef& form;
    const Id& record;
    std::span<const LentWrite> writes;  // ordered by cell
    std::span<const Note> notes;
    Seen seen;
    std::int64_t wallSeconds = 0;
    std::uint64_t run = 0, runCount = 0;

    Change change(const Id& prev) const;
};

// Several changes, lent.
class LentChanges {
  public:
    explicit LentChanges(std::span<const Change> changes);
    std::span<const LentChange> all() const { return changes_; }

  private:
    std::vector<LentWrite> writes_;
    std::vector<LentChange> changes_;
};

}  // namespace sotay
