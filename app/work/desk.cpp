#include "app/work/desk.h"

#include <charconv>

#include "app/work/desk_views.h"
#include "sync/client/client.h"

namespace sotay::app {
namespace {

constexpr const char* kLanguage = "app.language";
constexpr const char* kDark = "app.dark";
constexpr const char* kScale = "app.scale";

std::optional<Preferences> storedPreferences(const Notebook& notebook) {
    auto language = notebook.setting(kLanguage);
    if (!language || (*language != "vi" && *language != "en")) return {};
    Preferences preferences;
    preferences.language = *language;
    preferences.dark = notebook.setting(kDark).value_or("") == "1";
    std::string scale = notebook.setting(kScale).value_or("");
    int percent = 100;
    std::from_chars(scale.data(), scale.data() + scale.size(), percent);
    if (percent >= 100 && percent <= 200) preferences.scalePercent = percent;
    return preferences;
}

}  // namespace

Desk::Desk(DeskOptions options, Surroundings surroundings, ChannelMaker channels, Report report)
    : options_(std::move(options)),
      surroundings_(std::move(surroundings)),
      channels_(std::move(channels)),
      report_(std::move(report)) {}
Desk::~Desk() = default;

Result<std::unique_ptr<Desk>> Desk::open(DeskOptions options, Surroundings surroundings,
                                         ChannelMaker channels, Report report) {
    std::filesystem::path file = options.notebook;
    auto notebook = Notebook::open(file, surroundings);
    if (!notebook.ok()) return notebook.error();
    std::unique_ptr<Desk> desk(new Desk(std::move(options), std::move(surroundings),
                                        std::move(channels), std::move(report)));
    desk->notebook_ = std::move(*notebook);
    return desk;
}

void Desk::carryOut(const Request& request) {
    std::visit([this](const auto& wanted) { take(wanted); }, request);
}

void Desk::failed(Task task, const Error& error) { report_(TaskFailed{task, error}); }

Standing Desk::standing() const {
    Identity who = notebook_->identity();
    NotebookStatus now = notebook_->status();
    Standing standing;
    standing.enrolled = who.isEnrolled;
    standing.person = who.user.name;
    standing.organisation = who.workspace;
    standing.device = who.deviceName;
    standing.server = who.server;
    standing.notebookFile = options_.notebook.string();
    standing.areas = who.user.areas;
    standing.role = static_cast<Role>(who.user.role);
    standing.records = now.records;
    standing.waiting = now.unsentChanges;
    standing.filesWaiting = now.filesWaiting;
    standing.conflicts = now.conflicts;
    if (now.lastSavedMs > 0) standing.savedAt = now.lastSavedMs / 1000;
    if (now.lastSyncSeconds > 0) {
        standing.syncedAt = now.lastSyncSeconds;
        standing.clockAheadSeconds = now.clockOffset;
    }
    return standing;
}

void Desk::reportStanding() { report_(StandingRead{standing(), {}}); }

void Desk::take(const ReadStanding&) {
    StandingRead reply{standing(), {}};
    if (!standingSent_) reply.preferences = storedPreferences(*notebook_);
    standingSent_ = true;
    report_(std::move(reply));
}

Result<FormEntry> Desk::formEntry(const std::string& formId) const {
    auto form = notebook_->form(formId);
    if (!form.ok()) return form.error();
    FormEntry entry{formId, 0, *form};
    for (const FormSummary& summary : notebook_->forms())
        if (summary.formId == formId) entry.version = summary.version;
    return entry;
}

void Desk::take(const ReadForms&) {
    FormsRead reply;
    for (const FormSummary& summary : notebook_->forms()) {
        auto form = notebook_->form(summary.formId);
        if (!form.ok()) return failed(Task::Read, form.error());
        reply.forms.push_back({summary.formId, summary.version, *form});
    }
    report_(std::move(reply));
}

void Desk::take(const ReadRows& request) {
    ListQuery query = listQuery(request.query);
    query.limit = request.count;
    query.offset = request.first;
    auto page = notebook_->list(query);
    if (!page.ok()) return failed(Task::Read, page.error());
    auto drafts = notebook_->drafts();
    if (!drafts.ok()) return failed(Task::Read, drafts.error());

    auto countOf = [&](bool onlyConflicts, bool onlyUnsent) -> std::uint64_t {
        ListQuery all;
        all.formId = request.query.formId;
        all.onlyConflicts = onlyConflicts;
        all.onlyUnsent = onlyUnsent;
        all.limit = 0;
        auto counted = notebook_->list(all);
        return counted.ok() ? counted->total : 0;
    };
    RowsRead reply = rowsOf(*page, *drafts, request.query.formId);
    reply.serial = request.serial;
    reply.first = request.first;
    reply.all = countOf(false, false);
    reply.conflicts = countOf(true, false);
    reply.unsent = countOf(false, true);
    report_(std::move(reply));
}

void Desk::take(const ReadHistory& request) {
    auto history = notebook_->history(request.record);
    if (!history.ok()) return failed(Task::Read, history.error());
    auto opened = notebook_->openRecord(request.record);
    if (!opened.ok()) return failed(Task::Read, opened.error());
    auto entry = formEntry(opened->formId);
    if (!entry.ok()) return failed(Task::Read, entry.error());
    HistoryRead reply{
        request.record, *entry, notebook_->title(request.record), {}, history->isComplete};
    // The newest is what people look for.
    const Id me = notebook_->identity().user.id;
    for (auto change = history->entries.rbegin(); change != history->entries.rend(); ++change) {
        reply.changes.push_back(historyChange(*change));
        reply.changes.back().mine = change->origin.author == me;
    }
    report_(std::move(reply));
}

void Desk::take(const ReadConflicts&) {
    auto conflicts = notebook_->conflicts();
    if (!conflicts.ok()) return failed(Task::Read, conflicts.error());
    ConflictsRead reply;
    for (const sotay::Conflict& conflict : *conflicts) {
        auto form = notebook_->form(conflict.formId);
        auto history = notebook_->history(conflict.record);
        reply.conflicts.push_back(conflictView(conflict, form.ok() ? *form : nullptr,
                                               history.ok() ? *history : History{}));
    }
    report_(std::move(reply));
}

void Desk::take(const ResolveConflict& request) {
    auto conflict = Id::parse(request.conflict);
    if (!conflict) return failed(Task::Resolve, {Code::InvalidInput, "That is no conflict's id."});
    auto resolved = notebook_->resolve(*conflict, decisionOf(request));
    if (!resolved.ok()) return failed(Task::Resolve, resolved.error());
    report_(ConflictResolved{request.conflict});
    reportStanding();
}

void Desk::take(const ReadDuplicates&) {
    auto duplicates = notebook_->duplicates();
    if (!duplicates.ok()) return failed(Task::Read, duplicates.error());
    DuplicatesRead reply;
    for (const sotay::Conflict& pair : *duplicates) {
        auto form = notebook_->form(pair.formId);
        reply.duplicates.push_back(duplicateView(pair, form.ok() ? *form : nullptr));
    }
    report_(std::move(reply));
}

void Desk::take(const ResolveDuplicate& request) {
    auto pair = Id::parse(request.duplicate);
    if (!pair) return failed(Task::ResolveDuplicate, {Code::InvalidInput, "That is no pair's id."});
    auto resolved = notebook_->resolve(*pair, decisionOf(request));
    if (!resolved.ok()) return failed(Task::ResolveDuplicate, resolved.error());
    report_(DuplicateResolved{request.duplicate, request.merge});
    reportStanding();
}

void Desk::take(const ReadUndo& request) {
    auto plan = notebook_->undoPlan(Id::parse(request.change).value_or(Id{}));
    if (!plan.ok()) return failed(Task::Undo, plan.error());
    report_(UndoRead{undoView(*plan, request.change)});
}

void Desk::take(const UndoChange& request) {
    auto undone = notebook_->undo(Id::parse(request.change).value_or(Id{}), request.reason);
    if (!undone.ok()) return failed(Task::Undo, undone.error());
    report_(ChangeUndone{request.change});
    reportStanding();
}

void Desk::take(const ReadWaiting&) {
    constexpr std::uint64_t kShown = 100;
    WaitingRead reply;
    for (const FormSummary& form : notebook_->forms()) {
        ListQuery query;
        query.formId = form.formId;
        query.onlyUnsent = true;
        query.limit = kShown;
        auto page = notebook_->list(query);
        if (!page.ok()) return failed(Task::Read, page.error());
        for (const sotay::RecordRow& row : page->rows)
            reply.records.push_back({row.id, row.title, row.changedSeconds});
    }
    report_(std::move(reply));
}

void Desk::take(const StorePreferences& request) {
    const Preferences& preferences = request.preferences;
    for (const auto& [name, value] :
         {std::pair<const char*, std::string>{kLanguage, preferences.language},
          {kDark, preferences.dark ? "1" : "0"},
          {kScale, std::to_string(preferences.scalePercent)}}) {
        auto stored = notebook_->setSetting(name, value);
        if (!stored.ok()) return failed(Task::Preferences, stored.error());
    }
}

}  // namespace sotay::app
