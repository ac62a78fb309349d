#include <algorithm>
#include <iterator>

#include "sync/codec/frame.h"
#include "sync/store/notebook_impl.h"

namespace sotay {

std::vector<Conflict> Notebook::Impl::conflictsOf(const Id& record) {
    auto state = stores.records.state(record);
    auto conflicts = state ? stores.view.conflicts(*state) : std::vector<Conflict>();
    fillBases(conflicts);
    return conflicts;
}

std::vector<Conflict> Notebook::Impl::allConflicts() {
    std::vector<Conflict> all;
    for (const auto& [formId, record] : stores.records.inConflict()) {
        auto state = stores.records.state(formId, record);
        if (!state) continue;
        auto conflicts = stores.view.conflicts(*state);
        all.insert(all.end(), conflicts.begin(), conflicts.end());
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

std::optional<Change> Notebook::Impl::opinionIn(const RecordState& state, Change& change) {
    Identity who = identity();
    if (!who.isEnrolled || who.user.role != Role::Officer || state.conflicts == 0) return {};
    std::set<Cell> disputed;
    std::uint64_t below = change.seen.number;
    for (const OpenConflict& conflict : stores.records.judge(state).conflicts) {
        for (const Cell& cell : conflict.cells) {
            bool writes = std::any_of(change.writes.begin(), change.writes.end(),
                                      [&](const Write& write) { return write.cell == cell; });
            if (!writes) continue;
            disputed.insert(cell);
            // Its own side it has seen through its chain; the other side it leaves standing.
            for (ChangeRef head : conflict.heads)
                if (head.branch != own)
                    if (auto number = stores.changes.causality().number(head))
                        below = std::min(below, *number - 1);
        }
    }
    if (disputed.empty()) return {};
    Change opinion =
        draftChange(change.form.formId, change.record, {change.seen.incarnation, below});
    auto isDisputed = [&](const auto& entry) { return disputed.contains(entry.cell); };
    std::copy_if(change.writes.begin(), change.writes.end(), std::back_inserter(opinion.writes),
                 isDisputed);
    std::copy_if(change.notes.begin(), change.notes.end(), std::back_inserter(opinion.notes),
                 isDisputed);
    std::erase_if(change.writes, isDisputed);
    std::erase_if(change.notes, isDisputed);
    return opinion;
}

Result<std::vector<Conflict>> Notebook::conflicts() const {
    return guarded([&]() -> Result<std::vector<Conflict>> {
        impl_->refresh();
        return impl_->allConflicts();
    });
}

Result<std::vector<Conflict>> Notebook::conflictsOf(const Id& record) const {
    return guarded([&]() -> Result<std::vector<Conflict>> {
        impl_->refresh();
        return impl_->conflictsOf(record);
    });
}

Result<Id> Notebook::resolve(const Id& conflict, const Decision& decision) {
    return guarded([&]() -> Result<Id> {
        Work work(impl_->stores);
        impl_->refresh();
        Identity who = impl_->identity();
        if (who.isEnrolled && who.user.role == Role::Officer)
            return Error{Code::Rejected,
                         "Only a supervisor or an administrator settles conflicts."};
        if (normaliseText(decision.reason).empty())
            return Error{Code::InvalidInput, "Say why: a decision needs a reason."};
        auto all = impl_->allConflicts();
        auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Conflict& each) { return each.id == conflict; });
        if (found == all.end())
            return Error{Code::Rejected,
                         "This conflict is no longer open as it was shown: somebody decided it, or "
                         "another value came. Look again."};

        Change change = impl_->draftChange(found->formId, found->record, impl_->cursor());
        for (const ConflictField& field : found->fields) {
            Value value;
            bool isDelete = found->kind == ConflictKind::Delete;
            if (isDelete && decision.kind != Decision::Kind::TakeChange) {
                if (decision.kind == Decision::Kind::UseValue)
                    return Error{Code::InvalidInput,
                                 "Keep the record or delete it; a value decides nothing here."};
                value = Value::integer(decision.kind == Decision::Kind::Keep ? 1 : 0);
            } else if (decision.kind == Decision::Kind::TakeChange) {
                auto head = std::find_if(field.heads.begin(), field.heads.end(),
                                         [&](const ConflictHead& each) {
                                             return each.origin.change == decision.change;
                                         });
                if (head == field.heads.end())
                    return Error{Code::InvalidInput, "The change " + decision.change.toString() +
                                                         " is not a side of this conflict."};
                value = head->value;
            } else if (decision.kind == Decision::Kind::UseValue) {
                if (found->fields.size() > 1)
                    return Error{Code::InvalidInput,
                                 "The conflict is about several fields: take one of the changes, "
                                 "or open the record."};
                const Field* known =
                    impl_->stores.forms.fields(found->formId)->byOrdinal(field.cell.ordinal);
                auto typed = parseValue(known ? known->type : ValueType::Text, decision.value);
                if (!typed.ok()) return typed.error();
                value = *typed;
            } else {
                return Error{
                    Code::InvalidInput,
                    "This conflict is about values: take one of the changes or give a value."};
            }
            change.writes.push_back({field.cell, value});
            change.notes.push_back({field.cell, normaliseText(decision.reason)});
        }
        Id id = impl_->append({std::move(change)});
        work.commit();
        return id;
    });
}

}  // namespace sotay
