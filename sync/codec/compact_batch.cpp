#include "sync/codec/compact_batch.h"

#include <algorithm>
#include <map>

#include "sync/codec/frame.h"
#include "sync/codec/serialize.h"

namespace sotay {
namespace {

constexpr char kCompact = 2;  // packFrame begins with 0 or 1
constexpr std::uint8_t kMixed = 255;
enum Flags : std::uint64_t { kSameAuthorAndForm = 1, kSameRun = 2, kCursorsIncarnation = 4 };
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

void writeColumn(CanonicalOutputArchive& ar, const std::vector<const Value*>& values) {
    const std::uint8_t first = valueTag(*values.front());
    bool isUniform = std::all_of(values.begin(), values.end(),
                                 [&](const Value* value) { return valueTag(*value) == first; });
    ar(isUniform ? first : kMixed);
    if (!isUniform)
        for (const Value* value : values) ar(valueTag(*value));
    for (const Value* value : values)
        if (auto* text = value->asText()) ar.writeVarint(text->size());
    for (const Value* value : values) {
        if (auto* text = value->asText()) ar.writeBytes(text->data(), text->size());
        if (auto* number = value->asInteger()) ar(*number);
        if (auto* decimal = value->asDecimal()) ar(decimal->scale, decimal->mantissa);
    }
}

std::vector<Value> readColumn(CanonicalInputArchive& ar, std::size_t count) {
    std::uint8_t uniform = 0;
    ar(uniform);
    std::vector<std::uint8_t> tags(count, uniform);
    if (uniform == kMixed)
        for (std::uint8_t& tag : tags) ar(tag);
    std::vector<std::size_t> lengths;
    for (std::uint8_t tag : tags)
        if (tag == kTextTag) lengths.push_back(ar.readSize());
    std::vector<Value> values;
    values.reserve(count);
    auto length = lengths.begin();
    for (std::uint8_t tag : tags) {
        if (tag == kTextTag) {
            values.push_back(normalText(ar.readBytes(*length++)));
        } else if (tag == kIntegerTag) {
            std::int64_t number = 0;
            ar(number);
            values.push_back(Value::integer(number));
        } else if (tag == kDecimalTag) {
            std::uint8_t scale = 0;
            std::int64_t mantissa = 0;
            ar(scale, mantissa);
            values.push_back(normalDecimal(mantissa, scale));
        } else if (tag == kEmptyTag) {
            values.emplace_back();
        } else {
            throw CodecError("a value has an unknown type");
        }
    }
    return values;
}

void writeWrites(CanonicalOutputArchive& ar, std::span<const Change> changes) {
    std::map<Shape, std::uint64_t> index;
    std::vector<Shape> shapes;
    std::vector<std::uint64_t> uses;
    std::map<Ordinal, std::vector<const Value*>> columns;
    for (const Change& change : changes) {
        Shape shape;
        for (const Write& write : change.writes) {
            shape.push_back(write.cell.ordinal);
            columns[write.cell.ordinal].push_back(&write.value);
        }
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
    for (const auto& [ordinal, values] : columns) writeColumn(ar, values);
}

void readWrites(CanonicalInputArchive& ar, std::vector<Change>& changes) {
    std::vector<Shape> shapes(ar.readElements());
    for (Shape& shape : shapes) {
        shape.resize(ar.readElements());
        for (Ordinal& ordinal : shape) ar(ordinal);
        for (std::size_t i = 1; i < shape.size(); ++i)
            if (shape[i - 1] >= shape[i])
                throw CodecError("the writes of a change are out of order");
    }
    std::size_t writes = 0;
    std::map<Ordinal, std::vector<Write*>> columns;
    for (Change& change : changes) {
        std::uint64_t use = shapes.size() > 1 ? ar.readVarint() : 0;
        if (use >= shapes.size()) throw CodecError("a table has no such entry");
        const Shape& shape = shapes[static_cast<std::size_t>(use)];
        writes += shape.size();
        if (writes > kMaxBatchWrites)
            throw CodecError("the batch has more writes than are allowed");
        change.writes.resize(shape.size());
        for (std::size_t i = 0; i < shape.size(); ++i) {
            change.writes[i].cell.ordinal = shape[i];
            columns[shape[i]].push_back(&change.writes[i]);
        }
    }
    for (auto& [ordinal, cells] : columns) {
        auto values = readColumn(ar, cells.size());
        for (std::size_t i = 0; i < cells.size(); ++i) cells[i]->value = std::move(values[i]);
    }
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
    if (flags > 7 || (needsBefore && !before)) throw CodecError("the flags are not understood");
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
    for (Change& change : changes) change.seen.number = unstep(ar.readVarint(), seen);
    auto wall = static_cast<std::uint64_t>(context.wallSeconds);
    for (Change& change : changes)
        change.wallSeconds = static_cast<std::int64_t>(unstep(ar.readVarint(), wall));
    std::uint64_t runCount = flags & kSameRun ? before->change.runCount : 0;
    for (Change& change : changes) {
        ++runCount;
        change.runCount = unstep(ar.readVarint(), runCount);
    }
    readWrites(ar, changes);

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
    const CompactContext& context, const std::function<std::uint64_t(const Change&)>& numberOf) {
    if (!canBeSaid(batch) || batch.runs[0].device != context.device) return {};
    const Change& first = batch.changes.front();
    std::uint64_t flags = 0;
    if (before && before->author == first.author && before->form == first.form)
        flags |= kSameAuthorAndForm;
    if (before && before->run == first.run) flags |= kSameRun;
    if (first.seen.incarnation == context.cursor.incarnation) flags |= kCursorsIncarnation;

    std::string bytes;
    CanonicalOutputArchive ar(bytes);
    ar(firstHeight);
    ar.writeVarint(flags);
    if (!(flags & kSameAuthorAndForm)) ar(first.author, first.form);
    if (!(flags & kSameRun)) ar(first.run);
    if (!(flags & kCursorsIncarnation)) ar(first.seen.incarnation);
    ar.writeVarint(batch.changes.size());
    std::vector<const Id*> inFull;
    for (const Change& change : batch.changes) {
        std::uint64_t number = numberOf(change);
        ar.writeVarint(number);
        if (number == 0) inFull.push_back(&change.record);
    }
    for (const Id* id : inFull) ar(*id);
    std::uint64_t seen = context.cursor.number;
    for (const Change& change : batch.changes) ar.writeVarint(step(change.seen.number, seen));
    auto wall = static_cast<std::uint64_t>(context.wallSeconds);
    for (const Change& change : batch.changes)
        ar.writeVarint(step(static_cast<std::uint64_t>(change.wallSeconds), wall));
    std::uint64_t runCount = flags & kSameRun ? before->runCount : 0;
    for (const Change& change : batch.changes) {
        ++runCount;
        ar.writeVarint(step(change.runCount, runCount));
    }
    writeWrites(ar, batch.changes);
    ar(*batch.runs[0].signature);
    return kCompact + packFrame(bytes);
}

bool isCompact(std::string_view frame) { return !frame.empty() && frame.front() == kCompact; }

Result<DecodedBatch> decodeCompact(
    std::string_view frame, const CompactContext& context,
    const std::function<std::optional<ChangeBefore>(std::uint32_t height)>& changeBefore,
    const std::function<std::optional<Id>(std::uint64_t number)>& recordAt) {
    if (!isCompact(frame)) return Error{Code::Corrupt, "The batch is not a compact one."};
    auto bytes = unpackFrame(frame.substr(1));
    if (!bytes.ok()) return bytes.error();
    try {
        return readCompact(*bytes, context, changeBefore, recordAt);
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt,
                     std::string("The changes cannot be read: ") + problem.what() + "."};
    }
}

}  // namespace sotay
