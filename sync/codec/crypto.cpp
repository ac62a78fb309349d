#include "sync/codec/crypto.h"

#include <sodium.h>

#include <cstdlib>

namespace sotay {
namespace {

// libsodium asks to be initialised before anything else; more than once is harmless.
void ready() {
    static const int result = sodium_init();
    if (result < 0) std::abort();
}

const unsigned char* data(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

crypto_generichash_state* stateOf(unsigned char* bytes) {
    return reinterpret_cast<crypto_generichash_state*>(bytes);
}

}  // namespace

Id hashId(std::string_view bytes) {
    // The first 128 bits of the 256-bit hash: BLAKE2b with a 128-bit output is another function.
    auto whole = hash256(bytes);
    Id id;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = whole[i];
    return id;
}

std::array<std::uint8_t, 32> hash256(std::string_view bytes) {
    ready();
    std::array<std::uint8_t, 32> out{};
    crypto_generichash(out.data(), out.size(), data(bytes), bytes.size(), nullptr, 0);
    return out;
}

Hasher::Hasher() {
    ready();
    static_assert(sizeof(crypto_generichash_state) <= sizeof(state_));
    crypto_generichash_init(stateOf(state_.data()), nullptr, 0, 32);
}

void Hasher::add(std::string_view bytes) {
    crypto_generichash_update(stateOf(state_.data()), data(bytes), bytes.size());
}

std::array<std::uint8_t, 32> Hasher::hash() {
    std::array<std::uint8_t, 32> out{};
    crypto_generichash_final(stateOf(state_.data()), out.data(), out.size());
    return out;
}

KeyPair newKeyPair() {
    ready();
    KeyPair keys;
    crypto_sign_keypair(keys.publicKey.data(), keys.secretKey.data());
    return keys;
}

Signature sign(std::string_view bytes, const SecretKey& key) {
    ready();
    Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, data(bytes), bytes.size(), key.data());
    return signature;
}

bool verifySignature(std::string_view bytes, const Signature& signature, const PublicKey& key) {
    ready();
    return crypto_sign_verify_detached(signature.data(), data(bytes), bytes.size(), key.data()) ==
           0;
}

std::string sealFor(std::string_view bytes, const PublicKey& recipient) {
    ready();
    std::array<unsigned char, crypto_box_PUBLICKEYBYTES> key{};
    std::string sealed(bytes.size() + crypto_box_SEALBYTES, '\0');
    // A key that is no point of the curve belongs to nobody: what is sealed for it, nobody opens.
    if (crypto_sign_ed25519_pk_to_curve25519(key.data(), recipient.data()) != 0) key.fill(0);
    crypto_box_seal(reinterpret_cast<unsigned char*>(sealed.data()), data(bytes), bytes.size(),
                    key.data());
    return sealed;
}

std::optional<std::string> openSealed(std::string_view sealed, const KeyPair& recipient) {
    ready();
    if (sealed.size() < crypto_box_SEALBYTES) return {};
    std::array<unsigned char, crypto_box_PUBLICKEYBYTES> open{};
    std::array<unsigned char, crypto_box_SECRETKEYBYTES> secret{};
    if (crypto_sign_ed25519_pk_to_curve25519(open.data(), recipient.publicKey.data()) != 0 ||
        crypto_sign_ed25519_sk_to_curve25519(secret.data(), recipient.secretKey.data()) != 0)
        return {};
    std::string bytes(sealed.size() - crypto_box_SEALBYTES, '\0');
    const bool isOpen =
        crypto_box_seal_open(reinterpret_cast<unsigned char*>(bytes.data()), data(sealed),
                             sealed.size(), open.data(), secret.data()) == 0;
    sodium_memzero(secret.data(), secret.size());
    if (!isOpen) return {};
    return bytes;
}

void randomBytes(void* to, std::size_t count) {
    ready();
    randombytes_buf(to, count);
}

std::uint64_t randomNumber() {
    std::uint64_t number = 0;
    randomBytes(&number, sizeof number);
    return number;
}

Id newTimeOrderedId(std::int64_t unixMs) {
    std::array<std::uint8_t, 10> random{};
    randomBytes(random.data(), random.size());
    return timeOrderedId(unixMs, random);
}

std::string randomCode() {
    static constexpr char kLetters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    std::array<std::uint8_t, 16> random{};
    randomBytes(random.data(), random.size());
    std::string code;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % 4 == 0) code += '-';
        code += kLetters[random[i] % 32];
    }
    return code;
}

std::string randomToken() {
    std::array<std::uint8_t, 24> random{};
    randomBytes(random.data(), random.size());
    char text[sodium_base64_ENCODED_LEN(24, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    sodium_bin2base64(text, sizeof text, random.data(), random.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text;
}

std::string toHex(const std::uint8_t* bytes, std::size_t count) {
    std::string out(count * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes, count);
    out.pop_back();
    return out;
}

}  // namespace sotay
