#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/attachment_commands.h"
#include "app/cli/bundle_commands.h"
#include "app/cli/conflict_commands.h"
#include "app/cli/eval_command.h"
#include "app/cli/export_command.h"
#include "app/cli/files.h"
#include "app/cli/form_commands.h"
#include "app/cli/import_command.h"
#include "app/cli/record_commands.h"
#include "app/cli/sync_commands.h"
#include "sync/store/durable_file.h"
#include "sync/store/notebook.h"

// sotay: a notebook from the command line.
// Exit 0: done; 1: it could not be done, and a message says why; 2: wrong usage.

namespace {

using namespace sotay;

constexpr int kDone = 0, kNotDone = 1, kWrongUsage = 2;

// Everything that the words of a command can say. Which of it is used depends on the command.
struct Given {
    std::string notebook;
    bool isJson = false, withHistory = false, isJsonLines = false;
    bool isKeep = false, isDelete = false, isDistinct = false, isTrial = false;
    std::string file, form, record, answers, conflict, take, value, reason, format, change, into,
        path, output;
    std::vector<std::string> settled;
    FormCheck check;
    FormFill fill;
    EvalOptions eval;
    RecordEdit edit;
    ListQuery query;
    std::vector<std::string> where;
    Enrolment enrolment;
};

// A command either works on the notebook and makes a document, or does all by itself.
struct Chosen {
    std::function<Result<Document>(Notebook&)> work;
    std::function<int()> alone;
};

int fail(const Given& given, const Error& error) {
    if (given.isJson) fmt::print(stdout, "{}\n", documentJson(failureDocument(error)));
    fmt::print(stderr, "sotay: {}\n", error.message);
    return kNotDone;
}

Result<std::filesystem::path> notebookFile(const Given& given) {
    if (given.notebook.empty()) return defaultNotebook();
    return fileNamed(given.notebook);
}

int runOnNotebook(const Given& given, const Chosen& chosen) {
    const auto file = notebookFile(given);
    if (!file.ok()) return fail(given, file.error());
    auto notebook = Notebook::open(*file, realSurroundings());
    if (!notebook.ok()) return fail(given, notebook.error());
    const auto document = chosen.work(**notebook);
    if (!document.ok()) return fail(given, document.error());
    // What was exported to standard output must stay alone there.
    std::FILE* out = given.file == "-" && !given.format.empty() ? stderr : stdout;
    fmt::print(out, "{}", given.isJson ? documentJson(*document) + "\n" : documentText(*document));
    const bool isAllRefused = document->contains("refused") && !(*document)["refused"].empty() &&
                              (*document)["created"] == 0 && (*document)["updated"] == 0;
    return isAllRefused ? kNotDone : kDone;
}

void describeForms(CLI::App& app, Given& given, Chosen& chosen) {
    const auto output = [&] { return given.isJson ? Output::Json : Output::Text; };
    auto* form = app.add_subcommand("form", "Questionnaires");
    form->require_subcommand(1);
    auto* check =
        form->add_subcommand("check", "Tells the author of a workbook what is wrong with it");
    check->add_option("FILE", given.file, "XLSForm workbook")->required();
    check->add_option("--against", given.check.against,
                      "The version before it: tells what changes for records that exist");
    check->callback([&, output] {
        chosen.alone = [&, output] {
            given.check.form = fileNamed(given.file);
            given.check.output = output();
            return formCheck(given.check, std::cout, std::cerr);
        };
    });
    auto* fill =
        form->add_subcommand("fill", "Puts answers into a form and shows how it stands then");
    fill->add_option("FILE", given.file, "XLSForm workbook")->required();
    fill->add_option("--answers", given.answers, "JSON file: {\"answers\":[{\"path\",\"value\"}]}")
        ->required();
    fill->add_option("--today", given.fill.today, "YYYY-MM-DD");
    fill->add_option("--language", given.fill.language, "A language of the form");
    fill->callback([&, output] {
        chosen.alone = [&, output] {
            given.fill.form = fileNamed(given.file);
            given.fill.answers = fileNamed(given.answers);
            given.fill.output = output();
            return formFill(given.fill, std::cout, std::cerr);
        };
    });
    // Not named `import`: clang-format takes that for the keyword of modules.
    auto* take = form->add_subcommand("import", "Takes a form into a notebook that has no server");
    take->add_option("FILE", given.file, "XLSForm workbook")->required();
    take->callback([&] {
        chosen.work = [&](Notebook& notebook) { return importForm(notebook, given.file); };
    });
    auto* list = form->add_subcommand("list", "Lists the forms of the notebook");
    list->callback([&] { chosen.work = listForms; });
}

void describeEval(CLI::App& app, Given& given, Chosen& chosen) {
    auto* eval = app.add_subcommand("eval", "Evaluates expressions from standard input");
    eval->add_flag("--jsonl", given.isJsonLines, "A JSON object a line, in and out")->required();
    eval->add_option("--now", given.eval.now, "The time that now() gives, ISO 8601");
    eval->add_option("--tz", given.eval.zone, "The time zone, UTC, +07:00 or Asia/Ho_Chi_Minh");
    eval->callback([&] {
        chosen.alone = [&] { return evalLines(given.eval, std::cin, std::cout, std::cerr); };
    });
}

void describeRecordEdits(CLI::App& record, Given& given, Chosen& chosen) {
    auto* fresh = record.add_subcommand("new", "Makes a record");
    fresh->add_option("--form", given.form, "Id of its form");
    fresh->add_option("--answers", given.answers, "JSON file with the answers; - is standard input")
        ->required();
    fresh->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return newRecord(notebook, given.form, given.answers);
        };
    });
    auto* set = record.add_subcommand("set", "Changes answers of a record");
    set->add_option("RECORD", given.edit.record, "Its id")->required();
    set->add_option("PATH=VALUE", given.edit.assignments, "An answer; an empty value clears it");
    set->add_option("--remove", given.edit.removals, "Path of an item of a repeat: /loans[2]");
    set->callback([&] {
        if (given.edit.assignments.empty() && given.edit.removals.empty())
            throw CLI::RequiredError("PATH=VALUE");
        chosen.work = [&](Notebook& notebook) { return setAnswers(notebook, given.edit); };
    });
    auto* attach = record.add_subcommand("attach", "Answers a question for a file with a file");
    attach->add_option("RECORD", given.record, "Its id")->required();
    attach->add_option("PATH", given.path, "The question")->required();
    attach->add_option("FILE", given.file, "A photo, say")->required();
    attach->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return attachFile(notebook, given.record, given.path, given.file);
        };
    });
    auto* remove = record.add_subcommand("delete", "Deletes a record; its history stays");
    remove->add_option("RECORD", given.record, "Its id")->required();
    remove->add_option("--reason", given.reason, "Why");
    remove->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return deleteRecord(notebook, given.record, given.reason);
        };
    });
    auto* restore = record.add_subcommand("restore", "Brings a deleted record back");
    restore->add_option("RECORD", given.record, "Its id")->required();
    restore->callback([&] {
        chosen.work = [&](Notebook& notebook) { return restoreRecord(notebook, given.record); };
    });
    auto* take = record.add_subcommand("import", "Makes or changes many records from a file");
    take->add_option("--form", given.form, "Id of their form");
    take->add_option("FILE", given.file, ".csv, .jsonl or .xlsx")->required();
    take->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return importRecords(notebook, given.form, given.file);
        };
    });
}

Result<Document> listWanted(Notebook& notebook, const Given& given) {
    ListQuery query = given.query;
    auto form = formMeant(notebook, given.form);
    if (!form.ok()) return form.error();
    query.formId = std::move(*form);
    for (const auto& text : given.where) {
        const auto sign = text.find('=');
        if (sign == std::string::npos)
            return Error{Code::InvalidInput, fmt::format("\"{}\" is not PATH=VALUE.", text)};
        query.where.emplace_back(text.substr(0, sign), text.substr(sign + 1));
    }
    return listRecords(notebook, query);
}

void describeRecordViews(CLI::App& record, Given& given, Chosen& chosen) {
    auto* show = record.add_subcommand("show", "Shows a record");
    show->add_option("RECORD", given.record, "Its id")->required();
    show->add_flag("--history", given.withHistory, "Who changed what, and when");
    show->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return showRecord(notebook, given.record, given.withHistory);
        };
    });
    auto* list = record.add_subcommand("list", "Lists records");
    list->add_option("--form", given.form, "Id of their form");
    list->add_option("--search", given.query.search, "Words; accents do not matter");
    list->add_option("--where", given.where, "PATH=VALUE");
    list->add_option("--limit", given.query.limit, "At most so many")->capture_default_str();
    list->add_option("--offset", given.query.offset, "After so many")->capture_default_str();
    list->callback(
        [&] { chosen.work = [&](Notebook& notebook) { return listWanted(notebook, given); }; });
    auto* fetch = record.add_subcommand("fetch-history",
                                        "Gets the part of a history that only the server has");
    fetch->add_option("RECORD", given.record, "Its id")->required();
    fetch->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return fetchRecordHistory(notebook, given.record);
        };
    });
}

// How the laptop is called when nobody says: as its notebook's file.
std::string deviceName(const Given& given) {
    if (!given.enrolment.deviceName.empty()) return given.enrolment.deviceName;
    const auto file = notebookFile(given);
    return file.ok() ? nameOf(file->stem()) : "notebook";
}

void describeSync(CLI::App& app, Given& given, Chosen& chosen) {
    auto* enroll = app.add_subcommand("enroll", "Makes this notebook one of a server's");
    enroll->add_option("--server", given.enrolment.server, "https://HOST")->required();
    enroll->add_option("--code", given.enrolment.code, "The code from the administrator")
        ->required();
    enroll->add_option("--ca", given.enrolment.caFile, "PEM file of the certificate to trust");
    enroll->add_option("--device", given.enrolment.deviceName, "What this laptop is called");
    enroll->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            given.enrolment.deviceName = deviceName(given);
            return enrolNotebook(notebook, given.enrolment);
        };
    });
    app.add_subcommand("sync", "Sends and receives what is new")->callback([&] {
        chosen.work = syncNow;
    });
    app.add_subcommand("status", "Tells what the notebook holds")->callback([&] {
        chosen.work = describeNotebook;
    });
}

void describeBundles(CLI::App& app, Given& given, Chosen& chosen) {
    auto* bundle = app.add_subcommand("bundle", "Syncs as files, for laptops without a network");
    bundle->require_subcommand(1);
    auto* make = bundle->add_subcommand("export", "Writes all that is unsent, for the server");
    make->add_option("FILE", given.file, "The bundle")->required();
    make->callback([&] {
        chosen.work = [&](Notebook& notebook) { return exportBundle(notebook, given.file); };
    });
    auto* take = bundle->add_subcommand(
        "import", "Takes an answer in; keeps a bundle of another laptop for the next sync");
    take->add_option("FILE", given.file, "The bundle")->required();
    take->callback([&] {
        chosen.work = [&](Notebook& notebook) { return importBundle(notebook, given.file); };
    });
    auto* stick = bundle->add_subcommand(
        "exchange", "Reads all bundles of a folder, then writes this notebook's own there");
    stick->add_option("FOLDER", given.file, "On a USB stick, say")->required();
    stick->callback([&] {
        chosen.work = [&](Notebook& notebook) { return exchangeFolder(notebook, given.file); };
    });
    bundle->add_subcommand("carried", "Lists what this notebook carries for others")->callback([&] {
        chosen.work = listCarried;
    });
}

void describeAttachments(CLI::App& app, Given& given, Chosen& chosen) {
    auto* attachment = app.add_subcommand("attachment", "Files that answers name");
    attachment->require_subcommand(1);
    auto* add = attachment->add_subcommand("add", "Takes a file in and gives its name");
    add->add_option("FILE", given.file, "A photo, say")->required();
    add->callback([&] {
        chosen.work = [&](Notebook& notebook) { return addAttachment(notebook, given.file); };
    });
    auto* get = attachment->add_subcommand(
        "get", "Writes the content to a file; fetches it when it is not here");
    get->add_option("NAME", given.value, "As the answer says it")->required();
    get->add_option("-o,--output", given.output, "The file to write")->required();
    get->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return getAttachment(notebook, given.value, given.output);
        };
    });
    attachment->add_subcommand("list", "Lists them, and which the server has")->callback([&] {
        chosen.work = listAttachments;
    });
    attachment->add_subcommand("free", "Drops the content of what the server has backed up")
        ->callback([&] { chosen.work = freeAttachments; });
}

Result<Id> idOf(const std::string& text, const char* what) {
    if (text.empty()) return Id{};
    const auto id = Id::parse(text);
    if (!id) return Error{Code::InvalidInput, fmt::format("\"{}\" is no id of a {}.", text, what)};
    return *id;
}

Result<Decision> decisionOf(const Given& given) {
    using Kind = Decision::Kind;
    const auto taken = idOf(given.take, "change");
    if (!taken.ok()) return taken.error();
    const auto survivor = idOf(given.into, "record");
    if (!survivor.ok()) return survivor.error();
    Decision decision;
    decision.kind = given.isKeep         ? Kind::Keep
                    : given.isDelete     ? Kind::Delete
                    : given.isDistinct   ? Kind::Distinct
                    : !survivor->isNil() ? Kind::Merge
                    : taken->isNil()     ? Kind::UseValue
                                         : Kind::TakeChange;
    decision.change = *taken;
    decision.survivor = *survivor;
    decision.value = given.value;
    decision.reason = given.reason;
    for (const std::string& text : given.settled) {
        const auto sign = text.find('=');
        if (sign == std::string::npos)
            return Error{Code::InvalidInput, fmt::format("\"{}\" is not PATH=VALUE.", text)};
        decision.settled.emplace_back(text.substr(0, sign), text.substr(sign + 1));
    }
    return decision;
}

void describeUndo(CLI::App& app, Given& given, Chosen& chosen) {
    auto* undo = app.add_subcommand("undo", "Takes a change back, with a change of its own");
    undo->add_option("CHANGE", given.change, "Its id")->required();
    undo->add_option("--reason", given.reason, "Why");
    undo->add_flag("--dry-run", given.isTrial, "Only tell what it would do");
    undo->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return undoChange(notebook, given.change, given.reason, given.isTrial);
        };
    });
}

void describeConflicts(CLI::App& app, Given& given, Chosen& chosen) {
    app.add_subcommand("conflicts", "Lists what a supervisor must decide")->callback([&] {
        chosen.work = listConflicts;
    });
    auto* resolve = app.add_subcommand("resolve", "Decides a conflict");
    resolve->add_option("CONFLICT", given.conflict, "Its id")->required();
    auto* decision = resolve->add_option_group("decision");
    decision->add_option("--take", given.take, "Id of the change that is right");
    decision->add_option("--value", given.value, "A value that neither side has");
    decision->add_flag("--keep", given.isKeep,
                       "What one side deleted stays; what breaks a rule stands");
    decision->add_flag("--delete", given.isDelete, "It is deleted");
    decision->add_option("--merge-into", given.into, "Id of the record that stays of the two");
    decision->add_flag("--distinct", given.isDistinct, "The two are not the same");
    decision->require_option(0, 1);
    resolve->add_option("--set", given.settled,
                        "PATH=VALUE: a field decided along with a merge, or against a rule");
    resolve->add_option("--reason", given.reason, "Why")->required();
    resolve->callback([&, decision] {
        if (decision->count_all() == 0 && given.settled.empty())
            throw CLI::RequiredError("A decision");
        chosen.work = [&](Notebook& notebook) -> Result<Document> {
            const auto decided = decisionOf(given);
            if (!decided.ok()) return decided.error();
            return resolveConflict(notebook, given.conflict, *decided);
        };
    });
}

void describeExport(CLI::App& app, Given& given, Chosen& chosen) {
    static const std::map<std::string, ExportFormat> kFormats = {
        {"csv", ExportFormat::Csv},
        {"xlsx", ExportFormat::Xlsx},
        {"jsonl", ExportFormat::Jsonl},
        {"geojson", ExportFormat::GeoJson}};
    auto* out = app.add_subcommand("export", "Writes all records of a form to a file");
    out->add_option("--form", given.form, "Id of the form");
    out->add_option("--format", given.format)
        ->check(CLI::IsMember({"csv", "xlsx", "jsonl", "geojson"}))
        ->required();
    out->add_option("-o,--output", given.file, "The file; - is standard output")->required();
    out->callback([&] {
        chosen.work = [&](Notebook& notebook) {
            return exportRecords(notebook, {given.form, kFormats.at(given.format), given.file});
        };
    });
}

int run(int count, char** words) {
    Given given;
    Chosen chosen;
    CLI::App app("A Sotay notebook from the command line", "sotay");
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--notebook", given.notebook, "The notebook's file")->envname("SOTAY_NOTEBOOK");
    app.add_flag("--json", given.isJson, "Print one JSON document");
    describeForms(app, given, chosen);
    describeEval(app, given, chosen);
    auto* record = app.add_subcommand("record", "Records");
    record->require_subcommand(1);
    describeRecordEdits(*record, given, chosen);
    describeRecordViews(*record, given, chosen);
    describeSync(app, given, chosen);
    describeBundles(app, given, chosen);
    describeAttachments(app, given, chosen);
    describeConflicts(app, given, chosen);
    describeUndo(app, given, chosen);
    describeExport(app, given, chosen);
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& wrong) {
        // Whatever was understood of the words, a program that asked for JSON gets a document.
        const bool isHelp = wrong.get_exit_code() == 0;
        if (!isHelp && std::find(words, words + count, std::string_view("--json")) != words + count)
            fmt::print(stdout, "{}\n",
                       documentJson(failureDocument({Code::InvalidInput, wrong.what()})));
        return app.exit(wrong) == 0 ? kDone : kWrongUsage;
    }
    return chosen.alone ? chosen.alone() : runOnNotebook(given, chosen);
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& failure) {  // no memory, or an output that is closed
        fmt::print(stderr, "sotay: {}\n", failure.what());
        return kNotDone;
    }
}
