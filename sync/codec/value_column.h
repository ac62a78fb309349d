#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/codec/serialize.h"

namespace sotay {

// The values of a batch, one column for each field: the types, then the content of each type by
// itself, so that zstd sees like beside like.
struct ValueColumn {
    std::vector<std::uint8_t> tags;
    std::vector<std::int64_t> integers;
    std::vector<std::uint8_t> scales;
    std::vector<std::int64_t> mantissas;
    std::vector<std::uint64_t> lengths;
    std::string texts;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(integers, scales, mantissas, lengths, texts);
    }
};

class ValueColumnsWriter {
  public:
    void add(Ordinal ordinal, const Value& value);
    void writeTo(CanonicalOutputArchive& ar);

  private:
    std::map<Ordinal, ValueColumn> columns_;
    std::vector<ValueColumn*> recent_;  // by ordinal, for the small ones
};

// Read once, in the order of the writes. Throws CodecError like the archive that it comes from.
class ValueColumns {
  public:
    Value take(Ordinal ordinal);
    bool isEmpty() const;

  private:
    friend ValueColumns readValueColumns(CanonicalInputArchive& ar, std::size_t writes);
    struct Cursor {
        ValueColumn column;
        std::size_t tag = 0, integer = 0, decimal = 0, length = 0, text = 0;
    };
    std::map<Ordinal, Cursor> cursors_;
};

// `writes`: how many values there must be in all, so that no column can claim more.
ValueColumns readValueColumns(CanonicalInputArchive& ar, std::size_t writes);

}  // namespace sotay
