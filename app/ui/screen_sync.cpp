#include <algorithm>

#include "app/state/moment.h"
#include "app/state/moment_words.h"
#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::SyncLogLine;
using app::SyncState;

constexpr std::int64_t kClockTolerance = 120;  // seconds that nobody needs to hear about

std::string number(std::uint64_t value) { return showNumber(std::to_string(value)); }

std::string farWords(std::uint64_t done, std::uint64_t total, const Strings& text) {
    if (total == 0) return done == 0 ? text["sync.none"] : number(done);
    return text.with("sync.of", {{"done", number(done)}, {"total", number(total)}});
}

float partOf(std::uint64_t done, std::uint64_t total, bool isOver) {
    if (total == 0) return isOver ? 1.0F : 0.0F;
    return std::min(1.0F, static_cast<float>(done) / static_cast<float>(total));
}

// How long the rest will take at the pace so far; "" while nobody can tell.
std::string restWords(const State& state, std::uint64_t done, std::uint64_t total,
                      const Strings& text) {
    std::int64_t spent = state.now - state.sync.startedAt;
    if (!state.sync.running || done == 0 || done >= total || spent < 5) return {};
    auto rest = static_cast<std::int64_t>(
        static_cast<double>(spent) * static_cast<double>(total - done) / static_cast<double>(done));
    return " · " + text.with("sync.rest",
                             {{"span", app::spanWords(std::max<std::int64_t>(rest, 60), text)}});
}

std::string outcomeWords(const app::SyncOutcome& outcome, const Strings& text) {
    std::string words = text.with(
        "sync.finished", {{"sent", number(outcome.sent)}, {"received", number(outcome.received)}});
    if (outcome.conflicts > 0)
        words += ", " + text.count("sync.conflicts", number(outcome.conflicts));
    if (outcome.quarantined > 0)
        words += ", " + text.count("sync.quarantined", number(outcome.quarantined));
    return words;
}

std::string logWords(const SyncLogLine& line, const Strings& text) {
    using Kind = SyncLogLine::Kind;
    switch (line.kind) {
        case Kind::Started:
            return text.with("sync.log.started", {{"server", line.server}});
        case Kind::ServerSaved:
            return text.count("sync.log.server_saved", number(line.outcome.sent));
        case Kind::Finished:
            return outcomeWords(line.outcome, text);
        case Kind::Offline:
            return text["sync.log.offline"];
        case Kind::Refused:
            return text.with("sync.log.refused", {{"detail", line.detail}});
        case Kind::Failed:
            return text.with("sync.log.failed", {{"detail", line.detail}});
        case Kind::Cancelled:
            return text["sync.log.cancelled"];
    }
    return {};
}

std::string headline(const State& state, const Strings& text) {
    const SyncState& sync = state.sync;
    if (sync.cancelling) return text["sync.stopping"];
    if (sync.running) return text["sync.running"];
    if (!sync.log.empty()) return text[sync.lastOutcome ? "sync.done" : "sync.not_done"];
    return text["sync.ready"];
}

std::string explanation(const State& state, const Strings& text) {
    const SyncState& sync = state.sync;
    if (sync.running) return text["sync.running_sentence"];
    if (sync.lastOutcome) return text["sync.done_sentence"];
    if (!sync.log.empty()) return text["sync.not_done_sentence"];
    if (state.standing.waiting == 0 && state.standing.filesWaiting > 0)
        return text.count("sync.files_wait", number(state.standing.filesWaiting));
    if (state.standing.waiting == 0) return text["sync.nothing_waits"];
    return text.count("sync.waits", number(state.standing.waiting));
}

void drawProgress(const State& state, const Strings& text, Actions& actions) {
    const SyncState& sync = state.sync;
    Card card("sync.progress", {.minHeight = 322, .group = "sync"});
    sectionTitle(headline(state, text));
    mutedText(explanation(state, text));
    gap(space::k4);
    bool isOver = sync.lastOutcome.has_value();
    std::string sent = farWords(sync.progress.sent, sync.progress.toSend, text);
    if (isOver && sync.progress.sent > 0) sent += " · " + text["sync.server_has"];
    progress("sync.mine", {icons::kChanges, text["sync.mine"], sent,
                           partOf(sync.progress.sent, sync.progress.toSend, isOver)});
    gap(space::k3);
    std::string received = farWords(sync.progress.received, sync.progress.toReceive, text) +
                           restWords(state, sync.progress.received, sync.progress.toReceive, text);
    progress("sync.others", {icons::kDownload, text["sync.others"], received,
                             partOf(sync.progress.received, sync.progress.toReceive, isOver)});
    gap(space::k4);
    auto ahead = state.standing.clockAheadSeconds;
    if (ahead && std::abs(*ahead) > kClockTolerance) {
        std::string sentence = text.with(*ahead > 0 ? "sync.clock_fast" : "sync.clock_slow",
                                         {{"span", app::spanWords(*ahead, text)}});
        banner("sync.clock", Tone::Warning, sentence);
        gap(space::k3);
    }
    if (state.standing.conflicts > 0 && !sync.running) {
        std::string sentence = text.count("sync.open_conflicts", number(state.standing.conflicts));
        if (banner("sync.conflicts", Tone::Warning, sentence, text["sync.show_conflicts"]))
            actions.add(app::GoTo{app::Screen::Conflicts});
    }
}

void drawLog(const State& state, const Strings& text) {
    Card card("sync.log", {.minHeight = 322, .group = "sync"});
    sectionTitle(text["sync.log"]);
    gap(space::k1);
    const auto& log = state.sync.log;
    if (log.empty()) return mutedText(text["sync.log.empty"]);
    std::size_t shown = std::min<std::size_t>(log.size(), 8);
    for (std::size_t i = 0; i < shown; ++i) {
        {
            Columns columns({space::k3, 100, 0}, space::k2);
            columns.next();
            columns.next();
            gap(space::k2);
            sotay::ui::text(app::formatTimeWithSeconds(log[i].at, state.zoneMinutes),
                            {.color = Token::Muted});
            columns.next();
            gap(space::k2);
            sotay::ui::text(logWords(log[i], text), {.key = "sync.log." + std::to_string(i)});
            gap(space::k2);
        }
        hairline();
    }
}

void drawWaiting(const State& state, const Strings& text, Actions& actions) {
    const auto& waiting = state.sync.waiting;
    if (waiting.empty()) return;
    gap(space::k4);
    sectionTitle(text["sync.waiting"]);
    gap(space::k2);
    TableView view;
    view.columns = {{text["sync.waiting_record"], 0, 2, Align::Left, true},
                    {text["sync.waiting_when"], 200, 1, Align::Left, false, true}};
    constexpr std::size_t kFits = 5;
    view.rows = waiting.size();
    if (view.rows <= kFits) view.height = 0;
    view.cell = [&](std::size_t row, std::size_t column) -> Cell {
        if (column == 0)
            return {waiting[row].title.empty() ? text["form.untitled"] : waiting[row].title};
        return {app::momentWords(waiting[row].at, state, text)};
    };
    TableEdit edit = table("sync.waiting", view);
    if (edit.opened) actions.add(app::EditRecord{waiting[*edit.opened].record});
}

}  // namespace

void drawSync(const State& state, const Strings& text, Actions& actions) {
    const SyncState& sync = state.sync;
    TitleView view;
    view.title = text["sync.title"];
    view.phrase = state.standing.server;
    if (sync.running) {
        view.actions.push_back({"sync.stop", text["sync.stop"], {.enabled = !sync.cancelling}});
    } else {
        view.actions.push_back(
            {"sync.start", text["sync.start"], {.emphasis = Emphasis::Primary, .shortcut = "F5"}});
    }
    std::string tapped = titleRow("sync", view);
    if (tapped == "sync.start") actions.add(app::BeginSync{});
    if (tapped == "sync.stop") actions.add(app::StopSync{});
    {
        Columns columns({0, 0}, space::k6);
        columns.next();
        drawProgress(state, text, actions);
        columns.next();
        drawLog(state, text);
    }
    drawStick(state, text, actions);
    drawWaiting(state, text, actions);
}

}  // namespace sotay::ui
