#include <algorithm>

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
            if (!field.hasBase && conflict.kind == ConflictKind::Value) wanted[conflict.record].push_back(&field);
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
            return Error{Code::Rejected, "Only a supervisor or an administrator settles conflicts."};
        if (normaliseText(decision.reason).empty()) return Error{Code::InvalidInput, "Say why: a decision needs a reason."};
        auto all = impl_->allConflicts();
        auto found = std::find_if(all.begin(), all.end(), [&](const Conflict& each) { return each.id == conflict; });
        if (found == all.end())
            return Error{Code::Rejected, "This conflict is no longer open as it was shown: somebody decided it, or another value came. Look again."};

        Change change = impl_->draftChange(found->formId, found->record, impl_->cursor());
        for (const ConflictField& field : found->fields) {
            Value value;
            bool isDelete = found->kind == ConflictKind::Delete;
            if (isDelete && decision.kind != Decision::Kind::TakeChange) {
                if (decision.kind == Decision::Kind::UseValue) return Error{Code::InvalidInput, "Keep the record or delete it; a value decides nothing here."};
                value = Value::integer(decision.kind == Decision::Kind::Keep ? 1 : 0);
            } else if (decision.kind == Decision::Kind::TakeChange) {
                auto head = std::find_if(field.heads.begin(), field.heads.end(), [&](const ConflictHead& each) { return each.origin.change == decision.change; });
                if (head == field.heads.end()) return Error{Code::InvalidInput, "The change " + decision.change.toString() + " is not a side of this conflict."};
                value = head->value;
            } else if (decision.kind == Decision::Kind::UseValue) {
                if (found->fields.size() > 1) return Error{Code::InvalidInput, "The conflict is about several fields: take one of the changes, or open the record."};
                const Field* known = impl_->stores.forms.fields(found->formId)->byOrdinal(field.cell.ordinal);
                auto typed = parseValue(known ? known->type : ValueType::Text, decision.value);
                if (!typed.ok()) return typed.error();
                value = *typed;
            } else {
                return Error{Code::InvalidInput, "This conflict is about values: take one of the changes or give a value."};
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
