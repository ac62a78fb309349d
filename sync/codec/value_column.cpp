#include "sync/codec/value_column.h"

#include <algorithm>

namespace sotay {
namespace {

constexpr std::uint8_t kMixed = 255;  // instead of the one type of all values of a column
constexpr Ordinal kSmall = 4096;      // ordinals below are found by index
constexpr std::size_t kMaxColumns = 1u << 16;

// The entries of a column that `isOne` picks, how many first.
template <class Pick, class Put>
void writeEach(CanonicalOutputArchive& ar, const std::vector<const LentWrite*>& column, Pick isOne,
               Put put) {
    ar.writeVarint(static_cast<std::uint64_t>(std::count_if(
        column.begin(), column.end(), [&](const LentWrite* write) { return isOne(*write); })));
    for (const LentWrite* write : column)
        if (isOne(*write)) put(*write);
}

void writeColumn(CanonicalOutputArchive& ar, const std::vector<const LentWrite*>& column) {
    ar.writeVarint(column.size());
    const bool isUniform = std::all_of(
        column.begin(), column.end(),
        [first = column.front()](const LentWrite* write) { return write->tag == first->tag; });
    ar(isUniform ? column.front()->tag : kMixed);
    if (!isUniform)
        for (const LentWrite* write : column) ar(write->tag);
    auto isA = [](std::uint8_t tag) {
        return [tag](const LentWrite& write) { return write.tag == tag; };
    };
    auto number = [&](const LentWrite& write) { ar(write.number); };
    writeEach(ar, column, isA(kIntegerTag), number);
    writeEach(ar, column, isA(kDecimalTag), [&](const LentWrite& write) { ar(write.scale); });
    writeEach(ar, column, isA(kDecimalTag), number);
    std::size_t texts = 0;
    writeEach(ar, column, isA(kTextTag), [&](const LentWrite& write) {
        ar.writeVarint(write.size);
        texts += write.size;
    });
    ar.writeVarint(texts);
    for (const LentWrite* write : column)
        if (write->tag == kTextTag) ar.writeBytes(write->text().data(), write->size);
}

}  // namespace

void ValueColumnsWriter::add(const LentWrite& write) {
    if (write.ordinal >= recent_.size() && write.ordinal < kSmall)
        recent_.resize(write.ordinal + 1);
    Column* column = write.ordinal < recent_.size() ? recent_[write.ordinal] : nullptr;
    if (!column) {
        column = &columns_[write.ordinal];
        if (write.ordinal < recent_.size()) recent_[write.ordinal] = column;
    }
    column->push_back(&write);
}

std::string ValueColumnsWriter::bytes() const {
    constexpr std::size_t kMostOfNumber = 10;
    std::size_t room = kMostOfNumber;
    for (const auto& [ordinal, column] : columns_) {
        room += 8 * kMostOfNumber;
        for (const LentWrite* write : column) room += 1 + kMostOfNumber + write->size;
    }
    std::string bytes;
    bytes.reserve(room);
    CanonicalOutputArchive ar(bytes);
    ar.writeVarint(columns_.size());
    for (const auto& [ordinal, column] : columns_) {
        ar(ordinal);
        writeColumn(ar, column);
    }
    return bytes;
}

ValueColumns readValueColumns(CanonicalInputArchive& ar, std::size_t writes) {
    ValueColumns values;
    std::size_t count = ar.readSize();
    if (count > kMaxColumns) throw CodecError("the batch has more columns than are allowed");
    for (std::size_t i = 0; i < count; ++i) {
        ValueColumns::Cursor column;
        ar(column.ordinal);
        if (i > 0 && column.ordinal <= values.cursors_.back().ordinal)
            throw CodecError("the columns of fields are out of order");
        std::uint64_t size = ar.readVarint();
        if (size == 0 || size > writes)
            throw CodecError("a column has more values than there are writes");
        writes -= static_cast<std::size_t>(size);
        column.size = static_cast<std::size_t>(size);
        ar(column.uniformTag);
        if (column.uniformTag == kMixed) {
            bool isUniform = true;
            column.tags.reserve(column.size);
            for (std::size_t k = 0; k < column.size; ++k) {
                std::uint8_t tag = 0;
                ar(tag);
                column.tags.push_back(tag);
                isUniform &= tag == column.tags.front();
            }
            if (isUniform) throw CodecError("a column of one type is written as if it had several");
        }
        ar(column.integers, column.scales, column.mantissas, column.lengths);
        column.texts = ar.readBytes(ar.readSize());
        column.isPlain = isPlainText(column.texts);
        if (column.ordinal < kSmall) {
            if (column.ordinal >= values.indexOf_.size())
                values.indexOf_.resize(column.ordinal + 1);
            values.indexOf_[column.ordinal] = static_cast<std::uint32_t>(i + 1);
        }
        values.cursors_.push_back(std::move(column));
    }
    return values;
}

ValueColumns::Cursor& ValueColumns::cursorOf(Ordinal ordinal) {
    if (ordinal < kSmall) {
        if (ordinal < indexOf_.size() && indexOf_[ordinal] > 0)
            return cursors_[indexOf_[ordinal] - 1];
    } else {
        auto found = std::lower_bound(
            cursors_.begin(), cursors_.end(), ordinal,
            [](const Cursor& column, Ordinal key) { return column.ordinal < key; });
        if (found != cursors_.end() && found->ordinal == ordinal) return *found;
    }
    throw CodecError("a field has no column");
}

void ValueColumns::takeText(Cursor& column, LentWrite& into) {
    const std::uint64_t length = column.lengths[column.length++];
    if (length > column.texts.size() - column.text) throw CodecError("a column is too short");
    into.start = column.texts.data() + column.text;
    into.size = static_cast<std::uint32_t>(length);
    column.text += into.size;
    // A piece of them ends where the next begins, and the last with all of them.
    if (!column.isPlain || !isNormalPiece(into.text())) checkText(into.text());
}

void ValueColumns::takeAll(Ordinal ordinal, std::span<LentWrite> writes, std::size_t step) {
    Cursor& column = cursorOf(ordinal);
    const std::size_t count = (writes.size() + step - 1) / step;
    auto each = [&](auto take) {
        for (std::size_t at = 0; at < writes.size(); at += step) {
            writes[at].ordinal = ordinal;
            take(writes[at]);
        }
    };
    const bool isText =
        column.uniformTag == kTextTag && count <= column.lengths.size() - column.length;
    const bool isWhole =
        column.uniformTag == kIntegerTag && count <= column.integers.size() - column.integer;
    // All else goes value by value, and is found out there when it is not as it should be.
    if (count > column.size - column.tag || (!isText && !isWhole))
        return each([&](LentWrite& write) { takeFrom(column, write); });
    column.tag += count;
    if (isText)
        return each([&](LentWrite& write) {
            write.tag = kTextTag;
            takeText(column, write);
        });
    each([&](LentWrite& write) {
        write.tag = kIntegerTag;
        write.number = column.integers[column.integer++];
    });
}

void ValueColumns::takeFrom(Cursor& column, LentWrite& into) {
    if (column.tag >= column.size) throw CodecError("a column is too short");
    std::size_t at = column.tag++;
    into.tag = column.tags.empty() ? column.uniformTag : column.tags[at];
    switch (into.tag) {
        case kEmptyTag:
            return;
        case kIntegerTag:
            if (column.integer >= column.integers.size()) break;
            into.number = column.integers[column.integer++];
            return;
        case kDecimalTag:
            if (column.decimal >= column.mantissas.size() || column.decimal >= column.scales.size())
                break;
            into.number = column.mantissas[column.decimal];
            into.scale = column.scales[column.decimal++];
            return checkDecimal(into.number, into.scale);
        case kTextTag:
            if (column.length >= column.lengths.size()) break;
            return takeText(column, into);
        default:
            throw CodecError("a value has an unknown type");
    }
    throw CodecError("a column is too short");
}

bool ValueColumns::isEmpty() const {
    return std::all_of(cursors_.begin(), cursors_.end(), [](const Cursor& c) {
        return c.tag == c.size && c.integer == c.integers.size() &&
               c.decimal == c.mantissas.size() && c.decimal == c.scales.size() &&
               c.length == c.lengths.size() && c.text == c.texts.size();
    });
}

}  // namespace sotay
