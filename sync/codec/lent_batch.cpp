#include "sync/codec/lent_batch.h"

#include <algorithm>

#include "schema/mutant.h"
#include "sync/codec/batch_columns.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/value_column.h"

namespace sotay {

struct LentBatch::Content {
    std::string bytes;
    BatchColumns columns;
    std::vector<LentWrite> writes;
    std::vector<LentChange> changes;
};

namespace {

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
        // New records come in the order of their ids.
        auto isAfter = [](const T& a, const T& b) { return !(a < b); };
        if (std::adjacent_find(table.begin(), table.end(), isAfter) == table.end()) return;
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

std::uint64_t undelta(std::uint64_t coded, std::uint64_t before) {
    return before + static_cast<std::uint64_t>(unzigzag(coded));
}

// Fills a batch from its bytes; the writes and changes lend from both.
struct Reader {
    CanonicalInputArchive ar;
    BatchColumns& columns;
    std::vector<LentWrite>& writes;
    std::vector<LentChange>& changes;
    std::vector<Run> runs;
    std::vector<Id> ids;
    std::vector<const PublicKey*> devices;  // of each run, where the tables have it: that stays

    void readTables() {
        std::uint8_t layout = 0;
        ar(layout);
        if (layout != kBatchLayout) throw CodecError("the batch was written by a newer program");
        ar(columns);
        checkColumns();
    }

    void read() {
        readTables();
        readRuns();
        const std::size_t count = writeCount();
        auto values = readValueColumns(ar, count);
        if (!ar.done()) throw CodecError("something follows the batch");
        writes.reserve(count);  // so that they stay where they are
        buildChanges(values);
        takeIds();
    }

    void checkColumns() const {
        const std::size_t n = columns.author.size();
        if (n > kMaxBatchChanges) throw CodecError("the batch has more changes than are allowed");
        for (const BatchColumns::Column* column :
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
    static void checkTable(const std::vector<T>& table, const BatchColumns::Column& uses) {
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
            devices.push_back(&columns.devices[static_cast<std::size_t>(device)]);
            run.device = *devices.back();
            total += run.count;
            runs.push_back(run);
        }
        order.close(columns.devices);
        if (total != columns.author.size())
            throw CodecError("the runs do not add up to the changes");
    }

    // The tables have every entry that the columns name: checkTable saw to it.
    void buildChanges(ValueColumns& values) {
        std::size_t i = 0, itemAt = 0, noteAt = 0, notedAt = 0;
        std::uint64_t seen = 0, wall = 0, runCount = 0;
        if (columns.noted.size() % 2) throw CodecError("the notes are cut off");
        changes.reserve(columns.author.size());
        const bool areAlike = buildAlike(values);
        std::size_t first = 0;  // of the writes of the next change
        for (std::size_t r = 0; r < runs.size(); ++r)
            for (std::uint32_t k = 0; k < runs[r].count; ++k, ++i) {
                const auto& shape = columns.shapes[static_cast<std::size_t>(columns.shape[i])];
                if (!areAlike) buildWrites(shape, itemAt, values);
                LentChange& change = changes.emplace_back(
                    LentChange{columns.authors[static_cast<std::size_t>(columns.author[i])],
                               *devices[r],
                               columns.forms[static_cast<std::size_t>(columns.form[i])],
                               columns.records[static_cast<std::size_t>(columns.record[i])],
                               std::span(writes).subspan(first, shape.size()),
                               notesOf(i, notedAt, noteAt),
                               {}});
                first += shape.size();
                change.seen.number = seen = undelta(columns.seenDelta[i], seen);
                if (columns.seenIncarnation[i] > 0xFFFFFFFF)
                    throw CodecError("an incarnation is out of its range");
                change.seen.incarnation =
                    mutant(Mutant::IncarnationNotWritten)
                        ? 0
                        : static_cast<std::uint32_t>(columns.seenIncarnation[i]);
                wall = undelta(columns.wallDelta[i], wall);
                change.wallSeconds = static_cast<std::int64_t>(wall);
                change.run = columns.programRuns[static_cast<std::size_t>(columns.programRun[i])];
                change.runCount = runCount = undelta(columns.runCountDelta[i], runCount);
            }
        if (itemAt != columns.item.size() || !values.isEmpty())
            throw CodecError("there are more values than writes");
        if (notedAt != columns.noted.size() || noteAt != columns.notes.size())
            throw CodecError("a note belongs to no change");
    }

    // New records mostly write the same fields, and none in repeats: then their writes are made
    // field by field. False when they are otherwise.
    bool buildAlike(ValueColumns& values) {
        if (columns.shapes.size() != 1) return false;
        const auto& shape = columns.shapes.front();
        for (std::size_t i = 0; i < shape.size(); ++i) {
            const bool isAfter = i == 0 || shape[i - 1] < shape[i];
            if ((shape[i] & kHasItem) != 0 || (shape[i] >> 1) > 0xFFFFFFFF || !isAfter)
                return false;
        }
        if (shape.empty()) return true;
        // As many changes at a time as the nearest cache holds.
        constexpr std::size_t kAtOnce = 512;
        const std::size_t changesAtOnce = std::max(kAtOnce / shape.size(), std::size_t{1});
        writes.resize(columns.shape.size() * shape.size());
        std::span<LentWrite> rest(writes);
        while (!rest.empty()) {
            auto now = rest.subspan(0, std::min(changesAtOnce * shape.size(), rest.size()));
            for (std::size_t i = 0; i < shape.size(); ++i)
                values.takeAll(static_cast<Ordinal>(shape[i] >> 1), now.subspan(i), shape.size());
            rest = rest.subspan(now.size());
        }
        return true;
    }

    void buildWrites(const BatchColumns::Shape& shape, std::size_t& itemAt, ValueColumns& values) {
        const std::size_t first = writes.size();
        for (std::uint64_t coded : shape) {
            if ((coded >> 1) > 0xFFFFFFFF) throw CodecError("a field's number is out of its range");
            LentWrite& write = writes.emplace_back();
            write.ordinal = static_cast<Ordinal>(coded >> 1);
            if (coded & kHasItem) {
                if (itemAt >= columns.item.size()) throw CodecError("a repeat's item is missing");
                write.item = &columns.items[static_cast<std::size_t>(columns.item[itemAt++])];
            }
            values.take(write);
            if (writes.size() - first > 1 && !isBefore(writes[writes.size() - 2], write))
                throw CodecError("the writes of a change are out of order");
        }
    }

    static bool isBefore(const LentWrite& a, const LentWrite& b) {
        // Outside repeats, where most are, the ordinals tell.
        if (!a.item && !b.item) return a.ordinal < b.ordinal;
        const Id none;
        return Cell{a.item ? *a.item : none, a.ordinal} < Cell{b.item ? *b.item : none, b.ordinal};
    }

    std::span<const Note> notesOf(std::size_t change, std::size_t& notedAt, std::size_t& noteAt) {
        if (notedAt >= columns.noted.size() || columns.noted[notedAt] != change) return {};
        const std::uint64_t count = columns.noted[notedAt + 1];
        if (count == 0) throw CodecError("the notes are out of order");
        if (count > columns.notes.size() - noteAt) throw CodecError("a note belongs to no change");
        auto notes = std::span(columns.notes).subspan(noteAt, static_cast<std::size_t>(count));
        notedAt += 2;
        noteAt += notes.size();
        return notes;
    }

    void takeIds() {
        ids.reserve(changes.size());
        ChangeHasher hasher;
        for (const Run& run : runs) {
            Id prev = run.prev;
            for (std::uint32_t i = 0; i < run.count; ++i)
                ids.push_back(prev = hasher.idOf(changes[ids.size()], prev));
        }
    }
};

}  // namespace

LentBatch::LentBatch(std::unique_ptr<Content> content) : content_(std::move(content)) {}
LentBatch::LentBatch(LentBatch&&) noexcept = default;
LentBatch& LentBatch::operator=(LentBatch&&) noexcept = default;
LentBatch::~LentBatch() = default;

std::span<const LentChange> LentBatch::changes() const { return content_->changes; }

std::vector<Change> LentBatch::made() const {
    std::vector<Change> made;
    made.reserve(ids.size());
    for (const Run& run : runs)
        for (std::uint32_t i = 0; i < run.count; ++i) {
            const LentChange& lent = content_->changes[made.size()];
            made.push_back(lent.change(i == 0 ? run.prev : ids[made.size() - 1]));
        }
    return made;
}

DecodedBatch LentBatch::decoded() const { return {{runs, made()}, ids}; }

Result<LentBatch> LentBatch::read(std::string bytes) {
    try {
        auto content = std::make_unique<Content>();
        content->bytes = std::move(bytes);
        Reader reader{CanonicalInputArchive(content->bytes),
                      content->columns,
                      content->writes,
                      content->changes,
                      {},
                      {},
                      {}};
        reader.read();
        LentBatch batch(std::move(content));
        batch.runs = std::move(reader.runs);
        batch.ids = std::move(reader.ids);
        return batch;
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt,
                     std::string("The changes cannot be read: ") + problem.what() + "."};
    }
}

Result<std::vector<Id>> batchRecords(std::string_view bytes) {
    try {
        BatchColumns columns;
        std::vector<LentWrite> writes;
        std::vector<LentChange> changes;
        Reader reader{CanonicalInputArchive(bytes), columns, writes, changes, {}, {}, {}};
        reader.readTables();
        std::vector<Id> records;
        records.reserve(columns.record.size());
        for (std::uint64_t record : columns.record)
            records.push_back(columns.records[static_cast<std::size_t>(record)]);
        return records;
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt,
                     std::string("The changes cannot be read: ") + problem.what() + "."};
    }
}

}  // namespace sotay
