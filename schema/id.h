#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sotay {

// 128 bits that name something. Records and repeat items have time-ordered ones (UUID version 7),
// changes have the hash of their content. Printed as a UUID.
struct Id {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Id&) const = default;
    bool isNil() const { return *this == Id{}; }
    std::string toString() const;
    static std::optional<Id> parse(std::string_view text);  // with or without hyphens
};

// UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, then random bits. Time orders ids so
// that they are appended to an index, never inserted into its middle; nothing reads the time back
// from them.
Id timeOrderedId(std::int64_t unixMs, const std::array<std::uint8_t, 10>& random);

}  // namespace sotay
