#include "sync/server/http_server.h"

#include <fmt/format.h>

#include <openssl/ssl.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>

#include "sync/server/http_connection.h"

namespace sotay {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kPauseAfterFailedAccept{100};

struct HostPort {
    std::string host, port;
};

std::optional<HostPort> parseListen(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon + 1 == text.size()) return std::nullopt;
    std::string host = text.substr(0, colon);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (host.empty()) return std::nullopt;
    return HostPort{std::move(host), text.substr(colon + 1)};
}

std::string printed(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return endpoint.address().is_v6() ? fmt::format("[{}]:{}", host, endpoint.port())
                                      : fmt::format("{}:{}", host, endpoint.port());
}

Result<std::unique_ptr<asio::ssl::context>> makeTls(const HttpServerOptions& options) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* raw = context->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);  // idle connections then hold 30 KB less
    SSL_CTX_set_num_tickets(raw, 1);  // one is enough for the next connection, and two are bytes
    boost::system::error_code failure;
    context->use_certificate_chain_file(options.certificateFile, failure);
    if (failure)
        return Error{Code::InvalidInput,
                     fmt::format("{} holds no certificate that can be used: {}.",
                                 options.certificateFile, failure.message())};
    context->use_private_key_file(options.privateKeyFile, asio::ssl::context::pem, failure);
    if (failure)
        return Error{Code::InvalidInput,
                     fmt::format("{} holds no private key that fits the certificate: {}.",
                                 options.privateKeyFile, failure.message())};
    return context;
}

}  // namespace

struct HttpServer::Running {
    HttpServerOptions options;
    asio::io_context io{1};
    asio::thread_pool workers;
    std::unique_ptr<asio::ssl::context> tls;
    tcp::acceptor acceptor{io};
    asio::steady_timer acceptPause{io};
    HttpShared shared;
    std::unordered_set<HttpConnection*> connections;  // each removes itself when it is over
    std::map<std::string, std::size_t> perAddress;
    std::atomic<std::uint64_t> open{0}, accepted{0}, refused{0};
    std::string address;
    std::thread thread;

    Running(HttpServerOptions given, HttpHandler handler)
        : options(std::move(given)), workers(options.workers == 0 ? 1 : options.workers) {
        shared.limits = options.limits;
        shared.handler = std::move(handler);
        shared.log = options.log;
        shared.workers = &workers;
    }

    Status listen();
    asio::awaitable<void> acceptAll();
    void admit(tcp::socket socket);
    bool makeRoom();
    void leave(HttpConnection* connection, const std::string& peer);
    void beginStop();
};

Status HttpServer::Running::listen() {
    const auto where = parseListen(options.listen);
    if (!where)
        return Error{
            Code::InvalidInput,
            fmt::format("\"{}\" is no address to listen on: it should look like 127.0.0.1:8080.",
                        options.listen)};
    boost::system::error_code failure;
    const auto found =
        tcp::resolver(io).resolve(where->host, where->port, tcp::resolver::passive, failure);
    if (failure || found.empty())
        return Error{Code::InvalidInput, fmt::format("The address {} is not known: {}.",
                                                     options.listen, failure.message())};
    const tcp::endpoint endpoint = found.begin()->endpoint();
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(tcp::acceptor::reuse_address(true), failure);
    if (!failure) acceptor.bind(endpoint, failure);
    if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure)
        return Error{Code::Io,
                     fmt::format("Cannot listen on {}: {}.", options.listen, failure.message())};
    address = printed(acceptor.local_endpoint(failure));
    return Status();
}

asio::awaitable<void> HttpServer::Running::acceptAll() {
    while (!shared.stopping) {
        boost::system::error_code failure;
        tcp::socket socket =
            co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, failure));
        if (shared.stopping) co_return;
        if (!failure) {
            admit(std::move(socket));
            continue;
        }
        // Out of file descriptors, most likely; trying at once again would only burn the processor.
        shared.logLine(R"({"event":"accept_failed"})");
        acceptPause.expires_after(kPauseAfterFailedAccept);
        co_await acceptPause.async_wait(asio::redirect_error(asio::use_awaitable, failure));
    }
}

void HttpServer::Running::admit(tcp::socket socket) {
    boost::system::error_code failure;
    std::string peer = socket.remote_endpoint(failure).address().to_string();
    if (failure) return;  // gone already
    const auto known = perAddress.find(peer);
    const bool isCrowd =
        known != perAddress.end() && known->second >= shared.limits.connectionsPerAddress;
    if (isCrowd || !makeRoom()) {
        refused.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    socket.set_option(tcp::no_delay(true), failure);
    socket.set_option(asio::socket_base::keep_alive(true), failure);
    auto stream = tls ? tlsStream(std::move(socket), *tls) : plainStream(std::move(socket));
    auto connection = std::make_shared<HttpConnection>(std::move(stream), peer, shared);
    connections.insert(connection.get());
    ++perAddress[peer];
    accepted.fetch_add(1, std::memory_order_relaxed);
    open.store(connections.size(), std::memory_order_relaxed);
    asio::co_spawn(io, connection->run(),
                   [this, connection, peer](const std::exception_ptr& failed) {
                       if (failed) shared.logLine(R"({"event":"connection_failed"})");
                       connection->close();
                       leave(connection.get(), peer);
                   });
}

// When all places are taken, whoever has asked for nothing the longest goes.
bool HttpServer::Running::makeRoom() {
    if (connections.size() < shared.limits.connections) return true;
    HttpConnection* longest = nullptr;
    for (HttpConnection* connection : connections)
        if (connection->isIdle() && (!longest || connection->idleSince() < longest->idleSince()))
            longest = connection;
    if (!longest) return false;
    longest->close();
    return true;
}

void HttpServer::Running::leave(HttpConnection* connection, const std::string& peer) {
    connections.erase(connection);
    open.store(connections.size(), std::memory_order_relaxed);
    const auto known = perAddress.find(peer);
    if (known != perAddress.end() && --known->second == 0) perAddress.erase(known);
}

void HttpServer::Running::beginStop() {
    shared.stopping = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    acceptPause.cancel();
    for (HttpConnection* connection : connections) connection->windDown();
}

HttpServer::HttpServer(std::unique_ptr<Running> running) : running_(std::move(running)) {}

HttpServer::~HttpServer() { stop(); }

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options,
                                                      HttpHandler handler) {
    try {
        auto running = std::make_unique<Running>(std::move(options), std::move(handler));
        if (running->options.certificateFile.empty() != running->options.privateKeyFile.empty())
            return Error{Code::InvalidInput,
                         "TLS needs both files, the certificate and its private key."};
        if (!running->options.certificateFile.empty()) {
            auto tls = makeTls(running->options);
            if (!tls.ok()) return tls.error();
            running->tls = std::move(*tls);
        }
        if (auto listening = running->listen(); !listening.ok()) return listening.error();
        Running& state = *running;
        asio::co_spawn(state.io, state.acceptAll(), [](const std::exception_ptr&) {});
        state.thread = std::thread([&state] { state.io.run(); });
        return std::unique_ptr<HttpServer>(new HttpServer(std::move(running)));
    } catch (const std::exception& failure) {  // no thread or no memory to be had
        return Error{Code::Io, fmt::format("The server cannot start: {}.", failure.what())};
    }
}

const std::string& HttpServer::address() const { return running_->address; }

bool HttpServer::isTls() const { return running_->tls != nullptr; }

HttpCounts HttpServer::counts() const {
    const auto read = [](const std::atomic<std::uint64_t>& count) {
        return count.load(std::memory_order_relaxed);
    };
    return {read(running_->open),
            read(running_->accepted),
            read(running_->refused),
            read(running_->shared.requests),
            read(running_->shared.bytesReceived),
            read(running_->shared.bytesSent)};
}

void HttpServer::stop() {
    if (!running_->thread.joinable()) return;
    asio::post(running_->io, [this] { running_->beginStop(); });
    running_->thread.join();
    running_->workers.join();
}

}  // namespace sotay
