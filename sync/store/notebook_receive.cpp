#include <algorithm>

#include "schema/mutant.h"
#include "schema/xlsform.h"
#include "sync/codec/feed.h"
#include "sync/store/notebook_impl.h"

// What a laptop does with the server's reply.

namespace sotay {

Result<Notebook::Received> Notebook::receive(const SyncRequest& request, std::string framed) {
    return guarded([&]() -> Result<Received> {
        auto opened = OpenedReply::open(std::move(framed), impl_->identity().serverKey);
        if (!opened.ok()) return opened.error();
        return receive(request, std::move(*opened));
    });
}

Result<Notebook::Received> Notebook::receive(const SyncRequest& request, OpenedReply opened,
                                             Written written) {
    return guarded([&]() -> Result<Received> {
        Impl& impl = *impl_;
        const SyncReply& reply = opened.reply;
        if (reply.acks.size() > request.batches.size())
            return Error{Code::Corrupt, "The server answers more than it was asked."};
        Received received;
        if (mutant(Mutant::CursorBeforeRows)) {
            Work early(impl.stores);
            impl.setNumber("cursor.number", static_cast<std::int64_t>(reply.cursor));
            early.commit();
        }
        // Only within a plain pull: not what receipts say, nor while going over to another log.
        const bool isPull = reply.hasMore && request.batches.empty() && reply.forks.empty() &&
                            !impl.isRecovering() &&
                            reply.incarnation == impl.stores.changes.incarnation();
        if (!isPull) written = Written::Now;
        Work work(impl.stores, written);
        impl.refresh();
        impl.applyReply(request, opened, received);
        std::int64_t now = impl.surroundings.nowMs() / 1000;
        impl.setNumber("last_sync", now);
        impl.setNumber("clock_offset", now - reply.serverSeconds);
        work.commit();
        return received;
    });
}

Status Notebook::finishWriting() {
    return guarded([&]() -> Status {
        impl_->stores.database.awaitBehind();
        return {};
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

void Notebook::Impl::applyReply(const SyncRequest& request, OpenedReply& opened,
                                Received& received) {
    const SyncReply& reply = opened.reply;
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
        continueRecovery(request, reply, opened.framed, received);
    } else {
        if (stores.changes.incarnation() != reply.incarnation)
            stores.changes.setIncarnation(reply.incarnation);
        for (const BranchNote& branch : reply.branches) chains.note(branch);
        if (!reply.snapshot.empty()) keepSnapshot(reply);
        Arriving arriving(*this);
        receiveFeed(reply, opened.feed, received, arriving);
        arriving.returning.finish();
        receiveAreas(reply);
        keepReply(reply, opened.framed);
        setNumber("snapshot.number",
                  static_cast<std::int64_t>(reply.snapshotPosition ? reply.snapshotNumber : 0));
        setNumber("snapshot.position", static_cast<std::int64_t>(reply.snapshotPosition));
        setNumber("cursor.incarnation", reply.incarnation);
        setNumber("cursor.number",
                  static_cast<std::int64_t>(mutant(Mutant::CursorPastTheEnd) ? reply.logEnd
                                                                             : reply.cursor));
        setNumber("log.end", std::max(number("log.end"), static_cast<std::int64_t>(reply.logEnd)));
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
    for (const AreaScope& told : directory.areas) tellAreas(told);
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
            shareWithCopy({placed.branch, placed.height + placed.count - 1});
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

void Notebook::Impl::shareWithCopy(ChangeRef remote) {
    const std::uint32_t beside = chains.above(remote);
    const BranchInfo* copy = beside != 0 ? stores.changes.branch(beside) : nullptr;
    if (!copy || copy->parent.branch != own || copy->parent.height >= remote.height) return;
    const std::uint32_t known = copy->parent.height;
    stores.changes.growsAt(beside, remote.height);
    for (const auto& change : stores.changes.range(own, known + 1, remote.height))
        stores.records.mergeAgain(change.change.form.formId, change.change.record);
}

void Notebook::Impl::receiveFeed(const SyncReply& reply, FeedReader& feed, Received& received,
                                 Arriving& arriving) {
    if (!feed.status().ok()) throw SQLite::Exception(feed.status().error().message);
    const std::vector<FeedPart>& parts = feed.parts();
    const Causality& causality = stores.changes.causality();
    const bool hasAhead =
        stores.database.raw().execAndGet("SELECT count(*) FROM ahead").getInt() > 0;
    struct Placed {
        std::vector<Change> changes;
        std::vector<ChangeStore::Spliced> at;
    };
    Returning& returning = arriving.returning;
    returning.begin(!reply.areas.empty());
    // A record that moves or is deleted comes with its history, also to who has it from a snapshot:
    // what that holds is not merged into it again.
    const Seen reached = cursor();
    const std::uint64_t had =
        std::min(reached.number, causality.sharedTop(reached.incarnation, reply.incarnation));
    std::map<Id, bool>& wereHere = arriving.wereHere;
    auto wasHere = [&](const Change& change) {
        for (const std::vector<Id>& some : arriving.news)
            if (some.front() <= change.record && change.record <= some.back() &&
                std::binary_search(some.begin(), some.end(), change.record))
                return false;
        auto [record, isFirst] = wereHere.try_emplace(change.record);
        if (isFirst)
            record->second =
                stores.records.createdBy(change.form.formId, change.record).has_value();
        return record->second;
    };
    auto isInState = [&](const Change& change, std::uint64_t number) {
        return (number > 0 && number <= had && wasHere(change)) ||
               (hasAhead && isInSnapshot(change.record, number));
    };
    auto mergeThese = [&](std::vector<Applied>& several) {
        for (const auto& [ref, change] : stores.records.applyEdits(several)) {
            wasHere(*change);  // as long as it is seen
            stores.merge(*change, ref);
        }
        several.clear();
    };
    std::vector<Applied> several;
    auto merge = [&](const Placed& placed) {
        for (std::size_t i = 0; i < placed.at.size(); ++i) {
            const auto [ref, isNew] = placed.at[i];
            const Change& change = placed.changes[i];
            const bool comesBack = returning.takes(change, ref);
            if (!isNew && !comesBack) continue;
            received.pulled += isNew ? 1 : 0;
            const bool isKnown = isInState(change, causality.number(ref).value_or(0));
            if (!isKnown || comesBack) {
                several.push_back({ref, &change});
            } else {
                mergeThese(several);
                stores.records.addHistory(change.form.formId, change.record, {&ref, 1});
            }
        }
    };
    // New records of one log are put in as they come. All else is merged when all of it is placed:
    // the merge asks where changes stand and which numbers they have, and edits that are merged
    // together go through the file once.
    const bool isOneLog = reply.oldNumbers.empty() && !causality.hasForks();
    const bool hasRows = isOneLog && !hasAhead && !returning.isAny();
    std::vector<Placed> waiting;
    const ImagePlans plans = hasRows ? stores.records.imagePlans() : ImagePlans();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const FeedPart& part = parts[i];
        // Helpers open the parts ahead; to make them rows takes as long, and is this thread's.
        const Result<LentBatch> batch = feed.take(i);
        if (!batch.ok()) throw SQLite::Exception(batch.error().message);
        auto rows = makeRowImage(plans, batch->changes(), stores.records.nextRow());
        std::vector<Change> made;  // when rows do not do
        auto changes = [&]() -> std::span<const Change> {
            if (made.empty()) made = batch->made();
            return made;
        };
        std::string_view frame = part.placed.count > 0 ? std::string_view(part.frame) : "";
        auto placed = receiveChanges(batch->runs, batch->ids, changes, reply.incarnation, frame);
        if (isOneLog && rows && ChangeStore::isOneNewRun(placed) &&
            stores.records.insertRows(*rows, placed.front().ref)) {
            arriving.news.push_back(std::move(rows->records));
            received.pulled += placed.size();
            continue;
        }
        changes();
        waiting.push_back({std::move(made), std::move(placed)});
    }
    receiveOldNumbers(reply);
    for (const Placed& placed : waiting) merge(placed);
    mergeThese(several);
    receiveLeft(reply);
}

std::vector<ChangeStore::Spliced> Notebook::Impl::receiveChanges(
    std::span<const Run> runs, std::span<const Id> ids, const ChangeStore::GiveChanges& changes,
    std::uint32_t incarnation, std::string_view frame) {
    std::vector<ChangeStore::Spliced> all;
    std::size_t at = 0;
    for (const Run& run : runs) {
        if (run.count == 0) continue;
        auto placed = receiveRun(
            run, [&] { return changes().subspan(at, run.count); }, ids.subspan(at, run.count),
            frame);
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

std::vector<ChangeStore::Spliced> Notebook::Impl::receiveRun(
    Run run, const ChangeStore::GiveChanges& changes, std::span<const Id> ids,
    std::string_view frame) {
    ChangeRef first =
        chains.localOrNew({run.branch, run.firstHeight}, run.device, ids.front(), run.prev);
    std::vector<ChangeStore::Spliced> placed;
    std::size_t same = 0;
    if (first.branch == own) {
        // Made here, or by a copy of this laptop: where they part, the copy's go on beside. The own
        // chain grows by what is typed here alone.
        for (; same < ids.size(); ++same) {
            ChangeRef ref{own, first.height + static_cast<std::uint32_t>(same)};
            auto held = stores.changes.find(ref);
            bool isSame = held && (held->id == ids[same] || mutant(Mutant::TwinTakenForOwn));
            if (!isSame) break;
            placed.push_back({ref, false});
        }
        if (same == ids.size()) return placed;
        const std::uint32_t height = first.height + static_cast<std::uint32_t>(same);
        // What stands before it may lie in quarantine, and own changes be at its height: then it
        // follows what the server told to be the same there.
        auto before = same == 0 ? stores.changes.find({own, height - 1}) : std::nullopt;
        const bool isNext = same > 0 || (before && before->id == run.prev);
        const ChangeRef parent = stores.changes.owner(
            {own, isNext ? height - 1
                         : chains.shared(run.branch, height, own,
                                         static_cast<std::uint32_t>(number("own.acked")))});
        const std::uint32_t above = chains.above({run.branch, height});
        std::uint32_t beside = 0;
        for (const BranchInfo& each : stores.changes.branchesOf(run.device)) {
            if (each.parent != parent || each.branch == own) continue;
            auto held = stores.changes.find({each.branch, height});
            if (held ? held->id == ids[same] : each.branch == above) beside = each.branch;
        }
        first = {beside ? beside : stores.changes.addBranch(run.device, parent), height};
        if (same == 0) chains.map(run.branch, height, first.branch);
        if (same > 0) {
            run.prev = ids[same - 1];
            ids = ids.subspan(same);
            frame = {};
        }
    }
    auto rest = stores.changes.splice(
        first.branch, first.height, run, [&] { return changes().subspan(same); }, ids, frame);
    placed.insert(placed.end(), rest.begin(), rest.end());
    return placed;
}

void Notebook::Impl::receiveOldNumbers(const SyncReply& reply) {
    std::set<std::pair<std::string, Id>> news;
    const Causality& causality = stores.changes.causality();
    for (const OldNumbers& old : reply.oldNumbers) {
        auto ref = stores.changes.at(old.device, old.height, old.first);
        if (!ref) continue;
        if (ref->branch == own && old.incarnation == stores.changes.incarnation())
            admitted(ref->height, old.count);
        if (causality.isPlaced(*ref, old.count, old.incarnation, old.number)) continue;
        stores.changes.place(*ref, old.count, old.number, old.incarnation);
        for (std::uint32_t i = 0; i < old.count; ++i)
            if (auto* change = stores.changes.peek({ref->branch, ref->height + i}))
                news.insert({change->form.formId, change->record});
    }
    for (const auto& [formId, record] : news) stores.records.mergeAgain(formId, record);
    setNumber("lore", static_cast<std::int64_t>(reply.lore));
}

}  // namespace sotay
