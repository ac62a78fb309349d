#include "app/state/moment.h"
#include "app/state/moment_words.h"
#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::HistoryChange;
using app::HistoryEdit;

std::string_view kindKey(HistoryChange::Kind kind) {
    switch (kind) {
        case HistoryChange::Kind::Created:
            return "history.created";
        case HistoryChange::Kind::Deleted:
            return "history.deleted";
        case HistoryChange::Kind::Restored:
            return "history.restored";
        case HistoryChange::Kind::Resolved:
            return "history.resolved";
        case HistoryChange::Kind::Edited:
            break;
    }
    return "history.edited";
}

Tone kindTone(HistoryChange::Kind kind) {
    if (kind == HistoryChange::Kind::Deleted) return Tone::Error;
    if (kind == HistoryChange::Kind::Resolved || kind == HistoryChange::Kind::Created)
        return Tone::Primary;
    return Tone::Neutral;
}

void drawWho(const HistoryChange& change, const std::string& key, const State& state,
             const Strings& text) {
    textLine(change.author, {.style = TextStyle::BodyMedium, .key = key + ".author"});
    mutedText(app::momentWords(change.at, state, text));
    if (!change.device.empty()) mutedText(text.with("history.device", {{"device", change.device}}));
    std::string clock =
        change.clockAheadSeconds ? app::clockWords(*change.clockAheadSeconds, text) : "";
    if (!clock.empty())
        sotay::ui::text(clock, {.style = TextStyle::Secondary, .color = Token::Warning});
}

void drawEdit(const HistoryEdit& edit, const Form* form, const State& state, const Strings& text) {
    const std::string& language = state.preferences.language;
    Columns columns({260, 0}, space::k4);
    columns.next();
    sotay::ui::text(fieldWords(form, edit.path, language), {.color = Token::Muted});
    columns.next();
    if (edit.kind == HistoryEdit::Kind::ItemAdded)
        return sotay::ui::text(text["history.row_added"]);
    if (edit.kind == HistoryEdit::Kind::ItemRemoved)
        return sotay::ui::text(text["history.row_removed"]);
    std::string words = shownAnswer(form, edit.path, edit.after, language);
    if (!edit.before.empty())
        words = shownAnswer(form, edit.path, edit.before, language) + " → " + words;
    sotay::ui::text(words);
    if (!edit.note.empty()) mutedText(text.with("history.kept", {{"reason", edit.note}}));
}

void drawChange(const HistoryChange& change, std::size_t index, const State& state,
                const Strings& text) {
    std::string key = "history." + std::to_string(index);
    Columns columns({220, 0}, space::k6);
    columns.next();
    drawWho(change, key, state, text);
    columns.next();
    {
        Row row(24, space::k2);
        chip(text[kindKey(change.kind)], kindTone(change.kind), key + ".kind");
        if (change.parallel) chip(text["history.parallel"], Tone::SideA, key + ".parallel");
        if (!change.number) chip(text["record.waiting"], Tone::Neutral, key + ".waiting");
    }
    gap(space::k1);
    if (!change.reason.empty()) {
        sotay::ui::text(text.with("history.reason", {{"reason", change.reason}}),
                        {.key = key + ".reason"});
        gap(space::k1);
    }
    for (const HistoryEdit& edit : change.edits)
        drawEdit(edit, state.history.form.get(), state, text);
}

}  // namespace

void drawHistory(const State& state, const Strings& text, Actions& actions) {
    const app::HistoryState& history = state.history;
    std::string count =
        history.loaded ? text.count("history.count", std::to_string(history.changes.size())) : "";
    TitleView view;
    view.title = text["history.title"];
    view.phrase = count;
    view.back = history.title.empty() ? std::string_view(text["form.untitled"]) : history.title;
    if (titleRow("history", view) == "history.back")
        actions.add(app::GoTo{state.filling ? app::Screen::Form : app::Screen::Records});
    Card card("history.card", {.height = -1});
    ScrollArea area("history.changes");
    if (!history.loaded) return mutedText(text["history.loading"]);
    for (std::size_t i = 0; i < history.changes.size(); ++i) {
        if (i > 0) {
            gap(space::k3);
            hairline();
            gap(space::k3);
        }
        drawChange(history.changes[i], i, state, text);
    }
    if (history.isComplete) return;
    gap(space::k4);
    if (banner("history.older", Tone::Neutral, text["history.older"],
               history.fetching ? std::string_view() : text["history.fetch"], icons::kInfo))
        actions.add(app::FetchOlder{});
}

}  // namespace sotay::ui
