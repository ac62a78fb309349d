#include <algorithm>

#include "schema/xlsform.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/store/notebook_impl.h"

namespace sotay {
namespace {

constexpr std::uint32_t kSealPiece = 512;     // are read at a time
constexpr std::uint32_t kSealChanges = 2000;  // at most so many in one batch
constexpr std::size_t kSealBytes =
    700u << 10;  // and about so many unpacked bytes, so that it fits a request

std::size_t roughSize(const Change& change) {
    std::size_t size = 48;
    for (const Write& write : change.writes)
        size += 6 + (write.value.asText() ? write.value.asText()->size() : 6);
    for (const Note& note : change.notes) size += 24 + note.text.size();
    return size;
}

}  // namespace

std::uint64_t Notebook::unsentChanges() const {
    auto acked = static_cast<std::uint32_t>(impl_->number("own.acked"));
    return impl_->ownTip() > acked ? impl_->ownTip() - acked : 0;
}

void Notebook::Impl::seal() {
    const auto acked = static_cast<std::uint32_t>(number("own.acked"));
    // A receipt can end in the middle of a batch (part of it came back in the feed): the rest is
    // sealed anew.
    if (acked < ownTip() && stores.changes.split(own, acked + 1)) setNumber("own.sealed", acked);
    auto from = std::max(static_cast<std::uint32_t>(number("own.sealed")), acked) + 1;
    const std::uint32_t tip = ownTip();
    if (from > tip) return;
    while (from <= tip) {
        Batch batch;
        std::vector<Id> ids;
        std::size_t size = 0;
        bool isFull = false;
        while (!isFull && ids.size() < kSealChanges && from + ids.size() <= tip) {
            auto first = from + static_cast<std::uint32_t>(ids.size());
            auto piece = stores.changes.range(own, first, std::min(tip, first + kSealPiece - 1));
            if (piece.empty()) return;
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
        from += run.count;
    }
    setNumber("own.sealed", tip);
}

Result<SyncRequest> Notebook::nextRequest(std::size_t limit) {
    return guarded([&]() -> Result<SyncRequest> {
        Impl& impl = *impl_;
        Work work(impl.stores);
        impl.refresh();
        impl.seal();
        SyncRequest request;
        request.cursor = impl.cursor();
        request.directory = static_cast<std::uint64_t>(impl.number("directory"));
        request.snapshotNumber = static_cast<std::uint64_t>(impl.number("snapshot.number"));
        request.snapshotPosition = static_cast<std::uint64_t>(impl.number("snapshot.position"));
        request.wallSeconds = impl.surroundings.nowMs() / 1000;
        for (const auto& run : impl.stores.changes.log(request.cursor.number + 1, INT64_MAX))
            request.held.push_back({run.number, run.count});

        impl.lastRequest.clear();
        std::size_t packed = 0;
        auto from = static_cast<std::uint32_t>(impl.number("own.acked")) + 1;
        for (auto& frame : impl.stores.changes.frames(impl.own, from, impl.ownTip())) {
            if (!request.batches.empty() && packed + frame.bytes.size() > limit) break;
            packed += frame.bytes.size();
            request.batches.push_back(std::move(frame.bytes));
            impl.lastRequest.push_back({frame.firstHeight, frame.count});
        }
        work.commit();
        return request;
    });
}

Result<Notebook::Received> Notebook::receive(const SyncRequest& request, const SyncReply& reply) {
    return guarded([&]() -> Result<Received> {
        Impl& impl = *impl_;
        Identity who = impl.identity();
        if (!verifySignature(signedBytes(reply), reply.signature, who.serverKey))
            return Error{Code::Corrupt,
                         "The reply is not signed by the server that this laptop enrolled with."};
        if (reply.acks.size() > request.batches.size())
            return Error{Code::Corrupt, "The server answers more than it was asked."};
        Received received;
        Work work(impl.stores);
        impl.refresh();
        impl.receiveDirectory(reply.directory);
        for (std::size_t i = 0; i < reply.forks.size(); ++i)
            impl.stores.changes.fork(static_cast<std::uint32_t>(i + 1), reply.forks[i]);
        for (const BranchNote& branch : reply.branches) impl.chains.note(branch);
        impl.receiveAcks(request, reply, received);
        if (!reply.snapshot.empty()) impl.receiveSnapshot(reply);
        if (!reply.feed.empty()) impl.receiveFeed(reply.feed, reply.incarnation, received);
        // Which of several heads is shown may change when one of them gets its number.
        if (received.acknowledged > 0)
            for (const auto& [formId, record] : impl.stores.records.inConflict())
                impl.stores.records.refresh(formId, record);
        impl.setNumber("snapshot.number", static_cast<std::int64_t>(
                                              reply.snapshotPosition ? reply.snapshotNumber : 0));
        impl.setNumber("snapshot.position", static_cast<std::int64_t>(reply.snapshotPosition));
        impl.setNumber("cursor.incarnation", reply.incarnation);
        impl.setNumber("cursor.number", static_cast<std::int64_t>(reply.cursor));
        std::int64_t now = impl.surroundings.nowMs() / 1000;
        impl.setNumber("last_sync", now);
        impl.setNumber("clock_offset", now - reply.serverSeconds);
        impl.setNumber("backed_up_to", static_cast<std::int64_t>(reply.backedUpTo));
        work.commit();
        impl.isUnsentKnown = false;
        received.hasMore = reply.hasMore;
        received.cursor = reply.cursor;
        received.logEnd = reply.logEnd;
        return received;
    });
}

void Notebook::Impl::receiveDirectory(const Directory& directory) {
    if (directory.version == 0) return;
    for (const UserInfo& user : directory.users) stores.people.put(user);
    for (const DeviceInfo& device : directory.devices) stores.people.put(device);
    for (const FormInfo& form : directory.forms) {
        auto table = decodeFieldTable(form.fieldTable);
        if (!table.ok()) throw SQLite::Exception(table.error().message);
        auto reading =
            readForm(std::as_bytes(std::span(form.xlsx.data(), form.xlsx.size())), form.formId);
        std::string title = reading.form ? reading.form->title : form.formId;
        stores.putForm(*table, title, reading.form ? reading.form->versionText : "", form.xlsx);
    }
    if (!directory.workspace.empty())
        stores.database.setSetting("identity.workspace", directory.workspace);
    setNumber("directory", static_cast<std::int64_t>(directory.version));
}

void Notebook::Impl::receiveAcks(const SyncRequest& request, const SyncReply& reply,
                                 Received& received) {
    for (std::size_t i = 0; i < reply.acks.size() && i < lastRequest.size(); ++i) {
        const Sent& sent = lastRequest[i];
        std::uint32_t done = 0;
        for (const auto& placed : reply.acks[i].placed) {
            if (placed.offset != done || placed.count > sent.count - done)
                throw SQLite::Exception("The server's receipt does not fit what was sent.");
            done += placed.count;
            ChangeRef first{own, sent.firstHeight + placed.offset};
            if (placed.height != first.height)
                throw SQLite::Exception("The server counts this laptop's changes differently.");
            chains.map(placed.branch, placed.height, own);
            if (placed.number > 0) {
                stores.changes.place(first, placed.count, placed.number, reply.incarnation);
                received.acknowledged += placed.count;
            } else {
                received.quarantined += placed.count;
                for (std::uint32_t k = 0; k < placed.count; ++k) {
                    auto& keep = stores.database.statement(
                        "INSERT OR REPLACE INTO quarantined(height,reason) VALUES(?,?)");
                    keep.bind(1, first.height + k);
                    keep.bind(2, placed.reason);
                    keep.exec();
                }
            }
        }
        stores.changes.taken({own, sent.firstHeight}, reply.serverSeconds,
                             request.wallSeconds - reply.serverSeconds);
        setNumber("own.acked",
                  std::max<std::int64_t>(number("own.acked"), sent.firstHeight + done - 1));
    }
}

void Notebook::Impl::receiveFeed(const std::string& bytes, std::uint32_t incarnation,
                                 Received& received) {
    auto parts = decodeFeed(bytes);
    if (!parts.ok()) throw SQLite::Exception(parts.error().message);
    for (const FeedPart& part : *parts) {
        auto batch = openPart(part);
        if (!batch.ok()) throw SQLite::Exception(batch.error().message);
        std::string_view frame = part.placed.count > 0 ? std::string_view(part.frame) : "";
        std::size_t at = 0;
        for (const Run& run : batch->batch.runs) {
            std::span<const Change> changes(batch->batch.changes.data() + at, run.count);
            std::span<const Id> ids(batch->ids.data() + at, run.count);
            at += run.count;
            receiveRun(run, changes, ids, incarnation, &received, frame);
        }
    }
}

void Notebook::Impl::receiveRun(const Run& run, std::span<const Change> changes,
                                std::span<const Id> ids, std::uint32_t incarnation,
                                Received* received, std::string_view frame) {
    if (changes.empty()) return;
    auto isOurs = [&](std::uint32_t height) {
        if (height < run.firstHeight || height - run.firstHeight >= ids.size() || height > ownTip())
            return false;
        auto held = stores.changes.find({own, height});
        return held && held->id == ids[height - run.firstHeight];
    };
    if (run.device == keys.publicKey && own != 0 && changes.size() > 1) {
        // Of this laptop itself, or of a copy of it: where they part is seen change by change.
        Run single = run;
        single.count = 1;
        single.signature.reset();
        for (std::size_t i = 0; i < changes.size(); ++i) {
            single.firstHeight = run.firstHeight + static_cast<std::uint32_t>(i);
            single.firstNumber = run.firstNumber ? run.firstNumber + i : 0;
            single.prev = changes[i].prev;
            receiveRun(single, changes.subspan(i, 1), ids.subspan(i, 1), incarnation, received);
        }
        return;
    }
    ChangeRef first =
        chains.localOrNew({run.branch, run.firstHeight}, run.device, own, keys.publicKey, isOurs);
    if (first.branch == own && !isOurs(run.firstHeight)) {
        std::uint32_t beside = stores.changes.addBranch(run.device, {own, run.firstHeight - 1});
        chains.map(run.branch, run.firstHeight, beside);
        first.branch = beside;
    }
    if (run.firstNumber > 0) stores.changes.place(first, run.count, run.firstNumber, incarnation);
    if (first.branch == own) {
        setNumber("own.acked",
                  std::max<std::int64_t>(number("own.acked"), first.height + run.count - 1));
        return;
    }
    std::size_t skipped = 0;
    while (skipped < changes.size() &&
           stores.changes.holds({first.branch, first.height + static_cast<std::uint32_t>(skipped)}))
        ++skipped;
    std::span<const Change> fresh = changes.subspan(skipped);
    if (fresh.empty()) return;
    Run kept = run;
    kept.prev = fresh.front().prev;
    kept.count = static_cast<std::uint32_t>(fresh.size());
    ChangeRef start{first.branch, first.height + static_cast<std::uint32_t>(skipped)};
    stores.changes.append(start, kept, fresh, ids.subspan(skipped),
                          skipped == 0 ? frame : std::string_view());
    if (!received) return;  // history: merged already
    bool hasAhead = stores.database.raw().execAndGet("SELECT count(*) FROM ahead").getInt() > 0;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        ChangeRef ref{start.branch, start.height + static_cast<std::uint32_t>(i)};
        if (hasAhead && isInSnapshot(fresh[i].record, run.firstNumber + skipped + i))
            stores.records.addHistory(fresh[i].form.formId, fresh[i].record, ref);
        else
            stores.merge(fresh[i], ref);
    }
    received->pulled += fresh.size();
}

bool Notebook::Impl::insertSnapshotRecord(RecordStore& into, const SnapshotRecord& record) {
    if (!into.tables(record.formId)) return false;
    RecordState state;
    state.id = record.record;
    state.formId = record.formId;
    state.changedSeconds = record.changedSeconds;
    for (const SnapshotHead& head : record.heads) {
        auto ref = chains.local({head.branch, head.height});
        if (!ref) throw SQLite::Exception("The snapshot names a chain that it does not describe.");
        state.heads[head.cell].push_back({*ref, head.value});
    }
    for (auto& [cell, heads] : state.heads)
        std::sort(heads.begin(), heads.end(),
                  [](const Head& a, const Head& b) { return a.change < b.change; });
    into.erase(record.formId, record.record);
    into.insert(state);
    return true;
}

bool Notebook::Impl::isInSnapshot(const Id& record, std::uint64_t number) {
    auto& find = stores.database.statement("SELECT number FROM ahead WHERE record=?");
    bindId(find, 1, record);
    bool isIn =
        find.executeStep() && number <= static_cast<std::uint64_t>(find.getColumn(0).getInt64());
    find.reset();
    return isIn;
}

void Notebook::Impl::receiveSnapshot(const SyncReply& reply) {
    auto snapshot = decodeSnapshot(reply.snapshot);
    if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
    auto never = [](std::uint32_t) { return false; };
    for (const BranchNote& branch : snapshot->branches) {
        chains.note(branch);
        if (branch.device == keys.publicKey && own != 0) {
            // Our own changes that the server holds are in the chain already.
            auto mapped = chains.local({branch.branch, branch.parentHeight + 1});
            if (!mapped) chains.map(branch.branch, 1, own);
        } else {
            chains.localOrNew({branch.branch, branch.parentHeight + 1}, branch.device, 0,
                              keys.publicKey, never);
        }
    }
    auto acked = static_cast<std::uint32_t>(number("own.acked"));
    std::set<Id> came;
    for (const SnapshotRecord& record : snapshot->records) {
        for (const SnapshotHead& head : record.heads)
            if (auto ref = chains.local({head.branch, head.height}))
                if (!stores.changes.causality().number(*ref))
                    stores.changes.place(*ref, 1, head.number, stores.changes.incarnation());
        insertSnapshotRecord(stores.records, record);
        came.insert(record.record);
        // The log went on while the snapshot was on its way: the tail brings changes that this
        // state holds.
        if (reply.snapshotAsOf > reply.snapshotNumber) {
            auto& ahead = stores.database.statement(
                "INSERT OR REPLACE INTO ahead(record,number) VALUES(?,?)");
            bindId(ahead, 1, record.record);
            ahead.bind(2, static_cast<std::int64_t>(reply.snapshotAsOf));
            ahead.exec();
        }
    }
    if (!snapshot->changes.empty()) {
        auto batch = decodeBatch(snapshot->changes);
        if (!batch.ok()) throw SQLite::Exception(batch.error().message);
        std::size_t at = 0;
        for (const Run& run : batch->batch.runs) {
            receiveRun(run, std::span(batch->batch.changes).subspan(at, run.count),
                       std::span(batch->ids).subspan(at, run.count), stores.changes.incarnation(),
                       nullptr);
            for (std::size_t i = 0; i < run.count; ++i)
                if (auto ref =
                        chains.local({run.branch, run.firstHeight + static_cast<std::uint32_t>(i)}))
                    stores.records.addHistory(batch->batch.changes[at + i].form.formId,
                                              batch->batch.changes[at + i].record, *ref);
            at += run.count;
        }
    }
    // What was typed here and not sent yet stands on top of what came.
    for (const auto& change : stores.changes.range(own, acked + 1, ownTip()))
        if (came.contains(change.change.record)) stores.merge(change.change, change.ref);
    std::string frame = packFrame(reply.snapshot);
    auto& keep =
        stores.database.statement("INSERT INTO snapshots(number,as_of,frame) VALUES(?,?,?)");
    keep.bind(1, static_cast<std::int64_t>(reply.snapshotNumber));
    keep.bind(2, static_cast<std::int64_t>(reply.snapshotAsOf));
    keep.bind(3, frame.data(), static_cast<int>(frame.size()));
    keep.exec();
}

Status Notebook::receiveHistory(const HistoryReply& reply) {
    return guarded([&]() -> Status {
        Impl& impl = *impl_;
        Work work(impl.stores);
        impl.refresh();
        auto batch = decodeBatch(reply.changes);
        if (!batch.ok()) return batch.error();
        std::size_t at = 0;
        for (const Run& run : batch->batch.runs) {
            impl.receiveRun(run, std::span(batch->batch.changes).subspan(at, run.count),
                            std::span(batch->ids).subspan(at, run.count),
                            impl.stores.changes.incarnation(), nullptr);
            for (std::size_t i = 0; i < run.count; ++i)
                if (auto ref = impl.chains.local(
                        {run.branch, run.firstHeight + static_cast<std::uint32_t>(i)}))
                    impl.stores.records.addHistory(batch->batch.changes[at + i].form.formId,
                                                   batch->batch.changes[at + i].record, *ref);
            at += run.count;
        }
        work.commit();
        return {};
    });
}

Result<bool> Notebook::rebuildAndCompare() {
    return guarded([&]() -> Result<bool> {
        Impl& impl = *impl_;
        impl.refresh();
        return impl.stores.rebuildsAlike([&](RecordStore& again) {
            std::uint64_t start = 0;
            std::map<Id, std::uint64_t> ahead;
            SQLite::Statement frames(impl.stores.database.raw(),
                                     "SELECT frame,number,as_of FROM snapshots ORDER BY n");
            while (frames.executeStep()) {
                auto bytes = unpackFrame(bytesColumn(frames, 0));
                auto snapshot =
                    bytes.ok() ? decodeSnapshot(*bytes) : Result<Snapshot>(bytes.error());
                if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
                for (const SnapshotRecord& record : snapshot->records) {
                    impl.insertSnapshotRecord(again, record);
                    ahead[record.record] =
                        static_cast<std::uint64_t>(frames.getColumn(2).getInt64());
                }
                start = static_cast<std::uint64_t>(frames.getColumn(1).getInt64());
            }
            // In the order of the log, what is not sent last.
            for (const auto& placed : impl.stores.changes.log(start + 1, INT64_MAX))
                for (const auto& change :
                     impl.stores.changes.range(placed.first.branch, placed.first.height,
                                               placed.first.height + placed.count - 1)) {
                    auto as = ahead.find(change.change.record);
                    if (as == ahead.end() ||
                        placed.number + (change.ref.height - placed.first.height) > as->second)
                        again.apply(change.change, change.ref);
                }
            auto acked = static_cast<std::uint32_t>(impl.number("own.acked"));
            for (std::uint32_t height = 1; height <= impl.ownTip(); ++height) {
                ChangeRef ref{impl.own, height};
                if (height <= acked && impl.stores.changes.causality().number(ref)) continue;
                if (auto change = impl.stores.changes.find(ref)) again.apply(change->change, ref);
            }
        });
    });
}

}  // namespace sotay
