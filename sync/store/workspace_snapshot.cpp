#include <algorithm>

#include "schema/mutant.h"
#include "sync/store/record_walk.h"
#include "sync/store/workspace_impl.h"

namespace sotay {

// A first sync is served by the state instead of the log when the log is much longer than that.
bool Workspace::Impl::fillSnapshot(const Reader& reader, const SyncRequest& request,
                                   SyncReply& reply) {
    if (request.cursor.number != 0) return false;
    std::uint64_t position = request.snapshotPosition, number = request.snapshotNumber;
    // What a backup lacks laptops must be able to hand back, so it goes to them as changes.
    const bool hasBackup = !stores.database.setting("backed_up_to").empty();
    auto isLacking = [&](ChangeRef ref) {
        return stores.changes.causality().number(ref).value_or(0) > reply.backedUpTo;
    };
    // Whoever saw it in a log that was lost names it by its number there.
    auto hasForeignHead = [&](const RecordState& state) {
        return std::any_of(state.heads.begin(), state.heads.end(), [&](const auto& ofCell) {
            return std::any_of(ofCell.second.begin(), ofCell.second.end(), [&](const Head& head) {
                return stores.changes.causality().hasForeignNumber(head.change);
            });
        });
    };
    if (position == 0) {
        if (hasBackup && reply.backedUpTo == 0) return false;
        if (reply.logEnd < surroundings.limits.snapshotPays) return false;
        std::uint64_t records = stores.backlog.newRows();
        for (const std::string& id : stores.forms.ids())
            records += stores.records.countWithDeleted(id);
        if (reply.logEnd < 2 * records) return false;
        number = reply.logEnd;
    }
    stores.refresh();  // it says what is in the records
    // What stands before others in its chain may still be admitted: then their writes count, also
    // those of items that nobody knows yet.
    const std::set<Id> kept = recordsInQuarantine();
    Snapshot snapshot;
    std::vector<StoredChange> changes;
    std::size_t size = 0;
    RecordWalk walk(stores, position);
    bool isWhole = false;
    while (size < surroundings.limits.feedBytes && !(isWhole = !walk.next())) {
        const std::string& formId = walk.form();
        const auto state = stores.records.state(formId, walk.record());
        if (!state || !isFor(reader, formId, state->id)) continue;

        SnapshotRecord record;
        record.record = state->id;
        record.formId = formId;
        record.changedSeconds = state->changedSeconds;
        // What is judged by who had seen what needs the changes themselves.
        record.hasHistory =
            kept.contains(state->id) || state->conflicts > 0 || state->isDeleted ||
            stores.records.hasMet(state->id) || stores.records.isInFamily(formId, state->id) ||
            hasForeignHead(*state) ||
            (hasBackup && (isLacking(state->created) ||
                           std::any_of(state->history.begin(), state->history.end(), isLacking)));
        for (const auto& [cell, heads] : state->heads)
            for (const Head& head : heads) {
                if (mutant(Mutant::SnapshotShownHeadsOnly) &&
                    &head != provisional(heads, stores.changes.causality()))
                    continue;
                record.heads.push_back(
                    {cell, head.value, head.change.branch, head.change.height,
                     stores.changes.causality().number(head.change).value_or(0)});
                size += 8 + (head.value.asText() ? head.value.asText()->size() : 4);
                bool isThere = std::any_of(
                    snapshot.branches.begin(), snapshot.branches.end(),
                    [&](const BranchNote& note) { return note.branch == head.change.branch; });
                if (isThere) continue;
                describeBranch(head.change.branch, snapshot.branches);
                const BranchInfo* info = stores.changes.branch(head.change.branch);
                if (info && info->parent.height == 0)
                    snapshot.branches.push_back({info->branch, 0, 0, info->device});
            }
        if (record.hasHistory)
            for (auto& change : stores.view.changesOf(*state)) changes.push_back(std::move(change));
        snapshot.records.push_back(std::move(record));
    }
    // As they follow each other on their chains: then they are few batches, here and there.
    std::sort(changes.begin(), changes.end(),
              [](const StoredChange& a, const StoredChange& b) { return a.ref < b.ref; });
    if (!changes.empty())
        snapshot.changes = encodeBatch(batchOf(changes, stores.changes.causality()));
    reply.snapshot = encodeSnapshot(snapshot);
    reply.snapshotNumber = number;
    reply.snapshotAsOf = reply.logEnd;
    if (mutant(Mutant::SnapshotNumberTooHigh) && isWhole) number = reply.logEnd;
    reply.snapshotPosition = isWhole ? 0 : walk.position();
    reply.cursor = isWhole ? number : 0;
    reply.hasMore = !isWhole || number < reply.logEnd;
    return true;
}

}  // namespace sotay
