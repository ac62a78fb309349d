#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sotay {

using Bytes = std::vector<std::uint8_t>;

// The digests that digest() of a form may ask for: "MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512",
// in any case. For comparing and pseudonyms in forms; what Sotay itself signs goes through
// libsodium.
std::optional<Bytes> formDigest(std::string_view algorithm, std::string_view text);

std::string hexText(const Bytes& bytes);
std::string base64Text(const Bytes& bytes);
// Characters outside the alphabet are passed over; nothing when the rest is no base64.
std::optional<std::string> decodeBase64(std::string_view text);

}  // namespace sotay
