#include <algorithm>
#include <iterator>

#include "schema/mutant.h"
#include "sync/codec/frame.h"
#include "sync/place.h"
#include "sync/store/notebook_impl.h"

namespace sotay {

std::vector<Conflict> Notebook::Impl::conflictsOf(const Id& record) {
    auto state = stores.records.state(record);
    if (!state) return {};
    auto conflicts = stores.view.conflicts(*state);
    auto broken = stores.brokenRules(*state);
    conflicts.insert(conflicts.end(), broken.begin(), broken.end());
    fillBases(conflicts);
    return conflicts;
}

void Notebook::Impl::judgeMeetings() {
    if (stores.records.unjudged().empty()) return;
    Work work(stores);
    refresh();
    stores.judgeMeetings();
    work.commit();
}

bool Notebook::Impl::isOfficer() {
    Identity who = identity();
    return who.isEnrolled && who.user.role == Role::Officer;
}

std::vector<Conflict> Notebook::Impl::openConflicts() {
    std::vector<Conflict> all;
    for (const auto& [formId, record] : stores.records.inConflict()) {
        auto state = stores.records.state(formId, record);
        if (!state) continue;
        auto conflicts = stores.view.conflicts(*state);
        auto broken = stores.brokenRules(*state);
        all.insert(all.end(), conflicts.begin(), conflicts.end());
        all.insert(all.end(), broken.begin(), broken.end());
    }
    fillBases(all);
    return all;
}

void Notebook::Impl::fillBases(std::vector<Conflict>& conflicts) {
    std::map<Id, std::vector<ConflictField*>> wanted;
    for (Conflict& conflict : conflicts)
        for (ConflictField& field : conflict.fields)
            if (!field.hasBase && conflict.kind == ConflictKind::Value)
                wanted[conflict.record].push_back(&field);
    if (wanted.empty()) return;
    SQLite::Statement frames(stores.database.raw(), "SELECT frame FROM snapshots ORDER BY n");
    while (frames.executeStep()) {
        auto bytes = unpackFrame(bytesColumn(frames, 0));
        auto snapshot = bytes.ok() ? decodeSnapshot(*bytes) : Result<Snapshot>(bytes.error());
        if (!snapshot.ok()) continue;  // a base that cannot be shown keeps nobody from deciding
        for (const SnapshotRecord& record : snapshot->records) {
            auto found = wanted.find(record.record);
            if (found == wanted.end()) continue;
            for (ConflictField* field : found->second)
                for (const SnapshotHead& head : record.heads)
                    if (head.cell == field->cell) {
                        field->base = head.value;
                        field->hasBase = true;
                        field->baseOrigin.number = head.number;
                    }
        }
    }
}

Seen Notebook::Impl::seenBelow(Seen seen, const std::vector<ChangeRef>& sides) {
    // Its own side a laptop has seen through its chain; the other side it leaves standing.
    for (ChangeRef side : sides)
        if (side.branch != own)
            if (auto number = stores.changes.causality().number(side))
                seen.number = std::min(seen.number, *number - 1);
    return seen;
}

std::optional<Change> Notebook::Impl::opinionIn(const RecordState& state, Change& change) {
    if (state.conflicts == 0 || !isOfficer()) return {};
    const auto conflicts = stores.records.judge(state).conflicts;
    std::set<Cell> disputed;
    std::vector<ChangeRef> concerned;
    for (const Write& write : change.writes) {
        auto sides = sidesOf(write, conflicts, state.heads, stores.changes.causality());
        if (sides.empty()) continue;
        disputed.insert(write.cell);
        concerned.insert(concerned.end(), sides.begin(), sides.end());
    }
    if (disputed.empty()) return {};
    Change opinion =
        draftChange(change.form.formId, change.record, seenBelow(change.seen, concerned));
    auto isDisputed = [&](const auto& entry) { return disputed.contains(entry.cell); };
    std::copy_if(change.writes.begin(), change.writes.end(), std::back_inserter(opinion.writes),
                 isDisputed);
    std::copy_if(change.notes.begin(), change.notes.end(), std::back_inserter(opinion.notes),
                 isDisputed);
    std::erase_if(change.writes, isDisputed);
    std::erase_if(change.notes, isDisputed);
    return opinion;
}

bool Notebook::Impl::isChangedSince(std::uint32_t tip, const RecordStore::Whole& whole) {
    auto isLater = [&](ChangeRef ref) { return ref.branch == own && ref.height > tip; };
    auto isChanged = [&](const RecordState& state) {
        return isLater(state.created) ||
               std::any_of(state.history.begin(), state.history.end(), isLater);
    };
    return isChanged(whole.state) || std::any_of(whole.parts.begin(), whole.parts.end(), isChanged);
}

std::vector<Change> Notebook::Impl::splitByOwner(Change change, const RecordHeads& known) {
    std::map<Id, Id> owners;  // of items that are here
    auto ownerOf = [&](const Id& item) {
        auto [at, isNew] = owners.try_emplace(item, change.record);
        if (!isNew) return at->second;
        auto first = known.lower_bound(Cell{item, 0});
        bool isOwn = first != known.end() && first->first.item == item;
        if (!isOwn)
            at->second = stores.records.ownerOf(change.form.formId, item).value_or(change.record);
        return at->second;
    };
    // A new row belongs to the record of the row that it stands in.
    for (const Write& write : change.writes)
        if (write.cell.ordinal == kPlace &&
            !stores.records.ownerOf(change.form.formId, write.cell.item))
            if (auto place = Place::fromValue(write.value); place && !place->parent.isNil())
                owners.insert_or_assign(write.cell.item, ownerOf(place->parent));
    std::map<Id, Change> others;
    auto isOthers = [&](const Cell& cell) {
        return !cell.item.isNil() && ownerOf(cell.item) != change.record;
    };
    auto changeOn = [&](const Id& record) -> Change& {
        auto [at, isNew] = others.try_emplace(record);
        if (isNew) at->second = draftChange(change.form.formId, record, change.seen);
        return at->second;
    };
    for (const Write& write : change.writes)
        if (isOthers(write.cell)) changeOn(ownerOf(write.cell.item)).writes.push_back(write);
    for (const Note& note : change.notes)
        if (isOthers(note.cell)) changeOn(ownerOf(note.cell.item)).notes.push_back(note);
    std::erase_if(change.writes, [&](const Write& write) { return isOthers(write.cell); });
    std::erase_if(change.notes, [&](const Note& note) { return isOthers(note.cell); });
    std::vector<Change> changes;
    for (auto& [record, other] : others) changes.push_back(std::move(other));
    if (!change.writes.empty() || changes.empty()) changes.push_back(std::move(change));
    return changes;
}

void Notebook::Impl::noteShown(const std::vector<Conflict>& conflicts) {
    for (const Conflict& conflict : conflicts) shownOn[conflict.id] = conflict.record;
}

Result<std::vector<Conflict>> Notebook::conflicts() const {
    return guarded([&]() -> Result<std::vector<Conflict>> {
        impl_->refresh();
        impl_->judgeMeetings();
        auto all = impl_->openConflicts();
        impl_->shownOn.clear();
        impl_->noteShown(all);
        return all;
    });
}

Result<std::vector<Conflict>> Notebook::conflictsOf(const Id& record) const {
    return guarded([&]() -> Result<std::vector<Conflict>> {
        impl_->refresh();
        auto all = impl_->conflictsOf(record);
        impl_->noteShown(all);
        return all;
    });
}

std::vector<Id> Notebook::conflictsWithoutHistory() const {
    auto found = guarded([&]() -> Result<std::vector<Id>> {
        impl_->refresh();
        std::vector<Id> records;
        Stores& stores = impl_->stores;
        // Only a snapshot brings heads without their changes.
        auto& find = stores.database.statement("SELECT 1 FROM snapshots LIMIT 1");
        const bool hasBegunWithOne = find.executeStep();
        find.reset();
        if (!hasBegunWithOne) return records;
        // All that a record rests on is part of its story: when that is held, nothing is amiss.
        auto isMissing = [&](ChangeRef ref) { return !stores.changes.holds(ref); };
        for (const auto& [formId, record] : stores.records.inConflict(isMissing)) {
            auto state = stores.records.state(formId, record);
            if (!state) continue;
            bool isHeld = true;
            for (const OpenConflict& conflict : stores.records.judge(*state).conflicts)
                for (ChangeRef head : conflict.heads) isHeld &= stores.changes.holds(head);
            if (!isHeld) records.push_back(record);
        }
        return records;
    });
    return found.ok() ? *found : std::vector<Id>();
}

}  // namespace sotay
