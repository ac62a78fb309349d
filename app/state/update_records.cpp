#include <algorithm>

#include "app/state/update_parts.h"

namespace sotay::app {
namespace {

// Rows read at once: several screens, so that scrolling rarely meets an empty row.
constexpr std::size_t kWindow = 300;

void chooseForm(State& state, const FormEntry& entry) {
    RecordQuery& query = state.records.query;
    if (query.formId != entry.id) {
        query.formId = entry.id;
        query.sort = RecordQuery::Sort::Newest;
        query.areaPath.clear();
        query.area.clear();
        state.records.selected.reset();
        state.records.selectedId = {};
        state.records.window.clear();
        state.records.total = state.records.all = 0;
    }
}

Requests askWindow(State& state, std::size_t first) {
    RecordListState& records = state.records;
    records.askedFirst = first;
    records.askedCount = kWindow;
    return {ReadRows{records.query, ++records.asked, first, kWindow}};
}

Requests askFromTop(State& state) {
    state.records.selected.reset();
    state.records.selectedId = {};
    return askWindow(state, 0);
}

Requests open(State& state, const Id& record) {
    if (state.opening) return {};
    state.opening = true;
    return {OpenRecord{record, state.preferences.language}};
}

}  // namespace

Requests askRows(State& state) {
    if (state.records.query.formId.empty()) return {};
    return askWindow(state, state.records.windowFirst);
}

Requests take(State& state, const ChooseForm& action) {
    const FormEntry* entry = state.form(action.formId);
    if (!entry) return {};
    chooseForm(state, *entry);
    return askFromTop(state);
}

Requests take(State& state, const ToggleConflicts&) {
    state.records.query.onlyConflicts = !state.records.query.onlyConflicts;
    return askFromTop(state);
}

Requests take(State& state, const ToggleUnsent&) {
    state.records.query.onlyUnsent = !state.records.query.onlyUnsent;
    return askFromTop(state);
}

Requests take(State& state, const ChooseArea& action) {
    state.records.query.areaPath = action.path;
    state.records.query.area = action.area;
    return askFromTop(state);
}

Requests take(State& state, const SortRecords& action) {
    using Sort = RecordQuery::Sort;
    Sort& sort = state.records.query.sort;
    if (action.by == RecordOrder::Title) {
        sort = Sort::Title;
    } else {
        sort = sort == Sort::Newest ? Sort::Oldest : Sort::Newest;
    }
    return askFromTop(state);
}

Requests take(State& state, const ShowRows& action) {
    RecordListState& records = state.records;
    std::size_t end = std::min<std::size_t>(action.first + action.count, records.total);
    auto covers = [&](std::size_t first, std::size_t count) {
        return first <= action.first && end <= first + count;
    };
    if (end <= action.first || covers(records.windowFirst, records.window.size())) return {};
    bool underWay = records.asked != records.answered;
    if (underWay && covers(records.askedFirst, records.askedCount)) return {};
    std::size_t margin = (kWindow - std::min(action.count, kWindow)) / 2;
    return askWindow(state, action.first - std::min(action.first, margin));
}

Requests take(State& state, const SelectRow& action) {
    state.records.selected = action.index;
    const RecordRow* row = state.records.row(action.index);
    state.records.selectedId = row ? row->id : Id{};
    return {};
}

Requests take(State& state, const OpenRow& action) {
    const RecordRow* row = state.records.row(action.index);
    if (!row) return {};
    state.records.selected = action.index;
    state.records.selectedId = row->id;
    return open(state, row->id);
}

Requests take(State& state, const EditRecord& action) {
    if (state.filling && state.filling->record == action.record) {
        state.screen = Screen::Form;
        return {};
    }
    Requests requests = closeFilling(state);
    for (Request& request : open(state, action.record)) requests.push_back(std::move(request));
    return requests;
}

Requests take(State& state, const AddRecord&) {
    if (state.opening || state.records.query.formId.empty()) return {};
    state.opening = true;
    return {StartRecord{state.records.query.formId, state.preferences.language}};
}

Requests take(State& state, const OpenHistory& action) {
    state.screen = Screen::History;
    if (state.history.record != action.record) {
        state.history = {};
        state.history.record = action.record;
    }
    return {ReadHistory{action.record}};
}

Requests take(State& state, const FetchOlder&) {
    if (state.history.fetching) return {};
    state.history.fetching = true;
    return {FetchHistory{state.history.record}};
}

Requests take(State& state, FormsRead reply) {
    state.forms = std::move(reply.forms);
    if (state.forms.empty()) return {};
    const FormEntry* chosen = state.form(state.records.query.formId);
    chooseForm(state, chosen ? *chosen : state.forms.front());
    return askRows(state);
}

Requests take(State& state, RowsRead reply) {
    RecordListState& records = state.records;
    if (reply.serial != records.asked) return {};
    records.answered = reply.serial;
    records.total = reply.total;
    records.all = reply.all;
    records.conflicts = reply.conflicts;
    records.unsent = reply.unsent;
    records.columns = std::move(reply.columns);
    records.begun = std::move(reply.begun);
    records.windowFirst = reply.first;
    records.window = std::move(reply.rows);
    // The list became shorter than where we were.
    if (records.window.empty() && records.total > 0 && reply.first > 0) return askWindow(state, 0);

    if (!records.selectedId.isNil()) {
        auto found =
            std::find_if(records.window.begin(), records.window.end(),
                         [&](const RecordRow& row) { return row.id == records.selectedId; });
        if (found != records.window.end()) {
            records.selected =
                records.windowFirst + static_cast<std::size_t>(found - records.window.begin());
            return {};
        }
    }
    if (!records.selected || *records.selected >= records.total) {
        records.selected.reset();
        records.selectedId = {};
        if (records.total > 0 && reply.first == 0) {
            records.selected = 0;
            records.selectedId = records.window.front().id;
        }
    }
    return {};
}

Requests take(State& state, HistoryRead reply) {
    if (state.history.record != reply.record) return {};
    state.history.title = std::move(reply.title);
    state.history.formId = reply.form.id;
    state.history.form = reply.form.form;
    state.history.changes = std::move(reply.changes);
    state.history.isComplete = reply.isComplete;
    state.history.fetching = false;
    state.history.loaded = true;
    return {};
}

}  // namespace sotay::app
