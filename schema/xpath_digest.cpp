#include "schema/xpath_digest.h"

#include <bit>
#include <cctype>

namespace sotay {
namespace {

// FIPS 180-4: the fractional parts of the cube roots of the first 80 primes; SHA-256 uses their
// upper halves. The starting values are those of square roots. RFC 1321: sines.
constexpr std::uint32_t kMd5Sines[] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

constexpr std::uint64_t kCubeRoots[] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
    0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
    0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
    0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
    0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
    0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
    0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
    0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
    0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
    0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
    0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
    0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
    0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
    0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
    0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
    0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
    0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};

constexpr std::uint64_t kStart512[] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

constexpr std::uint64_t kStart384[] = {
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};

// The text, a 1 bit, zeros, and its length in bits in the last bytes of the last block.
Bytes padded(std::string_view text, std::size_t block, bool bigEndian) {
    Bytes bytes(text.begin(), text.end());
    std::size_t lengthBytes = block / 8;
    bytes.push_back(0x80);
    while (bytes.size() % block != block - lengthBytes) bytes.push_back(0);
    std::uint64_t bits = static_cast<std::uint64_t>(text.size()) * 8;
    for (std::size_t i = 0; i < lengthBytes; ++i) {
        std::size_t power = bigEndian ? lengthBytes - 1 - i : i;
        bytes.push_back(power < 8 ? static_cast<std::uint8_t>(bits >> (8 * power))
                                  : std::uint8_t{0});
    }
    return bytes;
}

template <class Word>
Word readWord(const std::uint8_t* bytes, bool bigEndian) {
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        std::size_t at = bigEndian ? i : sizeof(Word) - 1 - i;
        word = static_cast<Word>((word << 8) | bytes[at]);
    }
    return word;
}

template <class Word>
void writeWord(Bytes& out, Word word, bool bigEndian) {
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        std::size_t power = bigEndian ? sizeof(Word) - 1 - i : i;
        out.push_back(static_cast<std::uint8_t>(word >> (8 * power)));
    }
}

Bytes md5(std::string_view text) {
    constexpr int kTurns[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    std::uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    Bytes bytes = padded(text, 64, false);
    for (std::size_t block = 0; block < bytes.size(); block += 64) {
        std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
        for (std::size_t i = 0; i < 64; ++i) {
            std::size_t round = i / 16;
            std::uint32_t mix = round == 0   ? (b & c) | (~b & d)
                                : round == 1 ? (d & b) | (~d & c)
                                : round == 2 ? b ^ c ^ d
                                             : c ^ (b | ~d);
            std::size_t word = round == 0   ? i
                               : round == 1 ? 5 * i + 1
                               : round == 2 ? 3 * i + 5
                                            : 7 * i;
            mix += a + kMd5Sines[i] + readWord<std::uint32_t>(&bytes[block + word % 16 * 4], false);
            a = d;
            d = c;
            c = b;
            b += std::rotl(mix, kTurns[round][i % 4]);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }
    Bytes out;
    for (std::uint32_t word : state) writeWord(out, word, false);
    return out;
}

Bytes sha1(std::string_view text) {
    std::uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    Bytes bytes = padded(text, 64, true);
    for (std::size_t block = 0; block < bytes.size(); block += 64) {
        std::uint32_t words[80];
        for (std::size_t i = 0; i < 16; ++i)
            words[i] = readWord<std::uint32_t>(&bytes[block + i * 4], true);
        for (std::size_t i = 16; i < 80; ++i) {
            words[i] = std::rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        }
        std::uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
        for (std::size_t i = 0; i < 80; ++i) {
            std::uint32_t mix = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                                : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                                : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                                         : (b ^ c ^ d) + 0xca62c1d6;
            std::uint32_t next = std::rotl(a, 5) + mix + e + words[i];
            e = d;
            d = c;
            c = std::rotl(b, 30);
            b = a;
            a = next;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }
    Bytes out;
    for (std::uint32_t word : state) writeWord(out, word, true);
    return out;
}

// SHA-256 and SHA-512 are one algorithm over words of two sizes.
struct Sha256 {
    using Word = std::uint32_t;
    static constexpr std::size_t kRounds = 64;
    static constexpr int kBig0[] = {2, 13, 22}, kBig1[] = {6, 11, 25}, kSmall0[] = {7, 18, 3},
                         kSmall1[] = {17, 19, 10};
};
struct Sha512 {
    using Word = std::uint64_t;
    static constexpr std::size_t kRounds = 80;
    static constexpr int kBig0[] = {28, 34, 39}, kBig1[] = {14, 18, 41}, kSmall0[] = {1, 8, 7},
                         kSmall1[] = {19, 61, 6};
};

template <class Kind>
Bytes sha2(std::string_view text, const std::uint64_t (&start)[8], std::size_t length) {
    using Word = typename Kind::Word;
    constexpr int kShift = 64 - static_cast<int>(sizeof(Word)) * 8;
    auto big = [](Word x, const int(&turns)[3]) {
        return std::rotr(x, turns[0]) ^ std::rotr(x, turns[1]) ^ std::rotr(x, turns[2]);
    };
    auto small = [](Word x, const int(&turns)[3]) {
        return std::rotr(x, turns[0]) ^ std::rotr(x, turns[1]) ^ (x >> turns[2]);
    };
    Word state[8];
    for (std::size_t i = 0; i < 8; ++i) state[i] = static_cast<Word>(start[i] >> kShift);
    constexpr std::size_t kBlock = sizeof(Word) * 16;
    Bytes bytes = padded(text, kBlock, true);
    for (std::size_t block = 0; block < bytes.size(); block += kBlock) {
        Word words[Kind::kRounds];
        for (std::size_t i = 0; i < 16; ++i)
            words[i] = readWord<Word>(&bytes[block + i * sizeof(Word)], true);
        for (std::size_t i = 16; i < Kind::kRounds; ++i) {
            words[i] = words[i - 16] + small(words[i - 15], Kind::kSmall0) + words[i - 7] +
                       small(words[i - 2], Kind::kSmall1);
        }
        Word now[8];
        for (std::size_t i = 0; i < 8; ++i) now[i] = state[i];
        for (std::size_t i = 0; i < Kind::kRounds; ++i) {
            Word first = now[7] + big(now[4], Kind::kBig1) +
                         ((now[4] & now[5]) ^ (~now[4] & now[6])) +
                         static_cast<Word>(kCubeRoots[i] >> kShift) + words[i];
            Word second = big(now[0], Kind::kBig0) +
                          ((now[0] & now[1]) ^ (now[0] & now[2]) ^ (now[1] & now[2]));
            for (std::size_t j = 7; j > 0; --j) now[j] = now[j - 1];
            now[4] += first;
            now[0] = first + second;
        }
        for (std::size_t i = 0; i < 8; ++i) state[i] += now[i];
    }
    Bytes out;
    for (Word word : state) writeWord(out, word, true);
    out.resize(length);
    return out;
}

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<Bytes> formDigest(std::string_view algorithm, std::string_view text) {
    std::string name;
    for (char c : algorithm) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (name == "MD5") return md5(text);
    if (name == "SHA-1") return sha1(text);
    if (name == "SHA-256") return sha2<Sha256>(text, kStart512, 32);
    if (name == "SHA-384") return sha2<Sha512>(text, kStart384, 48);
    if (name == "SHA-512") return sha2<Sha512>(text, kStart512, 64);
    return std::nullopt;
}

std::string hexText(const Bytes& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string base64Text(const Bytes& bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
        if (i + 1 < bytes.size()) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
        if (i + 2 < bytes.size()) group |= bytes[i + 2];
        text += kAlphabet[group >> 18];
        text += kAlphabet[group >> 12 & 63];
        text += i + 1 < bytes.size() ? kAlphabet[group >> 6 & 63] : '=';
        text += i + 2 < bytes.size() ? kAlphabet[group & 63] : '=';
    }
    return text;
}

std::optional<std::string> decodeBase64(std::string_view text) {
    std::string out;
    std::uint32_t group = 0;
    std::size_t characters = 0;
    for (char c : text) {
        std::size_t digit = kAlphabet.find(c);
        if (digit == std::string_view::npos) continue;
        group = (group << 6 | static_cast<std::uint32_t>(digit)) & 0xffffff;
        if (++characters % 4 != 0) continue;
        for (int shift : {16, 8, 0}) out += static_cast<char>(group >> shift & 0xff);
    }
    switch (characters % 4) {
        case 1:
            return std::nullopt;
        case 2:
            out += static_cast<char>(group >> 4 & 0xff);
            break;
        case 3:
            out += static_cast<char>(group >> 10 & 0xff);
            out += static_cast<char>(group >> 2 & 0xff);
            break;
        default:
            break;
    }
    return out;
}

}  // namespace sotay
