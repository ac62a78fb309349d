#include "app/state/update.h"

#include "app/state/answer_text.h"
#include "app/state/update_parts.h"

namespace sotay::app {
namespace {

Requests take(State& state, const GoTo& action) {
    bool staysWithRecord = action.screen == Screen::Form || action.screen == Screen::History;
    if (action.screen == Screen::Form && !state.filling) return take(state, GoTo{Screen::Records});
    Requests requests;
    if (!staysWithRecord) requests = closeFilling(state);
    state.screen = action.screen;
    switch (action.screen) {
        case Screen::Records:
            for (Request& request : askRows(state)) requests.push_back(std::move(request));
            break;
        case Screen::Conflicts:
            requests.emplace_back(ReadConflicts{});
            break;
        case Screen::Duplicates:
            requests.emplace_back(ReadDuplicates{});
            break;
        case Screen::Sync:
            requests.emplace_back(ReadWaiting{});
            requests.emplace_back(FindSticks{});
            break;
        default:
            break;
    }
    return requests;
}

Requests take(State& state, const TypeText& action) {
    using Field = TypeText::Field;
    switch (action.field) {
        case Field::Server:
            state.enrolment.server = action.text;
            break;
        case Field::Code:
            state.enrolment.code = action.text;
            break;
        case Field::DeviceName:
            state.enrolment.device = action.text;
            break;
        case Field::Search:
            if (state.records.query.search == action.text) return {};
            state.records.query.search = action.text;
            state.records.selected.reset();
            state.records.selectedId = {};
            state.records.windowFirst = 0;
            return askRows(state);
        case Field::OtherValue:
        case Field::Reason:
            typeDecision(state, action);
            break;
        case Field::DuplicateReason:
            state.duplicates.reason = action.text;
            state.duplicates.reasonMissing = false;
            break;
        case Field::UndoReason:
            if (state.history.undo) {
                state.history.undo->reason = action.text;
                state.history.undo->reasonMissing = false;
            }
            break;
        case Field::StickFolder:
            state.sync.stick.folder = action.text;
            state.sync.stick.isTyped = true;
            state.sync.stick.problem.clear();
            break;
        case Field::WarningReason:
            if (state.filling) state.filling->keepingReason = action.text;
            break;
    }
    return {};
}

Requests take(State& state, const Arrived&) {
    if (state.filling) state.filling->goTo.clear();
    state.conflicts.toReason = false;
    state.duplicates.toReason = false;
    return {};
}

Requests take(State& state, const SubmitEnrolment&) {
    EnrolmentState& enrolment = state.enrolment;
    if (enrolment.busy) return {};
    enrolment.why.clear();
    enrolment.problem = isBlank(enrolment.server)   ? "enrolment.no_server"
                        : isBlank(enrolment.code)   ? "enrolment.no_code"
                        : isBlank(enrolment.device) ? "enrolment.no_device"
                                                    : "";
    if (!enrolment.problem.empty()) return {};
    enrolment.busy = true;
    return {EnrolLaptop{enrolment.server, enrolment.code, enrolment.device}};
}

Requests take(State& state, const Ask& action) {
    state.question = action.question;
    return {};
}

Requests take(State& state, const Answer& action) {
    Question question = std::exchange(state.question, Question::None);
    if (!action.yes || !state.filling) return {};
    switch (question) {
        case Question::DropDraft:
            return {DropDraft{state.filling->record}};
        case Question::DeleteRecord:
            return {DeleteRecord{state.filling->record}};
        case Question::None:
            break;
    }
    return {};
}

Requests take(State& state, const ChangePreferences& action) {
    if (state.preferences == action.preferences) return {};
    state.preferences = action.preferences;
    if (state.filling) {
        FormFilling& filling = *state.filling;
        filling.session->setLanguage(formLanguage(*filling.form, state.preferences.language));
        filling.lines.clear();  // all labels are others now, whatever the revision says
        refresh(filling);
    }
    return {StorePreferences{state.preferences}};
}

Requests take(State& state, const Tick& action) {
    state.now = action.now;
    return {};
}

Requests take(State& state, const DismissToast&) {
    state.toast.reset();
    return {};
}

Requests take(State& state, StandingRead reply) {
    bool first = !state.opened;
    state.standing = std::move(reply.standing);
    state.opened = true;
    if (reply.preferences) state.preferences = *reply.preferences;
    if (!first) return {};
    state.screen = state.standing.enrolled ? Screen::Records : Screen::Welcome;
    if (!state.standing.enrolled) return {};
    return {ReadForms{}};
}

Requests take(State& state, Enrolled reply) {
    state.standing = std::move(reply.standing);
    state.enrolment = {};
    state.screen = Screen::Sync;
    state.network = Network::Online;
    say(state, "enrolment.done", {{"name", state.standing.person}});
    // A new notebook is empty: the first sync is what anybody would do next.
    return take(state, BeginSync{});
}

// A failure's words for the person at the screen; the error's own message is for the log.
std::string whyKey(Code code) {
    switch (code) {
        case Code::NotFound:
            return "why.not_found";
        case Code::InvalidInput:
            return "why.invalid";
        case Code::Corrupt:
            return "why.corrupt";
        case Code::Io:
            return "why.disk";
        case Code::Offline:
            return "why.offline";
        case Code::Rejected:
            break;
    }
    return "why.rejected";
}

// The record was changed on this laptop by another program since it was opened: it is shown again,
// with what was typed on top.
Requests showAgain(State& state) {
    Id record = state.filling->record;
    Requests requests = closeFilling(state);
    state.opening = true;
    requests.emplace_back(OpenRecord{record, state.preferences.language});
    say(state, "form.changed_elsewhere");
    return requests;
}

Requests take(State& state, TaskFailed reply) {
    const Error& error = reply.error;
    std::map<std::string, std::string> why{{"why", whyKey(error.code)}};
    switch (reply.task) {
        case Task::OpenNotebook:
            state.openProblem = error.message;
            break;
        case Task::Enrol:
            state.enrolment.busy = false;
            state.enrolment.problem = error.code == Code::Offline    ? "enrolment.offline"
                                      : error.code == Code::Rejected ? "enrolment.refused"
                                                                     : "enrolment.failed";
            state.enrolment.why = whyKey(error.code);
            break;
        case Task::Read:
            sayProblem(state, "problem.read", std::move(why));
            break;
        case Task::Open:
            state.opening = false;
            sayProblem(state, "problem.open", std::move(why));
            break;
        case Task::Draft:
            if (state.filling) state.filling->draftInFlight = false;
            sayProblem(state, "problem.draft", std::move(why));
            break;
        case Task::Save:
            if (state.filling) state.filling->saving = false;
            if (state.filling && error.code == Code::Rejected) return showAgain(state);
            sayProblem(state, "problem.save", std::move(why));
            break;
        case Task::Delete:
            sayProblem(state, "problem.delete", std::move(why));
            break;
        case Task::Stick:
            state.sync.stick.busy = false;
            state.sync.stick.problem = error.code == Code::NotFound ? "stick.no_folder"
                                       : error.code == Code::Io     ? "stick.not_written"
                                                                    : "stick.failed";
            break;
        case Task::TakeFile:
            if (state.filling) fileNotTaken(*state.filling);
            if (error.code == Code::NotFound)
                sayProblem(state, "file.not_there");
            else if (error.code == Code::InvalidInput)
                sayProblem(state, "file.not_taken");
            else
                sayProblem(state, "problem.take_file", std::move(why));
            break;
        case Task::ShowFile:
            if (error.code == Code::NotFound)
                sayProblem(state, "file.not_yet_at_server");
            else
                sayProblem(state, "problem.show_file", std::move(why));
            break;
        case Task::Fetch:
            state.history.fetching = false;
            sayProblem(state, "problem.fetch", std::move(why));
            break;
        case Task::Resolve:
            state.conflicts.deciding = false;
            sayProblem(state, "problem.resolve", std::move(why));
            return {ReadConflicts{}};
        case Task::ResolveDuplicate:
            state.duplicates.deciding = false;
            sayProblem(state, "problem.resolve", std::move(why));
            return {ReadDuplicates{}};
        case Task::Undo:
            state.history.undo.reset();
            sayProblem(state, "problem.undo", std::move(why));
            break;
        case Task::Preferences:
            sayProblem(state, "problem.preferences", std::move(why));
            break;
    }
    return {};
}

}  // namespace

bool isBlank(const std::string& text) {
    return text.find_first_not_of(" \t\n") == std::string::npos;
}

void say(State& state, std::string key, std::map<std::string, std::string> parts) {
    state.toast = Toast{std::move(key), std::move(parts), false, ++state.toasts};
}

void sayProblem(State& state, std::string key, std::map<std::string, std::string> parts) {
    state.toast = Toast{std::move(key), std::move(parts), true, ++state.toasts};
}

Requests update(State& state, const Action& action) {
    return std::visit([&](const auto& wanted) { return take(state, wanted); }, action);
}

Requests update(State& state, Reply reply) {
    return std::visit([&](auto& answer) { return take(state, std::move(answer)); }, reply);
}

Requests start(const State&) { return {ReadStanding{}}; }

}  // namespace sotay::app
