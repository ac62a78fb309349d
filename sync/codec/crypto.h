#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "schema/id.h"
#include "sync/change.h"

namespace sotay {

// libsodium's primitives under the names of the design. Any thread.

Id hashId(std::string_view bytes);                             // BLAKE2b, the first 128 bits
std::array<std::uint8_t, 32> hash256(std::string_view bytes);  // BLAKE2b-256

// BLAKE2b-256 of bytes that come piece by piece.
class Hasher {
  public:
    Hasher();
    void add(std::string_view bytes);
    std::array<std::uint8_t, 32> hash();  // of all so far; once

  private:
    alignas(64) std::array<unsigned char, 384> state_{};  // libsodium's
};

using SecretKey = std::array<std::uint8_t, 64>;  // Ed25519, as libsodium stores it
struct KeyPair {
    PublicKey publicKey{};
    SecretKey secretKey{};
};
KeyPair newKeyPair();
Signature sign(std::string_view bytes, const SecretKey& key);
bool verifySignature(std::string_view bytes, const Signature& signature, const PublicKey& key);

// Seals bytes so that only the owner of the key can read them (X25519 by the key's own curve,
// XSalsa20 and Poly1305); nobody can tell who sealed them. openSealed: nothing when they were
// sealed for another key or altered.
std::string sealFor(std::string_view bytes, const PublicKey& recipient);
std::optional<std::string> openSealed(std::string_view sealed, const KeyPair& recipient);

void randomBytes(void* to, std::size_t count);
std::uint64_t randomNumber();
Id newTimeOrderedId(std::int64_t unixMs);
std::string
randomCode();  // for people to type: 4 groups of 4 out of 32 letters that cannot be mistaken
std::string randomToken();  // 192 bits, base64url

// Text for names of bytes in JSON and headers.
std::string toHex(const std::uint8_t* bytes, std::size_t count);

}  // namespace sotay
