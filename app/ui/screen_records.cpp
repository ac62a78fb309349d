#include <algorithm>

#include "app/state/answer_text.h"
#include "app/state/moment_words.h"
#include "app/ui/screens.h"
#include "app/ui/widgets.h"

namespace sotay::ui {
namespace {

using app::RecordListState;
using app::RecordQuery;
using app::RecordRow;

// The records' area question, when it is one to choose from.
const Node* areaQuestion(const Node& node) {
    for (const auto& child : node.children) {
        if (child->kind == NodeKind::Repeat) continue;
        if (child->area && child->type == QuestionType::SelectOne) return child.get();
        if (const Node* found = areaQuestion(*child)) return found;
    }
    return nullptr;
}

std::string phrase(const State& state, const Strings& text) {
    const RecordListState& records = state.records;
    std::string all = text.count("record_list.count", showNumber(std::to_string(records.all)));
    if (records.total == records.all) return all;
    return text.with("record_list.found",
                     {{"count", showNumber(std::to_string(records.total))}, {"all", all}});
}

void drawForms(const State& state, const Strings& text, Actions& actions) {
    if (state.forms.size() < 2) return;
    std::vector<std::string> titles;
    std::size_t chosen = kNoneChosen;
    for (std::size_t i = 0; i < state.forms.size(); ++i) {
        titles.push_back(text.with("record_list.form", {{"title", state.forms[i].form->title}}));
        if (state.forms[i].id == state.records.query.formId) chosen = i;
    }
    Picked picked = select("record_list.form", titles, chosen, {.width = 220});
    if (picked.index) actions.add(app::ChooseForm{state.forms[*picked.index].id});
}

// The areas of this person, not all of the country's.
void drawAreas(const State& state, const Strings& text, Actions& actions) {
    const app::FormEntry* entry = state.form(state.records.query.formId);
    const Node* question = entry ? areaQuestion(entry->form->root) : nullptr;
    if (!question) return;
    std::vector<std::string> codes = {""};
    for (const std::string& area : state.standing.areas)
        if (area != "*") codes.push_back(area);
    if (codes.size() < 3) return;
    std::vector<std::string> names;
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        names.push_back(i == 0 ? text["record_list.all_areas"] : app::areaName(state, codes[i]));
        if (codes[i] == state.records.query.area) chosen = i;
    }
    Picked picked = select("record_list.area", names, chosen, {.width = 200});
    if (picked.index) actions.add(app::ChooseArea{question->path, codes[*picked.index]});
}

void drawFilters(const State& state, const Strings& text, Actions& actions) {
    const RecordListState& records = state.records;
    Row row;
    FieldOptions options;
    options.width = 360;
    options.placeholder = text["record_list.search"];
    if (Edit edit = searchField("record_list.search", records.query.search, options); edit.changed)
        actions.add(app::TypeText{app::TypeText::Field::Search, edit.value});
    drawForms(state, text, actions);
    drawAreas(state, text, actions);
    if (records.conflicts > 0 || records.query.onlyConflicts) {
        std::string label = text.with("record_list.needs_work",
                                      {{"count", showNumber(std::to_string(records.conflicts))}});
        if (chipButton("record_list.needs_work", label,
                       records.query.onlyConflicts ? Tone::Primary : Tone::Warning))
            actions.add(app::ToggleConflicts{});
    }
    if (records.unsent > 0 || records.query.onlyUnsent) {
        std::string label = text.with("record_list.unsent",
                                      {{"count", showNumber(std::to_string(records.unsent))}});
        if (chipButton("record_list.unsent", label,
                       records.query.onlyUnsent ? Tone::Primary : Tone::Neutral))
            actions.add(app::ToggleUnsent{});
    }
}

void drawBegun(const State& state, const Strings& text, Actions& actions) {
    const auto& begun = state.records.begun;
    if (begun.empty()) return;
    std::string sentence =
        text.with(begun.size() == 1 ? "record_list.begun_one" : "record_list.begun",
                  {{"count", std::to_string(begun.size())},
                   {"when", app::momentWords(begun.front().at, state, text)}});
    if (banner("record_list.begun", Tone::Primary, sentence, text["record_list.go_on"],
               icons::kEdit))
        actions.add(app::EditRecord{begun.front().record});
    gap(space::k3);
}

// The table's columns: the form's summary fields, then what is to be done, then when.
class RecordTable {
  public:
    RecordTable(const State& state, const Strings& text)
        : state_(state), text_(text), entry_(state.form(state.records.query.formId)) {
        for (const std::string& path : state.records.columns)
            nodes_.push_back(entry_ ? entry_->form->find(path) : nullptr);
        fields_ = std::max<std::size_t>(nodes_.size(), 1);
    }

    std::vector<TableColumn> columns() const {
        std::vector<TableColumn> columns;
        for (std::size_t i = 0; i < fields_; ++i) columns.push_back(fieldColumn(i));
        columns.push_back({text_["record_list.state"], 120});
        std::string changed = text_["record_list.changed"];
        if (state_.records.query.sort == RecordQuery::Sort::Newest) changed += " ↓";
        if (state_.records.query.sort == RecordQuery::Sort::Oldest) changed += " ↑";
        columns.push_back({changed, 124, 1, Align::Left, false, true});
        return columns;
    }

    Cell cell(std::size_t row, std::size_t column) const {
        const RecordRow* record = state_.records.row(row);
        if (!record) return {column == 0 ? "…" : "", Tone::Neutral};
        if (column == fields_) return stateCell(*record);
        if (column > fields_) return {app::dayWords(record->changedAt, state_, text_)};
        if (column >= nodes_.size()) return {record->title};
        std::string_view stored;
        if (column < record->values.size()) stored = record->values[column];
        if (stored.empty()) return {column == 0 ? record->title : ""};
        if (!nodes_[column]) return {std::string(stored)};
        return {shownAnswer(*entry_->form, *nodes_[column], stored, state_.preferences.language)};
    }

    bool isTitle(std::size_t column) const { return column == 0; }
    bool isChanged(std::size_t column) const { return column == fields_ + 1; }

  private:
    TableColumn fieldColumn(std::size_t i) const {
        TableColumn column;
        column.title = i < nodes_.size() && nodes_[i]
                           ? app::labelOf(*entry_->form, *nodes_[i], state_.preferences.language)
                           : text_["record_list.title_column"];
        if (i == 0 && state_.records.query.sort == RecordQuery::Sort::Title) column.title += " ↓";
        column.strong = i == 0;
        column.share = i == 0 ? 2.2F : 1;
        if (i < nodes_.size() && nodes_[i] &&
            app::shapeOf(*nodes_[i]) == app::AnswerShape::Number) {
            column.align = Align::Right;
            column.width = 150;
            column.share = 0;
        }
        return column;
    }
    Cell stateCell(const RecordRow& record) const {
        if (record.conflict) return {text_["record.conflict"], Tone::Warning, true};
        if (record.draft) return {text_["record.draft"], Tone::Primary, true};
        if (record.waiting) return {text_["record.waiting"], Tone::Neutral, true};
        return {};
    }

    const State& state_;
    const Strings& text_;
    const app::FormEntry* entry_;
    std::vector<const Node*> nodes_;
    std::size_t fields_ = 1;
};

void drawTable(const State& state, const Strings& text, Actions& actions) {
    RecordTable records(state, text);
    std::size_t first = static_cast<std::size_t>(-1), last = 0;
    TableView view;
    view.columns = records.columns();
    view.rows = static_cast<std::size_t>(state.records.total);
    view.selected = state.records.selected;
    view.cell = [&](std::size_t row, std::size_t column) {
        first = std::min(first, row);
        last = std::max(last, row);
        return records.cell(row, column);
    };
    TableEdit edit = table("record_list.table", view);
    // Only what is not there yet: an action a frame would keep the window awake.
    bool isRead = first > last || (state.records.row(first) && state.records.row(last));
    if (!isRead) actions.add(app::ShowRows{first, last - first + 1});
    if (edit.selected) actions.add(app::SelectRow{*edit.selected});
    if (edit.opened) actions.add(app::OpenRow{*edit.opened});
    if (edit.header && records.isTitle(*edit.header))
        actions.add(app::SortRecords{app::RecordOrder::Title});
    if (edit.header && records.isChanged(*edit.header))
        actions.add(app::SortRecords{app::RecordOrder::Changed});
}

bool isFiltered(const RecordQuery& query) {
    return !query.search.empty() || query.onlyConflicts || query.onlyUnsent || !query.area.empty();
}

bool isEmpty(const State& state) {
    return state.records.answered > 0 && state.records.total == 0 &&
           !isFiltered(state.records.query);
}

void drawEmpty(const State& state, const Strings& text, Actions& actions) {
    if (isFiltered(state.records.query)) {
        emptyState("record_list.nothing", {icons::kSearch, text["record_list.nothing.title"],
                                           text["record_list.nothing.sentence"]});
    } else if (emptyState("record_list.empty", {icons::kRecords, text["record_list.empty.title"],
                                                text["record_list.empty.sentence"],
                                                text["record_list.new"], "Ctrl N"})) {
        actions.add(app::AddRecord{});
    }
}

}  // namespace

void drawRecordList(const State& state, const Strings& text, Actions& actions) {
    bool hasForms = !state.forms.empty();
    std::string count = hasForms ? phrase(state, text) : "";
    TitleView title;
    title.title = text["record_list.title"];
    title.phrase = count;
    // Without any record the empty screen offers the same step; a screen has one primary button.
    if (hasForms && !isEmpty(state))
        title.actions.push_back(
            {"record_list.new",
             text["record_list.new"],
             {.emphasis = Emphasis::Primary, .shortcut = "Ctrl N", .icon = nullptr}});
    if (titleRow("record_list", title) == "record_list.new") actions.add(app::AddRecord{});
    if (!hasForms) {
        if (emptyState("record_list.no_forms",
                       {icons::kForm, text["record_list.no_forms.title"],
                        text["record_list.no_forms.sentence"], text["sync.start"]})) {
            actions.add(app::GoTo{app::Screen::Sync});
            actions.add(app::BeginSync{});
        }
        return;
    }
    drawFilters(state, text, actions);
    gap(space::k3);
    drawBegun(state, text, actions);
    bool known = state.records.answered > 0;
    if (known && state.records.total == 0) return drawEmpty(state, text, actions);
    drawTable(state, text, actions);
}

}  // namespace sotay::ui
