#include <algorithm>

#include "schema/mutant.h"
#include "sync/codec/frame.h"
#include "sync/store/notebook_impl.h"

// States and histories that come without the changes before them, and the notebook made again from
// all that it holds.

namespace sotay {

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
    auto placed = receiveChanges(
        decoded->batch.runs, decoded->ids,
        [&] { return std::span<const Change>(decoded->batch.changes); },
        stores.changes.incarnation());
    std::map<std::pair<std::string, Id>, std::vector<ChangeRef>> histories;
    for (std::size_t i = 0; i < placed.size(); ++i) {
        const Change& change = decoded->batch.changes[i];
        histories[{change.form.formId, change.record}].push_back(placed[i].ref);
    }
    for (const auto& [of, refs] : histories) stores.records.addHistory(of.first, of.second, refs);
}

bool Notebook::Impl::insertSnapshotRecord(RecordStore& into, const SnapshotRecord& record,
                                          bool isLocal) {
    if (!into.tables(record.formId)) return false;
    RecordState state;
    state.id = record.record;
    state.formId = record.formId;
    state.changedSeconds = record.changedSeconds;
    std::optional<std::pair<ChangeRef, ChangeRef>> last;  // most heads are of one change
    for (const SnapshotHead& head : record.heads) {
        const ChangeRef named{head.branch, head.height};
        if (!last || last->first != named) {
            auto ref = isLocal ? named : chains.local(named);
            if (!ref)
                throw SQLite::Exception("The snapshot names a chain that it does not describe.");
            last = {named, *ref};
        }
        state.heads[head.cell].push_back({last->second, head.value});
    }
    // All that it rests on stays part of its story, so that it is known what of that is not here.
    std::set<ChangeRef> restsOn;
    for (auto& [cell, heads] : state.heads) {
        std::sort(heads.begin(), heads.end(),
                  [](const Head& a, const Head& b) { return a.change < b.change; });
        for (const Head& head : heads) restsOn.insert(head.change);
    }
    state.history.assign(restsOn.begin(), restsOn.end());
    // Own changes that the state has taken in are still part of the record's story.
    std::vector<ChangeRef> story;
    if (auto before = into.state(record.formId, record.record)) {
        story = before->history;
        story.push_back(before->created);
        std::erase_if(story, [&](ChangeRef ref) { return !stores.changes.holds(ref); });
    }
    into.erase(record.formId, record.record);
    into.insert(state);
    if (!story.empty()) into.addHistory(record.formId, record.record, story);
    return true;
}

bool Notebook::Impl::isInSnapshot(const Id& record, std::uint64_t number) {
    auto& find = stores.database.statement("SELECT number FROM ahead WHERE record=?");
    bindId(find, 1, record);
    bool isIn =
        find.executeStep() && (mutant(Mutant::SnapshotTailDropped) ||
                               number <= static_cast<std::uint64_t>(find.getColumn(0).getInt64()));
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
    std::map<Id, std::uint64_t> came;  // as of which number
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
            ChangeRef placed;  // most heads are of one change
            for (const SnapshotHead& head : record.heads) {
                const ChangeRef named{head.branch, head.height};
                if (named == placed) continue;
                placed = named;
                if (auto ref = chains.local(named))
                    if (!stores.changes.causality().number(*ref))
                        stores.changes.place(*ref, 1, head.number, stores.changes.incarnation());
            }
            insertSnapshotRecord(stores.records, record);
            came[record.record] = static_cast<std::uint64_t>(asOf);
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
    // What was typed here and is not in what came stands on top of it: not sent yet, or sent while
    // the snapshot was on its way, or in quarantine.
    for (const auto& change : stores.changes.range(own, 1, ownTip())) {
        auto as = came.find(change.change.record);
        if (as == came.end()) continue;
        const auto number = stores.changes.causality().number(change.ref);
        if (!number || *number > as->second) stores.merge(change.change, change.ref);
    }
}

Status Notebook::receiveHistory(const HistoryReply& reply) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        impl_->refresh();
        // Numbers of a log that this laptop does not count in yet would say what is not so.
        if (reply.incarnation != impl_->stores.changes.incarnation())
            return Error{Code::Rejected, "The server was restored from a backup: sync first."};
        // To what is on its way here, or was put away, the feed brings the history itself.
        auto told = decodeBatch(reply.changes);
        if (!told.ok()) return told.error();
        for (const Change& change : told->batch.changes)
            if (!impl_->stores.records.createdBy(change.form.formId, change.record))
                return Error{Code::NotFound, "The notebook does not have this record: sync first."};
        for (const BranchNote& branch : reply.branches) impl_->chains.note(branch);
        impl_->receiveHistory(reply.changes, impl_->cursor().number);
        work.commit();
        return {};
    });
}

void Notebook::Impl::derive(RecordStore& into, const std::function<bool(const Id&)>& wants) {
    std::map<Id, std::uint64_t> ahead;
    SQLite::Statement frames(stores.database.raw(),
                             "SELECT frame,number,as_of FROM snapshots WHERE number<>? "
                             "ORDER BY n");
    frames.bind(1, number("snapshot.number"));  // still on its way
    while (frames.executeStep()) {
        auto bytes = unpackFrame(bytesColumn(frames, 0));
        auto snapshot = bytes.ok() ? decodeSnapshot(*bytes) : Result<Snapshot>(bytes.error());
        if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
        for (const SnapshotRecord& record : snapshot->records) {
            if (!wants(record.record)) continue;
            if (record.hasHistory) continue;  // its changes came along
            insertSnapshotRecord(into, record, snapshot->branches.empty());
            ahead[record.record] = static_cast<std::uint64_t>(frames.getColumn(2).getInt64());
        }
    }
    // In the order of the log, what is not sent last.
    for (const auto& placed : stores.changes.log(1, INT64_MAX))
        for (const auto& change : stores.changes.range(placed.first.branch, placed.first.height,
                                                       placed.first.height + placed.count - 1)) {
            if (!wants(change.change.record)) continue;
            auto as = ahead.find(change.change.record);
            if (as == ahead.end() ||
                placed.number + (change.ref.height - placed.first.height) > as->second)
                into.apply(change.change, change.ref);
            else
                into.addHistory(change.change.form.formId, change.change.record, {&change.ref, 1});
        }
    for (std::uint32_t height = 1; height <= ownTip(); ++height) {
        ChangeRef ref{own, height};
        if (stores.changes.causality().number(ref)) continue;
        auto change = stores.changes.find(ref);
        if (change && wants(change->change.record)) into.apply(change->change, ref);
    }
}

Result<bool> Notebook::rebuildAndCompare() {
    return guarded([&]() -> Result<bool> {
        Impl& impl = *impl_;
        impl.refresh();
        return impl.stores.rebuildsAlike([&](RecordStore& again) {
            const std::set<Id> away = impl.putAway();
            impl.derive(again, [&](const Id& record) { return !away.contains(record); });
        });
    });
}

}  // namespace sotay
