#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sync/server/admin_commands.h"
#include "sync/server/serve_command.h"
#include "sync/store/workspace.h"

// sotayd: the server of a workspace, and what its administrator does from the command line.
// Exit 0: done; 1: it could not be done, and a message says why; 2: wrong usage.

namespace {

using namespace sotay;

constexpr int kDone = 0, kNotDone = 1, kWrongUsage = 2;

struct Given {
    std::string database;
    bool isJson = false, isRestore = false;
    ServeOptions serve;
    std::string name, role = "officer", file, answerFile;
    std::vector<std::string> areas;
    std::uint32_t device = 0;
    std::uint64_t number = 0;
    int days = 7;
};

using Administer = std::function<Result<Document>(Workspace&)>;

int fail(const Given& given, const Error& error) {
    if (given.isJson) fmt::print(stdout, "{}\n", documentJson(failureDocument(error)));
    fmt::print(stderr, "sotayd: {}\n", error.message);
    return kNotDone;
}

Result<std::string> databaseFile(const std::string& database) {
    constexpr std::string_view kSqlite = "sqlite:";
    if (database.starts_with("postgresql:"))
        return Error{Code::InvalidInput,
                     "This sotayd keeps its workspace in SQLite: give --db sqlite:FILE."};
    if (!database.starts_with(kSqlite) || database.size() == kSqlite.size())
        return Error{Code::InvalidInput,
                     fmt::format("\"{}\" is no database: give --db sqlite:FILE.", database)};
    return database.substr(kSqlite.size());
}

int print(const Given& given, const Result<Document>& document) {
    if (!document.ok()) return fail(given, document.error());
    fmt::print(stdout, "{}",
               given.isJson ? documentJson(*document) + "\n" : documentText(*document));
    return document->value("ok", true) ? kDone : kNotDone;
}

int administer(const Given& given, const std::string& file, const Administer& work) {
    auto workspace = Workspace::open(file, realSurroundings());
    if (!workspace.ok()) return fail(given, workspace.error());
    return print(given, work(**workspace));
}

// Commands set `work`; `serve` leaves it empty.
void describeUsers(CLI::App& app, Given& given, Administer& work) {
    auto* user = app.add_subcommand("user", "People who may enrol laptops");
    user->require_subcommand(1);
    auto* add = user->add_subcommand("add", "Adds a person");
    add->add_option("NAME", given.name, "Unique name")->required();
    add->add_option("--role", given.role, "What the person may do")
        ->check(CLI::IsMember({"officer", "supervisor", "administrator"}))
        ->capture_default_str();
    add->add_option("--area", given.areas, "Codes of the areas the person works in; * is all")
        ->required();
    add->callback([&] {
        work = [&](Workspace& workspace) {
            return addUser(workspace, given.name, roleFrom(given.role).value_or(Role::Officer),
                           given.areas);
        };
    });
    auto* move = user->add_subcommand("areas", "Gives a person other areas to work in");
    move->add_option("NAME", given.name, "Who")->required();
    move->add_option("--area", given.areas, "Codes of all the areas from now on; * is all")
        ->required();
    move->callback([&] {
        work = [&](Workspace& workspace) { return moveUser(workspace, given.name, given.areas); };
    });
    user->add_subcommand("list", "Lists the people")->callback([&] { work = listUsers; });

    auto* code =
        app.add_subcommand("enrolment-code", "Makes a code with which a person enrols one laptop");
    code->add_option("NAME", given.name, "Who enrols")->required();
    code->add_option("--days", given.days, "How long the code can be used")
        ->check(CLI::Range(1, 365))
        ->capture_default_str();
    code->callback([&] {
        work = [&](Workspace& workspace) {
            return makeEnrolmentCode(workspace, given.name, given.days);
        };
    });
}

void describeDevices(CLI::App& app, Given& given, Administer& work) {
    auto* device = app.add_subcommand("device", "Enrolled laptops");
    device->require_subcommand(1);
    device->add_subcommand("list", "Lists the laptops")->callback([&] { work = listDevices; });
    auto* revoke = device->add_subcommand("revoke", "Lets a laptop sync no more");
    revoke->add_option("ID", given.device, "Its id in the list")->required();
    revoke->callback([&] {
        work = [&](Workspace& workspace) { return revokeDevice(workspace, given.device); };
    });
}

void describeForms(CLI::App& app, Given& given, Administer& work) {
    auto* form = app.add_subcommand("form", "Questionnaires");
    form->require_subcommand(1);
    auto* publish =
        form->add_subcommand("publish", "Publishes a workbook as the form's next version");
    publish->add_option("FILE", given.file, "XLSForm workbook")->required();
    publish->callback(
        [&] { work = [&](Workspace& workspace) { return publishForm(workspace, given.file); }; });
    form->add_subcommand("list", "Lists the forms")->callback([&] { work = listForms; });
}

void describeAreas(CLI::App& app, Given& given, Administer& work) {
    auto* area = app.add_subcommand("area", "Administrative units");
    area->require_subcommand(1);
    auto* take = area->add_subcommand("import", "Takes in which unit lies in which");
    take->add_option("FILE", given.file, "CSV: code,name,full_name,level,kind,parent_code")
        ->required();
    take->callback(
        [&] { work = [&](Workspace& workspace) { return importAreas(workspace, given.file); }; });
}

void describeBundles(CLI::App& app, Given& given, Administer& work) {
    auto* bundle = app.add_subcommand("bundle", "Syncs as files, for laptops without a network");
    bundle->require_subcommand(1);
    auto* take = bundle->add_subcommand("import", "Takes in what a laptop exported");
    take->add_option("FILE", given.file, "The bundle")->required();
    take->add_option("--answer", given.answerFile, "Writes the answer for the laptop to this file");
    take->callback([&] {
        work = [&](Workspace& workspace) {
            return importBundle(workspace, given.file, given.answerFile);
        };
    });
    auto* make = bundle->add_subcommand("export", "Writes what a laptop would receive now");
    make->add_option("FILE", given.file, "The bundle, for the laptop to import")->required();
    make->add_option("--device", given.device, "Its id in the list of devices")->required();
    make->callback([&] {
        work = [&](Workspace& workspace) {
            return exportBundle(workspace, given.device, given.file);
        };
    });
}

void describeAttachments(CLI::App& app, Given& given, Administer& work) {
    auto* attachment = app.add_subcommand("attachment", "Files that answers name");
    attachment->require_subcommand(1);
    attachment->add_subcommand("list", "Lists them")->callback([&] { work = listAttachments; });
    auto* get = attachment->add_subcommand("get", "Writes one to a file");
    get->add_option("NAME", given.name, "As the answer says it")->required();
    get->add_option("-o,--output", given.file, "The file to write")->required();
    get->callback([&] {
        work = [&](Workspace& workspace) {
            return getAttachment(workspace, given.name, given.file);
        };
    });
}

void describeQuarantine(CLI::App& app, Given& given, Administer& work) {
    auto* quarantine = app.add_subcommand("quarantine", "Changes that could not be applied");
    quarantine->require_subcommand(1);
    quarantine->add_subcommand("list", "Lists them, with the reason")->callback([&] {
        work = listQuarantine;
    });
    auto* admit = quarantine->add_subcommand("admit", "Takes one into the log after all");
    admit->add_option("ID", given.number, "Its id in the list")->required();
    admit->callback([&] {
        work = [&](Workspace& workspace) { return admitFromQuarantine(workspace, given.number); };
    });
    auto* refuse =
        quarantine->add_subcommand("refuse", "Leaves one out for good; it stays readable");
    refuse->add_option("ID", given.number, "Its id in the list")->required();
    refuse->callback([&] {
        work = [&](Workspace& workspace) { return refuseFromQuarantine(workspace, given.number); };
    });
}

void describeWorkspaceCommands(CLI::App& app, Given& given, Administer& work) {
    auto* backup =
        app.add_subcommand("backup", "Copies the workspace to a file, also while it is served");
    backup->add_option("FILE", given.file, "The copy")->required();
    backup->callback(
        [&] { work = [&](Workspace& workspace) { return backUp(workspace, given.file); }; });
    auto* restore = app.add_subcommand(
        "restore", "Goes back to a backup; laptops hand back what it lacks when they sync");
    restore->add_option("FILE", given.file, "A file that backup made")->required();
    restore->callback([&] { given.isRestore = true; });
    auto* name = app.add_subcommand("name", "Names the workspace, as laptops show it");
    name->add_option("NAME", given.name)->required();
    name->callback(
        [&] { work = [&](Workspace& workspace) { return nameWorkspace(workspace, given.name); }; });
    app.add_subcommand("status", "Counts what the workspace holds")->callback([&] {
        work = describeWorkspace;
    });
}

void describeServe(CLI::App& app, Given& given) {
    auto* serve = app.add_subcommand("serve", "Serves laptops until SIGTERM");
    serve->add_option("--listen", given.serve.listen, "HOST:PORT; port 0 is any that is free")
        ->required();
    auto* certificate = serve->add_option("--tls-cert", given.serve.certificateFile,
                                          "PEM file of the certificate chain");
    auto* key =
        serve->add_option("--tls-key", given.serve.privateKeyFile, "PEM file of its private key");
    certificate->needs(key);
    key->needs(certificate);
    serve->add_option("--workers", given.serve.workers, "Threads that answer requests")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
}

int run(int count, char** words) {
    Given given;
    Administer work;
    CLI::App app("The server of a Sotay workspace", "sotayd");
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--db", given.database, "sqlite:FILE")->envname("SOTAY_DB")->required();
    app.add_flag("--json", given.isJson, "Print one JSON document");
    describeServe(app, given);
    describeUsers(app, given, work);
    describeDevices(app, given, work);
    describeForms(app, given, work);
    describeAreas(app, given, work);
    describeQuarantine(app, given, work);
    describeBundles(app, given, work);
    describeAttachments(app, given, work);
    describeWorkspaceCommands(app, given, work);
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

    auto file = databaseFile(given.database);
    if (!file.ok()) {
        fmt::print(stderr, "sotayd: {}\n", file.error().message);
        return kWrongUsage;
    }
    if (given.isRestore) return print(given, restoreWorkspace(*file, given.file));
    if (work) return administer(given, *file, work);
    given.serve.databaseFile = *file;
    given.serve.isJson = given.isJson;
    const Status served = serveWorkspace(given.serve);
    return served.ok() ? kDone : fail(given, served.error());
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& failure) {  // no memory, or an output that is closed
        fmt::print(stderr, "sotayd: {}\n", failure.what());
        return kNotDone;
    }
}
