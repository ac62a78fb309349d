#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "schema/result.h"

namespace sotay {

// A decimal number, exact: mantissa / 10^scale, with no trailing zeros in the mantissa, so that
// equal numbers are equal bytes. At most 15 significant digits, which a double and SQLite's REAL
// hold exactly.
struct Decimal {
    std::int64_t mantissa = 0;
    std::uint8_t scale = 0;  // digits after the point, 0..15

    auto operator<=>(const Decimal&) const = default;
    double toDouble() const;
    std::string toString() const;  // "9.45", "-3", never an exponent
    static std::optional<Decimal> parse(std::string_view text);
    static std::optional<Decimal> fromDouble(
        double number);  // shortest digits that read back the same
};

// How an answer is stored; one type per field for life.
enum class ValueType : std::uint8_t { Text = 0, Integer = 1, Decimal = 2, Choices = 3 };

// One answer, normalised: there is one representation for one meaning, so comparing bytes compares
// meaning.
//   empty     no answer
//   text      NFC, outer white space trimmed; also dates (2026-11-22), times, date-times, one
//   choice, geometry integer   64 bits (money is in whole dong) decimal   see Decimal
// The answer of a select_multiple is text too: its names in byte order, one space between.
class Value {
  public:
    Value() = default;
    static Value text(std::string_view any);  // normalises; blank text is the empty value
    // Of a text for which isNormalText holds: spares looking again.
    static Value ofNormalText(std::string_view text) { return Value(Storage(std::string(text))); }
    static Value integer(std::int64_t number) { return Value(Storage(number)); }
    static Value decimal(Decimal number) { return Value(Storage(number)); }

    bool isEmpty() const { return std::holds_alternative<std::monostate>(storage_); }
    const std::string* asText() const { return std::get_if<std::string>(&storage_); }
    const std::int64_t* asInteger() const { return std::get_if<std::int64_t>(&storage_); }
    const Decimal* asDecimal() const { return std::get_if<Decimal>(&storage_); }
    std::string toString() const;  // as it is typed and exported; "" when empty

    bool operator==(const Value&) const = default;
    auto operator<=>(const Value&) const = default;

  private:
    using Storage = std::variant<std::monostate, std::int64_t, Decimal, std::string>;
    explicit Value(Storage storage) : storage_(std::move(storage)) {}
    Storage storage_;
};

// Reads what somebody typed (or a file holds) as a value of `type`; blank is the empty value.
// InvalidInput when it is no such value: the message says what was expected.
Result<Value> parseValue(ValueType type, std::string_view typed);

// NFC, with white space trimmed at both ends (Unicode's, non-breaking spaces included). Invalid
// UTF-8 becomes U+FFFD rather than an error: what came from outside is kept visible.
std::string normaliseText(std::string_view text);

// Would it stay as it is, and is it not blank?
bool isNormalText(std::string_view text);

// Nothing but characters that normalising leaves as they are wherever they stand, or white space.
bool isPlainText(std::string_view text);
// Of a piece of plain text: is it normal? Its ends tell.
inline bool isNormalPiece(std::string_view piece) {
    if (piece.empty()) return false;
    const auto first = static_cast<unsigned char>(piece.front());
    const auto last = static_cast<unsigned char>(piece.back());
    return first > ' ' && (first & 0xC0) != 0x80 && last > ' ';
}

// For search and duplicates: lower case, without tone and vowel marks, d for đ, apostrophes
// dropped, white space runs as one space.
std::string foldText(std::string_view text);

}  // namespace sotay
