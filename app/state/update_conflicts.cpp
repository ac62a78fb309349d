#include <algorithm>

#include "app/state/update_parts.h"

namespace sotay::app {
namespace {

void forgetChoice(ConflictsState& conflicts) {
    conflicts.side.reset();
    conflicts.other.clear();
    conflicts.otherTyped = false;
    conflicts.reason.clear();
    conflicts.reasonMissing = conflicts.choiceMissing = conflicts.otherWrong = false;
}

// What was typed as the value to take, as it would be stored; nothing when the field cannot hold
// it.
std::optional<std::string> otherValue(const Conflict& conflict, const std::string& typed) {
    if (conflict.fields.size() != 1 || !conflict.form) return {};
    const Node* node = conflict.form->find(conflict.fields.front().path);
    if (!node) return {};
    auto value = parseValue(node->valueType(), typed);
    if (!value.ok()) return {};
    return value->toString();
}

ResolveConflict sideRequest(const Conflict& conflict, std::size_t side) {
    ResolveConflict request;
    request.conflict = conflict.id;
    if (side >= conflict.sides.size()) {
        request.by = ResolveConflict::By::Keep;
    } else if (conflict.kind == Conflict::Kind::Delete) {
        request.by =
            conflict.sides[side].deletes ? ResolveConflict::By::Delete : ResolveConflict::By::Keep;
    } else {
        request.by = ResolveConflict::By::Side;
        request.change = conflict.sides[side].change;
    }
    return request;
}

}  // namespace

Requests take(State& state, const SelectConflict& action) {
    ConflictsState& conflicts = state.conflicts;
    if (action.index >= conflicts.list.size() || action.index == conflicts.selected) return {};
    conflicts.selected = action.index;
    forgetChoice(conflicts);
    return {};
}

Requests take(State& state, const ChooseSide& action) {
    ConflictsState& conflicts = state.conflicts;
    const Conflict* current = conflicts.current();
    if (!current) return {};
    const bool isRule = current->kind == Conflict::Kind::Constraint;
    if (action.side >= current->sides.size() + (isRule ? 1 : 0)) return {};
    conflicts.side = action.side;
    conflicts.otherTyped = false;
    conflicts.otherWrong = false;
    conflicts.choiceMissing = false;
    if (current->fields.size() == 1 && action.side < current->fields.front().values.size())
        conflicts.other = current->fields.front().values[action.side];
    conflicts.toReason = true;
    return {};
}

void typeDecision(State& state, const TypeText& action) {
    ConflictsState& conflicts = state.conflicts;
    if (action.field == TypeText::Field::Reason) {
        conflicts.reason = action.text;
        conflicts.reasonMissing = false;
        return;
    }
    conflicts.other = action.text;
    conflicts.otherWrong = false;
    conflicts.choiceMissing = false;
    const Conflict* current = conflicts.current();
    if (!current || current->fields.size() != 1) return;
    // Typing what a side says is choosing that side.
    const auto& values = current->fields.front().values;
    auto same = std::find(values.begin(), values.end(), action.text);
    conflicts.otherTyped = same == values.end();
    conflicts.side.reset();
    if (!conflicts.otherTyped) conflicts.side = static_cast<std::size_t>(same - values.begin());
}

Requests take(State& state, const Decide&) {
    ConflictsState& conflicts = state.conflicts;
    const Conflict* current = conflicts.current();
    if (!current || conflicts.deciding || !state.mayDecide()) return {};
    conflicts.choiceMissing = !conflicts.side && !conflicts.otherTyped;
    if (conflicts.choiceMissing) return {};
    conflicts.reasonMissing = conflicts.reason.find_first_not_of(" \t\n") == std::string::npos;
    if (conflicts.reasonMissing) {
        conflicts.toReason = true;
        return {};
    }
    ResolveConflict request;
    if (conflicts.side) {
        request = sideRequest(*current, *conflicts.side);
    } else {
        auto value = otherValue(*current, conflicts.other);
        conflicts.otherWrong = !value;
        if (!value) return {};
        request.conflict = current->id;
        request.by = ResolveConflict::By::Value;
        request.value = *value;
    }
    request.reason = conflicts.reason;
    conflicts.deciding = true;
    return {request};
}

Requests take(State& state, ConflictsRead reply) {
    ConflictsState& conflicts = state.conflicts;
    std::string before = conflicts.current() ? conflicts.current()->id : "";
    conflicts.list = std::move(reply.conflicts);
    conflicts.loaded = true;
    auto found = std::find_if(conflicts.list.begin(), conflicts.list.end(),
                              [&](const Conflict& conflict) { return conflict.id == before; });
    if (found != conflicts.list.end()) {
        conflicts.selected = static_cast<std::size_t>(found - conflicts.list.begin());
        return {};
    }
    if (conflicts.selected >= conflicts.list.size()) conflicts.selected = 0;
    forgetChoice(conflicts);
    return {};
}

Requests take(State& state, ConflictResolved reply) {
    ConflictsState& conflicts = state.conflicts;
    conflicts.deciding = false;
    if (const Conflict* current = conflicts.current(); current && current->id == reply.conflict)
        say(state, "conflicts.decided", {{"title", current->title}});
    return {ReadConflicts{}};
}

}  // namespace sotay::app
