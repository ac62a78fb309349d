#include "sync/store/workspace_impl.h"

// The server's side of the lane in which files travel (sync/attachment.h). Whoever can name a file
// may have it: its name is the hash of its content, and stands in records that they hold.

namespace sotay {

Result<AttachmentReply> Workspace::takeAttachments(const Caller& caller,
                                                   const AttachmentRequest& request) {
    return guarded([&]() -> Result<AttachmentReply> {
        Work work(impl_->stores);
        AttachmentReply reply;
        impl_->takeAttachments(caller, request, reply);
        if (!caller.isRevoked) impl_->giveAttachments(request, reply);
        work.commit();
        reply.signature = sign(signedBytes(reply), impl_->keys.secretKey);
        return reply;
    });
}

void Workspace::Impl::takeAttachments(const Caller& caller, const AttachmentRequest& request,
                                      AttachmentReply& reply) {
    reply.incarnation = stores.changes.incarnation();
    for (const AttachmentOffer& offer : request.offers)
        reply.standing.push_back(stores.attachments.standing(offer, caller.device));
    for (const AttachmentPart& part : request.parts) {
        AttachmentStanding now = stores.attachments.take(part, caller.device);
        if (!reply.standing.empty() && reply.standing.back().hash == now.hash)
            reply.standing.back() = std::move(now);
        else
            reply.standing.push_back(std::move(now));
    }
}

void Workspace::Impl::keepOffered(const Caller& caller, std::vector<AttachmentOffer> offers) {
    AttachmentRequest told;
    told.offers = std::move(offers);
    auto& keep = stores.database.statement("UPDATE enrolled SET files=? WHERE number=?");
    bindBytes(keep, 1, encodeMessage(told));
    keep.bind(2, caller.device);
    keep.exec();
}

std::string Workspace::Impl::filesOffered(const Caller& caller) {
    auto& find = stores.database.statement("SELECT files FROM enrolled WHERE number=?");
    find.bind(1, caller.device);
    const std::string told = find.executeStep() ? bytesColumn(find, 0) : std::string();
    find.reset();
    if (told.empty()) return {};
    auto request = decodeAttachmentRequest(told);
    if (!request.ok()) throw SQLite::Exception(request.error().message);
    AttachmentReply reply;
    takeAttachments(caller, *request, reply);
    reply.signature = sign(signedBytes(reply), keys.secretKey);
    return encodeMessage(reply);
}

void Workspace::Impl::giveAttachments(const AttachmentRequest& request, AttachmentReply& reply) {
    for (std::size_t i = 0; i < request.wanted.size(); ++i) {
        if (!stores.attachments.isWhole(request.wanted[i])) {
            reply.missing.push_back(request.wanted[i]);
            continue;
        }
        for (std::uint32_t index = request.from[i]; reply.parts.size() < kPartsAtOnce; ++index) {
            auto part = stores.attachments.part(request.wanted[i], index);
            if (!part) break;
            reply.parts.push_back(std::move(*part));
        }
    }
}

std::vector<AttachmentHeld> Workspace::attachments() const {
    auto all = guarded(
        [&]() -> Result<std::vector<AttachmentHeld>> { return impl_->stores.attachments.all(); });
    return all.ok() ? std::move(*all) : std::vector<AttachmentHeld>();
}

Status Workspace::writeAttachment(const std::string& name, const std::filesystem::path& to) const {
    return guarded([&]() -> Status {
        const auto hash = attachmentHash(name);
        if (!hash)
            return Error{Code::InvalidInput, "\"" + name + "\" is no name of an attachment."};
        return impl_->stores.attachments.write(*hash, to);
    });
}

}  // namespace sotay
