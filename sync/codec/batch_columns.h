#pragma once

#include <cstdint>
#include <vector>

#include "sync/codec/batch.h"
#include "sync/codec/serialize.h"

namespace sotay {

// How a batch is laid out: what encodeBatch writes and LentBatch reads, before the runs and the
// columns of values.
constexpr std::uint8_t kBatchLayout = 1;
// The lowest bit of a shape's entry: this write is inside a repeat.
constexpr std::uint64_t kHasItem = 1;

struct BatchColumns {
    using Column = std::vector<std::uint64_t>;
    using Shape = std::vector<std::uint64_t>;  // the cells that a change writes, as cellCode

    std::vector<PublicKey> devices;
    std::vector<Id> authors;
    std::vector<FormRef> forms;
    std::vector<Id> records, items;
    std::vector<std::uint64_t> programRuns;
    std::vector<Shape> shapes;
    // A number for each change. The deltas are from the change before, zigzagged.
    Column author, form, record, shape, seenIncarnation, seenDelta, wallDelta, programRun,
        runCountDelta;
    Column item;                       // for each write inside a repeat
    std::vector<std::uint64_t> noted;  // changes that carry notes: index, then how many
    std::vector<Note> notes;

    template <class Archive>
    void serialize(Archive& ar) {
        ar(devices, authors, forms, records, items, programRuns, shapes, author, form, record,
           shape, seenIncarnation, seenDelta, wallDelta, programRun, runCountDelta, item, noted,
           notes);
    }
};

}  // namespace sotay
