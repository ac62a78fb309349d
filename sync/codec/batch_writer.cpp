#include "sync/codec/batch_writer.h"

#include <cstring>
#include <map>
#include <unordered_map>

#include "sync/codec/value_column.h"

namespace sotay {
namespace {

// Numbers a thing the first time that it is met. What follows its like is found without a search.
template <class T, class Index = std::map<T, std::uint64_t>>
class Table {
  public:
    std::uint64_t indexOf(const T& entry) {
        if (!entries.empty() && entries[static_cast<std::size_t>(last_)] == entry) return last_;
        auto [at, isNew] = index_.try_emplace(entry, entries.size());
        if (isNew) entries.push_back(entry);
        return last_ = at->second;
    }
    std::vector<T> entries;

  private:
    Index index_;
    std::uint64_t last_ = 0;
};

// Ids end in random bits, which are hash enough.
struct IdHash {
    std::size_t operator()(const Id& id) const {
        std::size_t hash = 0;
        std::memcpy(&hash, id.bytes.data() + id.bytes.size() - sizeof hash, sizeof hash);
        return hash;
    }
};
using IdTable = Table<Id, std::unordered_map<Id, std::uint64_t, IdHash>>;

std::uint64_t delta(std::uint64_t now, std::uint64_t before) {
    return zigzag(static_cast<std::int64_t>(now - before));
}

void writeRuns(CanonicalOutputArchive& ar, std::span<const Run> runs, Table<PublicKey>& devices) {
    ar.writeVarint(runs.size());
    for (const Run& run : runs) {
        ar(devices.indexOf(run.device), run.count, run.branch, run.firstHeight, run.firstNumber,
           run.prev, run.receivedSeconds, run.clockOffset, run.signature.has_value());
        if (run.signature) ar(*run.signature);
    }
}

}  // namespace

BatchWriter::BatchWriter(std::span<const LentChange> changes) {
    IdTable authors, records, items;
    Table<FormRef> forms;
    Table<std::uint64_t> programRuns;
    Table<BatchColumns::Shape> shapes;
    ValueColumnsWriter values;
    std::uint64_t seen = 0, wall = 0, runCount = 0;
    BatchColumns::Shape shape;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const LentChange& change = changes[i];
        columns_.author.push_back(authors.indexOf(change.author));
        columns_.form.push_back(forms.indexOf(change.form));
        columns_.record.push_back(records.indexOf(change.record));
        columns_.seenIncarnation.push_back(change.seen.incarnation);
        columns_.seenDelta.push_back(delta(change.seen.number, seen));
        seen = change.seen.number;
        columns_.wallDelta.push_back(delta(static_cast<std::uint64_t>(change.wallSeconds), wall));
        wall = static_cast<std::uint64_t>(change.wallSeconds);
        columns_.programRun.push_back(programRuns.indexOf(change.run));
        columns_.runCountDelta.push_back(delta(change.runCount, runCount));
        runCount = change.runCount;
        shape.clear();
        for (const LentWrite& write : change.writes) {
            shape.push_back(cellCode(write.ordinal, write.item != nullptr));
            if (write.item) columns_.item.push_back(items.indexOf(*write.item));
            values.add(write);
        }
        columns_.shape.push_back(shapes.indexOf(shape));
        if (!change.notes.empty()) {
            columns_.noted.push_back(i);
            columns_.noted.push_back(change.notes.size());
            columns_.notes.insert(columns_.notes.end(), change.notes.begin(), change.notes.end());
        }
    }
    columns_.authors = std::move(authors.entries);
    columns_.records = std::move(records.entries);
    columns_.items = std::move(items.entries);
    columns_.forms = std::move(forms.entries);
    columns_.programRuns = std::move(programRuns.entries);
    columns_.shapes = std::move(shapes.entries);
    values_ = values.bytes();
}

std::string BatchWriter::write(std::span<const Run> runs) {
    Table<PublicKey> devices;
    std::string runBytes;
    CanonicalOutputArchive runsArchive(runBytes);
    writeRuns(runsArchive, runs, devices);
    columns_.devices = std::move(devices.entries);

    std::string out;
    CanonicalOutputArchive ar(out);
    ar(kBatchLayout, columns_);
    out += runBytes;
    out += values_;
    return out;
}

}  // namespace sotay
