#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"
#include "sync/codec/canonical_archive.h"
#include "sync/codec/crypto.h"
#include "sync/codec/frame.h"
#include "sync/messages.h"

namespace sotay {

// How messages become bytes, for the sources that say of which parts each consists. The parts are
// named by `serialize` in the namespace of the message.

template <class Message>
std::string plainBytes(const Message& message) {
    std::string bytes;
    CanonicalOutputArchive ar(bytes);
    ar(message);
    return bytes;
}

// Corrupt, naming `what`, unless the bytes are just one such message.
template <class Message>
Result<Message> fromPlainBytes(std::string_view bytes, const char* what) {
    try {
        Message message;
        CanonicalInputArchive ar(bytes);
        ar(message);
        if (!ar.done()) throw CodecError("something follows it");
        return message;
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt, std::string(what) + " cannot be read: " + problem.what() + "."};
    }
}

// What a signature that stands last is over: a hash, since a signature goes over its bytes twice
// with a slower one. `mark` says of what kind the message is, so that none can pass for another.
template <class Message>
std::string bytesToSign(std::string_view mark, const Message& message) {
    const std::string bytes = plainBytes(message);
    const auto hash =
        hash256(std::string_view(bytes).substr(0, bytes.size() - message.signature.size()));
    return std::string(mark) + std::string(reinterpret_cast<const char*>(hash.data()), hash.size());
}

// The protocol's number, then the message.
template <class Message>
std::string versionedBytes(const Message& message) {
    return static_cast<char>(kProtocol) + plainBytes(message);
}

template <class Message>
Result<Message> fromVersionedBytes(std::string_view bytes, const char* what) {
    if (bytes.empty()) return Error{Code::Corrupt, std::string(what) + " is empty."};
    if (Status readable = checkProtocol(static_cast<std::uint8_t>(bytes.front())); !readable.ok())
        return readable.error();
    return fromPlainBytes<Message>(bytes.substr(1), what);
}

// `packed`: how many of its bytes are in frames of their own. When that is all but a few, looking
// for what repeats takes time and finds nothing.
template <class Message>
std::string framedBytes(const Message& message, std::size_t packed = 0) {
    constexpr std::size_t kFew = 1024, kMany = 32u << 10;
    const std::string bytes = versionedBytes(message);
    return packed >= kMany && bytes.size() - packed <= kFew ? plainFrame(bytes) : packFrame(bytes);
}

template <class Message>
Result<Message> fromFramedBytes(std::string_view framed, const char* what) {
    auto bytes = unpackFrame(framed);
    if (!bytes.ok()) return bytes.error();
    return fromVersionedBytes<Message>(*bytes, what);
}

}  // namespace sotay
