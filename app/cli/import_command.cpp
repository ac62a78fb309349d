#include "app/cli/import_command.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "app/cli/answer_steps.h"
#include "app/cli/files.h"
#include "app/cli/notebook_session.h"
#include "app/cli/record_commands.h"
#include "app/cli/table_file.h"

namespace sotay {

namespace {

constexpr std::size_t kRowsTogether = 500;  // new records in one transaction

Result<std::vector<FileRow>> readRows(const std::string& file) {
    const auto bytes = readInput(file);
    if (!bytes.ok()) return bytes.error();
    if (file.ends_with(".xlsx")) return readWorkbookRows(*bytes);
    if (file.ends_with(".jsonl")) return readJsonRows(*bytes);
    if (file.ends_with(".csv")) return readCsvRows(*bytes);
    return Error{Code::InvalidInput, fmt::format("{} is neither .csv, .jsonl nor .xlsx.", file)};
}

std::string withoutPositions(std::string_view path) {
    std::string plain;
    for (bool isInside = false; const char sign : path) {
        isInside = isInside || sign == '[';
        if (!isInside) plain += sign;
        isInside = isInside && sign != ']';
    }
    return plain;
}

// Which answer each column is.
class FileColumns {
  public:
    explicit FileColumns(const Form& form) : form_(form) {
        hasRecordQuestion_ = form.findByName("record") != nullptr;
        hasIdQuestion_ = form.findByName("id") != nullptr;
    }

    bool isRecordId(const std::string& name) const {
        if (name == "_record") return true;
        return (name == "record" && !hasRecordQuestion_) || (name == "id" && !hasIdQuestion_);
    }
    // The path; "" for a column that is left out, nothing for one that the form does not have.
    std::optional<std::string> path(const std::string& name) {
        const auto [known, isNew] = known_.try_emplace(name);
        if (isNew) known->second = find(name);
        return known->second;
    }

  private:
    std::optional<std::string> find(const std::string& name) const {
        if (name.starts_with('_')) return "";
        const std::string path = name.starts_with('/') ? name : "/" + name;
        const Node* node = form_.find(withoutPositions(path));
        if (node && node->kind == NodeKind::Question) return path;
        node = form_.findByName(name);
        if (node && node->kind == NodeKind::Question) return node->path;
        return std::nullopt;
    }

    const Form& form_;
    bool hasRecordQuestion_ = false, hasIdQuestion_ = false;
    std::map<std::string, std::optional<std::string>> known_;
};

class Import {
  public:
    Import(Notebook& notebook, const SessionOpener& opener, std::string formId)
        : notebook_(notebook),
          opener_(opener),
          formId_(std::move(formId)),
          columns_(opener.form()) {}

    Status checkColumns(const std::vector<FileRow>& rows);
    Status take(const FileRow& row);
    Status finish();  // stores what is gathered
    Document document() const {
        return {{"created", created_}, {"updated", updated_}, {"refused", refused_}};
    }

  private:
    void refuse(const FileRow& row, const std::string& message) {
        refused_.push_back({{"row", row.number}, {"message", message}});
    }
    Result<Answers> answersOf(const FileRow& row, const Answers* stored);
    Status store(const FileRow& row, const OpenRecord& opened);

    Notebook& notebook_;
    const SessionOpener& opener_;
    std::string formId_;
    FileColumns columns_;
    std::vector<Answers> gathered_;
    std::uint64_t created_ = 0, updated_ = 0;
    Document refused_ = Document::array();
};

Status Import::checkColumns(const std::vector<FileRow>& rows) {
    std::set<std::string> unknown;
    for (const FileRow& row : rows)
        for (const auto& [name, value] : row.cells)
            if (!columns_.isRecordId(name) && !columns_.path(name)) unknown.insert(name);
    if (unknown.empty()) return Status();
    std::string names;
    for (const auto& name : unknown) names += (names.empty() ? "" : ", ") + name;
    return Error{
        Code::InvalidInput,
        fmt::format("The form {} has no question for these columns: {}. Rename them to its paths, "
                    "or begin their names with _ to leave them out.",
                    formId_, names)};
}

Result<Answers> Import::answersOf(const FileRow& row, const Answers* stored) {
    const auto session = opener_.open(stored);
    std::vector<AnswerStep> steps;
    for (const auto& [name, value] : row.cells) {
        if (columns_.isRecordId(name)) continue;
        const std::string path = columns_.path(name).value_or("");
        // A blank cell clears; it makes no repeat item that is not there.
        const bool isNothing = value.empty() && (!stored || !session->view(path));
        if (!path.empty() && !isNothing) steps.push_back({path, value, false});
    }
    if (auto done = applySteps(*session, steps); !done.ok()) return done.error();
    const auto refused = refusedAnswers(*session);
    if (!refused.empty()) return Error{Code::InvalidInput, refused.front()};
    return session->answers();
}

Status Import::take(const FileRow& row) {
    if (!row.problem.empty()) {
        refuse(row, row.problem);
        return Status();
    }
    std::string named;
    for (const auto& [name, value] : row.cells)
        if (columns_.isRecordId(name)) named = value;
    if (named.empty()) {
        auto answers = answersOf(row, nullptr);
        if (!answers.ok())
            refuse(row, answers.error().message);
        else
            gathered_.push_back(std::move(*answers));
        return gathered_.size() < kRowsTogether ? Status() : finish();
    }
    const auto id = Id::parse(named);
    if (!id) {
        refuse(row, fmt::format("\"{}\" is no id of a record.", named));
        return Status();
    }
    auto opened = notebook_.openRecord(*id);
    if (!opened.ok() && opened.error().code != Code::NotFound) return opened.error();
    if (opened.ok()) return store(row, *opened);
    OpenRecord fresh = notebook_.openNew(formId_);
    fresh.record = *id;
    return store(row, fresh);
}

Status Import::store(const FileRow& row, const OpenRecord& opened) {
    if (opened.formId != formId_) {
        refuse(row, fmt::format("The record is of the form {}.", opened.formId));
        return Status();
    }
    const auto answers = answersOf(row, opened.isNew ? nullptr : &opened.answers);
    if (!answers.ok()) {
        refuse(row, answers.error().message);
        return Status();
    }
    const auto change = notebook_.save(opened, *answers);
    if (!change.ok()) return change.error();
    if (opened.isNew)
        ++created_;
    else if (!change->isNil())
        ++updated_;
    return Status();
}

Status Import::finish() {
    if (gathered_.empty()) return Status();
    const auto stored = notebook_.saveNew(formId_, gathered_);
    if (!stored.ok()) return stored.error();
    created_ += stored->size();
    gathered_.clear();
    return Status();
}

}  // namespace

Result<Document> importRecords(Notebook& notebook, const std::string& formId,
                               const std::string& file) {
    const auto meant = formMeant(notebook, formId);
    if (!meant.ok()) return meant.error();
    const auto rows = readRows(file);
    if (!rows.ok())
        return Error{rows.error().code, fmt::format("{}: {}", file, rows.error().message)};
    const auto opener = SessionOpener::of(notebook, *meant);
    if (!opener.ok()) return opener.error();
    Import import(notebook, *opener, *meant);
    if (auto known = import.checkColumns(*rows); !known.ok()) return known.error();
    for (const FileRow& row : *rows)
        if (auto taken = import.take(row); !taken.ok()) return taken.error();
    if (auto finished = import.finish(); !finished.ok()) return finished.error();
    return import.document();
}

}  // namespace sotay
