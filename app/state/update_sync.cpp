#include "app/state/update_parts.h"

namespace sotay::app {
namespace {

constexpr std::size_t kLogLines = 50;

void log(State& state, SyncLogLine line) {
    state.sync.log.push_front(std::move(line));
    if (state.sync.log.size() > kLogLines) state.sync.log.pop_back();
}

SyncLogLine::Kind kindOf(const SyncEnded& ended) {
    using Kind = SyncLogLine::Kind;
    if (ended.cancelled) return Kind::Cancelled;
    if (!ended.error) return Kind::Finished;
    if (ended.error->code == Code::Offline) return Kind::Offline;
    return ended.error->code == Code::Rejected ? Kind::Refused : Kind::Failed;
}

}  // namespace

Requests take(State& state, const BeginSync&) {
    if (state.sync.running || !state.standing.enrolled) return {};
    state.sync.running = true;
    state.sync.cancelling = false;
    state.sync.progress = {};
    state.sync.progress.toSend = state.standing.waiting;
    state.sync.lastOutcome.reset();
    state.sync.startedAt = state.now;
    log(state, {SyncLogLine::Kind::Started, state.now, state.standing.server, {}, {}});
    return {StartSync{}};
}

Requests take(State& state, const StopSync&) {
    if (!state.sync.running || state.sync.cancelling) return {};
    state.sync.cancelling = true;
    return {CancelSync{}};
}

Requests take(State& state, const BeginStick&) {
    StickState& stick = state.sync.stick;
    if (stick.busy || state.sync.running || !state.standing.enrolled) return {};
    stick.lines.clear();
    stick.problem = stick.folder.empty() ? "stick.none_found" : "";
    if (!stick.problem.empty()) return {FindSticks{}};
    stick.busy = true;
    return {ExchangeStick{stick.folder}};
}

Requests take(State& state, SticksFound reply) {
    StickState& stick = state.sync.stick;
    if (stick.isTyped && !stick.folder.empty()) return {};
    stick.isTyped = false;
    stick.folder = reply.folders.empty() ? std::string() : reply.folders.front();
    if (!stick.folder.empty()) stick.problem.clear();
    return {};
}

Requests take(State& state, StickExchanged reply) {
    state.sync.stick.busy = false;
    state.sync.stick.lines = std::move(reply.lines);
    Requests requests{ReadForms{}, ReadWaiting{}};
    if (state.standing.conflicts > 0) requests.emplace_back(ReadConflicts{});
    return requests;
}

Requests take(State& state, WaitingRead reply) {
    state.sync.waiting = std::move(reply.records);
    return {};
}

Requests take(State& state, SyncMoved reply) {
    SyncProgress& now = state.sync.progress;
    bool allSent = reply.progress.toSend > 0 && reply.progress.sent == reply.progress.toSend;
    bool wasSent = now.toSend > 0 && now.sent == now.toSend;
    now = reply.progress;
    state.network = Network::Online;
    if (allSent && !wasSent) {
        SyncLogLine line{SyncLogLine::Kind::ServerSaved, state.now, {}, {}, {}};
        line.outcome.sent = now.sent;
        log(state, std::move(line));
    }
    return {};
}

Requests take(State& state, SyncEnded reply) {
    state.sync.running = state.sync.cancelling = false;
    state.sync.lastOutcome = reply.outcome;
    SyncLogLine line{kindOf(reply), reply.at, state.standing.server, {}, {}};
    if (reply.outcome) line.outcome = *reply.outcome;
    if (reply.error) line.detail = reply.error->message;
    if (reply.error && reply.error->code == Code::Offline) state.network = Network::Offline;
    if (reply.outcome) state.network = Network::Online;
    log(state, std::move(line));

    Requests requests{ReadForms{}, ReadWaiting{}};
    if (state.screen == Screen::Conflicts || state.standing.conflicts > 0)
        requests.emplace_back(ReadConflicts{});
    if (state.screen == Screen::History) requests.emplace_back(ReadHistory{state.history.record});
    return requests;
}

}  // namespace sotay::app
