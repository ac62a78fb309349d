#pragma once

#include <bit>
#include <cereal/cereal.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace sotay {

// Bytes that are no canonical encoding. Thrown inside the codec only; its functions catch it.
class CodecError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// cereal's archive for everything that leaves a store: canonical (one encoding for one value) and
// compact. Integers are LEB128 varints, signed ones zigzagged (as in Protocol Buffers); sizes are
// varints; booleans one byte. No names, no versions: those are explicit members where they are
// wanted.
class CanonicalOutputArchive
    : public cereal::OutputArchive<CanonicalOutputArchive, cereal::AllowEmptyClassElision> {
  public:
    explicit CanonicalOutputArchive(std::string& out) : OutputArchive(this), out_(out) {}

    void writeVarint(std::uint64_t value) {
        while (value >= 0x80) {
            out_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        out_.push_back(static_cast<char>(value));
    }
    void writeBytes(const void* bytes, std::size_t count) {
        out_.append(static_cast<const char*>(bytes), count);
    }

  private:
    std::string& out_;
};

// More than any message needs that a laptop or a server makes, and what keeps 16 MiB of the
// smallest entries below 64 MiB of memory.
constexpr std::size_t kMaxElements = 1u << 18;

// The other way. Every length is checked against the bytes that remain before anything is
// allocated, so memory is bounded by the input's size times the element's; nesting is bounded by
// the types, none of which recurse.
class CanonicalInputArchive
    : public cereal::InputArchive<CanonicalInputArchive, cereal::AllowEmptyClassElision> {
  public:
    explicit CanonicalInputArchive(std::string_view in) : InputArchive(this), in_(in) {}

    std::uint64_t readVarint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            if (in_.empty()) throw CodecError("a number ends in the middle");
            auto byte = static_cast<std::uint8_t>(in_.front());
            in_.remove_prefix(1);
            if (shift == 63 && byte > 1) throw CodecError("a number is larger than 64 bits");
            value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (!(byte & 0x80)) {
                if (byte == 0 && shift > 0)
                    throw CodecError("a number is written longer than it need be");
                return value;
            }
        }
        throw CodecError("a number is larger than 64 bits");
    }
    std::size_t readSize() {
        std::uint64_t size = readVarint();
        if (size > in_.size()) throw CodecError("a length is larger than what follows it");
        return static_cast<std::size_t>(size);
    }
    // How many elements a list has. An element of one byte takes up to 32 in memory, so their
    // number is bounded as well, over all lists of what is read.
    std::size_t readElements() {
        std::size_t count = readSize();
        if (count > elements_) throw CodecError("there are more entries than are allowed");
        elements_ -= count;
        return count;
    }
    std::string_view readBytes(std::size_t count) {
        if (count > in_.size()) throw CodecError("the bytes end too early");
        auto bytes = in_.substr(0, count);
        in_.remove_prefix(count);
        return bytes;
    }
    bool done() const { return in_.empty(); }
    std::string_view rest() const { return in_; }

  private:
    std::string_view in_;
    std::size_t elements_ = kMaxElements;
};

inline std::uint64_t zigzag(std::int64_t n) {
    return (static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63);
}
inline std::int64_t unzigzag(std::uint64_t n) {
    return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
}

// What cereal calls for each kind of value; the template parameter's name is cereal's rule.
template <class T>
std::enable_if_t<std::is_integral_v<T>> CEREAL_SAVE_FUNCTION_NAME(CanonicalOutputArchive& ar,
                                                                  const T& value) {
    if constexpr (std::is_signed_v<T>)
        ar.writeVarint(zigzag(value));
    else
        ar.writeVarint(value);
}

template <class T>
std::enable_if_t<std::is_integral_v<T>> CEREAL_LOAD_FUNCTION_NAME(CanonicalInputArchive& ar,
                                                                  T& value) {
    std::uint64_t raw = ar.readVarint();
    if constexpr (std::is_same_v<T, bool>) {
        if (raw > 1) throw CodecError("a yes or no is neither");
        value = raw == 1;
    } else if constexpr (std::is_signed_v<T>) {
        std::int64_t wide = unzigzag(raw);
        value = static_cast<T>(wide);
        if (value != wide) throw CodecError("a number is out of its range");
    } else {
        value = static_cast<T>(raw);
        if (value != raw) throw CodecError("a number is out of its range");
    }
}

inline void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutputArchive& ar, const std::string& text) {
    ar.writeVarint(text.size());
    ar.writeBytes(text.data(), text.size());
}
inline void CEREAL_LOAD_FUNCTION_NAME(CanonicalInputArchive& ar, std::string& text) {
    text = ar.readBytes(ar.readSize());
}

template <std::size_t N>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutputArchive& ar,
                               const std::array<std::uint8_t, N>& bytes) {
    ar.writeBytes(bytes.data(), N);
}
template <std::size_t N>
void CEREAL_LOAD_FUNCTION_NAME(CanonicalInputArchive& ar, std::array<std::uint8_t, N>& bytes) {
    auto from = ar.readBytes(N);
    for (std::size_t i = 0; i < N; ++i) bytes[i] = static_cast<std::uint8_t>(from[i]);
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CanonicalOutputArchive& ar, const cereal::SizeTag<T>& size) {
    ar.writeVarint(size.size);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(CanonicalInputArchive& ar, cereal::SizeTag<T>& size) {
    size.size = ar.readElements();
}

}  // namespace sotay

CEREAL_REGISTER_ARCHIVE(sotay::CanonicalOutputArchive)
CEREAL_REGISTER_ARCHIVE(sotay::CanonicalInputArchive)
CEREAL_SETUP_ARCHIVE_TRAITS(sotay::CanonicalInputArchive, sotay::CanonicalOutputArchive)
