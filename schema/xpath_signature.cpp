#include "schema/xpath_signature.h"

#include <sodium.h>

namespace sotay {

std::optional<std::string> signedMessage(std::string_view contents, std::string_view key) {
    if (contents.size() < crypto_sign_ed25519_BYTES) return {};
    if (key.size() != crypto_sign_ed25519_PUBLICKEYBYTES || sodium_init() < 0) return {};
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    const auto message = contents.substr(crypto_sign_ed25519_BYTES);
    const int refused = crypto_sign_ed25519_verify_detached(bytes(contents), bytes(message),
                                                            message.size(), bytes(key));
    if (refused != 0) return {};
    return std::string(message);
}

}  // namespace sotay
