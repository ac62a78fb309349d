#include <algorithm>

#include "app/state/answer_text.h"
#include "app/work/desk.h"

namespace sotay::app {

SessionContext Desk::sessionContext(const Form& form, const std::string& language) const {
    Identity who = notebook_->identity();
    SessionContext context;
    context.nowMs = surroundings_.nowMs();
    context.zoneOffsetMinutes = options_.zoneMinutes;
    context.language = formLanguage(form, language);
    context.properties = {{"username", who.user.name}, {"deviceid", who.deviceName}};
    // The session goes to the window's thread, so it takes a source of ids of its own along.
    context.newId = surroundings_.newId;
    return context;
}

std::optional<Draft> Desk::draftOf(const Id& record) const {
    auto drafts = notebook_->drafts();
    if (!drafts.ok()) return {};
    auto found = std::find_if(drafts->begin(), drafts->end(),
                              [&](const Draft& draft) { return draft.record == record; });
    if (found == drafts->end()) return {};
    return *found;
}

void Desk::take(const OpenRecord& request) {
    auto draft = draftOf(request.record);
    if (draft && draft->isNew) {
        sotay::OpenRecord opened = notebook_->openNew(draft->formId);
        opened.record = request.record;
        return show(std::move(opened), &*draft, request.language);
    }
    auto opened = notebook_->openRecord(request.record);
    if (!opened.ok()) return failed(Task::Open, opened.error());
    if (draft && opened->record != request.record) {
        // The record was merged into another since: what was typed goes on there.
        draft->record = opened->record;
        auto moved = notebook_->saveDraft(*draft);
        if (!moved.ok()) return failed(Task::Open, moved.error());
        auto dropped = notebook_->discardDraft(request.record);
        if (!dropped.ok()) return failed(Task::Open, dropped.error());
    }
    show(std::move(*opened), draft ? &*draft : nullptr, request.language);
}

void Desk::take(const StartRecord& request) {
    show(notebook_->openNew(request.formId), nullptr, request.language);
}

// What was kept with a reason is not asked again while it stands.
void Desk::keepAgain(const Id& record, FormSession& session) const {
    std::vector<AnswerKey> warned;
    std::map<AnswerKey, std::string> paths;
    for (const NodeView& line : session.view())
        if (!line.warning.empty()) {
            warned.push_back(line.key);
            paths[line.key] = line.path;
        }
    if (warned.empty()) return;
    for (const auto& [answer, reason] : notebook_->keptReasons(record, warned))
        (void)session.keepWarning(paths[answer], reason);  // refused: the warning is gone already
}

void Desk::show(sotay::OpenRecord opened, const Draft* draft, const std::string& language) {
    auto entry = formEntry(opened.formId);
    if (!entry.ok()) return failed(Task::Open, entry.error());
    RecordOpened reply;
    reply.record = opened.record;
    reply.form = *entry;
    reply.isNew = opened.isNew;
    auto session = FormSession::create(entry->form, sessionContext(*entry->form, language),
                                       opened.isNew ? nullptr : &opened.answers);
    if (!session.ok()) return failed(Task::Open, session.error());
    reply.session = std::move(*session);
    if (!opened.isNew) keepAgain(opened.record, *reply.session);
    reply.journal = DraftJournal(opened.answers);
    if (draft) {
        // What was typed then was typed without having seen what came since.
        opened.seen = std::min(opened.seen, draft->seen);
        reply.journal = DraftJournal(opened.answers, draft->typed);
        reply.journal.replay(*reply.session);
        reply.draftSavedAt = draft->savedMs / 1000;
    }
    if (opened.conflicts > 0) {
        auto conflicts = notebook_->conflictsOf(opened.record);
        if (conflicts.ok())
            for (const sotay::Conflict& conflict : *conflicts)
                for (const sotay::ConflictField& field : conflict.fields)
                    reply.inConflict.insert(field.path);
    }
    reply.files = filesOf(*reply.session);
    open_[opened.record] = std::move(opened);
    report_(std::move(reply));
}

void Desk::take(const StoreDraft& request) {
    auto opened = open_.find(request.record);
    if (opened == open_.end()) return;  // it was saved or dropped while this was on its way
    Draft draft;
    draft.record = request.record;
    draft.formId = opened->second.formId;
    draft.isNew = opened->second.isNew;
    draft.typed = request.journal.entries();
    draft.seen = opened->second.seen;
    draft.tip = opened->second.tip;
    auto stored = notebook_->saveDraft(draft);
    if (!stored.ok()) return failed(Task::Draft, stored.error());
    report_(DraftStored{request.record, surroundings_.nowMs() / 1000});
}

void Desk::take(const DropDraft& request) {
    auto dropped = notebook_->discardDraft(request.record);
    if (!dropped.ok()) return failed(Task::Draft, dropped.error());
    open_.erase(request.record);
    report_(DraftDropped{request.record});
}

void Desk::take(const StoreRecord& request) {
    auto opened = open_.find(request.record);
    if (opened == open_.end())
        return failed(Task::Save, {Code::NotFound, "The record is not open for editing."});
    auto saved = notebook_->save(opened->second, request.answers, request.reasons);
    if (!saved.ok()) return failed(Task::Save, saved.error());
    open_.erase(opened);
    report_(RecordStored{request.record, surroundings_.nowMs() / 1000});
    // The record is safe; a draft that stays would only be offered once more.
    auto dropped = notebook_->discardDraft(request.record);
    if (!dropped.ok()) failed(Task::Draft, dropped.error());
    reportStanding();
}

void Desk::take(const DeleteRecord& request) {
    auto removed = notebook_->remove(request.record);
    if (!removed.ok()) return failed(Task::Delete, removed.error());
    auto dropped = notebook_->discardDraft(request.record);
    if (!dropped.ok()) failed(Task::Draft, dropped.error());
    open_.erase(request.record);
    report_(RecordDeleted{request.record});
    reportStanding();
}

void Desk::take(const CloseRecord& request) { open_.erase(request.record); }

}  // namespace sotay::app
