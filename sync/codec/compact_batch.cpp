#include "sync/codec/compact_batch.h"

#include <algorithm>
#include <map>

#include "sync/codec/frame.h"
#include "sync/codec/serialize.h"

namespace sotay {
namespace {

constexpr char kCompact = 3;  // packFrame begins with 0 or 1
constexpr std::uint8_t kMixed = 255;
constexpr unsigned kMaxZeros = 18;  // that a whole number can end in
// What is packed as tightly as can be: a day's edits. That takes ten times as long as packing well,
// for 4 % of the bytes; beyond, it would be a tenth of the sync.
constexpr std::size_t kSmall = 24u << 10;
constexpr int kWell = 9;  // zstd's level
enum Flags : std::uint64_t {
    kSameAuthorAndForm = 1,
    kSameRun = 2,
    kCursorsIncarnation = 4,
    kInSteps = 8,    // all have seen what the cursor says, and their counts follow each other
    kOneField = 16,  // each writes one field
    kAllFlags = 31
};
using Shape = std::vector<Ordinal>;

std::uint64_t step(std::uint64_t now, std::uint64_t& before) {
    std::uint64_t coded = zigzag(static_cast<std::int64_t>(now - before));
    before = now;
    return coded;
}
std::uint64_t unstep(std::uint64_t coded, std::uint64_t& before) {
    return before += static_cast<std::uint64_t>(unzigzag(coded));
}

bool canBeSaid(const Batch& batch) {
    if (batch.runs.size() != 1 || !batch.runs[0].signature || batch.changes.empty()) return false;
    const Change& first = batch.changes.front();
    return std::all_of(batch.changes.begin(), batch.changes.end(), [&](const Change& change) {
        return change.author == first.author && change.form == first.form &&
               change.run == first.run && change.seen.incarnation == first.seen.incarnation &&
               change.notes.empty() &&
               std::all_of(change.writes.begin(), change.writes.end(),
                           [](const Write& write) { return write.cell.item.isNil(); });
    });
}

// Money is mostly round: its zeros are counted.
void writeWhole(CanonicalOutputArchive& ar, std::int64_t number) {
    unsigned zeros = 0;
    for (; number != 0 && number % 10 == 0; number /= 10) ++zeros;
    ar.writeVarint(zeros);
    ar(number);
}

std::int64_t readWhole(CanonicalInputArchive& ar) {
    const std::uint64_t zeros = ar.readVarint();
    std::int64_t number = 0;
    ar(number);
    if (zeros > kMaxZeros) throw CodecError("a number is too large");
    for (std::uint64_t i = 0; i < zeros; ++i) {
        if (number > INT64_MAX / 10 || number < INT64_MIN / 10)
            throw CodecError("a number is too large");
        number *= 10;
    }
    return number;
}

// All but the texts, which follow all columns as one.
void writeColumn(CanonicalOutputArchive& ar, const std::vector<const Value*>& values) {
    const std::uint8_t first = valueTag(*values.front());
    bool isUniform = std::all_of(values.begin(), values.end(),
                                 [&](const Value* value) { return valueTag(*value) == first; });
    ar(isUniform ? first : kMixed);
    if (!isUniform)
        for (const Value* value : values) ar(valueTag(*value));
    for (const Value* value : values) {
        if (auto* text = value->asText()) ar.writeVarint(text->size());
        if (auto* number = value->asInteger()) writeWhole(ar, *number);
        if (auto* decimal = value->asDecimal()) ar(decimal->scale, decimal->mantissa);
    }
}

struct Text {
    Write* write;
    std::size_t length;
};

void readColumn(CanonicalInputArchive& ar, const std::vector<Write*>& column,
                std::vector<Text>& texts) {
    std::uint8_t uniform = 0;
    ar(uniform);
    std::vector<std::uint8_t> tags(column.size(), uniform);
    if (uniform == kMixed)
        for (std::uint8_t& tag : tags) ar(tag);
    for (std::size_t i = 0; i < column.size(); ++i) {
        Value& value = column[i]->value;
        if (tags[i] == kTextTag) {
            texts.push_back({column[i], ar.readSize()});
        } else if (tags[i] == kIntegerTag) {
            value = Value::integer(readWhole(ar));
        } else if (tags[i] == kDecimalTag) {
            std::uint8_t scale = 0;
            std::int64_t mantissa = 0;
            ar(scale, mantissa);
            value = normalDecimal(mantissa, scale);
        } else if (tags[i] != kEmptyTag) {
            throw CodecError("a value has an unknown type");
        }
    }
}

bool isOneField(std::span<const Change> changes) {
    return std::all_of(changes.begin(), changes.end(),
                       [](const Change& change) { return change.writes.size() == 1; });
}

void writeShapes(CanonicalOutputArchive& ar, std::span<const Change> changes) {
    std::map<Shape, std::uint64_t> index;
    std::vector<Shape> shapes;
    std::vector<std::uint64_t> uses;
    for (const Change& change : changes) {
        Shape shape;
        for (const Write& write : change.writes) shape.push_back(write.cell.ordinal);
        auto [at, isNew] = index.try_emplace(shape, shapes.size());
        if (isNew) shapes.push_back(shape);
        uses.push_back(at->second);
    }
    ar.writeVarint(shapes.size());
    for (const Shape& shape : shapes) {
        ar.writeVarint(shape.size());
        for (Ordinal ordinal : shape) ar.writeVarint(ordinal);
    }
    if (shapes.size() > 1)
        for (std::uint64_t use : uses) ar.writeVarint(use);
}

void writeWrites(CanonicalOutputArchive& ar, std::span<const Change> changes, bool isOne) {
    if (isOne)
        for (const Change& change : changes) ar.writeVarint(change.writes[0].cell.ordinal);
    else
        writeShapes(ar, changes);
    std::map<Ordinal, std::vector<const Value*>> columns;
    for (const Change& change : changes)
        for (const Write& write : change.writes)
            columns[write.cell.ordinal].push_back(&write.value);
    for (const auto& [ordinal, values] : columns) writeColumn(ar, values);
    for (const auto& [ordinal, values] : columns)
        for (const Value* value : values)
            if (auto* text = value->asText()) ar.writeBytes(text->data(), text->size());
}

void readShapes(CanonicalInputArchive& ar, std::vector<Change>& changes) {
    std::vector<Shape> shapes(ar.readElements());
    for (Shape& shape : shapes) {
        shape.resize(ar.readElements());
        for (Ordinal& ordinal : shape) ar(ordinal);
        for (std::size_t i = 1; i < shape.size(); ++i)
            if (shape[i - 1] >= shape[i])
                throw CodecError("the writes of a change are out of order");
    }
    std::size_t writes = 0;
    for (Change& change : changes) {
        std::uint64_t use = shapes.size() > 1 ? ar.readVarint() : 0;
        if (use >= shapes.size()) throw CodecError("a table has no such entry");
        const Shape& shape = shapes[static_cast<std::size_t>(use)];
        writes += shape.size();
        if (writes > kMaxBatchWrites)
            throw CodecError("the batch has more writes than are allowed");
        change.writes.resize(shape.size());
        for (std::size_t i = 0; i < shape.size(); ++i) change.writes[i].cell.ordinal = shape[i];
    }
}

void readWrites(CanonicalInputArchive& ar, std::vector<Change>& changes, bool isOne) {
    if (isOne)
        for (Change& change : changes) ar(change.writes.emplace_back().cell.ordinal);
    else
        readShapes(ar, changes);
    std::map<Ordinal, std::vector<Write*>> columns;
    for (Change& change : changes)
        for (Write& write : change.writes) columns[write.cell.ordinal].push_back(&write);
    std::vector<Text> texts;
    for (const auto& [ordinal, column] : columns) readColumn(ar, column, texts);
    for (const Text& text : texts) text.write->value = normalText(ar.readBytes(text.length));
}

void readRecords(CanonicalInputArchive& ar, std::vector<Change>& changes,
                 const std::function<std::optional<Id>(std::uint64_t)>& recordAt) {
    std::vector<Change*> inFull;
    for (Change& change : changes) {
        std::uint64_t number = ar.readVarint();
        auto record = number > 0 ? recordAt(number) : Id{};
        if (!record) throw CodecError("the log has no record at a number");
        change.record = *record;
        if (number == 0) inFull.push_back(&change);
    }
    for (Change* change : inFull) ar(change->record);
}

DecodedBatch readCompact(
    std::string_view bytes, const CompactContext& context,
    const std::function<std::optional<ChangeBefore>(std::uint32_t)>& changeBefore,
    const std::function<std::optional<Id>(std::uint64_t)>& recordAt) {
    CanonicalInputArchive ar(bytes);
    std::uint32_t firstHeight = 0;
    ar(firstHeight);
    std::optional<ChangeBefore> before;
    if (firstHeight == 0) throw CodecError("heights begin at 1");
    if (firstHeight > 1 && !(before = changeBefore(firstHeight - 1)))
        throw CodecError("the change before is not known");

    const std::uint64_t flags = ar.readVarint();
    const bool needsBefore = flags & (kSameAuthorAndForm | kSameRun);
    if (flags > kAllFlags || (needsBefore && !before))
        throw CodecError("the flags are not understood");
    Change alike;
    if (flags & kSameAuthorAndForm) {
        alike.author = before->change.author;
        alike.form = before->change.form;
    } else {
        ar(alike.author, alike.form);
    }
    if (flags & kSameRun)
        alike.run = before->change.run;
    else
        ar(alike.run);
    alike.seen.incarnation = context.cursor.incarnation;
    if (!(flags & kCursorsIncarnation)) ar(alike.seen.incarnation);

    const std::size_t count = ar.readSize();
    if (count == 0 || count > kMaxBatchChanges) throw CodecError("there are too many changes");
    DecodedBatch out;
    auto& changes = out.batch.changes;
    changes.assign(count, alike);
    readRecords(ar, changes, recordAt);
    std::uint64_t seen = context.cursor.number;
    const bool isInSteps = flags & kInSteps;
    for (Change& change : changes)
        change.seen.number = isInSteps ? seen : unstep(ar.readVarint(), seen);
    auto wall = static_cast<std::uint64_t>(context.wallSeconds);
    for (Change& change : changes)
        change.wallSeconds = static_cast<std::int64_t>(unstep(ar.readVarint(), wall));
    std::uint64_t runCount = flags & kSameRun ? before->change.runCount : 0;
    for (Change& change : changes) {
        ++runCount;
        change.runCount = isInSteps ? runCount : unstep(ar.readVarint(), runCount);
    }
    readWrites(ar, changes, flags & kOneField);

    Run run;
    run.device = context.device;
    if (before) run.prev = before->id;
    run.count = static_cast<std::uint32_t>(count);
    ar(run.signature.emplace());
    if (!ar.done()) throw CodecError("something follows the batch");
    out.batch.runs = {run};
    out.ids = linkChanges(out.batch);
    return out;
}

}  // namespace

std::optional<std::string> encodeCompact(
    const Batch& batch, std::uint32_t firstHeight, const Change* before,
    const CompactContext& context, const std::function<std::uint64_t(const Change&)>& numberOf,
    const std::function<SharedTexts(std::uint64_t number)>& shared) {
    if (!canBeSaid(batch) || batch.runs[0].device != context.device) return {};
    const Change& first = batch.changes.front();
    std::uint64_t flags = 0;
    if (before && before->author == first.author && before->form == first.form)
        flags |= kSameAuthorAndForm;
    if (before && before->run == first.run) flags |= kSameRun;
    if (first.seen.incarnation == context.cursor.incarnation) flags |= kCursorsIncarnation;
    std::uint64_t runCount = flags & kSameRun ? before->runCount : 0;
    std::uint64_t follows = runCount;
    if (std::all_of(batch.changes.begin(), batch.changes.end(), [&](const Change& change) {
            return change.runCount == ++follows && change.seen.number == context.cursor.number;
        }))
        flags |= kInSteps;
    if (isOneField(batch.changes)) flags |= kOneField;

    std::string bytes;
    CanonicalOutputArchive ar(bytes);
    ar(firstHeight);
    ar.writeVarint(flags);
    if (!(flags & kSameAuthorAndForm)) ar(first.author, first.form);
    if (!(flags & kSameRun)) ar(first.run);
    if (!(flags & kCursorsIncarnation)) ar(first.seen.incarnation);
    ar.writeVarint(batch.changes.size());
    std::vector<const Id*> inFull;
    std::uint64_t firstNumber = 0;
    for (const Change& change : batch.changes) {
        std::uint64_t number = numberOf(change);
        ar.writeVarint(number);
        if (firstNumber == 0) firstNumber = number;
        if (number == 0) inFull.push_back(&change.record);
    }
    for (const Id* id : inFull) ar(*id);
    std::uint64_t seen = context.cursor.number;
    if (!(flags & kInSteps))
        for (const Change& change : batch.changes) ar.writeVarint(step(change.seen.number, seen));
    auto wall = static_cast<std::uint64_t>(context.wallSeconds);
    for (const Change& change : batch.changes)
        ar.writeVarint(step(static_cast<std::uint64_t>(change.wallSeconds), wall));
    for (const Change& change : batch.changes) {
        ++runCount;
        if (!(flags & kInSteps)) ar.writeVarint(step(change.runCount, runCount));
    }
    writeWrites(ar, batch.changes, flags & kOneField);
    ar(*batch.runs[0].signature);
    const int level = bytes.size() <= kSmall ? kTightest : kWell;
    // A few changes have little that repeats.
    SharedTexts known;
    if (firstNumber > 0 && batch.changes.size() >= kWorthShared) known = shared(firstNumber);
    std::string out(1, kCompact);
    CanonicalOutputArchive head(out);
    head.writeVarint(known.texts.empty() ? 0 : known.number);
    if (!known.texts.empty()) head.writeVarint(known.count);
    return out + packFrame(bytes, level, known.texts);
}

void addSharedTexts(const Change& change, std::string& texts) {
    for (const Write& write : change.writes)
        if (auto* text = write.value.asText(); text && texts.size() < kMaxSharedBytes)
            texts += *text + "\n";
    if (texts.size() > kMaxSharedBytes) texts.resize(kMaxSharedBytes);
}

bool isCompact(std::string_view frame) { return !frame.empty() && frame.front() == kCompact; }

Result<DecodedBatch> decodeCompact(
    std::string_view frame, const CompactContext& context,
    const std::function<std::optional<ChangeBefore>(std::uint32_t height)>& changeBefore,
    const std::function<std::optional<Id>(std::uint64_t number)>& recordAt,
    const std::function<std::optional<std::string>(std::uint64_t number, std::uint32_t count)>&
        shared) {
    if (!isCompact(frame)) return Error{Code::Corrupt, "The batch is not a compact one."};
    try {
        CanonicalInputArchive head(frame.substr(1));
        std::optional<std::string> texts = std::string();
        if (const std::uint64_t number = head.readVarint(); number > 0) {
            std::uint32_t count = 0;
            head(count);
            if (count == 0 || count > kMaxSharedChanges)
                throw CodecError("too many changes are shared");
            texts = shared(number, count);
        }
        if (!texts) throw CodecError("what is shared is not known");
        auto bytes = unpackFrame(head.rest(), kMaxMessageBytes, *texts);
        if (!bytes.ok()) return bytes.error();
        return readCompact(*bytes, context, changeBefore, recordAt);
    } catch (const CodecError& problem) {
        // What the disk says when it is asked for an earlier change is not the batch's fault, and
        // passes.
        return Error{Code::Corrupt,
                     std::string("The changes cannot be read: ") + problem.what() + "."};
    }
}

}  // namespace sotay
