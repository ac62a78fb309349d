#include "schema/mutant.h"
#include "sync/codec/serialize.h"
#include "sync/store/new_writes.h"
#include "sync/store/notebook_impl.h"

namespace sotay {
namespace {

// How much goes into one batch of bulk creation: about what fits a request when it is packed.
constexpr std::size_t kBulkChanges = 500;
constexpr std::size_t kBulkBytes = 700u << 10;

// A draft's lines, as canonical bytes.
std::string encodeTyped(const std::vector<std::pair<std::string, std::string>>& typed) {
    std::string bytes;
    CanonicalOutputArchive ar(bytes);
    ar.writeVarint(typed.size());
    for (const auto& [path, text] : typed) ar(path, text);
    return bytes;
}

std::vector<std::pair<std::string, std::string>> decodeTyped(std::string_view bytes) {
    std::vector<std::pair<std::string, std::string>> typed;
    CanonicalInputArchive ar(bytes);
    for (std::size_t n = ar.readSize(); n > 0; --n) {
        auto& [path, text] = typed.emplace_back();
        ar(path, text);
    }
    return typed;
}

Error isMergedElsewhere(const Id& record) {
    return {Code::Rejected, "The record " + record.toString() +
                                " was merged into another one. Work on that one, or undo the "
                                "merge first."};
}

// What Mutant::ItemsByIndex does wrong: the first item of everybody is the same item.
void nameItemsByIndex(std::vector<Write>& writes, const Answers& answers) {
    for (const auto& [key, items] : answers.items)
        for (std::size_t i = 0; i < items.size(); ++i)
            for (Write& write : writes)
                if (write.cell.item == items[i].id) {
                    write.cell.item = Id{};
                    write.cell.item.bytes[15] = static_cast<std::uint8_t>(i + 1);
                }
}

Error noRecord(const Id& record) {
    return {Code::NotFound, "There is no record " + record.toString() + " in this notebook."};
}

}  // namespace

Result<ListPage> Notebook::list(const ListQuery& query) const {
    return guarded([&]() -> Result<ListPage> {
        impl_->refresh();
        return impl_->stores.view.list(query, impl_->unsentRecords());
    });
}

OpenRecord Notebook::openNew(const std::string& formId) const {
    OpenRecord opened;
    opened.record = impl_->surroundings.newId();
    opened.formId = formId;
    opened.isNew = true;
    // A disk that refuses here refuses the save too; to have seen less overrides nothing.
    (void)guarded([&]() -> Status {
        impl_->refresh();
        opened.seen = impl_->cursor();
        opened.tip = impl_->ownTip();
        return {};
    });
    return opened;
}

Result<OpenRecord> Notebook::openRecord(const Id& record) const {
    return guarded([&]() -> Result<OpenRecord> {
        impl_->refresh();
        auto state = impl_->stores.records.state(record);
        if (!state) return noRecord(record);
        OpenRecord opened = impl_->stores.view.open(std::move(*state));
        opened.seen = impl_->seenOf(opened.record);
        opened.tip = impl_->ownTip();
        return opened;
    });
}

Result<Id> Notebook::save(const OpenRecord& opened, const Answers& answers,
                          const std::vector<std::pair<AnswerKey, std::string>>& notes) {
    return guarded([&]() -> Result<Id> {
        Work work(impl_->stores);
        impl_->refresh();
        const FieldTable* fields = impl_->stores.forms.fields(opened.formId);
        if (!fields)
            return Error{Code::NotFound, "There is no form \"" + opened.formId + "\" here."};
        auto writes = writesBetween(opened.answers, answers, FieldPaths(*fields));
        if (!writes.ok()) return writes.error();
        auto state = impl_->stores.records.state(opened.formId, opened.record);
        if (!state && !opened.isNew) {
            // It left while somebody looked at it.
            impl_->takeOut(opened.record);
            state = impl_->stores.records.state(opened.formId, opened.record);
        }
        RecordStore::Whole whole;
        RecordHeads own;
        if (state) {
            own = state->heads;
            whole = impl_->stores.records.whole(std::move(*state));
            // Whoever edits what is deleted wants it back; a conflict would only ask them again.
            if (opened.isDeleted && !mutant(Mutant::RevivalForgotten))
                writes->push_back({{Id{}, kAlive}, Value::integer(1)});
            if (impl_->isChangedSince(opened.tip, whole) && !mutant(Mutant::SavedOverLocalChange))
                return Error{Code::Rejected,
                             "The record was changed on this laptop since it was opened. Look "
                             "at it again before saving."};
        }
        if (writes->empty() && !opened.isNew) return Id{};
        Change change =
            impl_->draftChange(opened.formId, opened.record,
                               mutant(Mutant::SeenAtSave) ? impl_->cursor() : opened.seen);
        if (mutant(Mutant::ItemsByIndex)) nameItemsByIndex(*writes, answers);
        change.writes = std::move(*writes);
        for (const auto& [key, text] : notes) {
            auto cell = cellOf(key, *fields);
            if (!cell.ok()) return cell.error();
            change.notes.push_back({*cell, normaliseText(text)});
        }
        if (!impl_->isOfficer()) impl_->answerQuestions(change, whole.state.heads);
        std::vector<Change> changes;
        auto opinion = state && !mutant(Mutant::OpinionCloses)
                           ? impl_->opinionIn(whole.state, change)
                           : std::nullopt;
        if (opinion) changes = impl_->splitByOwner(std::move(*opinion), own);
        if (!change.writes.empty() || changes.empty())
            for (Change& each : impl_->splitByOwner(std::move(change), own))
                changes.push_back(std::move(each));
        Id id = impl_->append(std::move(changes));
        auto& draft = impl_->stores.database.statement("DELETE FROM drafts WHERE record=?");
        bindId(draft, 1, opened.record);
        draft.exec();
        work.commit();
        return id;
    });
}

Result<std::vector<Id>> Notebook::saveNew(const std::string& formId,
                                          std::span<const Answers> many) {
    return guarded([&]() -> Result<std::vector<Id>> {
        Work work(impl_->stores);
        impl_->refresh();
        const FieldTable* fields = impl_->stores.forms.fields(formId);
        if (!fields) return Error{Code::NotFound, "There is no form \"" + formId + "\" here."};
        std::vector<Id> records;
        records.reserve(many.size());  // the changes name them
        const FieldPaths paths(*fields);
        const Change alike = impl_->draftChange(formId, {}, impl_->cursor());
        while (!many.empty()) {
            const auto now = many.subspan(0, std::min(many.size(), kBulkChanges));
            many = many.subspan(now.size());
            const auto writes = writesOfNew(now, paths);
            std::vector<LentChange> changes;
            std::size_t bytes = 0;
            for (const auto& each : writes) {
                if (!each.ok()) return each.error();
                records.push_back(impl_->surroundings.newId());
                changes.push_back({alike.author,
                                   alike.device,
                                   alike.form,
                                   records.back(),
                                   each->all,
                                   {},
                                   alike.seen,
                                   alike.wallSeconds,
                                   alike.run,
                                   ++impl_->runCount});
                for (const LentWrite& write : each->all) bytes += 8 + write.size;
                if (bytes < kBulkBytes) continue;
                impl_->appendNew(changes);
                changes.clear();
                bytes = 0;
            }
            if (!changes.empty()) impl_->appendNew(changes);
        }
        work.commit();
        return records;
    });
}

Result<Id> Notebook::remove(const Id& record, const std::string& reason) {
    return guarded([&]() -> Result<Id> {
        Work work(impl_->stores);
        impl_->refresh();
        auto state = impl_->stores.records.state(record);
        if (!state) return noRecord(record);
        const std::string formId = state->formId;
        if (impl_->stores.records.isMerged(formId, record)) return isMergedElsewhere(record);
        const RecordState whole = impl_->stores.records.whole(std::move(*state)).state;
        Change change = impl_->draftChange(formId, record, impl_->seenOf(record));
        change.writes = {{{Id{}, kAlive}, Value::integer(0)}};
        if (!normaliseText(reason).empty())
            change.notes = {{{Id{}, kAlive}, normaliseText(reason)}};
        // An officer cannot make a question go away by deleting what it is about: the deletion
        // stands beside what is in question, and becomes a part of it.
        if (impl_->isOfficer())
            change.seen = impl_->seenBelow(
                change.seen,
                sidesOf(change.writes.front(), impl_->stores.records.judge(whole).conflicts,
                        whole.heads, impl_->stores.changes.causality()));
        else
            impl_->answerQuestions(change, whole.heads);
        Id id = impl_->append({std::move(change)});
        work.commit();
        return id;
    });
}

Result<Id> Notebook::restore(const Id& record) {
    return guarded([&]() -> Result<Id> {
        Work work(impl_->stores);
        impl_->refresh();
        auto state = impl_->stores.records.state(record);
        if (!state) return noRecord(record);
        if (impl_->stores.records.isMerged(state->formId, record)) return isMergedElsewhere(record);
        if (!state->isDeleted)
            return Error{Code::Rejected,
                         "The record is not deleted, so there is nothing to restore."};
        Change change = impl_->draftChange(state->formId, record, impl_->seenOf(record));
        change.writes = {{{Id{}, kAlive}, Value::integer(1)}};
        Id id = impl_->append({std::move(change)});
        work.commit();
        return id;
    });
}

Result<History> Notebook::history(const Id& record) const {
    return guarded([&]() -> Result<History> {
        impl_->refresh();
        auto state = impl_->stores.records.state(record);
        if (!state) return noRecord(record);
        const Id survivor = impl_->stores.records.survivorOf(state->formId, record);
        if (survivor != record) state = impl_->stores.records.state(state->formId, survivor);
        return impl_->stores.view.history(*state);
    });
}

std::map<AnswerKey, std::string> Notebook::keptReasons(const Id& record,
                                                       std::span<const AnswerKey> answers) const {
    auto found = guarded([&]() -> Result<std::map<AnswerKey, std::string>> {
        std::map<AnswerKey, std::string> kept;
        auto state = impl_->stores.records.state(record);
        const FieldTable* fields = state ? impl_->stores.forms.fields(state->formId) : nullptr;
        if (!fields || answers.empty()) return kept;
        auto reasons = impl_->stores.view.reasons(*state);
        for (const AnswerKey& answer : answers) {
            auto cell = cellOf(answer, *fields);
            auto reason = cell.ok() ? reasons.find(*cell) : reasons.end();
            if (reason != reasons.end()) kept[answer] = reason->second;
        }
        return kept;
    });
    return found.ok() ? *found : std::map<AnswerKey, std::string>();
}

std::string Notebook::title(const Id& record) const {
    auto title = guarded([&]() -> Result<std::string> {
        auto state = impl_->stores.records.state(record);
        return state ? impl_->stores.view.title(*state) : std::string();
    });
    return title.ok() ? *title : std::string();
}

Status Notebook::saveDraft(const Draft& draft) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        auto& put = impl_->stores.database.statement(
            "INSERT OR REPLACE INTO "
            "drafts(record,form_id,is_new,seen_incarnation,seen_number,tip,saved_ms,typed) "
            "VALUES(?,?,?,?,?,?,?,?)");
        bindId(put, 1, draft.record);
        put.bind(2, draft.formId);
        put.bind(3, draft.isNew ? 1 : 0);
        put.bind(4, draft.seen.incarnation);
        put.bind(5, static_cast<std::int64_t>(draft.seen.number));
        put.bind(6, draft.tip);
        put.bind(7, impl_->surroundings.nowMs());
        std::string typed = encodeTyped(draft.typed);
        put.bind(8, typed.data(), static_cast<int>(typed.size()));
        put.exec();
        work.commit();
        return {};
    });
}

Status Notebook::discardDraft(const Id& record) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        auto& remove = impl_->stores.database.statement("DELETE FROM drafts WHERE record=?");
        bindId(remove, 1, record);
        remove.exec();
        work.commit();
        return {};
    });
}

Result<std::vector<Draft>> Notebook::drafts() const {
    return guarded([&]() -> Result<std::vector<Draft>> {
        std::vector<Draft> drafts;
        auto& find = impl_->stores.database.statement(
            "SELECT record,form_id,is_new,seen_incarnation,seen_number,tip,saved_ms,typed FROM "
            "drafts ORDER BY saved_ms DESC");
        while (find.executeStep()) {
            Draft draft;
            draft.record = idColumn(find, 0);
            draft.formId = find.getColumn(1).getString();
            draft.isNew = find.getColumn(2).getInt() != 0;
            draft.seen = {find.getColumn(3).getUInt(),
                          static_cast<std::uint64_t>(find.getColumn(4).getInt64())};
            draft.tip = find.getColumn(5).getUInt();
            draft.savedMs = find.getColumn(6).getInt64();
            draft.typed = decodeTyped(bytesColumn(find, 7));
            drafts.push_back(std::move(draft));
        }
        find.reset();
        return drafts;
    });
}

}  // namespace sotay
