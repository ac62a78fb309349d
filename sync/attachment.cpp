#include "sync/attachment.h"

#include "sync/codec/serialize.h"
#include "sync/message_bytes.h"

namespace sotay {

template <class Archive>
void serialize(Archive& ar, AttachmentOffer& m) {
    ar(m.hash, m.size, m.ending);
    if (attachmentEnding("." + m.ending) != m.ending) throw CodecError("a file's ending is none");
}
template <class Archive>
void serialize(Archive& ar, AttachmentPart& m) {
    ar(m.of, m.index, m.bytes);
}
template <class Archive>
void serialize(Archive& ar, AttachmentRequest& m) {
    ar(m.offers, m.parts, m.wanted, m.from);
    if (m.from.size() != m.wanted.size()) throw CodecError("it wants files from nowhere");
}
template <class Archive>
void serialize(Archive& ar, AttachmentStanding& m) {
    ar(m.hash, m.isWhole, m.isBackedUp, m.next, m.wasDamaged, m.refusal);
}
template <class Archive>
void serialize(Archive& ar, AttachmentReply& m) {
    ar(m.incarnation, m.standing, m.parts, m.missing, m.signature);
}

namespace {

constexpr std::size_t kMaxEnding = 8;
constexpr std::size_t kHashDigits = 64;

bool isLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

int digitOf(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

std::string attachmentName(const FileHash& hash, std::string_view ending) {
    std::string name = toHex(hash.data(), hash.size());
    if (!ending.empty()) name.append(".").append(ending);
    return name;
}

std::string attachmentEnding(std::string_view fileName) {
    const std::size_t dot = fileName.rfind('.');
    if (dot == std::string_view::npos) return {};
    std::string ending;
    for (char c : fileName.substr(dot + 1)) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (!isLetterOrDigit(c) || ending.size() == kMaxEnding) return {};
        ending += c;
    }
    return ending;
}

std::optional<FileHash> attachmentHash(std::string_view name) {
    if (name.size() < kHashDigits) return {};
    if (const auto ending = name.substr(kHashDigits);
        !ending.empty() && "." + attachmentEnding(ending) != ending)
        return {};
    FileHash hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) {
        const int high = digitOf(name[2 * i]), low = digitOf(name[2 * i + 1]);
        if (high < 0 || low < 0) return {};
        hash[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return hash;
}

std::uint32_t partsOf(std::uint64_t size) {
    return static_cast<std::uint32_t>((size + kAttachmentPart - 1) / kAttachmentPart);
}

std::string signedBytes(const AttachmentReply& reply) {
    return bytesToSign("sotay attachments 1", reply);
}

std::string encodeMessage(const AttachmentRequest& message) { return framedBytes(message); }
std::string encodeMessage(const AttachmentReply& message) { return framedBytes(message); }

Result<AttachmentRequest> decodeAttachmentRequest(std::string_view framed) {
    return fromFramedBytes<AttachmentRequest>(framed, "The message");
}

Result<AttachmentReply> decodeAttachmentReply(std::string_view framed) {
    return fromFramedBytes<AttachmentReply>(framed, "The message");
}

}  // namespace sotay
