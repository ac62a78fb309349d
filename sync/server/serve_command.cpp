#include "sync/server/serve_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string_view>

#include "sync/server/http_server.h"
#include "sync/server/service.h"
#include "sync/server/serving_lock.h"
#include "sync/store/workspace.h"

namespace sotay {

namespace {

sigset_t endingSignals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

// `line` is a JSON object; the time is put at its front.
void logLine(std::string_view line) {
    const auto now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const std::string stamped =
        fmt::format("{{\"at\":\"{:%Y-%m-%dT%H:%M:%S}Z\",{}\n", now, line.substr(1));
    std::fwrite(stamped.data(), 1, stamped.size(), stderr);  // one write, so that lines stay whole
}

void announce(const ServeOptions& options, const HttpServer& server) {
    const std::string url = (server.isTls() ? "https://" : "http://") + server.address();
    if (options.isJson)
        fmt::print(stdout, "{{\"listening\":\"{}\"}}\n", url);
    else
        fmt::print(stdout, "listening on {}\n", url);
    std::fflush(stdout);
}

}  // namespace

Status serveWorkspace(const ServeOptions& options) {
    const sigset_t signals = endingSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    const ServingLock lock(options.databaseFile);
    if (!lock.isFile())
        return Error{Code::Io, fmt::format("{} cannot be written.", options.databaseFile)};
    if (!lock.isHeld())
        return Error{Code::Rejected,
                     fmt::format("Another sotayd serves {} already.", options.databaseFile)};
    auto workspace = Workspace::open(options.databaseFile, realSurroundings());
    if (!workspace.ok()) return workspace.error();

    Service service(**workspace);
    std::atomic<const HttpServer*> running{nullptr};
    service.countConnectionsWith([&running] {
        const HttpServer* server = running;
        return server ? server->counts() : HttpCounts{};
    });
    HttpServerOptions http;
    http.listen = options.listen;
    http.certificateFile = options.certificateFile;
    http.privateKeyFile = options.privateKeyFile;
    http.workers = options.workers;
    http.log = logLine;
    auto server = HttpServer::start(
        std::move(http), [&](const HttpRequest& request) { return service.answer(request); });
    if (!server.ok()) return server.error();
    running = server->get();

    logLine(R"({"event":"started"})");
    announce(options, **server);
    int signal = 0;
    sigwait(&signals, &signal);
    logLine(R"({"event":"stopping"})");
    (*server)->stop();
    logLine(R"({"event":"stopped"})");
    return Status();
}

}  // namespace sotay
