#include "app/cli/sync_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/cli/files.h"
#include "app/cli/notebook_session.h"
#include "sync/client/client.h"
#include "sync/store/durable_file.h"
#include "sync/store/notebook.h"
#include "sync/transport/http_channel.h"

namespace sotay {

namespace {

constexpr int kBarWidth = 30;

// Set by Ctrl+C. A signal can reach nothing but a global.
std::atomic<bool> isCancelled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may set it");

Result<std::unique_ptr<HttpChannel>> openChannel(const std::string& server,
                                                 const std::string& caFile) {
    std::signal(SIGINT, [](int) { isCancelled = true; });
    HttpChannelOptions options;
    options.server = server;
    options.caFile = caFile;
    options.cancel = &isCancelled;
    return HttpChannel::open(std::move(options));
}

void drawBar(const SyncProgress& progress) {
    const auto done = progress.sent + progress.cursor;
    const auto all = std::max<std::uint64_t>({1, done, progress.toSend + progress.logEnd});
    const auto filled = static_cast<std::size_t>(done * kBarWidth / all);
    fmt::print(stderr, "\r[{:<{}}] {} sent, {} received", std::string(filled, '#'), kBarWidth,
               progress.sent, progress.received);
}

}  // namespace

Result<Document> enrolNotebook(Notebook& notebook, const Enrolment& enrolment) {
    std::string caFile = enrolment.caFile;
    if (!caFile.empty()) caFile = nameOf(std::filesystem::absolute(fileNamed(caFile)));
    auto channel = openChannel(enrolment.server, caFile);
    if (!channel.ok()) return channel.error();
    const Status done =
        enrol(notebook, **channel, enrolment.server, caFile, enrolment.code, enrolment.deviceName);
    if (!done.ok()) return done.error();
    const Identity identity = notebook.identity();
    return Document{{"user", identity.user.name},    {"role", roleName(identity.user.role)},
                    {"areas", identity.user.areas},  {"workspace", identity.workspace},
                    {"device", identity.deviceName}, {"server", identity.server}};
}

Result<Document> syncNow(Notebook& notebook) {
    const Identity identity = notebook.identity();
    if (!identity.isEnrolled)
        return Error{Code::Rejected,
                     "This notebook belongs to no server yet: use sotay enroll first."};
    auto channel = openChannel(identity.server, identity.caFile);
    if (!channel.ok()) return channel.error();
    const bool isShown = isWatched();
    const auto started = std::chrono::steady_clock::now();
    const auto outcome = syncNotebook(notebook, **channel, [&](const SyncProgress& progress) {
        if (isShown) drawBar(progress);
        return !isCancelled;
    });
    if (isShown) fmt::print(stderr, "\n");
    if (!outcome.ok()) return outcome.error();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started;
    const SyncProgress& progress = outcome->progress;
    return Document{{"pushed", progress.sent},
                    {"pulled", progress.received},
                    {"quarantined", outcome->quarantined},
                    {"conflicts_open", notebook.status().conflicts},
                    {"bytes_sent", progress.bytesSent},
                    {"bytes_received", progress.bytesReceived},
                    {"round_trips", progress.roundTrips},
                    {"bundles_delivered", outcome->bundlesDelivered},
                    {"bundles_refused", outcome->bundlesRefused},
                    {"files_sent", outcome->filesSent},
                    {"files_waiting", outcome->filesWaiting},
                    {"files_trouble", outcome->filesTrouble},
                    {"seconds", taken.count()}};
}

Result<Document> fetchRecordHistory(Notebook& notebook, const std::string& record) {
    const auto opened = openNamed(notebook, record);
    if (!opened.ok()) return opened.error();
    const Identity identity = notebook.identity();
    auto channel = openChannel(identity.server, identity.caFile);
    if (!channel.ok()) return channel.error();
    if (auto done = fetchHistory(notebook, **channel, opened->record); !done.ok())
        return done.error();
    return Document{{"record", opened->record.toString()}};
}

Status fetchNamedAttachment(Notebook& notebook, const std::string& name) {
    const Identity identity = notebook.identity();
    if (!identity.isEnrolled)
        return Error{Code::NotFound, "The file is not in this notebook, which has no server."};
    auto channel = openChannel(identity.server, identity.caFile);
    if (!channel.ok()) return channel.error();
    return fetchAttachment(notebook, **channel, name, [](std::uint64_t) { return !isCancelled; });
}

Result<Document> describeNotebook(const Notebook& notebook) {
    const Identity identity = notebook.identity();
    const NotebookStatus status = notebook.status();
    const auto hash = notebook.stateHash();
    if (!hash.ok()) return hash.error();
    Document document{{"enrolled", identity.isEnrolled}};
    document["user"] = identity.user.name;
    document["role"] = roleName(identity.user.role);
    document["areas"] = identity.user.areas;
    document["device"] = identity.deviceName;
    document["workspace"] = identity.workspace;
    document["server"] = identity.server;
    document["records"] = status.records;
    document["unsent"] = status.unsentChanges;
    document["files_waiting"] = status.filesWaiting;
    document["conflicts"] = status.conflicts;
    document["quarantined"] = status.quarantined;
    document["drafts"] = status.drafts;
    document["cursor"] = status.cursor.number;
    document["last_sync"] = timeDocument(status.lastSyncSeconds);
    document["clock_offset"] = status.clockOffset;
    document["state_hash"] = *hash;
    return document;
}

Result<Document> importForm(Notebook& notebook, const std::string& file) {
    const auto bytes = readInput(file);
    if (!bytes.ok()) return bytes.error();
    const auto form = notebook.importForm(*bytes, nameOf(fileNamed(file).stem()));
    if (!form.ok()) return form.error();
    Document problems = Document::array();
    for (const Problem& problem : form->problems) problems.push_back(problemDocument(problem));
    return Document{{"form_id", form->formId},
                    {"title", form->title},
                    {"version", form->version},
                    {"problems", std::move(problems)}};
}

Result<Document> listForms(const Notebook& notebook) {
    Document document{{"forms", Document::array()}};
    for (const FormSummary& form : notebook.forms())
        document["forms"].push_back({{"form_id", form.formId},
                                     {"title", form.title},
                                     {"version", form.version},
                                     {"label", form.label},
                                     {"records", form.records}});
    return document;
}

}  // namespace sotay
