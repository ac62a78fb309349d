#include "sync/bundle.h"

#include "schema/mutant.h"
#include "sync/codec/serialize.h"
#include "sync/message_bytes.h"

namespace sotay {

// cereal finds these by name in the namespace of the messages.
template <class Archive>
void serialize(Archive& ar, BundledRequest& m) {
    ar(m.device, m.bundle, m.index, m.count, m.taken, m.request, m.files, m.signature);
}
template <class Archive>
void serialize(Archive& ar, Receipt& m) {
    ar(m.branch, m.height, m.count, m.last, m.number, m.reason);
}
template <class Archive>
void serialize(Archive& ar, BundledReply& m) {
    ar(m.device, m.bundle, m.index, m.count, m.from, m.snapshotNumber, m.snapshotPosition, m.areas,
       m.receipts, m.reply, m.files, m.signature);
}
template <class Archive>
void serialize(Archive& ar, Bundle& m) {
    auto kind = static_cast<std::uint8_t>(m.kind);
    ar(kind, m.sender, m.recipient, m.pieces);
    if (kind > static_cast<std::uint8_t>(Bundle::Kind::ToLaptop))
        throw CodecError("it is of an unknown kind");
    m.kind = static_cast<Bundle::Kind>(kind);
}

namespace {

constexpr std::string_view kMagic = "sotay bundle\n";
constexpr std::string_view kRequestMark = "sotay bundled request 1";
constexpr std::string_view kReplyMark = "sotay bundled reply 1";

template <class Piece>
std::string sealed(std::string_view mark, Piece& piece, const KeyPair& sender,
                   const PublicKey& recipient) {
    piece.signature = sign(bytesToSign(mark, piece), sender.secretKey);
    return sealFor(framedBytes(piece), recipient);
}

template <class Piece>
Result<Piece> opened(std::string_view sealedBytes, const KeyPair& recipient) {
    auto frame = openSealed(sealedBytes, recipient);
    if (!frame)
        return Error{Code::Rejected, "The bundle was made for somebody else, or it is damaged."};
    return fromFramedBytes<Piece>(*frame, "A piece of the bundle");
}

template <class Piece>
Result<Piece> verified(std::string_view mark, Result<Piece> piece, const PublicKey& sender) {
    if (piece.ok() && !mutant(Mutant::BundleUnsignedTrusted) &&
        !verifySignature(bytesToSign(mark, *piece), piece->signature, sender))
        return Error{Code::Corrupt, "The bundle is not signed by whoever it says made it."};
    return piece;
}

}  // namespace

std::string sealPiece(BundledRequest piece, const KeyPair& sender, const PublicKey& recipient) {
    return sealed(kRequestMark, piece, sender, recipient);
}

std::string sealPiece(BundledReply piece, const KeyPair& sender, const PublicKey& recipient) {
    return sealed(kReplyMark, piece, sender, recipient);
}

Result<BundledRequest> openRequest(std::string_view sealedBytes, const KeyPair& recipient) {
    auto piece = opened<BundledRequest>(sealedBytes, recipient);
    const PublicKey sender = piece.ok() ? piece->device : PublicKey{};
    return verified(kRequestMark, std::move(piece), sender);
}

Result<BundledReply> openReply(std::string_view sealedBytes, const KeyPair& recipient,
                               const PublicKey& sender) {
    return verified(kReplyMark, opened<BundledReply>(sealedBytes, recipient), sender);
}

std::string encodeBundle(const Bundle& bundle) {
    return std::string(kMagic) + versionedBytes(bundle);
}

Result<Bundle> decodeBundle(std::string_view file) {
    if (file.substr(0, kMagic.size()) != kMagic)
        return Error{Code::Corrupt, "The file is no bundle of Sotay's."};
    file.remove_prefix(kMagic.size());
    if (file.empty())
        return Error{Code::Corrupt, "The bundle was cut off while it was copied; copy it again."};
    auto bundle = fromVersionedBytes<Bundle>(file, "The bundle");
    if (!bundle.ok() && bundle.error().code == Code::Corrupt)
        return Error{Code::Corrupt,
                     "The bundle is damaged or was cut off while it was copied; copy it again."};
    return bundle;
}

}  // namespace sotay
