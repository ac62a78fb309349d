#include "app/cli/conflict_commands.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sync/store/notebook.h"

namespace sotay {

namespace {

Document fieldDocument(const ConflictField& field) {
    Document heads = Document::array();
    for (const ConflictHead& head : field.heads) {
        Document one = originDocument(head.origin);
        one["value"] = head.value.toString();
        heads.push_back(std::move(one));
    }
    Document document{{"path", field.path}};
    document["base"] = field.hasBase ? Document(field.base.toString()) : Document();
    document["heads"] = std::move(heads);
    return document;
}

}  // namespace

Document originDocument(const Origin& origin) {
    return {{"change", origin.change.toString()},
            {"author", origin.authorName},
            {"device", origin.deviceName},
            {"at", timeDocument(origin.wallSeconds)},
            {"received", timeDocument(origin.receivedSeconds)},
            {"number", origin.number}};
}

Document conflictDocument(const Conflict& conflict) {
    Document document{{"id", conflict.id.toString()},
                      {"kind", conflictKindName(conflict.kind)},
                      {"record", conflict.record.toString()},
                      {"form", conflict.formId},
                      {"title", conflict.title}};
    if (conflict.kind == ConflictKind::Constraint) {
        document["rule"] = conflict.rulePath;
        document["message"] = conflict.message;
    }
    if (conflict.kind == ConflictKind::Duplicate) {
        document["other"] = conflict.other.toString();
        document["other_title"] = conflict.otherTitle;
        document["keys"] = conflict.keys;
    }
    Document fields = Document::array();
    for (const ConflictField& field : conflict.fields) fields.push_back(fieldDocument(field));
    if (!fields.empty()) document.update(fields.front());
    if (fields.size() > 1) document["fields"] = std::move(fields);
    return document;
}

Result<Document> listConflicts(const Notebook& notebook) {
    const auto conflicts = notebook.conflicts();
    if (!conflicts.ok()) return conflicts.error();
    Document document{{"conflicts", Document::array()}};
    for (const Conflict& conflict : *conflicts)
        document["conflicts"].push_back(conflictDocument(conflict));
    const auto duplicates = notebook.duplicates();
    if (!duplicates.ok()) return duplicates.error();
    for (const Conflict& pair : *duplicates)
        document["conflicts"].push_back(conflictDocument(pair));
    return document;
}

Result<Document> undoChange(Notebook& notebook, const std::string& change,
                            const std::string& reason, bool isTrial) {
    const auto id = Id::parse(change);
    if (!id) return Error{Code::InvalidInput, fmt::format("\"{}\" is no id of a change.", change)};
    if (!isTrial) {
        const auto undo = notebook.undo(*id, reason);
        if (!undo.ok()) return undo.error();
        return Document{{"change", undo->toString()}};
    }
    const auto plan = notebook.undoPlan(*id);
    if (!plan.ok()) return plan.error();
    static constexpr const char* kStops[] = {"", "not_yours", "decision", "later_changes",
                                             "incomplete"};
    Document document{{"undoes", id->toString()}, {"record", plan->record.toString()}};
    document["stop"] = kStops[static_cast<std::size_t>(plan->stop)];
    document["reopens"] = plan->reopens;
    document["deletes"] = plan->deletes;
    document["separates"] =
        plan->separates.isNil() ? Document() : Document(plan->separates.toString());
    document["fields"] = Document::array();
    for (const HistoryField& field : plan->fields)
        document["fields"].push_back({{"path", field.path},
                                      {"before", field.before.toString()},
                                      {"after", field.after.toString()}});
    document["later"] = Document::array();
    for (const UndoPlan::Later& later : plan->later) {
        Document one = originDocument(later.origin);
        one["path"] = later.path;
        document["later"].push_back(std::move(one));
    }
    return document;
}

Result<Document> resolveConflict(Notebook& notebook, const std::string& conflict,
                                 const Decision& decision) {
    const auto id = Id::parse(conflict);
    if (!id)
        return Error{Code::InvalidInput, fmt::format("\"{}\" is no id of a conflict.", conflict)};
    const auto change = notebook.resolve(*id, decision);
    if (!change.ok()) return change.error();
    return Document{{"change", change->toString()}};
}

}  // namespace sotay
