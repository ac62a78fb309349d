#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sotay {

// 128 bits that name something. Records and repeat items have time-ordered ones (UUID version 7),
// changes have the hash of their content. Printed as a UUID.
struct Id {
    std::array<std::uint8_t, 16> bytes{};

    bool operator==(const Id&) const = default;
    // By their bytes, eight at a time.
    std::strong_ordering operator<=>(const Id& other) const {
        const auto order = word(0) <=> other.word(0);
        return order != 0 ? order : word(8) <=> other.word(8);
    }
    bool isNil() const { return *this == Id{}; }
    std::string toString() const;
    static std::optional<Id> parse(std::string_view text);  // with or without hyphens

  private:
    std::uint64_t word(std::size_t at) const {
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < sizeof word; ++i) word = word << 8 | bytes[at + i];
        return word;
    }
};

// UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then random bits. Time orders ids so
// that they are appended to an index, never inserted into its middle; nothing reads the time back
// from them.
Id timeOrderedId(std::int64_t unixMs, const std::array<std::uint8_t, 10>& random);

}  // namespace sotay
