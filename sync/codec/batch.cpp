#include "sync/codec/batch.h"

#include <cstring>
#include <map>
#include <unordered_map>

#include "sync/codec/batch_columns.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/lent_batch.h"
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

std::string encodeBatch(std::span<const Run> runs, std::span<const Change> changes) {
    BatchColumns columns;
    Table<PublicKey> devices;
    IdTable authors, records, items;
    Table<FormRef> forms;
    Table<std::uint64_t> programRuns;
    Table<BatchColumns::Shape> shapes;
    ValueColumnsWriter values;
    std::uint64_t seen = 0, wall = 0, runCount = 0;
    BatchColumns::Shape shape;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Change& change = changes[i];
        columns.author.push_back(authors.indexOf(change.author));
        columns.form.push_back(forms.indexOf(change.form));
        columns.record.push_back(records.indexOf(change.record));
        columns.seenIncarnation.push_back(change.seen.incarnation);
        columns.seenDelta.push_back(delta(change.seen.number, seen));
        seen = change.seen.number;
        columns.wallDelta.push_back(delta(static_cast<std::uint64_t>(change.wallSeconds), wall));
        wall = static_cast<std::uint64_t>(change.wallSeconds);
        columns.programRun.push_back(programRuns.indexOf(change.run));
        columns.runCountDelta.push_back(delta(change.runCount, runCount));
        runCount = change.runCount;
        shape.clear();
        for (const Write& write : change.writes) {
            bool hasItem = !write.cell.item.isNil();
            shape.push_back(cellCode(write.cell));
            if (hasItem) columns.item.push_back(items.indexOf(write.cell.item));
            values.add(write.cell.ordinal, write.value);
        }
        columns.shape.push_back(shapes.indexOf(shape));
        if (!change.notes.empty()) {
            columns.noted.push_back(i);
            columns.noted.push_back(change.notes.size());
            columns.notes.insert(columns.notes.end(), change.notes.begin(), change.notes.end());
        }
    }
    std::string runBytes;
    CanonicalOutputArchive runsArchive(runBytes);
    writeRuns(runsArchive, runs, devices);

    columns.devices = std::move(devices.entries);
    columns.authors = std::move(authors.entries);
    columns.records = std::move(records.entries);
    columns.items = std::move(items.entries);
    columns.forms = std::move(forms.entries);
    columns.programRuns = std::move(programRuns.entries);
    columns.shapes = std::move(shapes.entries);

    std::string out;
    CanonicalOutputArchive ar(out);
    ar(kBatchLayout, columns);
    out += runBytes;
    values.writeTo(ar);
    return out;
}

Result<DecodedBatch> decodeBatch(std::string_view bytes) {
    auto lent = LentBatch::read(std::string(bytes));
    if (!lent.ok()) return lent.error();
    return lent->decoded();
}

std::vector<Id> linkChanges(Batch& batch) {
    std::vector<Id> ids;
    ids.reserve(batch.changes.size());
    ChangeHasher hasher;
    std::size_t at = 0;
    for (const Run& run : batch.runs) {
        Id prev = run.prev;
        for (std::uint32_t i = 0; i < run.count && at < batch.changes.size(); ++i, ++at) {
            batch.changes[at].device = run.device;
            batch.changes[at].prev = prev;
            ids.push_back(prev = hasher.idOf(batch.changes[at]));
        }
    }
    return ids;
}

}  // namespace sotay
