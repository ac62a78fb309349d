#include "tests/bench/province.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

namespace sotay::bench {

Result<std::unique_ptr<Province>> Province::start(const SyncWork& work) {
    auto province = std::unique_ptr<Province>(new Province);
    auto workspace = Workspace::open(province->folder_ / "server.db", realSurroundings());
    if (!workspace.ok()) return workspace.error();
    province->workspace_ = std::move(*workspace);
    auto published = province->workspace_->publish(work.workbook(), "bench");
    if (!published.ok()) return published.error();
    province->service_ = std::make_unique<Service>(*province->workspace_);
    HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    auto server = HttpServer::start(
        options, [service = province->service_.get()](const HttpRequest& request) {
            return service->answer(request);
        });
    if (!server.ok()) return server.error();
    province->server_ = std::move(*server);
    return province;
}

Result<std::unique_ptr<Notebook>> Province::notebook(const std::string& name) {
    auto notebook = Notebook::open(folder_ / (name + ".db"), realSurroundings());
    if (!notebook.ok()) return notebook.error();
    // The accounts are the administrator's, through the same file as `sotayd user add` would
    // use.
    auto administrator = Workspace::open(folder_ / "server.db", realSurroundings());
    if (!administrator.ok()) return administrator.error();
    if (auto user = (*administrator)->addUser(name, Role::Supervisor, {"*"}); !user.ok())
        return user.error();
    auto code = (*administrator)->newEnrolmentCode(name);
    if (!code.ok()) return code.error();
    auto channel = open();
    if (!channel.ok()) return channel.error();
    if (auto done = enrol(**notebook, **channel, url(), "", code->code, name); !done.ok())
        return done.error();
    return std::move(*notebook);
}

Result<std::unique_ptr<Notebook>> Province::synced(const std::string& name) {
    auto notebook = this->notebook(name);
    if (!notebook.ok()) return notebook.error();
    if (auto done = sync(**notebook); !done.ok()) return done.error();
    return std::move(*notebook);
}

Result<std::unique_ptr<HttpChannel>> Province::open() {
    HttpChannelOptions options;
    options.server = url();
    return HttpChannel::open(options);
}

Result<SyncOutcome> Province::sync(Notebook& notebook) {
    auto channel = open();
    if (!channel.ok()) return channel.error();
    return syncNotebook(notebook, **channel);
}

std::uint64_t Province::bytes(const std::string& name) {
    const auto file = folder_ / (name + ".db");
    // What is still in the log beside it counts too.
    SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA wal_checkpoint(TRUNCATE)");
    std::error_code none;
    auto size = std::filesystem::file_size(file, none);
    return none ? 0 : size;
}

std::string Province::stateHash() {
    auto reader = Workspace::open(folder_ / "server.db", realSurroundings());
    auto hash = reader.ok() ? (*reader)->stateHash() : Result<std::string>(reader.error());
    return hash.ok() ? *hash : "";
}

Status oneEdit(Notebook& notebook, const SyncWork& work, const Id& record, std::size_t field,
               const std::string& value) {
    auto opened = notebook.openRecord(record);
    if (!opened.ok()) return opened.error();
    Answers answers = opened->answers;
    auto typed = parseValue(work.type(field), value);
    if (!typed.ok()) return typed.error();
    answers.values[{"/" + work.fields[field].name, {}}] = *typed;
    auto saved = notebook.save(*opened, answers);
    return saved.ok() ? Status() : Status(saved.error());
}

Result<std::vector<Id>> saveRecords(Notebook& notebook, const SyncWork& work, std::size_t first,
                                    std::size_t count) {
    std::vector<Id> ids;
    for (std::size_t at = first; at < first + count; at += 500) {
        std::vector<Answers> piece;
        for (std::size_t i = at; i < std::min(at + 500, first + count); ++i)
            piece.push_back(work.answers(i % work.records.size()));
        auto saved = notebook.saveNew("bench", piece);
        if (!saved.ok()) return saved.error();
        ids.insert(ids.end(), saved->begin(), saved->end());
    }
    return ids;
}

}  // namespace sotay::bench
