#include <algorithm>

#include "sync/store/workspace_impl.h"

// The server's side of syncs that travel as files (sync/bundle.h). Of each laptop it keeps what
// that asked last, without its changes, by network or by bundle: an answer can be made of it at any
// time. One that was asked before others of the same laptop only makes the answer longer.

namespace sotay {

std::optional<Caller> Workspace::Impl::callerOf(const PublicKey& device) {
    auto& find = stores.database.statement("SELECT number FROM enrolled WHERE key=?");
    find.bind(1, device.data(), static_cast<int>(device.size()));
    std::optional<std::uint32_t> number;
    if (find.executeStep()) number = find.getColumn(0).getUInt();
    find.reset();
    const DeviceInfo* info = stores.people.device(device);
    const UserInfo* user = info ? stores.people.user(info->user) : nullptr;
    if (!number || !user) return {};
    return Caller{*number, device, *user, info->isRevoked};
}

void Workspace::Impl::keepAsked(const Caller& caller, SyncRequest asked, std::uint32_t taken,
                                const Id& bundle) {
    asked.batches.clear();
    asked.returned.clear();
    asked.numbers.clear();
    auto& keep =
        stores.database.statement("UPDATE enrolled SET asked=?,taken=?,bundle=? WHERE number=?");
    bindBytes(keep, 1, encodeMessage(asked));
    keep.bind(2, taken);
    bindId(keep, 3, bundle);
    keep.bind(4, caller.device);
    keep.exec();
}

void Workspace::Impl::keepAsked(const Caller& caller, const SyncRequest& asked,
                                const SyncReply& reply) {
    const bool sends = !reply.acks.empty() && !reply.acks.front().placed.empty();
    auto& find = stores.database.statement("SELECT taken FROM enrolled WHERE number=?");
    find.bind(1, caller.device);
    std::uint32_t taken = find.executeStep() ? find.getColumn(0).getUInt() : 0;
    find.reset();
    if (sends) taken = reply.acks.front().placed.front().height - 1;
    keepAsked(caller, asked, taken, {});
}

Result<Workspace::BundleTaken> Workspace::takePiece(std::string_view sealed) {
    return guarded([&]() -> Result<BundleTaken> {
        Impl& impl = *impl_;
        auto piece = openRequest(sealed, impl.keys);
        if (!piece.ok()) return piece.error();
        auto request = piece->request.empty() ? Result<SyncRequest>(SyncRequest())
                                              : decodeMessage<SyncRequest>(piece->request);
        if (!request.ok()) return request.error();
        auto files = piece->files.empty() ? Result<AttachmentRequest>(AttachmentRequest())
                                          : decodeAttachmentRequest(piece->files);
        if (!files.ok()) return files.error();
        impl.stores.refresh();
        const auto caller = impl.callerOf(piece->device);
        if (!caller)
            return Error{Code::Rejected,
                         "The bundle comes from a laptop that was never enrolled "
                         "here."};
        // How long it was on its way says nothing about the laptop's clock.
        auto& clock =
            impl.stores.database.statement("SELECT clock_offset FROM enrolled WHERE number=?");
        clock.bind(1, caller->device);
        if (clock.executeStep())
            request->wallSeconds = impl.nowSeconds() + clock.getColumn(0).getInt64();
        clock.reset();

        BundleTaken taken;
        taken.device = caller->device;
        taken.deviceName = impl.stores.people.device(piece->device)->name;
        taken.userName = caller->user.name;
        taken.isLast = piece->index + 1 >= piece->count;
        Work work(impl.stores);
        AttachmentReply filed;
        impl.takeAttachments(*caller, *files, filed);
        if (!files->offers.empty()) impl.keepOffered(*caller, files->offers);
        if (piece->request.empty()) {
            work.commit();
            return taken;
        }
        taken.isStale = impl.isLate(*request);
        const std::uint64_t logBefore = impl.stores.changes.lastNumber();
        const std::int64_t keptBefore = impl.quarantineCount();
        SyncReply receipt;
        std::vector<NumberRange> acknowledged;
        if (auto done = impl.takeRequest(*caller, *request, {}, receipt, acknowledged); !done.ok())
            return done.error();
        impl.keepAsked(*caller, std::move(*request), piece->taken, piece->bundle);
        taken.changes = impl.stores.changes.lastNumber() - logBefore;
        taken.quarantined = static_cast<std::uint64_t>(impl.quarantineCount() - keptBefore);
        impl.stores.catchUp();  // nobody waits for an answer
        work.commit();
        return taken;
    });
}

Result<Workspace::BundleTaken> Workspace::importBundle(std::string_view file) {
    auto bundle = decodeBundle(file);
    if (!bundle.ok()) return bundle.error();
    if (bundle->kind != Bundle::Kind::ToServer)
        return Error{Code::Rejected,
                     "The bundle is an answer for a laptop, not changes for the server."};
    if (bundle->recipient != impl_->keys.publicKey)
        return Error{Code::Rejected, "The bundle was made for another server."};
    if (bundle->pieces.empty()) return Error{Code::Corrupt, "The bundle is empty."};
    BundleTaken all;
    for (const std::string& sealed : bundle->pieces) {
        auto taken = takePiece(sealed);
        if (!taken.ok()) return taken.error();
        taken->changes += all.changes;
        taken->quarantined += all.quarantined;
        all = std::move(*taken);
    }
    return all;
}

Result<std::string> Workspace::exportBundle(std::uint32_t device, std::size_t limit) {
    return guarded([&]() -> Result<std::string> {
        Impl& impl = *impl_;
        impl.stores.refresh();
        auto& find = impl.stores.database.statement(
            "SELECT key,asked,taken,bundle FROM enrolled WHERE number=?");
        find.bind(1, device);
        if (!find.executeStep())
            return Error{Code::NotFound, "There is no device " + std::to_string(device) + "."};
        const std::string key = bytesColumn(find, 0), asked = bytesColumn(find, 1);
        const std::uint32_t taken = find.getColumn(2).getUInt();
        BundledReply piece;
        if (!find.getColumn(3).isNull()) piece.bundle = idColumn(find, 3);
        find.reset();
        std::copy_n(key.begin(), std::min(key.size(), piece.device.size()), piece.device.begin());
        const auto caller = impl.callerOf(piece.device);
        if (!caller) return Error{Code::NotFound, "The person of this laptop is no longer here."};
        SyncRequest request;
        if (!asked.empty()) {
            auto known = decodeMessage<SyncRequest>(asked);
            if (!known.ok()) return known.error();
            request = std::move(*known);
        }

        std::vector<BundledReply> pieces;
        std::size_t size = 0;
        for (bool more = true; more;) {
            SyncReply reply;
            impl.fillFeed(*caller, request, {}, reply);
            more = reply.hasMore && !caller->isRevoked && !impl.isStale(request) &&
                   !impl.mustSayAreas(*caller, request);
            piece.from = request.cursor;
            piece.snapshotNumber = request.snapshotNumber;
            piece.snapshotPosition = request.snapshotPosition;
            piece.areas = encodeAreas(
                request.areas.empty() ? AreaStanding{impl.scopeOf(caller->user.areas), {}, {}, 0}
                                      : request.areas.front());
            piece.receipts.clear();
            piece.files.clear();
            if (pieces.empty()) {
                impl.fillReceipts(piece.device, taken, piece.receipts, reply);
                piece.files = impl.filesOffered(*caller);
            }
            reply.signature = sign(signedBytes(reply), impl.keys.secretKey);
            piece.reply = encodeMessage(reply);
            size += piece.reply.size();
            pieces.push_back(piece);
            more = more && size < limit;
            request = askedNext(std::move(request), reply);
        }
        Bundle bundle{Bundle::Kind::ToLaptop, impl.keys.publicKey, piece.device, {}};
        for (BundledReply& each : pieces) {
            each.index = static_cast<std::uint32_t>(bundle.pieces.size());
            each.count = static_cast<std::uint32_t>(pieces.size());
            bundle.pieces.push_back(sealPiece(std::move(each), impl.keys, piece.device));
        }
        return encodeBundle(bundle);
    });
}

void Workspace::Impl::fillReceipts(const PublicKey& device, std::uint32_t taken,
                                   std::vector<Receipt>& receipts, SyncReply& reply) {
    for (const BranchInfo& branch : stores.changes.branchesOf(device)) {
        const std::size_t first = receipts.size();
        for (std::uint32_t height = std::max(taken, branch.parent.height) + 1; height <= branch.tip;
             ++height) {
            const ChangeRef ref{branch.branch, height};
            const std::uint64_t number = stores.changes.causality().number(ref).value_or(0);
            std::string reason = number == 0 ? quarantineReason(ref) : std::string();
            if (number == 0 && reason.empty()) continue;  // a gap: not here
            Receipt* last = receipts.size() > first ? &receipts.back() : nullptr;
            const bool follows =
                last && last->height + last->count == height && last->reason == reason &&
                (number == 0 ? last->number == 0
                             : last->number != 0 && last->number + last->count == number);
            if (follows)
                ++last->count;
            else
                receipts.push_back({branch.branch, height, 1, {}, number, std::move(reason)});
        }
        if (receipts.size() > first) describeBranch(branch.branch, reply.branches);
        for (std::size_t i = first; i < receipts.size(); ++i)
            if (auto last = stores.changes.find(
                    {branch.branch, receipts[i].height + receipts[i].count - 1}))
                receipts[i].last = last->id;
    }
}

}  // namespace sotay
