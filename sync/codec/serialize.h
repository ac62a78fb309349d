#pragma once

#include <vector>

#include "sync/change.h"
#include "sync/codec/canonical_archive.h"
#include "sync/codec/lent_change.h"

namespace sotay {

// How the parts of changes are written by the canonical archive.

template <class Archive>
void serialize(Archive& ar, Id& id) {
    ar(id.bytes);
}
template <class Archive>
void serialize(Archive& ar, Seen& seen) {
    ar(seen.incarnation, seen.number);
}
template <class Archive>
void serialize(Archive& ar, FormRef& form) {
    ar(form.formId, form.version, form.fingerprint);
}
// Most cells are in no repeat, and then there is no item to be named.
inline std::uint64_t cellCode(Ordinal ordinal, bool hasItem) {
    return static_cast<std::uint64_t>(ordinal) << 1 | (hasItem ? 1 : 0);
}
inline std::uint64_t cellCode(const Cell& cell) {
    return cellCode(cell.ordinal, !cell.item.isNil());
}
inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutputArchive& ar, const Cell& cell) {
    ar(cellCode(cell));
    if (!cell.item.isNil()) ar(cell.item);
}
inline void CEREAL_LOAD_FUNCTION_NAME(CanonicalInputArchive& ar, Cell& cell) {
    std::uint64_t code = 0;
    ar(code);
    if ((code >> 1) > UINT32_MAX) throw CodecError("a field's number is out of its range");
    cell = {{}, static_cast<Ordinal>(code >> 1)};
    if (code & 1) ar(cell.item);
    if (cellCode(cell) != code) throw CodecError("a cell names an item that is none");
}
template <class Archive>
void serialize(Archive& ar, Write& write) {
    ar(write.cell, write.value);
}
template <class Archive>
void serialize(Archive& ar, Note& note) {
    ar(note.cell, note.text);
}

// A value that comes in must be in its normal form, or equal meanings would have unequal bytes.
inline void checkText(std::string_view text) {
    if (!isNormalText(text)) throw CodecError("a text is not in its normal form");
}
inline Value normalText(std::string_view text) {
    checkText(text);
    return Value::ofNormalText(text);
}
inline void checkDecimal(std::int64_t mantissa, std::uint8_t scale) {
    constexpr std::int64_t kLimit = 1'000'000'000'000'000;
    bool trailing = scale > 0 && mantissa % 10 == 0;
    if (scale > 15 || mantissa >= kLimit || mantissa <= -kLimit || trailing)
        throw CodecError("a decimal is not in its normal form");
}
inline Value normalDecimal(std::int64_t mantissa, std::uint8_t scale) {
    checkDecimal(mantissa, scale);
    return Value::decimal(Decimal{mantissa, scale});
}

inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutputArchive& ar, const Value& value) {
    ar(valueTag(value));
    if (auto* text = value.asText()) ar(*text);
    if (auto* number = value.asInteger()) ar(*number);
    if (auto* number = value.asDecimal()) ar(number->scale, number->mantissa);
}
inline void CEREAL_LOAD_FUNCTION_NAME(CanonicalInputArchive& ar, Value& value) {
    std::uint8_t tag = 0;
    ar(tag);
    if (tag == kTextTag) {
        std::string text;
        ar(text);
        value = normalText(text);
    } else if (tag == kIntegerTag) {
        std::int64_t number = 0;
        ar(number);
        value = Value::integer(number);
    } else if (tag == kDecimalTag) {
        std::uint8_t scale = 0;
        std::int64_t mantissa = 0;
        ar(scale, mantissa);
        value = normalDecimal(mantissa, scale);
    } else if (tag == kEmptyTag) {
        value = Value();
    } else {
        throw CodecError("a value has an unknown type");
    }
}

}  // namespace sotay
