#include "sync/codec/value_column.h"

#include <algorithm>

namespace sotay {
namespace {

constexpr std::uint8_t kMixed = 255;  // instead of the one type of all values of a column

}  // namespace

void ValueColumnsWriter::add(Ordinal ordinal, const Value& value) {
    if (ordinal >= recent_.size() && ordinal < 4096) recent_.resize(ordinal + 1);
    ValueColumn* column = ordinal < recent_.size() ? recent_[ordinal] : nullptr;
    if (!column) {
        column = &columns_[ordinal];
        if (ordinal < recent_.size()) recent_[ordinal] = column;
    }
    column->tags.push_back(valueTag(value));
    if (auto* number = value.asInteger()) column->integers.push_back(*number);
    if (auto* number = value.asDecimal()) {
        column->scales.push_back(number->scale);
        column->mantissas.push_back(number->mantissa);
    }
    if (auto* text = value.asText()) {
        column->lengths.push_back(text->size());
        column->texts += *text;
    }
}

void ValueColumnsWriter::writeTo(CanonicalOutputArchive& ar) {
    ar.writeVarint(columns_.size());
    for (auto& [ordinal, column] : columns_) {
        ar(ordinal);
        ar.writeVarint(column.tags.size());
        bool isUniform = std::all_of(column.tags.begin(), column.tags.end(),
                                     [&](std::uint8_t tag) { return tag == column.tags.front(); });
        ar(isUniform ? column.tags.front() : kMixed);
        if (!isUniform)
            for (std::uint8_t tag : column.tags) ar(tag);
        ar(column);
    }
}

ValueColumns readValueColumns(CanonicalInputArchive& ar, std::size_t writes) {
    ValueColumns values;
    std::size_t count = ar.readSize();
    for (std::size_t i = 0; i < count; ++i) {
        Ordinal ordinal = 0;
        ar(ordinal);
        auto [at, isNew] = values.cursors_.try_emplace(ordinal);
        if (!isNew) throw CodecError("a field has two columns");
        std::uint64_t size = ar.readVarint();
        if (size == 0 || size > writes)
            throw CodecError("a column has more values than there are writes");
        writes -= static_cast<std::size_t>(size);
        std::uint8_t tag = 0;
        ar(tag);
        ValueColumn& column = at->second.column;
        if (tag == kMixed) {
            for (std::uint64_t k = 0; k < size; ++k) {
                ar(tag);
                column.tags.push_back(tag);
            }
        } else {
            column.tags.assign(static_cast<std::size_t>(size), tag);
        }
        ar(column);
    }
    return values;
}

Value ValueColumns::take(Ordinal ordinal) {
    auto found = cursors_.find(ordinal);
    if (found == cursors_.end()) throw CodecError("a field has no column");
    Cursor& cursor = found->second;
    ValueColumn& column = cursor.column;
    if (cursor.tag >= column.tags.size()) throw CodecError("a column is too short");
    switch (column.tags[cursor.tag++]) {
        case kEmptyTag:
            return Value();
        case kIntegerTag:
            if (cursor.integer >= column.integers.size()) break;
            return Value::integer(column.integers[cursor.integer++]);
        case kDecimalTag:
            if (cursor.decimal >= column.mantissas.size() || cursor.decimal >= column.scales.size())
                break;
            cursor.decimal++;
            return normalDecimal(column.mantissas[cursor.decimal - 1],
                                 column.scales[cursor.decimal - 1]);
        case kTextTag: {
            if (cursor.length >= column.lengths.size()) break;
            std::uint64_t length = column.lengths[cursor.length++];
            if (length > column.texts.size() - cursor.text) break;
            auto text = column.texts.substr(cursor.text, static_cast<std::size_t>(length));
            cursor.text += static_cast<std::size_t>(length);
            return normalText(text);
        }
        default:
            throw CodecError("a value has an unknown type");
    }
    throw CodecError("a column is too short");
}

bool ValueColumns::isEmpty() const {
    return std::all_of(cursors_.begin(), cursors_.end(), [](const auto& entry) {
        const Cursor& c = entry.second;
        return c.tag == c.column.tags.size() && c.integer == c.column.integers.size() &&
               c.decimal == c.column.mantissas.size() && c.decimal == c.column.scales.size() &&
               c.length == c.column.lengths.size() && c.text == c.column.texts.size();
    });
}

}  // namespace sotay
