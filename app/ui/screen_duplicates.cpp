#include <algorithm>

#include "app/state/answer_text.h"
#include "app/state/moment_words.h"
#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::Duplicate;
using app::DuplicateRow;

constexpr float kLabelWidth = 200;

struct PairFrame {
    const State& state;
    const Duplicate& pair;
    const Strings& text;
    Actions& actions;
    const std::string& language() const { return state.preferences.language; }
};

// "Cùng mã số thuế", "Cùng tên và xã"
std::string sameWords(const Duplicate& pair, const State& state, const Strings& text) {
    std::string keys;
    for (std::size_t i = 0; i < pair.keys.size(); ++i) {
        if (i > 0) keys += i + 1 == pair.keys.size() ? " " + text["duplicates.and"] + " " : ", ";
        keys += fieldWords(pair.form.get(), pair.keys[i], state.preferences.language);
    }
    return text.with("duplicates.same", {{"keys", keys}});
}

void drawDuplicateList(const State& state, const Strings& text, Actions& actions) {
    Card card("duplicates.list_card", {.height = -1, .padding = space::k2});
    ScrollArea area("duplicates.scroll");
    const auto& list = state.duplicates.list;
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::string detail = sameWords(list[i], state, text);
        ListEntry entry;
        entry.label = list[i].titles[0];
        entry.detail = detail;
        entry.selected = i == state.duplicates.selected;
        if (listEntry("duplicates.list." + std::to_string(i), entry))
            actions.add(app::SelectDuplicate{i});
    }
}

void drawRecord(const PairFrame& frame, std::size_t side) {
    const std::string key = "duplicates.record." + std::to_string(side);
    const std::string shortcut = std::to_string(side + 1);
    ChoiceCardOptions options;
    options.tone = sideTone(side);
    options.selected = frame.state.duplicates.survivor == side;
    options.enabled = frame.state.mayDecide();
    options.shortcut = shortcut;
    options.group = "duplicates.records";
    ChoiceCard card(key, options);
    {
        Row row(20, space::k2);
        textLine(sideLetter(side),
                 {.style = TextStyle::SecondaryMedium, .color = strongOf(sideTone(side))});
        if (frame.state.mayDecide()) keyHint(shortcut);
        if (options.selected)
            textLine(frame.text["duplicates.stays"],
                     {.style = TextStyle::SecondaryMedium, .color = strongOf(sideTone(side))});
    }
    text(frame.pair.titles[side], {.style = TextStyle::Section, .key = key + ".title"});
    if (frame.pair.changedAt[side] != 0)
        mutedText(frame.text.with(
            "duplicates.last",
            {{"name", frame.pair.authors[side]},
             {"when", app::dayWords(frame.pair.changedAt[side], frame.state, frame.text)}}));
    if (card.tapped()) frame.actions.add(app::ChooseSurvivor{side});
}

std::string shown(const PairFrame& frame, const DuplicateRow& row, std::size_t side) {
    if (row.isRepeat)
        return frame.text.count("duplicates.rows",
                                row.values[side].empty() ? "0" : row.values[side]);
    return shownAnswer(frame.pair.form.get(), row.path, row.values[side], frame.language());
}

void drawAnswer(const PairFrame& frame, std::size_t index, std::size_t side) {
    const DuplicateRow& row = frame.pair.rows[index];
    const auto& chosen = frame.state.duplicates.chosen;
    const std::string words = shown(frame, row, side);
    if (!row.isOpen() || !frame.state.mayDecide()) {
        gap(space::k2);
        const bool isLacking = !row.isRepeat && row.values[side].empty();
        text(words, {.color = isLacking || !row.differs() ? Token::Muted : Token::Ink});
        return gap(space::k2);
    }
    const bool isChosen = index < chosen.size() && chosen[index] == side;
    ListEntry entry;
    entry.label = words;
    entry.badge = isChosen ? frame.text["duplicates.chosen"] : std::string_view();
    entry.badgeTone = sideTone(side);
    entry.selected = isChosen;
    if (listEntry("duplicates.answer." + std::to_string(index) + "." + std::to_string(side), entry))
        frame.actions.add(app::ChooseAnswer{index, side});
}

void drawRow(const PairFrame& frame, std::size_t index) {
    hairline();
    Columns columns({kLabelWidth, 0, 0}, space::k4);
    columns.next();
    gap(space::k2);
    text(fieldWords(frame.pair.form.get(), frame.pair.rows[index].path, frame.language()),
         {.color = Token::Muted});
    gap(space::k2);
    for (std::size_t side = 0; side < 2; ++side) {
        columns.next();
        drawAnswer(frame, index, side);
    }
}

// What differs comes first; what only one has, or both have alike, after it.
void drawComparison(const PairFrame& frame) {
    const auto& rows = frame.pair.rows;
    auto draw = [&](std::string_view title, auto isWanted) {
        if (std::none_of(rows.begin(), rows.end(), isWanted)) return;
        gap(space::k4);
        textLine(frame.text[title], {.style = TextStyle::SecondaryMedium, .color = Token::Muted});
        gap(space::k1);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (isWanted(rows[i])) drawRow(frame, i);
    };
    draw("duplicates.open", [](const DuplicateRow& row) { return row.isOpen(); });
    draw("duplicates.joined",
         [](const DuplicateRow& row) { return !row.isOpen() && (row.differs() || row.isRepeat); });
    draw("duplicates.alike",
         [](const DuplicateRow& row) { return !row.differs() && !row.isRepeat; });
}

void drawDecision(const PairFrame& frame) {
    const auto& duplicates = frame.state.duplicates;
    const Strings& text = frame.text;
    std::string label =
        duplicates.survivor
            ? text.with("duplicates.merge_into", {{"side", sideLetter(*duplicates.survivor)}})
            : text["duplicates.merge"];
    ButtonOptions merge{
        .emphasis = Emphasis::Primary, .shortcut = "Enter", .enabled = !duplicates.deciding};
    ButtonOptions apart{.enabled = !duplicates.deciding};
    {
        Row row;
        FieldOptions options;
        options.width = availableWidth() - buttonWidth(label, merge) -
                        buttonWidth(text["duplicates.apart"], apart) - 2 * space::k2;
        options.check = duplicates.reasonMissing ? Check::Wrong : Check::Fine;
        options.placeholder = text["duplicates.reason"];
        options.enterMovesOn = false;
        if (Edit edit = textField("duplicates.reason", duplicates.reason, options);
            edit && edit.value != duplicates.reason)
            frame.actions.add(app::TypeText{app::TypeText::Field::DuplicateReason, edit.value});
        if (button("duplicates.apart", text["duplicates.apart"], apart))
            frame.actions.add(app::DecideDuplicate{false});
        if (button("duplicates.merge", label, merge)) frame.actions.add(app::DecideDuplicate{true});
    }
    gap(space::k1);
    std::string_view problem = duplicates.survivorMissing ? "duplicates.survivor_missing"
                               : duplicates.reasonMissing ? "conflicts.reason_missing"
                                                          : "";
    if (problem.empty()) return mutedText(text["duplicates.promise"]);
    sotay::ui::text(
        text[problem],
        {.style = TextStyle::Secondary, .color = Token::Error, .key = "duplicates.problem"});
}

void drawPair(const PairFrame& frame) {
    ScrollArea area("duplicates.detail");
    Card card("duplicates.card");
    textLine(sameWords(frame.pair, frame.state, frame.text),
             {.style = TextStyle::Section, .key = "duplicates.same"});
    gap(space::k3);
    {
        Columns columns({kLabelWidth, 0, 0}, space::k4);
        columns.next();
        mutedText(frame.text["duplicates.which"]);
        for (std::size_t side = 0; side < 2; ++side) {
            columns.next();
            drawRecord(frame, side);
        }
    }
    gap(space::k4);
    if (frame.state.mayDecide()) {
        drawDecision(frame);
    } else {
        banner("duplicates.not_yours", Tone::Neutral, frame.text["duplicates.not_yours"], {},
               icons::kInfo);
    }
    drawComparison(frame);
}

}  // namespace

void drawDuplicates(const State& state, const Strings& text, Actions& actions) {
    const auto& duplicates = state.duplicates;
    std::string count =
        duplicates.list.empty()
            ? std::string()
            : text.count("duplicates.count", std::to_string(duplicates.list.size()));
    titleRow("duplicates", {.title = text["duplicates.title"], .phrase = count});
    if (!duplicates.loaded) return mutedText(text["duplicates.loading"]);
    const Duplicate* current = duplicates.current();
    if (!current) {
        emptyState("duplicates.none", {icons::kSaved, text["duplicates.none.title"],
                                       text["duplicates.none.sentence"]});
        return;
    }
    Columns columns({296, 0}, space::k6);
    columns.next();
    drawDuplicateList(state, text, actions);
    columns.next();
    drawPair({state, *current, text, actions});
    if (duplicates.toReason) {
        context().focus().set("duplicates.reason");
        actions.add(app::Arrived{});
    }
}

}  // namespace sotay::ui
