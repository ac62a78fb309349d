#include <algorithm>

#include "app/state/update_parts.h"

namespace sotay::app {
namespace {

void forgetChoice(DuplicatesState& duplicates) {
    duplicates.survivor.reset();
    duplicates.chosen.clear();
    if (const Duplicate* current = duplicates.current())
        duplicates.chosen.resize(current->rows.size());
    duplicates.reason.clear();
    duplicates.reasonMissing = duplicates.survivorMissing = false;
}

}  // namespace

Requests take(State& state, const SelectDuplicate& action) {
    DuplicatesState& duplicates = state.duplicates;
    if (action.index >= duplicates.list.size() || action.index == duplicates.selected) return {};
    duplicates.selected = action.index;
    forgetChoice(duplicates);
    return {};
}

Requests take(State& state, const ChooseSurvivor& action) {
    DuplicatesState& duplicates = state.duplicates;
    if (!duplicates.current() || action.side > 1) return {};
    duplicates.survivor = action.side;
    duplicates.survivorMissing = false;
    duplicates.toReason = true;
    return {};
}

Requests take(State& state, const ChooseAnswer& action) {
    DuplicatesState& duplicates = state.duplicates;
    const Duplicate* current = duplicates.current();
    if (!current || action.row >= duplicates.chosen.size() || action.side > 1 ||
        !current->rows[action.row].isOpen())
        return {};
    auto& chosen = duplicates.chosen[action.row];
    chosen = chosen == action.side ? std::optional<std::size_t>() : action.side;
    return {};
}

Requests take(State& state, const DecideDuplicate& action) {
    DuplicatesState& duplicates = state.duplicates;
    const Duplicate* current = duplicates.current();
    if (!current || duplicates.deciding || !state.mayDecide()) return {};
    duplicates.survivorMissing = action.merge && !duplicates.survivor;
    if (duplicates.survivorMissing) return {};
    duplicates.reasonMissing = duplicates.reason.find_first_not_of(" \t\n") == std::string::npos;
    if (duplicates.reasonMissing) {
        duplicates.toReason = true;
        return {};
    }
    ResolveDuplicate request;
    request.duplicate = current->id;
    request.merge = action.merge;
    request.reason = duplicates.reason;
    if (action.merge) {
        request.survivor = current->records[*duplicates.survivor];
        for (std::size_t row = 0; row < duplicates.chosen.size(); ++row)
            if (auto side = duplicates.chosen[row])
                request.settled.emplace_back(current->rows[row].path,
                                             current->rows[row].values[*side]);
    }
    duplicates.deciding = true;
    return {request};
}

Requests take(State& state, DuplicatesRead reply) {
    DuplicatesState& duplicates = state.duplicates;
    const std::string before = duplicates.current() ? duplicates.current()->id : "";
    duplicates.list = std::move(reply.duplicates);
    duplicates.loaded = true;
    auto found = std::find_if(duplicates.list.begin(), duplicates.list.end(),
                              [&](const Duplicate& pair) { return pair.id == before; });
    if (found != duplicates.list.end()) {
        duplicates.selected = static_cast<std::size_t>(found - duplicates.list.begin());
        if (duplicates.chosen.size() == found->rows.size()) return {};
    } else if (duplicates.selected >= duplicates.list.size()) {
        duplicates.selected = 0;
    }
    forgetChoice(duplicates);
    return {};
}

Requests take(State& state, DuplicateResolved reply) {
    DuplicatesState& duplicates = state.duplicates;
    duplicates.deciding = false;
    if (const Duplicate* current = duplicates.current(); current && current->id == reply.duplicate)
        say(state, reply.merged ? "duplicates.merged" : "duplicates.kept",
            {{"title", current->titles[duplicates.survivor.value_or(0)]}});
    return {ReadDuplicates{}};
}

Requests take(State& state, const AskUndo& action) {
    state.history.undo.emplace();
    state.history.undo->change = action.change;
    return {ReadUndo{action.change}};
}

Requests take(State& state, const DropUndo&) {
    state.history.undo.reset();
    return {};
}

Requests take(State& state, const ConfirmUndo&) {
    auto& undo = state.history.undo;
    if (!undo || !undo->loaded || undo->busy || undo->stop != UndoView::Stop::None) return {};
    undo->reasonMissing =
        undo->needsReason && undo->reason.find_first_not_of(" \t\n") == std::string::npos;
    if (undo->reasonMissing) return {};
    undo->busy = true;
    return {UndoChange{undo->change, undo->reason}};
}

Requests take(State& state, UndoRead reply) {
    auto& undo = state.history.undo;
    if (!undo || undo->change != reply.undo.change) return {};
    std::string reason = std::move(undo->reason);
    undo = std::move(reply.undo);
    undo->loaded = true;
    undo->reason = std::move(reason);
    return {};
}

Requests take(State& state, ChangeUndone) {
    state.history.undo.reset();
    say(state, "history.undone");
    if (state.history.record.isNil()) return {};
    return {ReadHistory{state.history.record}};
}

}  // namespace sotay::app
