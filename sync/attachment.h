#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "sync/change.h"
#include "sync/codec/crypto.h"

namespace sotay {

// Photos and other files that answers refer to. A file is named by the hash of its content, so it
// never changes, two copies are one, and an answer that names it is an ordinary value. Files have a
// lane of their own, after the data: part by part, going on where it was interrupted.

constexpr std::uint64_t kMaxAttachmentBytes = 100u << 20;  // of one file
constexpr std::size_t kAttachmentPart = 64u << 10;         // of a file; the last may be shorter
constexpr std::size_t kPartsAtOnce = 4;                    // in one message
constexpr std::size_t kOffersAtOnce = 64;

using FileHash = std::array<std::uint8_t, 32>;  // BLAKE2b-256

// "<64 hexadecimal digits>.jpg": what an answer says. The ending is that of the file that was
// attached, in lower case, at most 8 letters and digits; none is allowed.
std::string attachmentName(const FileHash& hash, std::string_view ending);
// The ending of a file's name, as an attachment's name has it.
std::string attachmentEnding(std::string_view fileName);
std::optional<FileHash> attachmentHash(std::string_view name);  // nothing: it is no such name

// How many parts a file of this size has.
std::uint32_t partsOf(std::uint64_t size);

struct AttachmentOffer {
    FileHash hash{};
    std::uint64_t size = 0;
    std::string ending;  // of its name
};
struct AttachmentPart {
    AttachmentOffer of;
    std::uint32_t index = 0;  // of the part: it begins at byte index * kAttachmentPart
    std::string bytes;
};
struct AttachmentRequest {
    std::vector<AttachmentOffer> offers;  // of which does the server have how much?
    std::vector<AttachmentPart> parts;    // for the server
    std::vector<FileHash> wanted;         // parts of these, please...
    std::vector<std::uint32_t> from;      // ...each from this one on
};

// How a file stands at the server.
struct AttachmentStanding {
    FileHash hash{};
    bool isWhole = false;     // the server has it on disk, and its content is what its name says
    bool isBackedUp = false;  // and its backup has it
    std::uint32_t next = 0;   // otherwise: the part that it needs next from this laptop
    bool wasDamaged = false;  // what came was not what the name says: it begins again
    std::string refusal;      // why the server will not have it, for a person; "": it will
};
struct AttachmentReply {
    std::uint32_t incarnation = 0;             // of the log: a restored server may have lost files
    std::vector<AttachmentStanding> standing;  // one for each offer, then for each part's file
    std::vector<AttachmentPart> parts;         // of what was wanted
    std::vector<FileHash> missing;             // wanted, and not here
    Signature signature{};                     // by the server, over signedBytes
};
std::string signedBytes(const AttachmentReply& reply);

std::string encodeMessage(const AttachmentRequest& message);
std::string encodeMessage(const AttachmentReply& message);
Result<AttachmentRequest> decodeAttachmentRequest(std::string_view framed);
Result<AttachmentReply> decodeAttachmentReply(std::string_view framed);

// An attachment as a notebook or the server knows it.
struct AttachmentHeld {
    std::string name;
    std::uint64_t size = 0;
    bool isHere = true;       // false: it was given free, or is not fetched yet
    bool wasOffered = false;  // and the server answered
    bool isAtServer = false;  // it has it on disk
    bool isBackedUp = false;  // so it may be given free on a laptop
    std::uint64_t bytesSent = 0;
    std::string refusal;  // why it cannot be sent; "": it can
};

}  // namespace sotay
