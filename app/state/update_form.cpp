#include <algorithm>

#include "app/state/answer_text.h"
#include "app/state/update_parts.h"

namespace sotay::app {
namespace {

// Drafts follow each other as the disk allows: the next is asked for when the last has landed.
Requests draft(FormFilling& filling) {
    filling.draftDirty = true;
    if (filling.draftInFlight) return {};
    filling.draftDirty = false;
    filling.draftInFlight = true;
    return {StoreDraft{filling.record, filling.journal}};
}

bool isWrong(const FormFilling& filling, const std::string& path) {
    const NodeView* line = filling.line(path);
    return line && (!line->valid || !line->warning.empty()) && filling.showsProblem(*line);
}

std::size_t problemCount(const FormFilling& filling) {
    return static_cast<std::size_t>(
        std::count_if(filling.lines.begin(), filling.lines.end(),
                      [](const NodeView& line) { return isAsked(line) && !line.valid; }));
}

std::string firstColumn(const FormFilling& filling, const std::string& itemPath) {
    const Node* repeat = filling.form->find(withoutPositions(itemPath));
    if (!repeat) return {};
    ItemLayout layout = itemLayout(*repeat);
    return layout.columns.empty() ? std::string() : itemPath + "/" + layout.columns.front()->name;
}

void backToRecords(State& state) {
    state.filling.reset();
    state.screen = Screen::Records;
}

Requests afterRecord(State& state, const Id& record) {
    state.records.selectedId = record;
    state.history = {};
    return askRows(state);
}

}  // namespace

Requests closeFilling(State& state) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    Requests requests;
    if (filling.draftDirty) {
        filling.draftInFlight = false;  // the worker keeps the order, so this one is the last word
        requests = draft(filling);
    }
    if (filling.session->isDirty()) say(state, "form.draft_kept", {{"title", filling.title}});
    requests.emplace_back(CloseRecord{filling.record});
    state.filling.reset();
    return requests;
}

Requests take(State& state, const SetAnswer& action) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    const NodeView* line = filling.line(action.path);
    if (!line || line->value == action.typed) return {};
    if (!filling.session->setAnswer(action.path, action.typed).ok()) return {};
    filling.journal.answered(*line, action.typed);
    filling.reasons.erase(line->key);  // what was kept with a reason was another value
    refresh(filling);
    return draft(filling);
}

Requests take(State& state, const FocusField& action) {
    if (!state.filling || state.filling->focusPath == action.path) return {};
    FormFilling& filling = *state.filling;
    if (!filling.focusPath.empty()) filling.visited.insert(filling.focusPath);
    filling.focusPath.clear();
    filling.focusWasWrong = isWrong(filling, action.path);
    filling.focusPath = action.path;
    std::size_t section = sectionOf(filling, action.path);
    if (section < filling.sections.size()) filling.section = section;
    return {};
}

Requests take(State& state, const AddItem& action) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    auto added = filling.session->addItem(action.repeatPath);
    if (!added.ok()) {
        sayProblem(state, "problem.item");
        return {};
    }
    refresh(filling);
    if (const NodeView* item = filling.line(*added)) filling.journal.added(*item);
    std::string first = firstColumn(filling, *added);
    if (first.empty()) filling.openItems.insert(*added);
    if (!first.empty()) goTo(filling, first);
    return draft(filling);
}

Requests take(State& state, const RemoveItem& action) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    const NodeView* item = filling.line(action.itemPath);
    if (!item || !filling.session->removeItem(action.itemPath).ok()) return {};
    filling.journal.removed(*item);
    // Positions behind it have moved up; what was open may be another item now.
    filling.openItems.clear();
    filling.visited.clear();
    filling.filesTyped.clear();
    filling.focusPath.clear();
    refresh(filling);
    return draft(filling);
}

Requests take(State& state, const ToggleItem& action) {
    if (!state.filling) return {};
    auto& open = state.filling->openItems;
    if (open.erase(action.itemPath) == 0) open.insert(action.itemPath);
    return {};
}

Requests take(State& state, const GoToSection& action) {
    if (!state.filling || action.section >= state.filling->sections.size()) return {};
    FormFilling& filling = *state.filling;
    filling.section = action.section;
    for (const NodeView& line : filling.lines) {
        if (sectionOf(filling, line.path) != action.section || !isAsked(line)) continue;
        if (line.path.find('[') == std::string::npos || filling.sections[action.section].rows) {
            goTo(filling, line.path);
            break;
        }
    }
    return {};
}

Requests take(State& state, const ShowSection& action) {
    if (state.filling && action.section < state.filling->sections.size())
        state.filling->section = action.section;
    return {};
}

Requests take(State& state, const GoToNextProblem&) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    filling.showAllProblems = true;
    std::string path = nextProblem(filling, filling.focusPath);
    if (path.empty()) {
        say(state, "form.no_problems");
        return {};
    }
    goTo(filling, path);
    return {};
}

Requests take(State& state, const SaveForm&) {
    if (!state.filling || state.filling->saving) return {};
    if (auto file = fileBeforeSaving(state)) return std::move(*file);
    FormFilling& filling = *state.filling;
    refresh(filling);
    if (!filling.session->isValid()) {
        filling.showAllProblems = true;
        sayProblem(state, "form.mend", {{"count", std::to_string(problemCount(filling))}});
        std::string path = nextProblem(filling, "");
        if (!path.empty()) goTo(filling, path);
        return {};
    }
    if (!filling.isNew && !filling.session->isDirty() && filling.reasons.empty()) {
        say(state, "form.nothing_to_save");
        return {};
    }
    filling.saving = true;
    return {StoreRecord{filling.record,
                        filling.session->answers(),
                        {filling.reasons.begin(), filling.reasons.end()}}};
}

Requests take(State& state, const LeaveForm&) {
    Requests requests = closeFilling(state);
    state.screen = Screen::Records;
    for (Request& request : askRows(state)) requests.push_back(std::move(request));
    return requests;
}

Requests take(State& state, const AskKeepWarning& action) {
    if (!state.filling) return {};
    state.filling->keepingWarning = action.path;
    state.filling->keepingReason.clear();
    return {};
}

Requests take(State& state, const KeepWarning&) {
    if (!state.filling) return {};
    FormFilling& filling = *state.filling;
    const std::string path = std::exchange(filling.keepingWarning, {});
    const NodeView* line = filling.line(path);
    if (!line || filling.keepingReason.find_first_not_of(" \t\n") == std::string::npos) return {};
    if (!filling.session->keepWarning(path, filling.keepingReason).ok()) return {};
    filling.reasons[line->key] = filling.keepingReason;
    filling.journal.kept(*line, filling.keepingReason);
    filling.lines.clear();
    refresh(filling);
    return draft(filling);
}

Requests take(State& state, RecordOpened reply) {
    state.opening = false;
    FormFilling filling;
    filling.record = reply.record;
    filling.formId = reply.form.id;
    filling.version = reply.form.version;
    filling.form = reply.form.form;
    filling.session = std::move(reply.session);
    filling.isNew = reply.isNew;
    filling.inConflict = std::move(reply.inConflict);
    filling.journal = std::move(reply.journal);
    filling.reasons = filling.journal.reasons(*filling.session);
    filling.draftSavedAt = reply.draftSavedAt;
    filling.fromDraft = reply.draftSavedAt.has_value();
    for (AttachedFile& file : reply.files) filling.files[file.name] = std::move(file);
    refresh(filling);
    for (const NodeView& line : filling.lines)
        if (isAsked(line)) {
            goTo(filling, line.path);
            break;
        }
    Requests requests = closeFilling(state);
    state.filling = std::move(filling);
    state.screen = Screen::Form;
    if (state.filling->fromDraft) say(state, "form.from_draft");
    return requests;
}

Requests take(State& state, DraftStored reply) {
    if (!state.filling || state.filling->record != reply.record) return {};
    FormFilling& filling = *state.filling;
    filling.draftInFlight = false;
    filling.draftSavedAt = reply.at;
    return filling.draftDirty ? draft(filling) : Requests{};
}

Requests take(State& state, DraftDropped reply) {
    if (!state.filling || state.filling->record != reply.record) return {};
    backToRecords(state);
    say(state, "form.draft_dropped");
    return askRows(state);
}

Requests take(State& state, RecordStored reply) {
    if (!state.filling || state.filling->record != reply.record) return askRows(state);
    say(state, "form.saved", {{"title", state.filling->title}});
    backToRecords(state);
    return afterRecord(state, reply.record);
}

Requests take(State& state, RecordDeleted reply) {
    if (state.filling && state.filling->record == reply.record) {
        say(state, "form.deleted", {{"title", state.filling->title}});
        backToRecords(state);
    }
    state.records.selectedId = {};
    state.records.selected.reset();
    return askRows(state);
}

}  // namespace sotay::app
