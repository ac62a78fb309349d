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
