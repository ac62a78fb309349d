#include "app/state/moment.h"
#include "app/state/moment_words.h"
#include "app/ui/feedback.h"
#include "app/ui/frame.h"
#include "app/ui/icons.h"
#include "app/ui/screens.h"
#include "app/ui/text.h"

namespace sotay::ui {
namespace {

using app::Network;
using app::Question;
using app::Screen;

struct RailTarget {
    std::string_view key;
    const char* icon;
    std::string_view text, shortcut;
    Screen screen;
};
constexpr RailTarget kRail[] = {
    {"rail.records", icons::kRecords, "rail.records", "Alt 1", Screen::Records},
    {"rail.sync", icons::kSync, "rail.sync", "Alt 2", Screen::Sync},
    {"rail.conflicts", icons::kConflicts, "rail.conflicts", "Alt 3", Screen::Conflicts},
    {"rail.duplicates", icons::kDuplicates, "rail.duplicates", "Alt 4", Screen::Duplicates},
    {"rail.settings", icons::kSettings, "rail.settings", "Alt 5", Screen::Settings},
};

bool isUnder(Screen open, Screen entry) {
    if (open == Screen::Form || open == Screen::History) return entry == Screen::Records;
    return open == entry;
}

std::vector<RailEntry> rail(const State& state, const Strings& text) {
    std::vector<RailEntry> entries;
    for (const RailTarget& target : kRail) {
        RailEntry entry{target.key, target.icon, text[target.text]};
        entry.selected = isUnder(state.screen, target.screen);
        entry.shortcut = target.shortcut;
        if (target.screen == Screen::Conflicts)
            entry.count = static_cast<long>(state.standing.conflicts);
        // They are counted when somebody looks: that reads all records.
        if (target.screen == Screen::Duplicates)
            entry.count = static_cast<long>(state.duplicates.list.size());
        entries.push_back(entry);
    }
    return entries;
}

// Sentences of the status bar; kept here because StatusPart only looks at them.
struct StatusWords {
    std::string saved, waiting, synced, network, where;
};

StatusWords statusWords(const State& state, const Strings& text) {
    const auto& standing = state.standing;
    StatusWords words;
    words.saved = text["status.nothing_saved"];
    if (standing.savedAt)
        words.saved =
            text.with("status.saved", {{"when", app::momentWords(*standing.savedAt, state, text)}});
    bool savedToday = standing.savedAt && app::dayNumber(*standing.savedAt, state.zoneMinutes) ==
                                              app::dayNumber(state.now, state.zoneMinutes);
    if (savedToday)
        words.saved = text.with("status.saved_today",
                                {{"time", app::formatTime(*standing.savedAt, state.zoneMinutes)}});
    auto waiting = [&](const char* key, std::uint64_t count) {
        if (count == 0) return;
        words.waiting += words.waiting.empty() ? "" : " · ";
        words.waiting += text.count(key, showNumber(std::to_string(count)));
    };
    waiting("status.waiting", standing.waiting);
    waiting("status.files_waiting", standing.filesWaiting);
    if (words.waiting.empty()) words.waiting = text["status.nothing_waits"];
    words.synced = standing.syncedAt
                       ? text.with("status.synced",
                                   {{"when", app::momentWords(*standing.syncedAt, state, text)}})
                       : text["status.never_synced"];
    words.network = state.sync.running                  ? text["status.syncing"]
                    : state.network == Network::Online  ? text["status.online"]
                    : state.network == Network::Offline ? text["status.offline"]
                                                        : "";
    words.where = "· " + text[roleKey(standing.role)];
    if (std::string areas = app::areasWords(state, text); !areas.empty())
        words.where += " · " + areas;
    return words;
}

void fillStatus(const State& state, const StatusWords& words, FrameView& view) {
    if (!state.standing.enrolled) return;
    view.left.push_back({"status.saved", words.saved, icons::kSaved, {}, true});
    view.left.push_back({"status.waiting", words.waiting});
    view.left.push_back({"status.synced", words.synced});
    if (!words.network.empty()) {
        const char* glyph = state.sync.running                 ? icons::kSync
                            : state.network == Network::Online ? icons::kCloudDone
                                                               : icons::kCloudOff;
        view.right.push_back({"status.network", words.network, glyph});
    }
    view.right.push_back({"status.who", words.where, nullptr, state.standing.person});
}

void drawScreen(const State& state, const Strings& text, Actions& actions) {
    switch (state.screen) {
        case Screen::Welcome:
            return drawWelcome(state, text, actions);
        case Screen::Records:
            return drawRecordList(state, text, actions);
        case Screen::Form:
            return drawForm(state, text, actions);
        case Screen::History:
            return drawHistory(state, text, actions);
        case Screen::Sync:
            return drawSync(state, text, actions);
        case Screen::Conflicts:
            return drawConflicts(state, text, actions);
        case Screen::Duplicates:
            return drawDuplicates(state, text, actions);
        case Screen::Settings:
            return drawSettings(state, text, actions);
    }
}

void drawQuestion(const State& state, const Strings& text, Actions& actions) {
    if (state.question == Question::None || !state.filling) return;
    bool isDelete = state.question == Question::DeleteRecord;
    std::string sentence = isDelete
                               ? text.with("ask.delete.sentence", {{"title", state.filling->title}})
                               : text["ask.drop_draft.sentence"];
    DialogView view;
    view.title = text[isDelete ? "ask.delete.title" : "ask.drop_draft.title"];
    view.sentence = sentence;
    view.confirm = text[isDelete ? "ask.delete.yes" : "ask.drop_draft.yes"];
    view.cancel = text["ask.no"];
    view.dangerous = true;
    Dialog dialog("ask", view);
    Dialog::Answer answer = dialog.answer();
    if (answer != Dialog::Answer::None)
        actions.add(app::Answer{answer == Dialog::Answer::Confirmed});
}

void drawToast(const State& state, const Strings& text, Actions& actions) {
    if (!state.toast) return;
    std::string message = text[state.toast->key];
    for (const auto& [name, value] : state.toast->parts) {
        // An untitled record is called so, in the reader's language.
        std::string shown = name == "title" && value.empty() ? text["form.untitled"] : value;
        if (name == "why") shown = text[value];
        std::string mark = "{" + name + "}";
        if (std::size_t at = message.find(mark); at != std::string::npos)
            message.replace(at, mark.size(), shown);
    }
    if (toast({static_cast<long>(state.toast->serial), message}) == ToastState::Gone)
        actions.add(app::DismissToast{});
}

}  // namespace

void drawApp(const State& state, const Strings& text, Actions& actions) {
    if (context().words.search != text["words.search"] ||
        context().words.choose != text["words.choose"])
        giveWords(context(), text);
    StatusWords words = statusWords(state, text);
    FrameView view;
    view.product = text["product"];
    view.organisation = state.standing.organisation;
    if (state.standing.enrolled) view.rail = rail(state, text);
    fillStatus(state, words, view);
    {
        AppFrame frame(view);
        if (!state.openProblem.empty()) {
            std::string sentence = text.with("problem.notebook", {{"detail", state.openProblem}});
            banner("problem.notebook", Tone::Error, sentence, {}, icons::kWrong);
        } else if (state.opened) {
            drawScreen(state, text, actions);
        }
        for (const RailTarget& target : kRail)
            if (frame.picked() == target.key) actions.add(app::GoTo{target.screen});
    }
    if (context().hasDrop()) actions.add(app::RefuseDrop{});
    drawQuestion(state, text, actions);
    drawKeepDialog(state, text, actions);
    drawToast(state, text, actions);
}

}  // namespace sotay::ui
