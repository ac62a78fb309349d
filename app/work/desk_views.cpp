#include "app/work/desk_views.h"

#include <algorithm>

namespace sotay::app {
namespace {

bool isAlive(const Value& value) { return value.asInteger() != nullptr && *value.asInteger() != 0; }

// A repeat's item as such has a path that ends in its position.
HistoryEdit editOf(const HistoryField& field) {
    HistoryEdit edit;
    edit.path = field.path;
    edit.before = field.before.toString();
    edit.after = field.after.toString();
    edit.note = field.note;
    if (!field.path.empty() && field.path.back() == ']')
        edit.kind =
            isAlive(field.after) ? HistoryEdit::Kind::ItemAdded : HistoryEdit::Kind::ItemRemoved;
    return edit;
}

HistoryChange::Kind kindOf(HistoryEntry::Kind kind) {
    switch (kind) {
        case HistoryEntry::Kind::Creation:
            return HistoryChange::Kind::Created;
        case HistoryEntry::Kind::Deletion:
            return HistoryChange::Kind::Deleted;
        case HistoryEntry::Kind::Restoration:
            return HistoryChange::Kind::Restored;
        case HistoryEntry::Kind::Resolution:
            return HistoryChange::Kind::Resolved;
        case HistoryEntry::Kind::Undo:
            return HistoryChange::Kind::Undone;
        case HistoryEntry::Kind::Merge:
            return HistoryChange::Kind::Merged;
        case HistoryEntry::Kind::Separation:
            return HistoryChange::Kind::Separated;
        case HistoryEntry::Kind::Distinct:
            return HistoryChange::Kind::Distinct;
        case HistoryEntry::Kind::Edit:
            break;
    }
    return HistoryChange::Kind::Edited;
}

ConflictSide sideOf(const Origin& origin) {
    ConflictSide side;
    side.change = origin.change.toString();
    side.author = origin.authorName;
    side.device = origin.deviceName;
    side.at = origin.wallSeconds;
    if (origin.receivedSeconds > 0) side.sentAt = origin.receivedSeconds;
    if (origin.clockOffset != 0) side.clockAheadSeconds = origin.clockOffset;
    return side;
}

std::size_t sideIndex(const Conflict& view, const Id& change) {
    std::string wanted = change.toString();
    auto found = std::find_if(view.sides.begin(), view.sides.end(),
                              [&](const ConflictSide& side) { return side.change == wanted; });
    return static_cast<std::size_t>(found - view.sides.begin());
}

void addSides(const sotay::Conflict& conflict, Conflict& view) {
    for (const sotay::ConflictField& field : conflict.fields)
        for (const ConflictHead& head : field.heads) {
            if (sideIndex(view, head.origin.change) < view.sides.size()) continue;
            view.sides.push_back(sideOf(head.origin));
            view.sides.back().deletes = view.kind == Conflict::Kind::Delete && !isAlive(head.value);
            view.since =
                std::max({view.since, head.origin.wallSeconds, head.origin.receivedSeconds});
        }
}

void addFields(const sotay::Conflict& conflict, Conflict& view) {
    for (const sotay::ConflictField& field : conflict.fields) {
        ConflictField shown;
        shown.path = field.path;
        shown.before = field.hasBase ? field.base.toString() : "";
        shown.values.resize(view.sides.size());
        for (const ConflictHead& head : field.heads)
            shown.values[sideIndex(view, head.origin.change)] = head.value.toString();
        // Merged is what the sides changed, and where both did the one that is shown.
        shown.after = shown.before;
        for (const ConflictHead& head : field.heads)
            if (head.value.toString() != shown.before) shown.after = head.value.toString();
        if (field.hasBase && view.before.at == 0) view.before = sideOf(field.baseOrigin);
        view.fields.push_back(std::move(shown));
    }
}

void addKept(const History& history, Conflict& view) {
    for (const HistoryEntry& entry : history.entries) {
        std::size_t side = sideIndex(view, entry.origin.change);
        if (side >= view.sides.size()) continue;
        for (const HistoryField& field : entry.fields) {
            bool inConflict =
                std::any_of(view.fields.begin(), view.fields.end(),
                            [&](const ConflictField& shown) { return shown.path == field.path; });
            if (!inConflict && !field.path.empty()) view.kept.push_back({side, editOf(field)});
        }
    }
}

}  // namespace

ListQuery listQuery(const RecordQuery& query) {
    ListQuery list;
    list.formId = query.formId;
    list.search = query.search;
    list.onlyConflicts = query.onlyConflicts;
    list.onlyUnsent = query.onlyUnsent;
    if (!query.area.empty()) list.where.emplace_back(query.areaPath, query.area);
    switch (query.sort) {
        case RecordQuery::Sort::Newest:
            list.sort = ListQuery::Sort::Newest;
            break;
        case RecordQuery::Sort::Oldest:
            list.sort = ListQuery::Sort::Oldest;
            break;
        case RecordQuery::Sort::Title:
            list.sort = ListQuery::Sort::Title;
            break;
    }
    return list;
}

RowsRead rowsOf(const ListPage& page, const std::vector<Draft>& drafts, const std::string& formId) {
    RowsRead reply;
    reply.total = page.total;
    reply.columns = page.columns;
    for (const sotay::RecordRow& row : page.rows) {
        bool hasDraft = std::any_of(drafts.begin(), drafts.end(),
                                    [&](const Draft& draft) { return draft.record == row.id; });
        reply.rows.push_back({row.id, row.title, row.summary, row.conflicts > 0, row.isUnsent,
                              hasDraft, row.changedSeconds});
    }
    for (const Draft& draft : drafts)
        if (draft.isNew && draft.formId == formId)
            reply.begun.push_back({draft.record, draft.formId, draft.savedMs / 1000});
    return reply;
}

HistoryChange historyChange(const HistoryEntry& entry) {
    HistoryChange change;
    change.kind = kindOf(entry.kind);
    change.id = entry.origin.change.toString();
    change.author = entry.origin.authorName;
    change.device = entry.origin.deviceName;
    change.reason = entry.reason;
    change.at = entry.origin.wallSeconds;
    if (entry.origin.clockOffset != 0) change.clockAheadSeconds = entry.origin.clockOffset;
    if (entry.origin.number > 0) change.number = entry.origin.number;
    change.parallel = entry.isParallel;
    change.of = entry.recordTitle;
    change.other = entry.otherTitle;
    for (const HistoryField& field : entry.fields) {
        if (field.path.empty()) continue;
        change.edits.push_back(editOf(field));
        // A decision's reason is said once, for all of it.
        if (change.edits.back().note == change.reason) change.edits.back().note.clear();
    }
    return change;
}

Conflict conflictView(const sotay::Conflict& conflict, std::shared_ptr<const Form> form,
                      const History& history) {
    Conflict view;
    view.kind = conflict.kind == ConflictKind::Delete       ? Conflict::Kind::Delete
                : conflict.kind == ConflictKind::Constraint ? Conflict::Kind::Constraint
                                                            : Conflict::Kind::Value;
    view.rulePath = conflict.rulePath;
    view.message = conflict.message;
    view.id = conflict.id.toString();
    view.record = conflict.record;
    view.title = conflict.title;
    view.formId = conflict.formId;
    view.form = std::move(form);
    addSides(conflict, view);
    addFields(conflict, view);
    addKept(history, view);
    return view;
}

Decision decisionOf(const ResolveConflict& request) {
    Decision decision;
    decision.reason = request.reason;
    switch (request.by) {
        case ResolveConflict::By::Side:
            decision.kind = Decision::Kind::TakeChange;
            decision.change = Id::parse(request.change).value_or(Id{});
            break;
        case ResolveConflict::By::Value:
            decision.kind = Decision::Kind::UseValue;
            decision.value = request.value;
            break;
        case ResolveConflict::By::Keep:
            decision.kind = Decision::Kind::Keep;
            break;
        case ResolveConflict::By::Delete:
            decision.kind = Decision::Kind::Delete;
            break;
    }
    return decision;
}

UndoView undoView(const UndoPlan& plan, const std::string& change) {
    UndoView view;
    view.change = change;
    view.stop = static_cast<UndoView::Stop>(plan.stop);
    view.needsReason = plan.needsReason;
    view.reopens = plan.reopens;
    view.deletes = plan.deletes;
    view.separates = !plan.separates.isNil();
    for (const HistoryField& field : plan.fields)
        if (!field.path.empty()) view.edits.push_back(editOf(field));
    for (const UndoPlan::Later& later : plan.later)
        view.later.push_back({later.origin.authorName, later.path, later.origin.wallSeconds});
    return view;
}

Duplicate duplicateView(const sotay::Conflict& pair, std::shared_ptr<const Form> form) {
    Duplicate view;
    view.id = pair.id.toString();
    view.records[0] = pair.record;
    view.records[1] = pair.other;
    view.titles[0] = pair.title;
    view.titles[1] = pair.otherTitle;
    view.form = std::move(form);
    view.keys = pair.keys;
    for (const sotay::ConflictField& field : pair.fields) {
        DuplicateRow row;
        row.path = field.path;
        const Node* node = view.form ? view.form->find(field.path) : nullptr;
        row.isRepeat = node && node->kind == NodeKind::Repeat;
        for (std::size_t side = 0; side < 2 && side < field.heads.size(); ++side) {
            const ConflictHead& head = field.heads[side];
            row.values[side] = head.value.toString();
            if (head.origin.wallSeconds <= view.changedAt[side]) continue;
            view.changedAt[side] = head.origin.wallSeconds;
            view.authors[side] = head.origin.authorName;
        }
        view.rows.push_back(std::move(row));
    }
    return view;
}

Decision decisionOf(const ResolveDuplicate& request) {
    Decision decision;
    decision.kind = request.merge ? Decision::Kind::Merge : Decision::Kind::Distinct;
    decision.survivor = request.survivor;
    decision.settled = request.settled;
    decision.reason = request.reason;
    return decision;
}

}  // namespace sotay::app
