#include <algorithm>
#include <utility>

#include "sync/store/notebook_impl.h"

// A laptop's side of the lane in which files travel (sync/attachment.h).

namespace sotay {
namespace {

constexpr std::uint32_t kFromServer = 1;  // the source of files that are fetched

constexpr std::size_t kOffersInBundle = 4096;
constexpr std::size_t kBundledFileBytes = 16u << 20;  // so that each can be held in memory

AttachmentOffer offerOf(const AttachmentHeld& held) {
    return {*attachmentHash(held.name), held.size, attachmentEnding(held.name)};
}

}  // namespace

Result<std::string> Notebook::addAttachment(const std::filesystem::path& file) {
    return guarded([&]() -> Result<std::string> {
        Work work(impl_->stores);
        auto name = impl_->stores.attachments.add(file);
        if (name.ok()) work.commit();
        return name;
    });
}

Status Notebook::writeAttachment(const std::string& name, const std::filesystem::path& to) const {
    return guarded([&]() -> Status {
        const auto hash = attachmentHash(name);
        if (!hash)
            return Error{Code::InvalidInput, "\"" + name + "\" is no name of an attachment."};
        return impl_->stores.attachments.write(*hash, to);
    });
}

std::vector<AttachmentHeld> Notebook::attachments() const {
    auto all = guarded(
        [&]() -> Result<std::vector<AttachmentHeld>> { return impl_->stores.attachments.all(); });
    return all.ok() ? std::move(*all) : std::vector<AttachmentHeld>();
}

Result<std::uint64_t> Notebook::freeAttachments() {
    return guarded([&]() -> Result<std::uint64_t> {
        Work work(impl_->stores);
        const std::uint64_t bytes = impl_->stores.attachments.free();
        work.commit();
        return bytes;
    });
}

Result<AttachmentRequest> Notebook::nextAttachments(const std::string& wanted) const {
    return guarded([&]() -> Result<AttachmentRequest> {
        AttachmentStore& store = impl_->stores.attachments;
        AttachmentRequest request;
        if (!wanted.empty()) {
            const auto hash = attachmentHash(wanted);
            if (!hash)
                return Error{Code::InvalidInput, "\"" + wanted + "\" is no name of an attachment."};
            if (store.isWhole(*hash)) return request;
            request.wanted.push_back(*hash);
            request.from.push_back(store.arrived(*hash, kFromServer));
            return request;
        }
        const auto unsent = store.unsent(kOffersAtOnce);
        for (const AttachmentHeld& each : unsent) {
            const AttachmentOffer offer = offerOf(each);
            // The server may have it from somebody else. A question costs a round trip, so a small
            // file goes at once.
            const bool isKnown = each.bytesSent > 0 || each.wasOffered;
            if (!isKnown && each.size > kAttachmentPart) {
                request.offers.push_back(offer);
                continue;
            }
            auto index = static_cast<std::uint32_t>(each.bytesSent / kAttachmentPart);
            for (; request.parts.size() < kPartsAtOnce && index < partsOf(each.size); ++index) {
                auto part = store.part(offer.hash, index);
                if (!part) break;
                request.parts.push_back(std::move(*part));
            }
        }
        const std::size_t room = kOffersAtOnce - request.offers.size();
        for (const AttachmentHeld& each : store.unconfirmed(impl_->backedUpTo(), room))
            request.offers.push_back(offerOf(each));
        return request;
    });
}

Result<Notebook::AttachmentsMoved> Notebook::receiveAttachments(const AttachmentRequest& request,
                                                                std::string_view framed) {
    return guarded([&]() -> Result<AttachmentsMoved> {
        auto reply = decodeAttachmentReply(framed);
        if (!reply.ok()) return reply.error();
        Work work(impl_->stores);
        impl_->refresh();
        if (!verifySignature(signedBytes(*reply), reply->signature, impl_->identity().serverKey))
            return Error{Code::Corrupt,
                         "The answer is not signed by the server that this laptop enrolled with."};
        AttachmentsMoved moved = impl_->noteStandings(reply->standing, reply->incarnation);
        for (const AttachmentPart& part : reply->parts) {
            if (std::find(request.wanted.begin(), request.wanted.end(), part.of.hash) ==
                request.wanted.end())
                return Error{Code::Corrupt, "The server sends a file that was not asked for."};
            const auto now = impl_->stores.attachments.take(part, kFromServer);
            if (now.wasDamaged || !now.refusal.empty())
                return Error{Code::Corrupt, "The file came damaged; fetch it again."};
            moved.received += part.bytes.size();
            AttachmentStanding there;
            there.hash = part.of.hash;
            there.isWhole = true;
            if (now.isWhole) impl_->stores.attachments.noteStanding(there, 0);
        }
        moved.isMissing = !reply->missing.empty();
        work.commit();
        return moved;
    });
}

Notebook::AttachmentsMoved Notebook::Impl::noteStandings(
    std::span<const AttachmentStanding> standing, std::uint32_t incarnation) {
    AttachmentsMoved moved;
    // What a lost server had, the one that came back from a backup may not have.
    if (incarnation != stores.changes.incarnation() || isRecovering()) return moved;
    for (const AttachmentStanding& each : standing) {
        const auto before = stores.attachments.find(each.hash);
        if (!before || (before->isBackedUp && each.isWhole)) continue;
        stores.attachments.noteStanding(each, backedUpTo());
        const auto now = stores.attachments.find(each.hash);
        moved.progress += now->isAtServer != before->isAtServer ||
                          now->bytesSent != before->bytesSent ||
                          now->wasOffered != before->wasOffered ||
                          now->isBackedUp != before->isBackedUp || now->refusal != before->refusal;
        moved.sent += now->isAtServer && !before->isAtServer;
        moved.refused += !now->refusal.empty();
    }
    return moved;
}

std::uint64_t Notebook::Impl::backedUpTo() {
    return static_cast<std::uint64_t>(number("backed_up_to"));
}

std::vector<AttachmentOffer> Notebook::Impl::unsentFiles() {
    std::vector<AttachmentOffer> offers;
    for (const AttachmentHeld& each : stores.attachments.unsent(kOffersInBundle))
        offers.push_back(offerOf(each));
    return offers;
}

Result<BundleMade> Notebook::exportFiles(FilePlace& from) const {
    return guarded([&]() -> Result<BundleMade> {
        Impl& impl = *impl_;
        const Identity who = impl.identity();
        AttachmentStore& store = impl.stores.attachments;
        std::vector<BundledRequest> pieces;
        BundleMade made;
        std::size_t size = 0;
        AttachmentRequest request;
        auto close = [&] {
            if (request.parts.empty()) return;
            BundledRequest piece;
            piece.device = impl.keys.publicKey;
            piece.files = encodeMessage(std::exchange(request, {}));
            pieces.push_back(std::move(piece));
        };
        bool isFound = from.hash == FileHash{};
        for (const AttachmentHeld& each : store.unsent(kOffersInBundle)) {
            const FileHash hash = *attachmentHash(each.name);
            isFound = isFound || hash == from.hash;
            if (!isFound || size >= kBundledFileBytes) continue;
            auto index = static_cast<std::uint32_t>(each.bytesSent / kAttachmentPart);
            if (hash == from.hash) index = std::max(index, from.part);
            for (; size < kBundledFileBytes; ++index) {
                auto part = store.part(hash, index);
                if (!part) break;
                size += part->bytes.size();
                request.parts.push_back(std::move(*part));
                if (request.parts.size() == kPartsAtOnce) close();
            }
            from = {hash, index};
            ++made.files;
        }
        close();
        if (pieces.empty()) return made;
        Bundle bundle{Bundle::Kind::ToServer, impl.keys.publicKey, who.serverKey, {}};
        for (BundledRequest& piece : pieces) {
            piece.index = static_cast<std::uint32_t>(bundle.pieces.size());
            piece.count = static_cast<std::uint32_t>(pieces.size());
            bundle.pieces.push_back(sealPiece(std::move(piece), impl.keys, who.serverKey));
        }
        made.file = encodeBundle(bundle);
        return made;
    });
}

}  // namespace sotay
