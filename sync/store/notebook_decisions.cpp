#include <algorithm>

#include "schema/mutant.h"
#include "sync/question.h"
#include "sync/store/notebook_impl.h"

// What a supervisor's decisions write.

namespace sotay {
namespace {

const ConflictHead* headOf(const ConflictField& field, const Id& change) {
    auto head = std::find_if(field.heads.begin(), field.heads.end(), [&](const ConflictHead& each) {
        return each.origin.change == change;
    });
    return head == field.heads.end() ? nullptr : &*head;
}

const ConflictField* fieldAt(const Conflict& conflict, const std::string& path) {
    auto field = std::find_if(conflict.fields.begin(), conflict.fields.end(),
                              [&](const ConflictField& each) { return each.path == path; });
    return field == conflict.fields.end() ? nullptr : &*field;
}

Error notAbout(const std::string& path) {
    return {Code::InvalidInput, "The conflict is not about " + path + "."};
}

Error noSide(const Id& change) {
    return {Code::InvalidInput,
            "The change " + change.toString() + " is not a side of this conflict."};
}

}  // namespace

void Notebook::Impl::answerQuestions(Change& change, const RecordHeads& heads) {
    std::vector<Write> answers;
    for (const Write& write : change.writes)
        if (!askedBy(heads, write.cell).empty()) answers.push_back({questionOf(write.cell), {}});
    for (Write& answer : answers) {
        bool isThere = std::any_of(change.writes.begin(), change.writes.end(),
                                   [&](const Write& write) { return write.cell == answer.cell; });
        if (!isThere) change.writes.push_back(std::move(answer));
    }
}

Result<Write> Notebook::Impl::typedWrite(const std::string& formId, const Cell& cell,
                                         const std::string& typed) {
    const Field* field = stores.forms.fields(formId)->byOrdinal(cell.ordinal);
    auto value = parseValue(field ? field->type : ValueType::Text, typed);
    if (!value.ok()) return value.error();
    return Write{cell, *value};
}

Status Notebook::Impl::decideValues(const Conflict& conflict, const Decision& decision,
                                    Change& change) {
    if (decision.kind == Decision::Kind::UseValue && !decision.settled.empty()) {
        for (const auto& [path, typed] : decision.settled) {
            const ConflictField* field = fieldAt(conflict, path);
            if (!field) return notAbout(path);
            auto write = typedWrite(conflict.formId, field->cell, typed);
            if (!write.ok()) return write.error();
            change.writes.push_back(*write);
        }
        return {};
    }
    if (decision.kind == Decision::Kind::UseValue) {
        if (conflict.fields.size() > 1)
            return Error{Code::InvalidInput,
                         "The conflict is about several fields: take one of the changes, or open "
                         "the record."};
        auto write = typedWrite(conflict.formId, conflict.fields[0].cell, decision.value);
        if (!write.ok()) return write.error();
        change.writes.push_back(*write);
        return {};
    }
    if (decision.kind != Decision::Kind::TakeChange)
        return Error{Code::InvalidInput,
                     "This conflict is about values: take one of the changes or give a value."};
    // Where that change has no say, what the others disagree in stays open.
    for (const ConflictField& field : conflict.fields)
        if (const ConflictHead* head = headOf(field, decision.change))
            change.writes.push_back({field.cell, head->value});
    if (change.writes.empty()) return noSide(decision.change);
    return {};
}

Status Notebook::Impl::decideDelete(const Conflict& conflict, const Decision& decision,
                                    Change& change) {
    for (const ConflictField& field : conflict.fields) {
        Value value = Value::integer(decision.kind == Decision::Kind::Keep ? 1 : 0);
        if (decision.kind == Decision::Kind::TakeChange) {
            const ConflictHead* head = headOf(field, decision.change);
            if (!head) return noSide(decision.change);
            value = head->value;
        } else if (decision.kind != Decision::Kind::Keep &&
                   decision.kind != Decision::Kind::Delete) {
            return Error{Code::InvalidInput,
                         "Keep the record or delete it; a value decides nothing here."};
        }
        change.writes.push_back({field.cell, value});
    }
    return {};
}

// What is written has been seen whole, so writing any of it closes the conflict; what is not
// changed is written as it is shown, to say so.
Status Notebook::Impl::decideRule(const Conflict& conflict, const Decision& decision,
                                  Change& change) {
    using Kind = Decision::Kind;
    std::map<Cell, Value> values;
    auto state = stores.records.state(conflict.formId, conflict.record);
    for (const ConflictField& field : conflict.fields) {
        if (field.cell.ordinal < kFirstField) continue;
        values[field.cell] =
            provisional(state->heads.at(field.cell), stores.changes.causality())->value;
        if (decision.kind != Kind::TakeChange) continue;
        const ConflictHead* head = headOf(field, decision.change);
        if (!head) return noSide(decision.change);
        values[field.cell] = head->value;
    }
    if (decision.kind == Kind::UseValue && decision.settled.empty())
        return Error{Code::InvalidInput, "Say which of the fields gets which value."};
    if (decision.kind != Kind::UseValue && decision.kind != Kind::TakeChange &&
        decision.kind != Kind::Keep)
        return Error{Code::InvalidInput,
                     "This conflict is about what the form demands: take one of the changes, give "
                     "values, or keep what stands."};
    for (const auto& [path, typed] : decision.settled) {
        const ConflictField* field = fieldAt(conflict, path);
        if (!field) return notAbout(path);
        auto write = typedWrite(conflict.formId, field->cell, typed);
        if (!write.ok()) return write.error();
        values[field->cell] = write->value;
    }
    if (values.empty())
        return Error{Code::InvalidInput,
                     "The sides differ in rows only: open the record, and add or remove them."};
    for (auto& [cell, value] : values) change.writes.push_back({cell, std::move(value)});
    return {};
}

Result<Id> Notebook::resolve(const Id& conflict, const Decision& decision) {
    return guarded([&]() -> Result<Id> {
        Work work(impl_->stores);
        impl_->refresh();
        if (impl_->isOfficer())
            return Error{Code::Rejected,
                         "Only a supervisor or an administrator settles conflicts."};
        if (normaliseText(decision.reason).empty())
            return Error{Code::InvalidInput, "Say why: a decision needs a reason."};
        auto isMeant = [&](const Conflict& each) { return each.id == conflict; };
        impl_->stores.judgeMeetings();
        auto known = impl_->shownOn.find(conflict);
        std::vector<Conflict> all;
        if (known != impl_->shownOn.end()) all = impl_->conflictsOf(known->second);
        auto found = std::find_if(all.begin(), all.end(), isMeant);
        if (found == all.end()) {
            all = impl_->openConflicts();
            found = std::find_if(all.begin(), all.end(), isMeant);
        }
        if (found == all.end()) {
            all = impl_->allDuplicates();
            found = std::find_if(all.begin(), all.end(), isMeant);
        }
        if (found == all.end())
            return Error{Code::Rejected,
                         "This conflict is no longer open as it was shown: somebody decided it, or "
                         "another value came. Look again."};
        if (found->kind == ConflictKind::Duplicate) {
            auto decided = impl_->decideDuplicate(*found, decision);
            if (decided.ok()) work.commit();
            return decided;
        }
        Seen seen = impl_->seenOf(found->record);
        if (mutant(Mutant::ResolvesUnseen) && seen.number > 0) --seen.number;
        Change change = impl_->draftChange(found->formId, found->record, seen);
        Status done = found->kind == ConflictKind::Delete
                          ? impl_->decideDelete(*found, decision, change)
                      : found->kind == ConflictKind::Constraint
                          ? impl_->decideRule(*found, decision, change)
                          : impl_->decideValues(*found, decision, change);
        if (!done.ok()) return done.error();
        if (mutant(Mutant::ResolvesFirstFieldOnly) && change.writes.size() > 1)
            change.writes.resize(1);
        for (const Write& write : change.writes)
            change.notes.push_back({write.cell, normaliseText(decision.reason)});
        auto state = impl_->stores.records.state(found->formId, found->record);
        const RecordHeads own = state->heads;
        impl_->answerQuestions(change, impl_->stores.records.whole(std::move(*state)).state.heads);
        Id id = impl_->append(impl_->splitByOwner(std::move(change), own));
        work.commit();
        return id;
    });
}

}  // namespace sotay
