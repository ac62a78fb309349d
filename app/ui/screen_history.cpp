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
        case HistoryChange::Kind::Undone:
            return "history.undo_made";
        case HistoryChange::Kind::Merged:
            return "history.merged";
        case HistoryChange::Kind::Separated:
            return "history.separated";
        case HistoryChange::Kind::Distinct:
            return "history.distinct";
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

std::string_view stopKey(app::UndoView::Stop stop) {
    using Stop = app::UndoView::Stop;
    switch (stop) {
        case Stop::NotYours:
            return "undo.not_yours";
        case Stop::Decision:
            return "undo.decision";
        case Stop::LaterChanges:
            return "undo.later";
        case Stop::Incomplete:
            return "undo.incomplete";
        case Stop::None:
            break;
    }
    return "";
}

// Why it cannot be taken back, and by whose changes.
void drawStop(const app::UndoView& undo, const State& state, const Strings& text) {
    banner("undo.stop", Tone::Warning, text[stopKey(undo.stop)], {}, icons::kWarning);
    for (const auto& later : undo.later) {
        gap(space::k1);
        std::string words = later.author + " · " + app::momentWords(later.at, state, text);
        if (!later.path.empty())
            words += " · " +
                     fieldWords(state.history.form.get(), later.path, state.preferences.language);
        sotay::ui::text(words);
    }
}

// Under the change: what taking it back means, before it is done.
void drawUndo(const State& state, const Strings& text, Actions& actions) {
    const app::UndoView& undo = *state.history.undo;
    gap(space::k2);
    Card card("undo", {.padding = space::k4, .ground = Token::Sunken});
    if (!undo.loaded) return mutedText(text["history.loading"]);
    const bool isStopped = undo.stop != app::UndoView::Stop::None;
    if (isStopped) {
        drawStop(undo, state, text);
    } else {
        textLine(text["undo.title"], {.style = TextStyle::BodyMedium});
        gap(space::k1);
        if (undo.deletes) sotay::ui::text(text["undo.deletes"]);
        if (undo.separates) sotay::ui::text(text["undo.separates"]);
        for (const HistoryEdit& edit : undo.edits)
            drawEdit(edit, state.history.form.get(), state, text);
        if (undo.reopens) {
            gap(space::k1);
            sotay::ui::text(text["undo.reopens"]);
        }
    }
    gap(space::k2);
    Row row;
    ButtonOptions confirm{
        .emphasis = Emphasis::Primary, .shortcut = "Enter", .enabled = !undo.busy};
    std::string_view leave = text[isStopped ? "undo.close" : "ask.no"];
    if (!isStopped) {
        FieldOptions options;
        options.width = availableWidth() - buttonWidth(text["history.undo"], confirm) -
                        buttonWidth(leave, {}) - 2 * space::k2;
        options.check = undo.reasonMissing ? Check::Wrong : Check::Fine;
        options.placeholder = text[undo.needsReason ? "undo.reason_needed" : "undo.reason"];
        options.enterMovesOn = false;
        if (Edit edit = textField("undo.reason", undo.reason, options);
            edit && edit.value != undo.reason)
            actions.add(app::TypeText{app::TypeText::Field::UndoReason, edit.value});
    }
    if (button("undo.cancel", leave, {})) actions.add(app::DropUndo{});
    if (!isStopped && button("undo.confirm", text["history.undo"], confirm))
        actions.add(app::ConfirmUndo{});
}

void drawChange(const HistoryChange& change, std::size_t index, const State& state,
                const Strings& text, Actions& actions) {
    const auto& open = state.history.undo;
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
        if (!change.of.empty())
            chip(text.with("history.of", {{"title", change.of}}), Tone::SideB, key + ".of");
        if (!change.other.empty()) textLine(change.other, {.key = key + ".other"});
        const bool mayUndo = change.mine || state.mayDecide();
        if (mayUndo && !(open && open->change == change.id)) {
            ButtonOptions quiet{.emphasis = Emphasis::Quiet, .icon = icons::kUndo};
            row.toRight(buttonWidth(text["history.undo"], quiet));
            if (button(key + ".undo", text["history.undo"], quiet))
                actions.add(app::AskUndo{change.id});
        }
    }
    gap(space::k1);
    if (!change.reason.empty()) {
        sotay::ui::text(text.with("history.reason", {{"reason", change.reason}}),
                        {.key = key + ".reason"});
        gap(space::k1);
    }
    for (const HistoryEdit& edit : change.edits)
        drawEdit(edit, state.history.form.get(), state, text);
    if (open && open->change == change.id) drawUndo(state, text, actions);
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
        drawChange(history.changes[i], i, state, text, actions);
    }
    if (history.isComplete) return;
    gap(space::k4);
    if (banner("history.older", Tone::Neutral, text["history.older"],
               history.fetching ? std::string_view() : text["history.fetch"], icons::kInfo))
        actions.add(app::FetchOlder{});
}

}  // namespace sotay::ui
