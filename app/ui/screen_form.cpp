#include "app/state/answer_text.h"
#include "app/state/moment.h"
#include "app/ui/screen_form_fields.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::FormFilling;
using app::Section;

std::string titleOf(const Section& section, const FormFrame& frame) {
    if (!section.node) return frame.text["form.general"];
    const NodeView* line = frame.filling.line(section.path);
    return line && !line->label.empty() ? line->label : section.node->name;
}

std::string badgeOf(const Section& section, const Strings& text) {
    if (section.rows) return text.count("form.rows", std::to_string(*section.rows));
    return std::to_string(section.answered) + "/" + std::to_string(section.asked);
}

Tone toneOf(const Section& section) {
    if (section.wrong > 0) return Tone::Error;
    if (section.rows || section.answered == 0) return Tone::Neutral;
    return section.answered == section.asked ? Tone::Primary : Tone::Warning;
}

void drawTitle(const FormFrame& frame) {
    const FormFilling& filling = frame.filling;
    const Strings& text = frame.text;
    std::string version = text.with("form.version", {{"title", filling.form->title},
                                                     {"version", std::to_string(filling.version)}});
    std::string note;
    if (filling.draftSavedAt)
        note = text.with(
            "form.draft_saved",
            {{"time", app::formatTimeWithSeconds(*filling.draftSavedAt, frame.state.zoneMinutes)}});
    TitleView view;
    view.title = filling.title.empty() ? std::string_view(text["form.untitled"]) : filling.title;
    view.chip = version;
    view.back = text["record_list.title"];
    view.note = note;
    view.actions.push_back({"form.next_problem", text["form.next_problem"], {.shortcut = "F8"}});
    view.actions.push_back(
        {"form.save",
         text["form.save"],
         {.emphasis = Emphasis::Primary, .shortcut = "Ctrl S", .enabled = !filling.saving}});
    std::string tapped = titleRow("form", view);
    if (tapped == "form.back") frame.actions.add(app::LeaveForm{});
    if (tapped == "form.next_problem") frame.actions.add(app::GoToNextProblem{});
    if (tapped == "form.save") frame.actions.add(app::SaveForm{});
}

void drawSections(const FormFrame& frame) {
    const FormFilling& filling = frame.filling;
    ScrollArea area("form.sections", availableHeight() - 3 * (size::kControl + space::k1));
    for (std::size_t i = 0; i < filling.sections.size(); ++i) {
        const Section& section = filling.sections[i];
        if (!section.relevant) continue;
        std::string title = titleOf(section, frame), badge = badgeOf(section, frame.text);
        ListEntry entry;
        entry.label = title;
        entry.badge = badge;
        entry.badgeTone = toneOf(section);
        entry.selected = i == filling.section;
        if (listEntry("form.section." + std::to_string(i), entry))
            frame.actions.add(app::GoToSection{i});
    }
}

void drawRecordActions(const FormFrame& frame) {
    const FormFilling& filling = frame.filling;
    ButtonOptions quiet;
    quiet.emphasis = Emphasis::Quiet;
    if (!filling.isNew) {
        quiet.icon = icons::kHistory;
        if (button("form.history", frame.text["form.history"], quiet))
            frame.actions.add(app::OpenHistory{filling.record});
    }
    if (!filling.journal.empty()) {
        quiet.icon = icons::kUndo;
        if (button("form.drop_draft", frame.text["form.drop_draft"], quiet))
            frame.actions.add(app::Ask{app::Question::DropDraft});
    }
    if (!filling.isNew) {
        quiet.icon = icons::kDelete;
        if (button("form.delete", frame.text["form.delete"], quiet))
            frame.actions.add(app::Ask{app::Question::DeleteRecord});
    }
}

std::size_t nextSection(const FormFilling& filling) {
    std::size_t next = filling.section + 1;
    while (next < filling.sections.size() && !filling.sections[next].relevant) ++next;
    return next;
}

void drawSection(const FormFrame& frame) {
    const FormFilling& filling = frame.filling;
    if (filling.section >= filling.sections.size()) return;
    const Section& section = filling.sections[filling.section];
    Card card("form.card", {.height = -1});
    ScrollArea area("form.page." + std::to_string(filling.section));
    sectionTitle(titleOf(section, frame));
    gap(space::k3);
    std::string around = section.nodes.empty() ? "" : section.nodes.front()->path;
    around.resize(around.rfind('/') == std::string::npos ? 0 : around.rfind('/'));
    drawNodes(frame, section.nodes, around);
    std::size_t next = nextSection(filling);
    if (next >= filling.sections.size()) return;
    gap(space::k3);
    std::string label =
        frame.text.with("form.next_section", {{"title", titleOf(filling.sections[next], frame)}});
    ButtonOptions options;
    options.emphasis = Emphasis::Quiet;
    options.icon = icons::kForward;
    if (button("form.next_section", label, options)) frame.actions.add(app::GoToSection{next});
}

// The keyboard's place goes to the state, and where the state wants it, it goes.
void followKeyboard(const FormFrame& frame) {
    Focus& focus = context().focus();
    if (!frame.filling.goTo.empty()) {
        focus.set(fieldKey(frame.filling.goTo));
        frame.actions.add(app::Arrived{});
        return;
    }
    std::string path = focusedPath(frame.filling, focus.key());
    if (path != frame.filling.focusPath) frame.actions.add(app::FocusField{path});
}

}  // namespace

void drawForm(const State& state, const Strings& text, Actions& actions) {
    if (!state.filling) return;
    FormFrame frame{state, *state.filling, text, actions};
    drawTitle(frame);
    Columns columns({232, 0}, space::k6);
    columns.next();
    drawSections(frame);
    drawRecordActions(frame);
    columns.next();
    drawSection(frame);
    followKeyboard(frame);
}

void drawKeepDialog(const State& state, const Strings& text, Actions& actions) {
    if (!state.filling || state.filling->keepingWarning.empty()) return;
    const FormFilling& filling = *state.filling;
    const NodeView* line = filling.line(filling.keepingWarning);
    if (!line) return;
    DialogView view;
    view.title = text["keep.title"];
    view.sentence = line->warning;
    view.confirm = text["keep.yes"];
    view.cancel = text["keep.no"];
    view.canConfirm = filling.keepingReason.find_first_not_of(' ') != std::string::npos;
    Dialog dialog("keep", view);
    if (Edit edit = textField("keep.reason", filling.keepingReason,
                              {.placeholder = text["keep.reason"], .enterMovesOn = false}))
        actions.add(app::TypeText{app::TypeText::Field::WarningReason, edit.value});
    gap(space::k3);
    Dialog::Answer answer = dialog.answer();
    if (answer == Dialog::Answer::Confirmed) actions.add(app::KeepWarning{});
    if (answer == Dialog::Answer::Cancelled) actions.add(app::AskKeepWarning{});
}

}  // namespace sotay::ui
