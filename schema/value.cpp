#include "schema/value.h"

#include <utf8proc.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <set>

#include "schema/mutant.h"

namespace sotay {
namespace {

constexpr int kMaxDigits = 15;

bool isSpace(utf8proc_int32_t c) {
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// Calls `use` with each code point; bytes that are no UTF-8 become U+FFFD.
template <class Use>
void eachCodePoint(std::string_view text, Use use) {
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t c = 0;
        utf8proc_ssize_t used = utf8proc_iterate(at, left, &c);
        if (used <= 0) {
            c = 0xFFFD;
            used = 1;
        }
        use(c, std::string_view(reinterpret_cast<const char*>(at), static_cast<std::size_t>(used)));
        at += used;
        left -= used;
    }
}

void append(std::string& out, utf8proc_int32_t c) {
    utf8proc_uint8_t bytes[4];
    auto n = utf8proc_encode_char(c, bytes);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
}

bool isAscii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Whether a byte after those two is out of place in a text of nothing but ASCII and the letters
// from U+00C0 to U+02FF and from U+1E00 to U+1EFF. Nothing branches, so compilers look at many at
// once.
inline std::uint8_t isOutOfPlace(std::uint8_t first, std::uint8_t before, std::uint8_t byte) {
    using Byte = std::uint8_t;
    auto isLead = [](Byte any) -> Byte {
        return Byte(any == 0xE1) | Byte(Byte(any - 0xC3) <= 0xCB - 0xC3);
    };
    const Byte isTail = (byte & 0xC0) == 0x80;
    const Byte mustBeTail = isLead(before) | Byte(first == 0xE1);
    const Byte isOther = Byte(byte >> 7) & Byte(1 ^ (isTail | isLead(byte)));
    const Byte isElsewhere = Byte(before == 0xE1) & Byte(Byte(byte - 0xB8) > 0xBB - 0xB8);
    return Byte(isTail ^ mustBeTail) | isOther | isElsewhere;
}

// Of at least two bytes.
bool isLettersOnly(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const std::size_t size = text.size();
    std::uint8_t bad = isOutOfPlace(0, 0, bytes[0]);
    bad |= isOutOfPlace(0, bytes[0], bytes[1]);
    for (std::size_t i = 2; i < size; ++i)
        bad |= isOutOfPlace(bytes[i - 2], bytes[i - 1], bytes[i]);
    // No letter is cut at the end.
    bad |= isOutOfPlace(bytes[size - 2], bytes[size - 1], 0);
    return bad == 0;
}

std::string trimmed(std::string_view text) {
    std::size_t first = text.size(), last = 0, at = 0;
    eachCodePoint(text, [&](utf8proc_int32_t c, std::string_view bytes) {
        if (!isSpace(c)) {
            first = std::min(first, at);
            last = at + bytes.size();
        }
        at += bytes.size();
    });
    return first < last ? std::string(text.substr(first, last - first)) : std::string();
}

std::string mapped(std::string_view text, utf8proc_option_t options) {
    utf8proc_uint8_t* out = nullptr;
    auto n = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                          static_cast<utf8proc_ssize_t>(text.size()), &out, options);
    if (n < 0) return std::string(text);
    std::string result(reinterpret_cast<char*>(out), static_cast<std::size_t>(n));
    std::free(out);
    return result;
}

bool isPlainlyNormal(std::string_view text) { return isNormalPiece(text) && isPlainText(text); }

std::string validUtf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    eachCodePoint(text, [&](utf8proc_int32_t c, std::string_view) { append(out, c); });
    return out;
}

std::string sortedNames(std::string_view typed) {
    std::set<std::string> names;
    std::string name;
    auto flush = [&] {
        if (!name.empty()) names.insert(std::exchange(name, {}));
    };
    eachCodePoint(typed, [&](utf8proc_int32_t c, std::string_view bytes) {
        if (isSpace(c))
            flush();
        else
            name.append(bytes);
    });
    flush();
    std::string out;
    for (const auto& each : names) out += (out.empty() ? "" : " ") + each;
    return out;
}

}  // namespace

// Mantissas below 10^15 and powers up to 10^15 are doubles exactly, so their quotient is the double
// nearest to the decimal, as strtod would find it.
double Decimal::toDouble() const {
    static constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                         1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    return static_cast<double>(mantissa) / kPowers[scale & 15];
}

std::string Decimal::toString() const {
    std::string digits = std::to_string(mantissa < 0 ? -mantissa : mantissa);
    if (scale > 0) {
        if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
        digits.insert(digits.size() - scale, 1, '.');
    }
    return mantissa < 0 ? "-" + digits : digits;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    bool negative = false;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    }
    long exponent = 0;
    if (auto e = text.find_first_of("eE"); e != std::string_view::npos) {
        auto power = text.substr(e + 1);
        if (!power.empty() && power[0] == '+') power.remove_prefix(1);
        auto [end, bad] = std::from_chars(power.data(), power.data() + power.size(), exponent);
        if (bad != std::errc() || end != power.data() + power.size() || std::abs(exponent) > 30)
            return {};
        text = text.substr(0, e);
    }
    std::string digits;
    long scale = 0;
    bool point = false, any = false;
    for (char c : text) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return {};
        any = true;
        if (point) ++scale;
        if (!digits.empty() || c != '0') digits += c;
    }
    if (!any) return {};
    scale -= exponent;
    while (!digits.empty() && digits.back() == '0' && scale > 0 && !mutant(Mutant::ZerosKept)) {
        digits.pop_back();
        --scale;
    }
    if (digits.empty()) return Decimal{};
    for (; scale < 0 && digits.size() <= kMaxDigits; ++scale) digits += '0';
    if (digits.size() > kMaxDigits || scale < 0 || scale > kMaxDigits) return {};
    Decimal out;
    out.mantissa = std::stoll(digits);
    if (negative) out.mantissa = -out.mantissa;
    out.scale = static_cast<std::uint8_t>(scale);
    return out;
}

std::optional<Decimal> Decimal::fromDouble(double number) {
    if (!std::isfinite(number)) return {};
    char buffer[64];
    auto [end, bad] = std::to_chars(buffer, buffer + sizeof buffer, number);
    if (bad != std::errc()) return {};
    if (auto exact = parse({buffer, end})) return exact;
    // 0.1 + 0.2 needs 17 digits; a calculation's result is rounded to the 15 that we keep.
    auto [rounded, worse] = std::to_chars(buffer, buffer + sizeof buffer, number,
                                          std::chars_format::general, kMaxDigits);
    if (worse != std::errc()) return {};
    return parse({buffer, rounded});
}

Value Value::text(std::string_view any) {
    if (isPlainlyNormal(any)) return Value(Storage(std::string(any)));
    std::string normal = normaliseText(any);
    return normal.empty() ? Value() : Value(Storage(std::move(normal)));
}

std::string Value::toString() const {
    if (auto* t = asText()) return *t;
    if (auto* i = asInteger()) return std::to_string(*i);
    if (auto* d = asDecimal()) return d->toString();
    return {};
}

Result<Value> parseValue(ValueType type, std::string_view typed) {
    std::string text = normaliseText(typed);
    if (text.empty()) return Value();
    switch (type) {
        case ValueType::Text:
            return Value::text(text);
        case ValueType::Choices:
            return Value::text(sortedNames(text));
        case ValueType::Integer: {
            auto number = Decimal::parse(text);
            if (number && number->scale == 0) return Value::integer(number->mantissa);
            std::int64_t whole = 0;
            auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), whole);
            if (bad == std::errc() && end == text.data() + text.size())
                return Value::integer(whole);
            return Error{Code::InvalidInput, "\"" + text + "\" is not a whole number."};
        }
        case ValueType::Decimal: {
            if (auto number = Decimal::parse(text)) return Value::decimal(*number);
            return Error{Code::InvalidInput,
                         "\"" + text + "\" is not a number of at most 15 digits."};
        }
    }
    return Value::text(text);
}

std::string normaliseText(std::string_view text) {
    if (isPlainlyNormal(text)) return std::string(text);
    std::string out = mutant(Mutant::TrimForgotten) ? std::string(text) : trimmed(text);
    if (isAscii(out) || mutant(Mutant::NfcForgotten)) return out;
    return trimmed(
        mapped(validUtf8(out), static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE)));
}

// Vietnamese as keyboards write it: valid UTF-8 of ranges in which NFC changes nothing and nothing
// combines (up to U+02FF, U+1E00 to U+1EFF, dashes and quotes, the dong). Spares nearly all texts
// the full normalisation.
bool isPlainText(std::string_view text) {
    // What else may be plain is looked at one by one.
    constexpr std::size_t kMany = 64;
    if (text.size() >= kMany && isLettersOnly(text)) return true;
    auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    auto isTail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    for (std::size_t i = 0; i < text.size();) {
        std::uint64_t eight = 0x80;
        if (i + sizeof eight <= text.size()) std::memcpy(&eight, text.data() + i, sizeof eight);
        const std::uint64_t high = eight & 0x8080808080808080;
        if (high == 0) {
            i += sizeof eight;
            continue;
        }
        // The first of them that is not ASCII, where the lowest byte comes first.
        if constexpr (std::endian::native == std::endian::little)
            i += static_cast<std::size_t>(std::countr_zero(high)) / 8;
        unsigned lead = byte(i), next = byte(i + 1);
        if (lead < 0x80) {
            i += 1;
        } else if (lead >= 0xC3 && lead <= 0xCB && isTail(i + 1)) {
            i += 2;
        } else if (isTail(i + 2) &&
                   ((lead == 0xE1 && next >= 0xB8 && next <= 0xBB) ||
                    (lead == 0xE2 && next == 0x80 && byte(i + 2) >= 0x90 && byte(i + 2) <= 0xA7) ||
                    (lead == 0xE2 && next == 0x82 && byte(i + 2) == 0xAB))) {
            i += 3;
        } else {
            return false;
        }
    }
    return true;
}

bool isNormalText(std::string_view text) {
    return isPlainlyNormal(text) || (!text.empty() && normaliseText(text) == text);
}

std::string foldText(std::string_view text) {
    std::string flat =
        isAscii(text)
            ? std::string(text)
            : mapped(validUtf8(text),
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                                    UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD));
    std::string out;
    bool space = false;
    eachCodePoint(flat, [&](utf8proc_int32_t c, std::string_view) {
        if (c == '\'' || c == 0x2019 || c == 0x2018 || c == 0x02BC) return;
        if (isSpace(c)) {
            space = !out.empty();
            return;
        }
        if (std::exchange(space, false)) out += ' ';
        if (c == 0x110 || c == 0x111) c = 'd';
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
        append(out, c);
    });
    return out;
}

}  // namespace sotay
