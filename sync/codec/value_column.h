#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sync/codec/serialize.h"

namespace sotay {

// The values of a batch, one column for each field: the types, then the content of each type by
// itself, so that zstd sees like beside like.
class ValueColumnsWriter {
  public:
    // The write must stay where it is until all are written.
    void add(const LentWrite& write);
    std::string bytes() const;

  private:
    using Column = std::vector<const LentWrite*>;
    std::map<Ordinal, Column> columns_;
    std::vector<Column*> recent_;  // by ordinal, for the small ones
};

// Read once, in the order of the writes. Throws CodecError like the archive that it comes from, and
// for columns that the writer would not have made. Texts are lent from the bytes that were
// read.
class ValueColumns {
  public:
    // The value of the next write of this field, into it.
    void take(LentWrite& into) { takeFrom(cursorOf(into.ordinal), into); }
    // The same for every `step`th of several writes, all of this field.
    void takeAll(Ordinal ordinal, std::span<LentWrite> writes, std::size_t step);
    bool isEmpty() const;

  private:
    friend ValueColumns readValueColumns(CanonicalInputArchive& ar, std::size_t writes);
    struct Cursor {
        Ordinal ordinal = 0;
        std::uint8_t uniformTag = 0;
        std::size_t size = 0;            // values in all
        std::vector<std::uint8_t> tags;  // when they are mixed
        std::vector<std::int64_t> integers, mantissas;
        std::vector<std::uint8_t> scales;
        std::vector<std::uint64_t> lengths;
        std::string_view texts;
        bool isPlain = false;  // the texts, all together
        std::size_t tag = 0, integer = 0, decimal = 0, length = 0, text = 0;
    };
    Cursor& cursorOf(Ordinal ordinal);
    static void takeFrom(Cursor& column, LentWrite& into);
    static void takeText(Cursor& column, LentWrite& into);
    std::vector<Cursor> cursors_;         // ordered by ordinal
    std::vector<std::uint32_t> indexOf_;  // by ordinal, for the small ones; 0: none, else index + 1
};

// `writes`: how many values there must be in all, so that no column can claim more.
ValueColumns readValueColumns(CanonicalInputArchive& ar, std::size_t writes);

}  // namespace sotay
