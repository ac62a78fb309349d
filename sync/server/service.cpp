#include "sync/server/service.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <future>
#include <utility>

#include "sync/messages.h"
#include "sync/server/workspace_thread.h"
#include "sync/store/workspace.h"

namespace sotay {

namespace {

constexpr std::chrono::seconds kHealthPatience{5};
constexpr std::size_t kAnswerBytes = 1u << 20;  // roughly; a larger answer comes with the next

int statusOf(Code code) {
    switch (code) {
        case Code::NotFound:
            return 404;
        case Code::InvalidInput:
        case Code::Corrupt:
            return 400;
        case Code::Io:
            return 500;
        case Code::Offline:
            return 503;
        case Code::Rejected:
            return 403;
    }
    return 500;
}

HttpResponse refusal(int status, const Error& error) {
    return {status, "", encodeMessage(Refusal{error.code, error.message})};
}

HttpResponse refusal(const Error& error) { return refusal(statusOf(error.code), error); }

// Runs `work` on the workspace's thread and waits for what it returns. The promise is shared with
// the work, which may still be letting go of it when the waiting ends.
template <class Work>
auto onThread(WorkspaceThread& thread, Work work) {
    using Outcome = decltype(work(std::declval<Workspace&>()));
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto outcome = promise->get_future();
    thread.run([promise, &work](Workspace& workspace) { promise->set_value(work(workspace)); });
    return outcome.get();
}

}  // namespace

struct Service::Impl {
    Impl(Workspace& workspace, Merging merging) : thread(workspace, merging) {}

    // What `work` answers to somebody who is known; 401 to nobody else.
    template <class Work>
    auto ask(const HttpRequest& request, Work work);
    HttpResponse enrol(const HttpRequest& request);
    HttpResponse sync(const HttpRequest& request);
    HttpResponse history(const HttpRequest& request);
    HttpResponse bundle(const HttpRequest& request);
    HttpResponse attachments(const HttpRequest& request);
    HttpResponse health();
    HttpResponse metrics() const;
    ServiceCounts counts() const;

    std::function<HttpCounts()> connections;
    std::atomic<std::uint64_t> syncs{0}, enrolments{0}, histories{0}, bundles{0}, files{0},
        refusals{0};
    std::atomic<std::uint64_t> changesTaken{0}, changesQuarantined{0};
    WorkspaceThread thread;
};

HttpResponse Service::Impl::enrol(const HttpRequest& request) {
    const auto message = decodeMessage<EnrolRequest>(request.body);
    if (!message.ok()) return refusal(message.error());
    const auto reply =
        onThread(thread, [&](Workspace& workspace) { return workspace.enrol(*message); });
    if (!reply.ok()) return refusal(reply.error());
    ++enrolments;
    return {200, "", encodeMessage(*reply)};
}

HttpResponse Service::Impl::sync(const HttpRequest& request) {
    auto message = decodeMessage<SyncRequest>(request.body);
    if (!message.ok()) return refusal(message.error());
    const auto synced = thread.sync(request.token, std::move(*message)).get();
    if (!synced.reply.ok())
        return synced.isKnown ? refusal(synced.reply.error()) : refusal(401, synced.reply.error());
    ++syncs;
    for (const Acknowledgement& ack : synced.reply->acks)
        for (const auto& placed : ack.placed)
            (placed.number == 0 ? changesQuarantined : changesTaken) += placed.count;
    return {200, "", encodeMessage(*synced.reply)};
}

template <class Work>
auto Service::Impl::ask(const HttpRequest& request, Work work) {
    using Reply = decltype(work(std::declval<Workspace&>(), std::declval<const Caller&>()));
    struct Asked {
        Reply reply = Error{};
        bool isKnown = false;
        HttpResponse refused() const {
            return isKnown ? refusal(reply.error()) : refusal(401, reply.error());
        }
    };
    return onThread(thread, [&](Workspace& workspace) -> Asked {
        const auto caller = workspace.authenticate(request.token);
        if (!caller.ok()) return {caller.error(), false};
        return {work(workspace, *caller), true};
    });
}

HttpResponse Service::Impl::history(const HttpRequest& request) {
    const auto message = decodeMessage<HistoryRequest>(request.body);
    if (!message.ok()) return refusal(message.error());
    const auto asked = ask(request, [&](Workspace& workspace, const Caller& caller) {
        return workspace.history(caller, *message);
    });
    if (!asked.reply.ok()) return asked.refused();
    ++histories;
    return {200, "", encodeMessage(*asked.reply)};
}

HttpResponse Service::Impl::bundle(const HttpRequest& request) {
    const auto asked =
        ask(request, [&](Workspace& workspace, const Caller&) -> Result<std::string> {
            const auto taken = workspace.takePiece(request.body);
            if (!taken.ok()) return taken.error();
            changesTaken += taken->changes;
            changesQuarantined += taken->quarantined;
            if (!taken->isLast) return std::string();
            return workspace.exportBundle(taken->device, kAnswerBytes);
        });
    if (!asked.reply.ok()) return asked.refused();
    if (!asked.reply->empty()) ++bundles;
    return {200, "", *asked.reply};
}

HttpResponse Service::Impl::attachments(const HttpRequest& request) {
    const auto message = decodeAttachmentRequest(request.body);
    if (!message.ok()) return refusal(message.error());
    const auto asked = ask(request, [&](Workspace& workspace, const Caller& caller) {
        return workspace.takeAttachments(caller, *message);
    });
    if (!asked.reply.ok()) return asked.refused();
    ++files;
    return {200, "", encodeMessage(*asked.reply)};
}

HttpResponse Service::Impl::health() {
    // Shared with the work, which may come to it after this request gave up.
    auto answered = std::make_shared<std::promise<void>>();
    auto outcome = answered->get_future();
    thread.run([answered](Workspace& workspace) {
        (void)workspace.name();
        answered->set_value();
    });
    if (outcome.wait_for(kHealthPatience) != std::future_status::ready)
        return {503, "application/json", R"({"ok":false})"};
    return {200, "application/json", R"({"ok":true})"};
}

HttpResponse Service::Impl::metrics() const {
    std::string text;
    const auto add = [&](std::string_view kind, std::string_view name, std::string_view help,
                         std::uint64_t value) {
        text += fmt::format("# HELP sotay_{0} {2}\n# TYPE sotay_{0} {1}\nsotay_{0} {3}\n", name,
                            kind, help, value);
    };
    const ServiceCounts here = counts();
    add("counter", "syncs_total", "Rounds of synchronisation that were answered.", here.syncs);
    add("counter", "commits_total", "Transactions; rounds at the same time share one.",
        here.commits);
    add("counter", "changes_total", "Changes that were taken into the log.", here.changesTaken);
    add("counter", "quarantined_total", "Changes that were put in quarantine.",
        here.changesQuarantined);
    add("counter", "enrolments_total", "Laptops that were enrolled.", here.enrolments);
    add("counter", "histories_total", "Histories of records that were asked for.", here.histories);
    add("counter", "bundles_total", "Bundles of laptops that others delivered.", here.bundles);
    add("counter", "attachments_total", "Messages with parts of files.", here.attachments);
    add("counter", "refusals_total", "Requests that were refused.", here.refusals);
    if (connections) {
        const HttpCounts net = connections();
        add("gauge", "http_connections", "Connections that are open.", net.connectionsOpen);
        add("counter", "http_connections_total", "Connections that were made.",
            net.connectionsAccepted);
        add("counter", "http_connections_refused_total", "Connections beyond the limits.",
            net.connectionsRefused);
        add("counter", "http_requests_total", "Requests that were answered.", net.requests);
        add("counter", "http_received_bytes_total", "Bytes received, without TLS.",
            net.bytesReceived);
        add("counter", "http_sent_bytes_total", "Bytes sent, without TLS.", net.bytesSent);
    }
    return {200, "text/plain; version=0.0.4", std::move(text)};
}

ServiceCounts Service::Impl::counts() const {
    return {syncs,    enrolments,       histories,    bundles,           files,
            refusals, thread.commits(), changesTaken, changesQuarantined};
}

Service::Service(Workspace& workspace, Merging merging)
    : impl_(std::make_unique<Impl>(workspace, merging)) {}

Service::~Service() = default;

HttpResponse Service::answer(const HttpRequest& request) {
    struct Endpoint {
        std::string_view method, path;
        std::function<HttpResponse()> run;
    };
    const Endpoint endpoints[] = {
        {"POST", "/v1/sync", [&] { return impl_->sync(request); }},
        {"POST", "/v1/history", [&] { return impl_->history(request); }},
        {"POST", "/v1/bundle", [&] { return impl_->bundle(request); }},
        {"POST", "/v1/attachments", [&] { return impl_->attachments(request); }},
        {"POST", "/v1/enroll", [&] { return impl_->enrol(request); }},
        {"GET", "/health", [&] { return impl_->health(); }},
        {"GET", "/metrics", [&] { return impl_->metrics(); }},
    };
    HttpResponse response = refusal({Code::NotFound, "This server has nothing at this address."});
    for (const Endpoint& endpoint : endpoints) {
        if (endpoint.path != request.path) continue;
        response = endpoint.method == request.method
                       ? endpoint.run()
                       : refusal(405, {Code::InvalidInput, "This address takes no such request."});
    }
    if (response.status >= 400) ++impl_->refusals;
    return response;
}

void Service::countConnectionsWith(std::function<HttpCounts()> counts) {
    impl_->connections = std::move(counts);
}

ServiceCounts Service::counts() const { return impl_->counts(); }

}  // namespace sotay
