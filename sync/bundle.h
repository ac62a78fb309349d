#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "sync/codec/crypto.h"
#include "sync/messages.h"

namespace sotay {

// A bundle is a sync that travels as a file: what a laptop would say to the server, or the server's
// answer. Anybody may carry it. Its pieces are signed by whoever made them and sealed for whoever
// they are for; each stands for itself, so a part of a bundle, an old one, the same one twice, or
// two in the wrong order do no harm. Any thread.

// One request of a laptop, as over the network, but with whole batches only (no compact ones: they
// are said by what the server knows at that moment).
struct BundledRequest {
    PublicKey device{};
    Id bundle;                           // drawn for each bundle that a laptop makes
    std::uint32_t index = 0, count = 0;  // of its pieces
    std::uint32_t taken = 0;             // own changes up to this height need no receipt
    std::string request;                 // encodeMessage(SyncRequest), or "": only files
    std::string files;                   // encodeMessage(AttachmentRequest), or ""
    Signature signature{};               // by the device, over the rest
};

// What became of changes of a laptop that follow each other in its chain.
struct Receipt {
    std::uint32_t branch = 0, height = 0, count = 0;  // of the first of them, as the server counts
    Id last;                   // the last of them, which through `prev` names all before it
    std::uint64_t number = 0;  // of the first of them; 0: in quarantine
    std::string reason;        // of the quarantine, for a person
};

// One reply to a laptop, good for who has received all before it.
struct BundledReply {
    PublicKey device{};
    Id bundle;  // the laptop's last that the server had taken; nil: none
    std::uint32_t index = 0, count = 0;
    Seen from;  // the cursor, and the place in a snapshot, that the reply goes on from
    std::uint64_t snapshotNumber = 0, snapshotPosition = 0;
    std::string areas;  // encodeAreas: how its laptop has to stand with its person's areas
    std::vector<Receipt> receipts;
    std::string reply;      // encodeMessage(SyncReply)
    std::string files;      // encodeMessage(AttachmentReply): of those told of last; or ""
    Signature signature{};  // by the server, over the rest
};

// Signs the piece and seals it for `recipient`.
std::string sealPiece(BundledRequest piece, const KeyPair& sender, const PublicKey& recipient);
std::string sealPiece(BundledReply piece, const KeyPair& sender, const PublicKey& recipient);

// Opens a piece that was sealed for `recipient`. Rejected when it was sealed for somebody else, or
// its protocol is newer than this program's; Corrupt when it is none, or is not signed by the
// laptop that it names (a request) or by `sender` (a reply).
Result<BundledRequest> openRequest(std::string_view sealed, const KeyPair& recipient);
Result<BundledReply> openReply(std::string_view sealed, const KeyPair& recipient,
                               const PublicKey& sender);

// The file: who it is for, for people and programs that carry it, and the sealed pieces.
struct Bundle {
    enum class Kind : std::uint8_t { ToServer = 0, ToLaptop = 1 } kind = Kind::ToServer;
    PublicKey sender{}, recipient{};
    std::vector<std::string> pieces;
};
std::string encodeBundle(const Bundle& bundle);
// Corrupt, with the reason for a person, when the file is none or was cut off.
Result<Bundle> decodeBundle(std::string_view file);

}  // namespace sotay
