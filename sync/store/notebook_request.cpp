#include <algorithm>

#include "schema/mutant.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/frame.h"
#include "sync/store/notebook_impl.h"

// What a laptop asks and sends.

namespace sotay {
namespace {

constexpr std::uint32_t kSealPiece = 512;  // are read at a time
constexpr std::size_t kSealBytes =
    700u << 10;  // and about so many unpacked bytes, so that it fits a request
constexpr std::size_t kKeptUnsealed = 1u << 20;
constexpr std::size_t kEditSize = 256;  // of one change, roughly; who creates records writes more

std::size_t roughSize(const Change& change) {
    std::size_t size = 48;
    for (const Write& write : change.writes)
        size += 6 + (write.value.asText() ? write.value.asText()->size() : 6);
    for (const Note& note : change.notes) size += 24 + note.text.size();
    return size;
}

}  // namespace

std::uint64_t Notebook::unsentChanges() const {
    auto unsent = guarded([&]() -> Result<std::uint64_t> {
        impl_->refresh();
        auto acked = static_cast<std::uint32_t>(impl_->number("own.acked"));
        return impl_->ownTip() > acked ? impl_->ownTip() - acked : 0;
    });
    return unsent.ok() ? *unsent : 0;
}

void Notebook::Impl::keepUnsealed(ChangeRef first, const std::vector<Change>& changes,
                                  const std::vector<Id>& ids) {
    if (!unsealed.empty() && unsealed.back().ref != ChangeRef{first.branch, first.height - 1})
        forgetUnsealed();
    for (std::size_t i = 0; i < changes.size(); ++i, ++first.height) {
        unsealedSize += roughSize(changes[i]);
        unsealed.push_back({changes[i], ids[i], first});
    }
    if (unsealedSize > kKeptUnsealed) forgetUnsealed();
}

void Notebook::Impl::forgetUnsealed() {
    unsealed.clear();
    unsealedSize = 0;
}

std::vector<StoredChange> Notebook::Impl::takeUnsealed(std::uint32_t from) {
    std::vector<StoredChange> kept = std::move(unsealed);
    forgetUnsealed();
    // An id names all that came before it, so the last tells whether they are what is stored.
    const BranchInfo* chain = stores.changes.branch(own);
    const bool isAll = !kept.empty() && kept.front().ref == ChangeRef{own, from} &&
                       kept.back().ref == ChangeRef{own, chain->tip} &&
                       kept.back().id == chain->tipId;
    if (!isAll) kept.clear();
    return kept;
}

std::map<std::uint32_t, Batch> Notebook::Impl::seal() {
    std::map<std::uint32_t, Batch> edits;
    const auto acked = static_cast<std::uint32_t>(number("own.acked"));
    // A receipt can end in the middle of a batch (part of it came back in the feed): the rest is
    // sealed anew.
    if (acked < ownTip() && stores.changes.split(own, acked + 1)) setNumber("own.sealed", acked);
    auto from = std::max(static_cast<std::uint32_t>(number("own.sealed")), acked) + 1;
    const std::uint32_t tip = ownTip();
    if (from > tip) return edits;
    const std::uint32_t start = from;
    std::vector<StoredChange> known = takeUnsealed(from);
    while (from <= tip) {
        Batch batch;
        std::vector<Id> ids;
        std::size_t size = 0;
        bool isFull = false;
        while (!isFull && ids.size() < surroundings.limits.sealedChanges &&
               from + ids.size() <= tip) {
            auto first = from + static_cast<std::uint32_t>(ids.size());
            const std::uint32_t last = std::min(tip, first + kSealPiece - 1);
            std::vector<StoredChange> read;
            if (known.empty()) read = stores.changes.range(own, first, last);
            const auto piece = known.empty()
                                   ? std::span(read)
                                   : std::span(known).subspan(first - start, last - first + 1);
            if (piece.empty()) return edits;
            for (auto& stored : piece) {
                size += roughSize(stored.change);
                isFull = !ids.empty() && size > kSealBytes;
                if (isFull) break;
                batch.changes.push_back(std::move(stored.change));
                ids.push_back(stored.id);
            }
        }
        Run run;
        run.device = keys.publicKey;
        run.prev = batch.changes.front().prev;
        run.count = static_cast<std::uint32_t>(ids.size());
        run.signature = sign(sealedBytes(ids.back()), keys.secretKey);
        stores.changes.split(own, from + run.count);
        stores.changes.replace({own, from}, run, batch.changes, ids);
        if (size <= kEditSize * run.count) {
            batch.runs = {run};
            edits.emplace(from, std::move(batch));
        }
        from += run.count;
    }
    setNumber("own.sealed", tip);
    return edits;
}

std::string Notebook::Impl::said(const ChangeStore::StoredFrame& frame, const SyncRequest& request,
                                 const Batch* sealed) {
    constexpr std::size_t kSmall = 1024, kEditBytes = 96;  // creations are not worth the trouble
    const bool isEdits =
        frame.bytes.size() <= kSmall || frame.bytes.size() / frame.count <= kEditBytes;
    // A log that broke does not know what the lost one knew.
    const bool isFull = mustSayInFull || !surroundings.limits.compactEdits || isRecovering();
    if (isFull || !isEdits) return frame.bytes;
    Result<DecodedBatch> read = DecodedBatch{};
    if (!sealed) {
        auto bytes = unpackFrame(frame.bytes);
        read = bytes.ok() ? decodeBatch(*bytes) : Result<DecodedBatch>(bytes.error());
        if (!read.ok()) return frame.bytes;
        sealed = &read->batch;
    }
    auto numberOf = [&](const Change& change) -> std::uint64_t {
        auto created = stores.records.createdBy(change.form.formId, change.record);
        return created ? stores.changes.causality().number(*created).value_or(0) : 0;
    };
    auto before = stores.changes.find({own, frame.firstHeight - 1});
    auto compact = encodeCompact(*sealed, frame.firstHeight, before ? &before->change : nullptr,
                                 {keys.publicKey, request.cursor, request.wallSeconds}, numberOf,
                                 [&](std::uint64_t number) {
                                     return stores.changes.sharedTexts(number, kMaxSharedChanges);
                                 });
    return compact && compact->size() < frame.bytes.size() ? *compact : frame.bytes;
}

void Notebook::Impl::addHeld(SyncRequest& request) {
    // After a break what both logs share may be told again, whatever is here of it.
    const Seen was = cursor();
    const std::uint64_t shared =
        isRecovering() && was.incarnation != request.cursor.incarnation
            ? stores.changes.causality().sharedTop(was.incarnation, request.cursor.incarnation)
            : 0;
    for (const auto& run : stores.changes.log(std::max(request.cursor.number, shared) + 1,
                                              INT64_MAX, request.cursor.incarnation))
        request.held.push_back({run.number, run.count});
}

SyncRequest Notebook::Impl::newRequest() {
    SyncRequest request;
    request.cursor = cursor();
    request.directory = static_cast<std::uint64_t>(number("directory"));
    request.snapshotNumber = static_cast<std::uint64_t>(number("snapshot.number"));
    request.snapshotPosition = static_cast<std::uint64_t>(number("snapshot.position"));
    request.wallSeconds = surroundings.nowMs() / 1000;
    request.lore = static_cast<std::uint64_t>(number("lore"));
    if (!isInItsAreas() || isRecovering()) request.areas = {areasSaid()};
    return request;
}

bool Notebook::asksStill(const SyncRequest& request) const {
    auto same = guarded([&]() -> Result<bool> {
        Impl& impl = *impl_;
        impl.refresh();
        const SyncRequest now = impl.newRequest();
        return now.areas.empty() && request.areas.empty() && now.cursor == request.cursor &&
               now.directory == request.directory && now.snapshotNumber == request.snapshotNumber &&
               now.snapshotPosition == request.snapshotPosition && now.lore == request.lore;
    });
    return same.ok() && *same;
}

Result<SyncRequest> Notebook::nextRequest(std::size_t limit) {
    return guarded([&]() -> Result<SyncRequest> {
        Impl& impl = *impl_;
        Work work(impl.stores);
        impl.refresh();
        const auto sealed = impl.seal();
        SyncRequest request = impl.newRequest();
        impl.lastRequest.clear();
        if (impl.isRecovering()) impl.addRecovery(request, limit);
        impl.addHeld(request);

        std::size_t packed = 0;
        for (const std::string& reply : request.returned) packed += reply.size();
        auto from = static_cast<std::uint32_t>(impl.number("own.acked")) + 1;
        for (auto& frame : impl.stores.changes.frames(impl.own, from, impl.ownTip())) {
            bool isFirst = request.batches.empty() && request.returned.empty();
            if (!isFirst && packed + frame.bytes.size() >
                                std::min(limit, impl.surroundings.limits.requestBytes))
                break;
            packed += frame.bytes.size();
            auto known = sealed.find(frame.firstHeight);
            request.batches.push_back(
                impl.said(frame, request, known == sealed.end() ? nullptr : &known->second));
            impl.lastRequest.push_back({frame.firstHeight, frame.count});
        }
        if (impl.isRecovering())
            for (const Impl::Sent& sent : impl.lastRequest)
                request.numbers.push_back(impl.numbersOf(sent.firstHeight, sent.count));
        if (mutant(Mutant::AcknowledgedWhenSent) && !impl.lastRequest.empty())
            impl.setNumber("own.acked",
                           impl.lastRequest.back().firstHeight + impl.lastRequest.back().count - 1);
        work.commit();
        return request;
    });
}

}  // namespace sotay
