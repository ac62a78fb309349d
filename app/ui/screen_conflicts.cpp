#include <algorithm>

#include "app/state/answer_text.h"
#include "app/state/form_filling.h"
#include "app/state/moment.h"
#include "app/state/moment_words.h"
#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::Conflict;
using app::ConflictField;
using app::ConflictSide;
using Field = app::TypeText::Field;

constexpr std::size_t kLongValue =
    16;  // characters beyond which a value is not set in the large type

// What a screen of one conflict is drawn with.
struct ConflictFrame {
    const State& state;
    const Conflict& conflict;
    const Strings& text;
    Actions& actions;
    const std::string& language() const { return state.preferences.language; }
};

std::string valueWords(const ConflictFrame& frame, const ConflictField& field,
                       std::string_view stored) {
    return shownAnswer(frame.conflict.form.get(), field.path, stored, frame.language());
}

// "Số thành viên · 48 → 52 hay 57"
std::string summary(const ConflictFrame& frame) {
    const Conflict& conflict = frame.conflict;
    if (conflict.kind == Conflict::Kind::Delete) return frame.text["conflicts.delete_or_edit"];
    if (conflict.kind == Conflict::Kind::Constraint)
        return fieldWords(conflict.form.get(), conflict.rulePath, frame.language()) + " · " +
               frame.text["conflicts.together"];
    if (conflict.fields.empty()) return {};
    const ConflictField& field = conflict.fields.front();
    std::string label = fieldWords(conflict.form.get(), field.path, frame.language());
    if (conflict.fields.size() > 1)
        return frame.text.with(
            "conflicts.several",
            {{"field", label}, {"count", std::to_string(conflict.fields.size() - 1)}});
    std::string values;
    for (std::size_t i = 0; i < field.values.size(); ++i) {
        if (i > 0) values += " " + frame.text["conflicts.or"] + " ";
        values += valueWords(frame, field, field.values[i]);
    }
    return label + " · " + valueWords(frame, field, field.before) + " → " + values;
}

void drawConflictList(const State& state, const Strings& text, Actions& actions) {
    Card card("conflicts.list_card", {.height = -1, .padding = space::k2});
    ScrollArea area("conflicts.scroll");
    const auto& list = state.conflicts.list;
    for (std::size_t i = 0; i < list.size(); ++i) {
        std::string detail = summary({state, list[i], text, actions});
        ListEntry entry;
        entry.label = list[i].title;
        entry.detail = detail;
        entry.selected = i == state.conflicts.selected;
        if (listEntry("conflicts.list." + std::to_string(i), entry))
            actions.add(app::SelectConflict{i});
    }
}

// Who, when, from where: the evidence that a person judges by.
void drawOrigin(const ConflictFrame& frame, const ConflictSide& side) {
    const Strings& text = frame.text;
    if (side.at == 0) return mutedText(text["conflicts.unknown_origin"]);
    std::int64_t at = side.at;
    // No line ends between the day and its time.
    std::string when = app::formatDay(at, frame.state.zoneMinutes) + "\u00A0" +
                       app::formatTime(at, frame.state.zoneMinutes);
    const std::string facts[] = {side.author, when};
    textFacts(facts, {.style = TextStyle::Secondary});
    std::vector<std::string> where;
    if (!side.device.empty())
        where.push_back(text.with("conflicts.device", {{"device", side.device}}));
    if (side.sentAt)
        where.push_back(text.with("conflicts.sent",
                                  {{"when", app::dayWords(*side.sentAt, frame.state, text)}}));
    if (side.clockAheadSeconds)
        if (std::string clock = app::clockWords(*side.clockAheadSeconds, text); !clock.empty())
            where.push_back(clock);
    textFacts(where, {.style = TextStyle::Secondary, .color = Token::Muted});
}

void drawValue(const std::string& words, std::string_view key) {
    if (words.size() <= kLongValue)
        return textLine(words, {.style = TextStyle::Figure, .key = key});
    sotay::ui::text(words, {.style = TextStyle::Section, .key = key});
    gap(space::k1);
}

// The value, or in a decision over several fields each with its name.
void drawValues(const ConflictFrame& frame, const std::string& key,
                std::optional<std::size_t> side) {
    const Conflict& conflict = frame.conflict;
    const bool isRule = conflict.kind == Conflict::Kind::Constraint;
    if (conflict.kind == Conflict::Kind::Delete && side) {
        bool deletes = conflict.sides[*side].deletes;
        return drawValue(frame.text[deletes ? "conflicts.deletes" : "conflicts.edits"], key);
    }
    for (std::size_t i = 0; i < conflict.fields.size(); ++i) {
        const ConflictField& field = conflict.fields[i];
        std::string_view stored = !side ? std::string_view(isRule ? field.after : field.before)
                                  : *side < field.values.size()
                                      ? std::string_view(field.values[*side])
                                      : std::string_view();
        std::string words = valueWords(frame, field, stored);
        if (conflict.fields.size() == 1) return drawValue(words, key);
        if (isRule) {
            // Numbers that have to fit together are compared: large, what this side changed in ink.
            const bool isOwn = !side || stored != std::string_view(field.before);
            mutedText(fieldWords(conflict.form.get(), field.path, frame.language()));
            textLine(words,
                     {.style = words.size() <= kLongValue ? TextStyle::Figure : TextStyle::Section,
                      .color = isOwn ? Token::Ink : Token::Muted,
                      .key = key + "." + std::to_string(i)});
            continue;
        }
        mutedText(fieldWords(conflict.form.get(), field.path, frame.language()));
        sotay::ui::text(words,
                        {.style = TextStyle::BodyStrong, .key = key + "." + std::to_string(i)});
    }
}

void drawSide(const ConflictFrame& frame, std::size_t side) {
    std::string key = "conflicts.side." + std::to_string(side);
    std::string shortcut = std::to_string(side + 1);
    ChoiceCardOptions options;
    options.tone = sideTone(side);
    options.selected = frame.state.conflicts.side == side;
    options.enabled = frame.state.mayDecide();
    options.shortcut = shortcut;
    options.minHeight = 172;
    options.group = "conflicts.sides";
    ChoiceCard card(key, options);
    {
        Row row(20, space::k2);
        textLine(sideLetter(side),
                 {.style = TextStyle::SecondaryMedium, .color = strongOf(sideTone(side))});
        if (frame.state.mayDecide()) keyHint(shortcut);
    }
    drawValues(frame, key + ".value", side);
    drawOrigin(frame, frame.conflict.sides[side]);
    if (card.tapped()) frame.actions.add(app::ChooseSide{side});
}

// What stands when nothing is decided: both sides' changes, and the rule that they break.
void drawMerged(const ConflictFrame& frame) {
    const Conflict& conflict = frame.conflict;
    const std::size_t choice = conflict.sides.size();
    const std::string shortcut = std::to_string(choice + 1);
    ChoiceCardOptions options;
    options.tone = Tone::Warning;
    options.selected = frame.state.conflicts.side == choice;
    options.enabled = frame.state.mayDecide();
    options.shortcut = shortcut;
    options.minHeight = 172;
    options.group = "conflicts.sides";
    ChoiceCard card("conflicts.merged", options);
    {
        Row row(20, space::k2);
        textLine(frame.text["conflicts.merged"],
                 {.style = TextStyle::SecondaryMedium, .color = Token::Warning});
        if (frame.state.mayDecide()) keyHint(shortcut);
    }
    drawValues(frame, "conflicts.merged.value", std::nullopt);
    if (card.tapped()) frame.actions.add(app::ChooseSide{choice});
}

void drawCards(const ConflictFrame& frame) {
    const Conflict& conflict = frame.conflict;
    if (conflict.kind == Conflict::Kind::Constraint) {
        Columns columns(std::vector<float>(conflict.sides.size() + 1, 0), space::k4);
        for (std::size_t i = 0; i < conflict.sides.size(); ++i) {
            columns.next();
            drawSide(frame, i);
        }
        columns.next();
        return drawMerged(frame);
    }
    bool hasBefore = conflict.kind == Conflict::Kind::Value;
    Columns columns(std::vector<float>(conflict.sides.size() + (hasBefore ? 1 : 0), 0), space::k4);
    if (hasBefore) {
        columns.next();
        ChoiceCardOptions options;
        options.enabled = false;
        options.minHeight = 172;
        options.group = "conflicts.sides";
        ChoiceCard card("conflicts.before", options);
        {
            Row row(20, space::k2);
            textLine(frame.text["conflicts.before"],
                     {.style = TextStyle::Secondary, .color = Token::Muted});
        }
        drawValues(frame, "conflicts.before.value", std::nullopt);
        drawOrigin(frame, conflict.before);
    }
    for (std::size_t i = 0; i < conflict.sides.size(); ++i) {
        columns.next();
        drawSide(frame, i);
    }
}

std::string decideLabel(const ConflictFrame& frame) {
    const auto& conflicts = frame.state.conflicts;
    if (!conflicts.side) return frame.text["conflicts.decide"];
    if (*conflicts.side >= frame.conflict.sides.size())
        return frame.text["conflicts.decide_merged"];
    if (frame.conflict.kind == Conflict::Kind::Delete)
        return frame.text[frame.conflict.sides[*conflicts.side].deletes ? "conflicts.decide_delete"
                                                                        : "conflicts.decide_keep"];
    return frame.text.with("conflicts.decide_side", {{"side", sideLetter(*conflicts.side)}});
}

// Another value than those of the sides can be typed where there is one field that can be typed.
const Node* typableField(const Conflict& conflict) {
    if (conflict.kind != Conflict::Kind::Value || conflict.fields.size() != 1 || !conflict.form)
        return nullptr;
    const Node* node = conflict.form->find(app::withoutPositions(conflict.fields.front().path));
    if (!node) return nullptr;
    bool isTyped = app::shapeOf(*node) != app::AnswerShape::Choice &&
                   app::shapeOf(*node) != app::AnswerShape::Choices;
    return isTyped ? node : nullptr;
}

void drawOther(const ConflictFrame& frame, const Node& node) {
    const auto& conflicts = frame.state.conflicts;
    FieldOptions options;
    options.width = 160;
    options.check = conflicts.otherWrong ? Check::Wrong : Check::Fine;
    options.placeholder = frame.text["conflicts.other"];
    Edit edit;
    switch (app::shapeOf(node)) {
        case app::AnswerShape::Number:
            edit = numberField("conflicts.other", conflicts.other, options);
            break;
        case app::AnswerShape::Date:
            edit = dateField("conflicts.other", conflicts.other, options);
            break;
        default:
            edit = textField("conflicts.other", conflicts.other, options);
    }
    if (edit && edit.value != conflicts.other)
        frame.actions.add(app::TypeText{Field::OtherValue, edit.value});
}

void drawDecision(const ConflictFrame& frame) {
    const auto& conflicts = frame.state.conflicts;
    const Strings& text = frame.text;
    std::string label = decideLabel(frame);
    ButtonOptions button;
    button.emphasis = Emphasis::Primary;
    button.shortcut = "Enter";
    button.enabled = !conflicts.deciding;
    const Node* typable = typableField(frame.conflict);
    {
        Row row;
        if (typable) drawOther(frame, *typable);
        FieldOptions options;
        options.width = availableWidth() - buttonWidth(label, button) - space::k2;
        options.check = conflicts.reasonMissing ? Check::Wrong : Check::Fine;
        options.placeholder = text["conflicts.reason"];
        options.enterMovesOn = false;
        if (Edit edit = textField("conflicts.reason", conflicts.reason, options);
            edit && edit.value != conflicts.reason)
            frame.actions.add(app::TypeText{Field::Reason, edit.value});
        if (sotay::ui::button("conflicts.decide", label, button)) frame.actions.add(app::Decide{});
    }
    gap(space::k1);
    std::string_view problem = conflicts.choiceMissing   ? "conflicts.choice_missing"
                               : conflicts.otherWrong    ? "conflicts.other_wrong"
                               : conflicts.reasonMissing ? "conflicts.reason_missing"
                                                         : "";
    if (problem.empty()) return mutedText(text["conflicts.promise"]);
    sotay::ui::text(
        text[problem],
        {.style = TextStyle::Secondary, .color = Token::Error, .key = "conflicts.problem"});
}

void drawHeader(const ConflictFrame& frame) {
    const Conflict& conflict = frame.conflict;
    std::string title = frame.text["conflicts.delete_title"];
    if (conflict.kind == Conflict::Kind::Value && conflict.fields.size() == 1)
        title = fieldWords(conflict.form.get(), conflict.fields.front().path, frame.language());
    if (conflict.kind == Conflict::Kind::Constraint)
        title = fieldWords(conflict.form.get(), conflict.rulePath, frame.language());
    if (conflict.kind == Conflict::Kind::Value && conflict.fields.size() > 1)
        title = frame.text.count("conflicts.fields", std::to_string(conflict.fields.size()));
    std::string_view open = frame.text["conflicts.open_record"];
    Row row(40);
    textLine(title, {.style = TextStyle::Section, .key = "conflicts.field"},
             availableWidth() - buttonWidth(open, {.emphasis = Emphasis::Quiet}) - space::k4);
    row.toRight(buttonWidth(open, {.emphasis = Emphasis::Quiet}));
    if (button("conflicts.open_record", open, {.emphasis = Emphasis::Quiet}))
        frame.actions.add(app::EditRecord{conflict.record});
}

void drawKept(const ConflictFrame& frame) {
    const Conflict& conflict = frame.conflict;
    if (conflict.kept.empty()) return;
    gap(space::k4);
    Card card("conflicts.kept", {.padding = space::k4});
    mutedText(frame.text["conflicts.kept"]);
    gap(space::k1);
    for (std::size_t i = 0; i < conflict.kept.size(); ++i) {
        const auto& kept = conflict.kept[i];
        const Form* form = conflict.form.get();
        {
            Columns columns({space::k2, 250, 0, 170}, space::k2);
            columns.next();
            columns.next();
            gap(space::k2);
            text(fieldWords(form, kept.edit.path, frame.language()),
                 {.key = "conflicts.kept." + std::to_string(i)});
            gap(space::k2);
            columns.next();
            gap(space::k2);
            std::string words =
                shownAnswer(form, kept.edit.path, kept.edit.after, frame.language());
            if (!kept.edit.before.empty())
                words = shownAnswer(form, kept.edit.path, kept.edit.before, frame.language()) +
                        " → " + words;
            if (kept.edit.kind == app::HistoryEdit::Kind::ItemAdded)
                words = frame.text["history.row_added"];
            if (kept.edit.kind == app::HistoryEdit::Kind::ItemRemoved)
                words = frame.text["history.row_removed"];
            text(words, {.color = Token::Muted});
            gap(space::k2);
            columns.next();
            gap(space::k2);
            const ConflictSide& side = conflict.sides[kept.side];
            text(sideLetter(kept.side) + " · " + side.author,
                 {.color = strongOf(sideTone(kept.side))});
            gap(space::k2);
        }
        hairline();
    }
}

void drawConflict(const ConflictFrame& frame) {
    ScrollArea area("conflicts.detail");
    {
        Card card("conflicts.card");
        drawHeader(frame);
        std::string where = frame.conflict.title;
        if (frame.conflict.form) where += " · " + frame.conflict.form->title;
        mutedText(where);
        gap(space::k4);
        if (frame.conflict.kind == Conflict::Kind::Constraint) {
            banner("conflicts.rule", Tone::Warning,
                   frame.text.with("conflicts.rule", {{"message", frame.conflict.message}}), {},
                   icons::kWarning);
            gap(space::k4);
        }
        drawCards(frame);
        gap(space::k4);
        if (frame.state.mayDecide()) drawDecision(frame);
        if (!frame.state.mayDecide())
            banner("conflicts.not_yours", Tone::Neutral, frame.text["conflicts.not_yours"], {},
                   icons::kInfo);
    }
    drawKept(frame);
}

std::string phrase(const State& state, const Strings& text) {
    const auto& list = state.conflicts.list;
    if (list.empty()) return {};
    std::string words = text.count("conflicts.count", std::to_string(list.size()));
    std::int64_t oldest = list.front().since;
    for (const Conflict& conflict : list) oldest = std::min(oldest, conflict.since);
    if (state.now - oldest >= 86400)
        words += " · " + text.with("conflicts.oldest",
                                   {{"span", app::spanWords(state.now - oldest, text)}});
    return words;
}

}  // namespace

void drawConflicts(const State& state, const Strings& text, Actions& actions) {
    std::string count = phrase(state, text);
    titleRow("conflicts", {.title = text["conflicts.title"], .phrase = count});
    if (!state.conflicts.loaded) return mutedText(text["conflicts.loading"]);
    const Conflict* current = state.conflicts.current();
    if (!current) {
        emptyState("conflicts.none",
                   {icons::kSaved, text["conflicts.none.title"], text["conflicts.none.sentence"]});
        return;
    }
    Columns columns({296, 0}, space::k6);
    columns.next();
    drawConflictList(state, text, actions);
    columns.next();
    drawConflict({state, *current, text, actions});
    if (state.conflicts.toReason) {
        context().focus().set("conflicts.reason");
        actions.add(app::Arrived{});
    }
}

}  // namespace sotay::ui
