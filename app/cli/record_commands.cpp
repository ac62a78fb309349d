#include "app/cli/record_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/cli/answer_steps.h"
#include "app/cli/conflict_commands.h"
#include "app/cli/files.h"
#include "app/cli/notebook_session.h"
#include "sync/store/notebook.h"

namespace sotay {

namespace {

constexpr const char* kKinds[] = {"creation", "edit",  "deletion",   "restoration", "resolution",
                                  "undo",     "merge", "separation", "distinct"};

Error refusal(const std::vector<std::string>& refused) {
    std::string message = "These answers cannot be stored:";
    for (const auto& sentence : refused) message += "\n" + sentence;
    return {Code::InvalidInput, message};
}

// A record that was edited must not become wrong; what was wrong before does not stand in its way.
Status checkEdit(const FormSession& session, const std::vector<std::string>& wrongBefore) {
    std::vector<std::string> refused;
    for (auto& sentence : refusedAnswers(session))
        if (std::find(wrongBefore.begin(), wrongBefore.end(), sentence) == wrongBefore.end())
            refused.push_back(std::move(sentence));
    return refused.empty() ? Status() : refusal(refused);
}

Document missingAnswers(const FormSession& session) {
    Document missing = Document::array();
    for (const NodeView& view : session.view())
        if (view.relevant && view.required && view.value.empty()) missing.push_back(view.path);
    return missing;
}

Result<Id> recordNamed(const std::string& text) {
    const auto id = Id::parse(text);
    if (!id) return Error{Code::InvalidInput, fmt::format("\"{}\" is no id of a record.", text)};
    return *id;
}

Document historyDocument(const HistoryEntry& entry) {
    Document fields = Document::array();
    for (const HistoryField& field : entry.fields) {
        Document one{{"path", field.path}, {"before", field.before.toString()}};
        one["after"] = field.after.toString();
        one["note"] = field.note;
        fields.push_back(std::move(one));
    }
    Document document = originDocument(entry.origin);
    document["kind"] = kKinds[static_cast<std::size_t>(entry.kind)];
    document["parallel"] = entry.isParallel;
    if (!entry.recordTitle.empty()) document["record"] = entry.record.toString();
    if (!entry.undoes.isNil()) document["undoes"] = entry.undoes.toString();
    if (!entry.other.isNil()) document["other"] = entry.other.toString();
    document["reason"] = entry.reason;
    document["fields"] = std::move(fields);
    return document;
}

}  // namespace

Result<std::string> formMeant(const Notebook& notebook, const std::string& named) {
    const auto forms = notebook.forms();
    if (named.empty() && forms.size() == 1) return forms.front().formId;
    for (const FormSummary& form : forms)
        if (form.formId == named) return named;
    std::string known;
    for (const FormSummary& form : forms) known += (known.empty() ? "" : ", ") + form.formId;
    if (known.empty())
        return Error{Code::NotFound, "This notebook has no form yet: sync, or import one."};
    if (named.empty())
        return Error{Code::InvalidInput, fmt::format("Name a form with --form: {}.", known)};
    return Error{Code::NotFound,
                 fmt::format("There is no form \"{}\" here; there is: {}.", named, known)};
}

Result<Document> newRecord(Notebook& notebook, const std::string& formId,
                           const std::string& answersFile) {
    const auto meant = formMeant(notebook, formId);
    if (!meant.ok()) return meant.error();
    const auto json = readInput(answersFile);
    if (!json.ok()) return json.error();
    const auto steps = readAnswerSteps(*json);
    if (!steps.ok()) return steps.error();
    const auto opener = SessionOpener::of(notebook, *meant);
    if (!opener.ok()) return opener.error();
    const auto session = opener->open(nullptr);
    if (auto done = applySteps(*session, *steps); !done.ok()) return done.error();
    if (const auto refused = refusedAnswers(*session); !refused.empty()) return refusal(refused);
    const OpenRecord opened = notebook.openNew(*meant);
    const auto change = notebook.save(opened, session->answers());
    if (!change.ok()) return change.error();
    Document document{{"record", opened.record.toString()}};
    if (auto missing = missingAnswers(*session); !missing.empty())
        document["missing"] = std::move(missing);
    return document;
}

Result<Document> setAnswers(Notebook& notebook, const RecordEdit& edit) {
    const auto opened = openNamed(notebook, edit.record);
    if (!opened.ok()) return opened.error();
    std::vector<AnswerStep> steps;
    for (const auto& text : edit.assignments) {
        auto step = parseAssignment(text);
        if (!step.ok()) return step.error();
        steps.push_back(std::move(*step));
    }
    for (const auto& path : edit.removals) steps.push_back({path, "", true});
    const auto opener = SessionOpener::of(notebook, opened->formId);
    if (!opener.ok()) return opener.error();
    const auto session = opener->open(&opened->answers);
    const auto wrongBefore = refusedAnswers(*session);
    if (auto done = applySteps(*session, steps); !done.ok()) return done.error();
    if (auto sound = checkEdit(*session, wrongBefore); !sound.ok()) return sound.error();
    const auto change = notebook.save(*opened, session->answers());
    if (!change.ok()) return change.error();
    return Document{{"change", change->isNil() ? Document() : Document(change->toString())}};
}

Result<Document> showRecord(const Notebook& notebook, const std::string& record, bool withHistory) {
    const auto opened = openNamed(notebook, record);
    if (!opened.ok()) return opened.error();
    std::map<std::string, std::string>
        ordered;  // items have random ids: their paths give the order
    for (const auto& [key, value] : opened->answers.values)
        ordered.emplace(positionedPath(opened->answers, key), value.toString());
    Document values = Document::object();
    for (const auto& [path, text] : ordered) values[path] = text;
    Document document{{"record", opened->record.toString()}, {"form", opened->formId}};
    document["title"] = notebook.title(opened->record);
    document["deleted"] = opened->isDeleted;
    document["values"] = std::move(values);
    const auto conflicts = notebook.conflictsOf(opened->record);
    if (!conflicts.ok()) return conflicts.error();
    document["conflicts"] = Document::array();
    for (const Conflict& conflict : *conflicts)
        document["conflicts"].push_back(conflictDocument(conflict));
    document["history"] = Document::array();
    if (!withHistory) return document;
    const auto history = notebook.history(opened->record);
    if (!history.ok()) return history.error();
    for (const HistoryEntry& entry : history->entries)
        document["history"].push_back(historyDocument(entry));
    document["history_complete"] = history->isComplete;
    return document;
}

Result<Document> listRecords(const Notebook& notebook, const ListQuery& query) {
    const auto page = notebook.list(query);
    if (!page.ok()) return page.error();
    Document records = Document::array();
    for (const RecordRow& row : page->rows) {
        Document summary = Document::object();
        for (std::size_t i = 0; i < row.summary.size() && i < page->columns.size(); ++i)
            summary[page->columns[i]] = row.summary[i];
        Document one{{"record", row.id.toString()}, {"title", row.title}};
        one["summary"] = std::move(summary);
        one["conflicts"] = row.conflicts;
        one["unsent"] = row.isUnsent;
        one["changed"] = timeDocument(row.changedSeconds);
        records.push_back(std::move(one));
    }
    Document document{{"total", page->total}};
    document["records"] = std::move(records);
    return document;
}

Result<Document> deleteRecord(Notebook& notebook, const std::string& record,
                              const std::string& reason) {
    // By its own id: one that was merged into another must not take that one along.
    const auto id = recordNamed(record);
    if (!id.ok()) return id.error();
    const auto change = notebook.remove(*id, reason);
    if (!change.ok()) return change.error();
    return Document{{"change", change->toString()}};
}

Result<Document> restoreRecord(Notebook& notebook, const std::string& record) {
    const auto id = recordNamed(record);
    if (!id.ok()) return id.error();
    const auto change = notebook.restore(*id);
    if (!change.ok()) return change.error();
    return Document{{"change", change->toString()}};
}

}  // namespace sotay
