#include <algorithm>

#include "schema/mutant.h"
#include "schema/xlsform.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/store/aside.h"
#include "sync/store/notebook_impl.h"

namespace sotay {
namespace {

constexpr std::uint32_t kSealPiece = 512;  // are read at a time
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
    auto unsent = guarded([&]() -> Result<std::uint64_t> {
        impl_->refresh();
        auto acked = static_cast<std::uint32_t>(impl_->number("own.acked"));
        return impl_->ownTip() > acked ? impl_->ownTip() - acked : 0;
    });
    return unsent.ok() ? *unsent : 0;
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
        while (!isFull && ids.size() < surroundings.limits.sealedChanges &&
               from + ids.size() <= tip) {
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

std::string Notebook::Impl::said(const ChangeStore::StoredFrame& frame,
                                 const SyncRequest& request) {
    constexpr std::size_t kSmall = 1024, kEditBytes = 96;  // creations are not worth the trouble
    const bool isEdits =
        frame.bytes.size() <= kSmall || frame.bytes.size() / frame.count <= kEditBytes;
    // A log that broke does not know what the lost one knew.
    const bool isFull = mustSayInFull || !surroundings.limits.compactEdits || isRecovering();
    if (isFull || !isEdits) return frame.bytes;
    auto bytes = unpackFrame(frame.bytes);
    auto batch = bytes.ok() ? decodeBatch(*bytes) : Result<DecodedBatch>(bytes.error());
    if (!batch.ok()) return frame.bytes;
    auto numberOf = [&](const Change& change) -> std::uint64_t {
        auto created = stores.records.createdBy(change.form.formId, change.record);
        return created ? stores.changes.causality().number(*created).value_or(0) : 0;
    };
    auto before = stores.changes.find({own, frame.firstHeight - 1});
    auto compact = encodeCompact(
        batch->batch, frame.firstHeight, before ? &before->change : nullptr,
        {keys.publicKey, request.cursor, request.wallSeconds}, numberOf, [&](std::uint64_t number) {
            return stores.changes.sharedTexts(number, kMaxSharedChanges);
        });
    return compact && compact->size() < frame.bytes.size() ? *compact : frame.bytes;
}

SyncRequest Notebook::Impl::newRequest() {
    SyncRequest request;
    request.cursor = cursor();
    request.directory = static_cast<std::uint64_t>(number("directory"));
    request.snapshotNumber = static_cast<std::uint64_t>(number("snapshot.number"));
    request.snapshotPosition = static_cast<std::uint64_t>(number("snapshot.position"));
    request.wallSeconds = surroundings.nowMs() / 1000;
    request.lore = static_cast<std::uint64_t>(number("lore"));
    return request;
}

Result<SyncRequest> Notebook::nextRequest(std::size_t limit) {
    return guarded([&]() -> Result<SyncRequest> {
        Impl& impl = *impl_;
        Work work(impl.stores);
        impl.refresh();
        impl.seal();
        SyncRequest request = impl.newRequest();
        impl.lastRequest.clear();
        if (impl.isRecovering()) impl.addRecovery(request, limit);
        for (const auto& run : impl.stores.changes.log(request.cursor.number + 1, INT64_MAX,
                                                       request.cursor.incarnation))
            request.held.push_back({run.number, run.count});

        std::size_t packed = 0;
        for (const std::string& reply : request.returned) packed += reply.size();
        auto from = static_cast<std::uint32_t>(impl.number("own.acked")) + 1;
        for (auto& frame : impl.stores.changes.frames(impl.own, from, impl.ownTip())) {
            bool isFirst = request.batches.empty() && request.returned.empty();
            if (!isFirst && packed + frame.bytes.size() >
                                std::min(limit, impl.surroundings.limits.requestBytes))
                break;
            packed += frame.bytes.size();
            request.batches.push_back(impl.said(frame, request));
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

Result<Notebook::Received> Notebook::receive(const SyncRequest& request, std::string_view framed) {
    return guarded([&]() -> Result<Received> {
        Impl& impl = *impl_;
        auto decoded = decodeMessage<SyncReply>(framed);
        if (!decoded.ok()) return decoded.error();
        const SyncReply& reply = *decoded;
        Identity who = impl.identity();
        if (!mutant(Mutant::FeedUnsignedTrusted) &&
            !verifySignature(signedBytes(reply), reply.signature, who.serverKey))
            return Error{Code::Corrupt,
                         "The reply is not signed by the server that this laptop enrolled with."};
        if (reply.acks.size() > request.batches.size())
            return Error{Code::Corrupt, "The server answers more than it was asked."};
        Received received;
        if (mutant(Mutant::CursorBeforeRows)) {
            Work early(impl.stores);
            impl.setNumber("cursor.number", static_cast<std::int64_t>(reply.cursor));
            early.commit();
        }
        Work work(impl.stores);
        impl.refresh();
        impl.applyReply(request, reply, framed, received);
        std::int64_t now = impl.surroundings.nowMs() / 1000;
        impl.setNumber("last_sync", now);
        impl.setNumber("clock_offset", now - reply.serverSeconds);
        work.commit();
        return received;
    });
}

// Which of several heads is shown may change when one of them gets its number.
void Notebook::Impl::showNumbered(bool isAll) {
    const std::vector<Sent> news = std::exchange(numbered, {});
    if (news.empty() && !isAll) return;
    auto isNumbered = [&](ChangeRef ref) {
        return ref.branch == own && std::any_of(news.begin(), news.end(), [&](Sent sent) {
                   return ref.height >= sent.firstHeight &&
                          ref.height - sent.firstHeight < sent.count;
               });
    };
    const auto records =
        isAll ? stores.records.inConflict() : stores.records.inConflict(isNumbered);
    for (const auto& [formId, record] : records) stores.records.refresh(formId, record);
}

void Notebook::Impl::applyReply(const SyncRequest& request, const SyncReply& reply,
                                std::string_view framed, Received& received) {
    numbered.clear();
    receiveDirectory(reply.directory);
    for (const SignedFork& fork : reply.forks)
        stores.changes.fork(fork.fork, {reinterpret_cast<const char*>(fork.signature.data()),
                                        fork.signature.size()});
    // What was acknowledged without coming into the log, in quarantine, is lost with it too.
    bool hasBegun =
        request.cursor.number > 0 || request.snapshotPosition > 0 || number("own.acked") > 0;
    receiveAcks(request, reply, received);
    bool broke = hasBegun && reply.incarnation != request.cursor.incarnation;
    if (isRecovering() || broke) {
        continueRecovery(request, reply, framed, received);
    } else {
        if (stores.changes.incarnation() != reply.incarnation)
            stores.changes.setIncarnation(reply.incarnation);
        for (const BranchNote& branch : reply.branches) chains.note(branch);
        if (!reply.snapshot.empty()) keepSnapshot(reply);
        receiveFeed(reply, received);
        keepReply(reply, framed);
        setNumber("snapshot.number",
                  static_cast<std::int64_t>(reply.snapshotPosition ? reply.snapshotNumber : 0));
        setNumber("snapshot.position", static_cast<std::int64_t>(reply.snapshotPosition));
        setNumber("cursor.incarnation", reply.incarnation);
        setNumber("cursor.number",
                  static_cast<std::int64_t>(mutant(Mutant::CursorPastTheEnd) ? reply.logEnd
                                                                             : reply.cursor));
        received.hasMore = reply.hasMore;
        received.cursor = reply.cursor;
    }
    showNumbered(broke || isRecovering());
    if (!isRecovering()) putAwayLeft();
    setNumber("backed_up_to", static_cast<std::int64_t>(reply.backedUpTo));
    dropBackedUp(reply);
    isUnsentKnown = false;
    received.logEnd = reply.logEnd;
}

void Notebook::Impl::receiveDirectory(const Directory& directory) {
    // One that came by bundle may be older than what came over the network meanwhile.
    if (directory.version == 0 ||
        directory.version < static_cast<std::uint64_t>(number("directory")))
        return;
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
        if (reply.acks[i].placed.empty()) {
            // Asked once only, so that a server that never understands does not ask for ever.
            received.mustRepeat = !mustSayInFull;
            mustSayInFull = true;
            break;
        }
        std::uint32_t done = 0;
        for (const auto& placed : reply.acks[i].placed) {
            if (placed.offset != done || placed.count > sent.count - done)
                throw SQLite::Exception("The server's receipt does not fit what was sent.");
            done += placed.count;
            ChangeRef first{own, sent.firstHeight + placed.offset};
            if (placed.height != first.height)
                throw SQLite::Exception("The server counts this laptop's changes differently.");
            for (const BranchNote& branch : reply.branches)
                if (branch.branch == placed.branch) chains.note(branch);
            chains.map(placed.branch, placed.height, own);
            if (placed.number > 0) {
                if (!mutant(Mutant::AcknowledgedNumberForgotten))
                    stores.changes.place(first, placed.count, placed.number, reply.incarnation);
                numbered.push_back({first.height, placed.count});
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
        stores.changes.taken({own, sent.firstHeight}, sent.count, reply.serverSeconds,
                             request.wallSeconds - reply.serverSeconds);
        setNumber("own.acked",
                  std::max<std::int64_t>(number("own.acked"), sent.firstHeight + done - 1));
    }
}

void Notebook::Impl::receiveFeed(const SyncReply& reply, Received& received) {
    auto parts = decodeFeed(reply.feed);
    if (!parts.ok()) throw SQLite::Exception(parts.error().message);
    const Causality& causality = stores.changes.causality();
    const bool hasAhead =
        stores.database.raw().execAndGet("SELECT count(*) FROM ahead").getInt() > 0;
    struct Placed {
        DecodedBatch batch;
        std::vector<ChangeStore::Spliced> at;
    };
    Returning returning(*this);
    auto merge = [&](const Placed& placed) {
        for (std::size_t i = 0; i < placed.at.size(); ++i) {
            const auto [ref, isNew] = placed.at[i];
            const Change& change = placed.batch.batch.changes[i];
            const bool comesBack = returning.takes(change, ref);
            if (!isNew && !comesBack) continue;
            if (hasAhead && isInSnapshot(change.record, causality.number(ref).value_or(0)))
                stores.records.addHistory(change.form.formId, change.record, ref);
            else
                stores.merge(change, ref);
            received.pulled += isNew ? 1 : 0;
        }
    };
    // The merge asks where changes stand and which numbers they have. In one log what came before a
    // change was placed before it; what other incarnations say is known when all is placed.
    const bool isOneLog = reply.oldNumbers.empty() && !causality.hasForks();
    std::vector<Placed> waiting;
    auto opening = [&](std::size_t i) {
        constexpr std::size_t kMuch = 4096;  // packed bytes
        if (i >= parts->size()) return std::future<Result<DecodedBatch>>();
        const FeedPart& part = (*parts)[i];
        return asideIf(part.frame.size() >= kMuch, [&part] { return openPart(part); });
    };
    auto next = opening(0);
    for (std::size_t i = 0; i < parts->size(); ++i) {
        const FeedPart& part = (*parts)[i];
        auto batch = next.get();
        next = opening(i + 1);  // is read while this one is merged
        if (!batch.ok()) throw SQLite::Exception(batch.error().message);
        Placed placed{std::move(*batch), {}};
        std::string_view frame = part.placed.count > 0 ? std::string_view(part.frame) : "";
        placed.at = receiveChanges(placed.batch, reply.incarnation, frame);
        if (isOneLog)
            merge(placed);
        else
            waiting.push_back(std::move(placed));
    }
    receiveOldNumbers(reply);
    for (const Placed& placed : waiting) merge(placed);
    returning.finish();
    receiveLeft(reply);
}

std::vector<ChangeStore::Spliced> Notebook::Impl::receiveChanges(const DecodedBatch& decoded,
                                                                 std::uint32_t incarnation,
                                                                 std::string_view frame) {
    std::vector<ChangeStore::Spliced> all;
    std::size_t at = 0;
    for (const Run& run : decoded.batch.runs) {
        if (run.count == 0) continue;
        auto placed = receiveRun(run, std::span(decoded.batch.changes).subspan(at, run.count),
                                 std::span(decoded.ids).subspan(at, run.count), frame);
        at += run.count;
        for (std::size_t i = 0, n = 0; i < placed.size(); i += n) {
            // As far as one branch goes.
            ChangeRef first = placed[i].ref;
            for (n = 1; i + n < placed.size(); ++n)
                if (placed[i + n].ref.branch != first.branch) break;
            auto count = static_cast<std::uint32_t>(n);
            if (run.firstNumber > 0)
                stores.changes.place(first, count, run.firstNumber + i, incarnation);
            // What grew beside the branch on which it was looked for goes on there.
            auto known = chains.local({run.branch, first.height});
            if (i > 0 || !known || stores.changes.owner(*known) != first)
                chains.map(run.branch, first.height, first.branch);
            if (first.branch != own || run.firstNumber == 0) continue;
            // An acknowledgement was lost.
            numbered.push_back({first.height, count});
            setNumber("own.acked",
                      std::max<std::int64_t>(number("own.acked"), first.height + count - 1));
            admitted(first.height, count);
        }
        all.insert(all.end(), placed.begin(), placed.end());
    }
    return all;
}

void Notebook::Impl::admitted(std::uint32_t height, std::uint32_t count) {
    auto& done = stores.database.statement("DELETE FROM quarantined WHERE height BETWEEN ? AND ?");
    done.bind(1, height);
    done.bind(2, height + count - 1);
    done.exec();
}

std::vector<ChangeStore::Spliced> Notebook::Impl::receiveRun(const Run& run,
                                                             std::span<const Change> changes,
                                                             std::span<const Id> ids,
                                                             std::string_view frame) {
    ChangeRef first = chains.localOrNew({run.branch, run.firstHeight}, run.device, ids.front(),
                                        changes.front().prev);
    std::vector<ChangeStore::Spliced> placed;
    if (first.branch == own) {
        // Made here, or by a copy of this laptop: where they part, the copy's go on beside. The own
        // chain grows by what is typed here alone.
        std::size_t same = 0;
        for (; same < ids.size(); ++same) {
            ChangeRef ref{own, first.height + static_cast<std::uint32_t>(same)};
            auto held = stores.changes.find(ref);
            bool isSame = held && (held->id == ids[same] || mutant(Mutant::TwinTakenForOwn));
            if (!isSame) break;
            placed.push_back({ref, false});
        }
        if (same == ids.size()) return placed;
        const std::uint32_t height = first.height + static_cast<std::uint32_t>(same);
        const ChangeRef parent = stores.changes.owner({own, std::min(height - 1, ownTip())});
        std::uint32_t beside = 0;
        for (const BranchInfo& each : stores.changes.branchesOf(run.device)) {
            auto held = each.parent == parent && each.branch != own
                            ? stores.changes.find({each.branch, height})
                            : std::nullopt;
            if (held && held->id == ids[same]) beside = each.branch;
        }
        first = {beside ? beside : stores.changes.addBranch(run.device, parent), height};
        if (same == 0) chains.map(run.branch, height, first.branch);
        changes = changes.subspan(same);
        ids = ids.subspan(same);
        if (same > 0) frame = {};
    }
    auto rest = stores.changes.splice(first.branch, first.height, run, changes, ids, frame);
    placed.insert(placed.end(), rest.begin(), rest.end());
    return placed;
}

void Notebook::Impl::receiveOldNumbers(const SyncReply& reply) {
    std::set<std::pair<std::string, Id>> news;
    const Causality& causality = stores.changes.causality();
    for (const OldNumbers& old : reply.oldNumbers) {
        auto ref = stores.changes.at(old.device, old.height, old.first);
        if (!ref || causality.isPlaced(*ref, old.count, old.incarnation, old.number)) continue;
        stores.changes.place(*ref, old.count, old.number, old.incarnation);
        for (const auto& change :
             stores.changes.range(ref->branch, ref->height, ref->height + old.count - 1))
            news.insert({change.change.form.formId, change.change.record});
    }
    for (const auto& [formId, record] : news) stores.records.mergeAgain(formId, record);
    setNumber("lore", static_cast<std::int64_t>(reply.lore));
}

void Notebook::Impl::receiveHistory(const std::string& bytes, std::uint64_t upTo) {
    auto decoded = decodeBatch(bytes);
    if (!decoded.ok()) throw SQLite::Exception(decoded.error().message);
    DecodedBatch kept;
    std::size_t at = 0;
    for (Run run : decoded->batch.runs) {
        const std::uint32_t whole = run.count;
        if (run.firstNumber > upTo)
            run.count = 0;
        else if (run.firstNumber > 0 && whole - 1 > upTo - run.firstNumber)
            run.count = static_cast<std::uint32_t>(upTo - run.firstNumber + 1);
        for (std::uint32_t i = 0; i < run.count; ++i) {
            kept.batch.changes.push_back(std::move(decoded->batch.changes[at + i]));
            kept.ids.push_back(decoded->ids[at + i]);
        }
        if (run.count < whole) run.signature.reset();
        if (run.count > 0) kept.batch.runs.push_back(run);
        at += whole;
    }
    *decoded = std::move(kept);
    auto placed = receiveChanges(*decoded, stores.changes.incarnation());
    for (std::size_t i = 0; i < placed.size(); ++i)
        stores.records.addHistory(decoded->batch.changes[i].form.formId,
                                  decoded->batch.changes[i].record, placed[i].ref);
}

bool Notebook::Impl::insertSnapshotRecord(RecordStore& into, const SnapshotRecord& record,
                                          bool isLocal) {
    if (!into.tables(record.formId)) return false;
    RecordState state;
    state.id = record.record;
    state.formId = record.formId;
    state.changedSeconds = record.changedSeconds;
    for (const SnapshotHead& head : record.heads) {
        const ChangeRef named{head.branch, head.height};
        auto ref = isLocal ? named : chains.local(named);
        if (!ref) throw SQLite::Exception("The snapshot names a chain that it does not describe.");
        state.heads[head.cell].push_back({*ref, head.value});
    }
    for (auto& [cell, heads] : state.heads)
        std::sort(heads.begin(), heads.end(),
                  [](const Head& a, const Head& b) { return a.change < b.change; });
    // Own changes that the state has taken in are still part of the record's story.
    std::vector<ChangeRef> story;
    if (auto before = into.state(record.formId, record.record)) {
        story = before->history;
        story.push_back(before->created);
        std::erase_if(story, [&](ChangeRef ref) { return !stores.changes.holds(ref); });
    }
    into.erase(record.formId, record.record);
    into.insert(state);
    for (ChangeRef ref : story) into.addHistory(record.formId, record.record, ref);
    return true;
}

bool Notebook::Impl::isInSnapshot(const Id& record, std::uint64_t number) {
    auto& find = stores.database.statement("SELECT number FROM ahead WHERE record=?");
    bindId(find, 1, record);
    bool isIn = find.executeStep() && !mutant(Mutant::SnapshotTailTwice) &&
                number <= static_cast<std::uint64_t>(find.getColumn(0).getInt64());
    find.reset();
    return isIn;
}

// What is shown and what was seen change together, when the state is whole: an edit of a record
// that came by halves would not know what its author had before them.
void Notebook::Impl::keepSnapshot(const SyncReply& reply) {
    std::string frame = packFrame(reply.snapshot);
    auto& keep =
        stores.database.statement("INSERT INTO snapshots(number,as_of,frame) VALUES(?,?,?)");
    keep.bind(1, static_cast<std::int64_t>(reply.snapshotNumber));
    keep.bind(2, static_cast<std::int64_t>(reply.snapshotAsOf));
    keep.bind(3, frame.data(), static_cast<int>(frame.size()));
    keep.exec();
    if (reply.snapshotPosition == 0) receiveSnapshot(reply);
}

void Notebook::Impl::receiveSnapshot(const SyncReply& last) {
    const auto acked = static_cast<std::uint32_t>(number("own.acked"));
    std::set<Id> came;
    SQLite::Statement frames(stores.database.raw(),
                             "SELECT frame,as_of FROM snapshots WHERE number=? ORDER BY n");
    frames.bind(1, static_cast<std::int64_t>(last.snapshotNumber));
    while (frames.executeStep()) {
        auto bytes = unpackFrame(bytesColumn(frames, 0), SIZE_MAX);
        auto snapshot = bytes.ok() ? decodeSnapshot(*bytes) : Result<Snapshot>(bytes.error());
        if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
        const std::int64_t asOf = frames.getColumn(1).getInt64();
        for (const BranchNote& branch : snapshot->branches) {
            chains.note(branch);
            if (branch.device == keys.publicKey && own != 0) {
                // Our own changes that the server holds are in the chain already.
                auto mapped = chains.local({branch.branch, branch.parentHeight + 1});
                if (!mapped) chains.map(branch.branch, 1, own);
            } else {
                chains.localOrNew({branch.branch, branch.parentHeight + 1}, branch.device, {}, {});
            }
        }
        for (const SnapshotRecord& record : snapshot->records) {
            for (const SnapshotHead& head : record.heads)
                if (auto ref = chains.local({head.branch, head.height}))
                    if (!stores.changes.causality().number(*ref))
                        stores.changes.place(*ref, 1, head.number, stores.changes.incarnation());
            insertSnapshotRecord(stores.records, record);
            came.insert(record.record);
            comesBack(record.record);
            // The log went on while the snapshot was on its way: the tail brings changes that this
            // state holds.
            if (asOf <= static_cast<std::int64_t>(last.snapshotNumber)) continue;
            auto& ahead = stores.database.statement(
                "INSERT OR REPLACE INTO ahead(record,number) VALUES(?,?)");
            bindId(ahead, 1, record.record);
            ahead.bind(2, asOf);
            ahead.exec();
        }
        if (!snapshot->changes.empty()) receiveHistory(snapshot->changes, UINT64_MAX);
    }
    // What was typed here and not sent yet stands on top of what came.
    for (const auto& change : stores.changes.range(own, acked + 1, ownTip()))
        if (came.contains(change.change.record)) stores.merge(change.change, change.ref);
}

Status Notebook::receiveHistory(const HistoryReply& reply) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        impl_->refresh();
        // Numbers of a log that this laptop does not count in yet would say what is not so.
        if (reply.incarnation != impl_->stores.changes.incarnation())
            return Error{Code::Rejected, "The server was restored from a backup: sync first."};
        for (const BranchNote& branch : reply.branches) impl_->chains.note(branch);
        impl_->receiveHistory(reply.changes, impl_->cursor().number);
        work.commit();
        return {};
    });
}

Result<bool> Notebook::rebuildAndCompare() {
    return guarded([&]() -> Result<bool> {
        Impl& impl = *impl_;
        impl.refresh();
        return impl.stores.rebuildsAlike([&](RecordStore& again) {
            std::map<Id, std::uint64_t> ahead;
            const std::set<Id> away = impl.putAway();
            SQLite::Statement frames(impl.stores.database.raw(),
                                     "SELECT frame,number,as_of FROM snapshots WHERE number<>? "
                                     "ORDER BY n");
            frames.bind(1, impl.number("snapshot.number"));  // still on its way
            while (frames.executeStep()) {
                auto bytes = unpackFrame(bytesColumn(frames, 0));
                auto snapshot =
                    bytes.ok() ? decodeSnapshot(*bytes) : Result<Snapshot>(bytes.error());
                if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
                for (const SnapshotRecord& record : snapshot->records) {
                    if (away.contains(record.record)) continue;
                    if (record.hasHistory) continue;  // its changes came along
                    impl.insertSnapshotRecord(again, record, snapshot->branches.empty());
                    ahead[record.record] =
                        static_cast<std::uint64_t>(frames.getColumn(2).getInt64());
                }
            }
            // In the order of the log, what is not sent last.
            for (const auto& placed : impl.stores.changes.log(1, INT64_MAX))
                for (const auto& change :
                     impl.stores.changes.range(placed.first.branch, placed.first.height,
                                               placed.first.height + placed.count - 1)) {
                    if (away.contains(change.change.record)) continue;
                    auto as = ahead.find(change.change.record);
                    if (as == ahead.end() ||
                        placed.number + (change.ref.height - placed.first.height) > as->second)
                        again.apply(change.change, change.ref);
                }
            for (std::uint32_t height = 1; height <= impl.ownTip(); ++height) {
                ChangeRef ref{impl.own, height};
                if (impl.stores.changes.causality().number(ref)) continue;
                auto change = impl.stores.changes.find(ref);
                if (change && !away.contains(change->change.record))
                    again.apply(change->change, ref);
            }
        });
    });
}

}  // namespace sotay
