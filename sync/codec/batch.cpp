#include "sync/codec/batch.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>

#include "schema/mutant.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/crypto.h"
#include "sync/codec/serialize.h"
#include "sync/codec/value_column.h"

namespace sotay {
namespace {

constexpr std::uint8_t kLayout = 1;
constexpr std::uint64_t kHasItem =
    1;  // the lowest bit of a shape's entry: this write is inside a repeat

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

// Are a table's entries all different, all used, and in the order of their first use? The writer
// makes them so, and only that is canonical.
class UseOrder {
  public:
    void use(std::uint64_t index) {
        if (index > next_) throw CodecError("a table is not in the order of its use");
        if (index == next_) ++next_;
    }
    template <class T>
    void close(const std::vector<T>& table) const {
        if (mutant(Mutant::CanonicalFormUnchecked) && next_ < table.size()) return;
        if (next_ != table.size()) throw CodecError("a table has entries that nothing uses");
        std::vector<const T*> sorted;
        sorted.reserve(table.size());
        for (const T& entry : table) sorted.push_back(&entry);
        std::sort(sorted.begin(), sorted.end(), [](const T* a, const T* b) { return *a < *b; });
        auto twice = std::adjacent_find(sorted.begin(), sorted.end(),
                                        [](const T* a, const T* b) { return *a == *b; });
        if (twice != sorted.end()) throw CodecError("a table has an entry twice");
    }

  private:
    std::uint64_t next_ = 0;
};

using Column = std::vector<std::uint64_t>;
using Shape = std::vector<std::uint64_t>;  // the cells that a change writes: ordinal * 2 + kHasItem

struct Columns {
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

std::uint64_t delta(std::uint64_t now, std::uint64_t before) {
    return zigzag(static_cast<std::int64_t>(now - before));
}
std::uint64_t undelta(std::uint64_t coded, std::uint64_t before) {
    return before + static_cast<std::uint64_t>(unzigzag(coded));
}

void writeRuns(CanonicalOutputArchive& ar, std::span<const Run> runs, Table<PublicKey>& devices) {
    ar.writeVarint(runs.size());
    for (const Run& run : runs) {
        ar(devices.indexOf(run.device), run.count, run.branch, run.firstHeight, run.firstNumber,
           run.prev, run.receivedSeconds, run.clockOffset, run.signature.has_value());
        if (run.signature) ar(*run.signature);
    }
}

struct Reader {
    CanonicalInputArchive ar;
    Columns columns;
    DecodedBatch out;

    explicit Reader(std::string_view bytes) : ar(bytes) {}

    void readTables() {
        std::uint8_t layout = 0;
        ar(layout);
        if (layout != kLayout) throw CodecError("the batch was written by a newer program");
        ar(columns);
        checkColumns();
    }

    std::vector<Id> readRecords() {
        readTables();
        std::vector<Id> records;
        records.reserve(columns.record.size());
        for (std::uint64_t record : columns.record)
            records.push_back(columns.records[static_cast<std::size_t>(record)]);
        return records;
    }

    void read() {
        readTables();
        readRuns();
        auto values = readValueColumns(ar, writeCount());
        if (!ar.done()) throw CodecError("something follows the batch");
        buildChanges(values);
        out.ids = linkChanges(out.batch);
    }

    void checkColumns() const {
        const std::size_t n = columns.author.size();
        if (n > kMaxBatchChanges) throw CodecError("the batch has more changes than are allowed");
        for (const Column* column :
             {&columns.form, &columns.record, &columns.shape, &columns.seenIncarnation,
              &columns.seenDelta, &columns.wallDelta, &columns.programRun, &columns.runCountDelta})
            if (column->size() != n) throw CodecError("the columns have unequal lengths");
        checkTable(columns.authors, columns.author);
        checkTable(columns.forms, columns.form);
        checkTable(columns.records, columns.record);
        checkTable(columns.items, columns.item);
        checkTable(columns.programRuns, columns.programRun);
        checkTable(columns.shapes, columns.shape);
        for (const Id& item : columns.items)
            if (item.isNil()) throw CodecError("a repeat's item has no name");
    }

    template <class T>
    static void checkTable(const std::vector<T>& table, const Column& uses) {
        UseOrder order;
        for (std::uint64_t index : uses) order.use(index);
        order.close(table);
    }

    // A shape is named in one byte and may stand for many writes, so their number is bounded by
    // itself.
    std::size_t writeCount() const {
        std::size_t count = 0;
        for (std::uint64_t shape : columns.shape) {
            count += columns.shapes[static_cast<std::size_t>(shape)].size();
            if (count > kMaxBatchWrites)
                throw CodecError("the batch has more writes than are allowed");
        }
        return count;
    }

    void readRuns() {
        std::size_t count = ar.readSize(), total = 0;
        UseOrder order;
        for (std::size_t i = 0; i < count; ++i) {
            Run run;
            std::uint64_t device = 0;
            bool isSigned = false;
            ar(device, run.count, run.branch, run.firstHeight, run.firstNumber, run.prev,
               run.receivedSeconds, run.clockOffset, isSigned);
            if (isSigned) ar(run.signature.emplace());
            if (device >= columns.devices.size()) throw CodecError("a table has no such entry");
            order.use(device);
            run.device = columns.devices[static_cast<std::size_t>(device)];
            total += run.count;
            out.batch.runs.push_back(run);
        }
        order.close(columns.devices);
        if (total != columns.author.size())
            throw CodecError("the runs do not add up to the changes");
    }

    // The tables have every entry that the columns name: checkTable saw to it.
    void buildChanges(ValueColumns& values) {
        const std::size_t n = columns.author.size();
        std::size_t itemAt = 0;
        std::uint64_t seen = 0, wall = 0, runCount = 0;
        out.batch.changes.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            Change& change = out.batch.changes[i];
            change.author = columns.authors[static_cast<std::size_t>(columns.author[i])];
            change.form = columns.forms[static_cast<std::size_t>(columns.form[i])];
            change.record = columns.records[static_cast<std::size_t>(columns.record[i])];
            change.seen.number = seen = undelta(columns.seenDelta[i], seen);
            if (columns.seenIncarnation[i] > 0xFFFFFFFF)
                throw CodecError("an incarnation is out of its range");
            change.seen.incarnation = mutant(Mutant::IncarnationNotWritten)
                                          ? 0
                                          : static_cast<std::uint32_t>(columns.seenIncarnation[i]);
            wall = undelta(columns.wallDelta[i], wall);
            change.wallSeconds = static_cast<std::int64_t>(wall);
            change.run = columns.programRuns[static_cast<std::size_t>(columns.programRun[i])];
            change.runCount = runCount = undelta(columns.runCountDelta[i], runCount);
            buildWrites(change, columns.shapes[static_cast<std::size_t>(columns.shape[i])], itemAt,
                        values);
        }
        if (itemAt != columns.item.size() || !values.isEmpty())
            throw CodecError("there are more values than writes");
        attachNotes();
    }

    void buildWrites(Change& change, const Shape& shape, std::size_t& itemAt,
                     ValueColumns& values) const {
        change.writes.reserve(shape.size());
        std::uint64_t codedBefore = 0;
        for (std::uint64_t coded : shape) {
            Write& write = change.writes.emplace_back();
            if ((coded >> 1) > 0xFFFFFFFF) throw CodecError("a field's number is out of its range");
            write.cell.ordinal = static_cast<Ordinal>(coded >> 1);
            if (coded & kHasItem) {
                if (itemAt >= columns.item.size()) throw CodecError("a repeat's item is missing");
                write.cell.item = columns.items[static_cast<std::size_t>(columns.item[itemAt++])];
            }
            write.value = values.take(write.cell.ordinal);
            if (change.writes.size() == 1) {
                codedBefore = coded;
                continue;
            }
            const Cell& before = change.writes[change.writes.size() - 2].cell;
            // Outside repeats, where most are, the ordinals tell.
            const bool isInOrder = ((coded | codedBefore) & kHasItem) == 0
                                       ? before.ordinal < write.cell.ordinal
                                       : before < write.cell;
            codedBefore = coded;
            if (!isInOrder) throw CodecError("the writes of a change are out of order");
        }
    }

    void attachNotes() {
        std::size_t noteAt = 0;
        if (columns.noted.size() % 2) throw CodecError("the notes are cut off");
        for (std::size_t i = 0; i < columns.noted.size(); i += 2) {
            const std::uint64_t owner = columns.noted[i], count = columns.noted[i + 1];
            if (owner >= out.batch.changes.size() || count > columns.notes.size() - noteAt)
                throw CodecError("a note belongs to no change");
            if (count == 0 || (i > 0 && owner <= columns.noted[i - 2]))
                throw CodecError("the notes are out of order");
            auto& notes = out.batch.changes[static_cast<std::size_t>(owner)].notes;
            for (std::uint64_t k = 0; k < count; ++k) notes.push_back(columns.notes[noteAt++]);
        }
        if (noteAt != columns.notes.size()) throw CodecError("a note belongs to no change");
    }
};

}  // namespace

std::string encodeBatch(std::span<const Run> runs, std::span<const Change> changes) {
    Columns columns;
    Table<PublicKey> devices;
    IdTable authors, records, items;
    Table<FormRef> forms;
    Table<std::uint64_t> programRuns;
    Table<Shape> shapes;
    ValueColumnsWriter values;
    std::uint64_t seen = 0, wall = 0, runCount = 0;
    Shape shape;
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
    ar(kLayout, columns);
    out += runBytes;
    values.writeTo(ar);
    return out;
}

Result<DecodedBatch> decodeBatch(std::string_view bytes) {
    try {
        Reader reader(bytes);
        reader.read();
        return std::move(reader.out);
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt,
                     std::string("The changes cannot be read: ") + problem.what() + "."};
    }
}

Result<std::vector<Id>> batchRecords(std::string_view bytes) {
    try {
        Reader reader(bytes);
        return reader.readRecords();
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt,
                     std::string("The changes cannot be read: ") + problem.what() + "."};
    }
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
