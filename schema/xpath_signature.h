#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sotay {

// What extract-signed() gives: `contents` is an Ed25519 signature of 64 bytes and the message after
// it. The message when the key of 32 bytes made the signature, else nothing.
std::optional<std::string> signedMessage(std::string_view contents, std::string_view key);

}  // namespace sotay
