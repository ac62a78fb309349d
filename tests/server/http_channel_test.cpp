#include "sync/transport/http_channel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include "sync/server/http_server.h"
#include "tests/server/raw_client.h"
#include "tests/server/self_signed.h"

namespace sotay {

namespace {

HttpResponse echoWithToken(const HttpRequest& request) {
    return {request.path == "/refuse" ? 403 : 200, "", request.token + "|" + request.body};
}

std::unique_ptr<HttpServer> serveChannel(HttpHandler handler, const SelfSigned* tls = nullptr) {
    HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    options.workers = 2;
    options.limits.grace = std::chrono::milliseconds(50);
    if (tls) options.certificateFile = tls->certificate;
    if (tls) options.privateKeyFile = tls->privateKey;
    auto server = HttpServer::start(std::move(options), std::move(handler));
    REQUIRE(server.ok());
    return std::move(*server);
}

std::unique_ptr<HttpChannel> channelTo(const std::string& server, const std::string& caFile = {},
                                       const std::atomic<bool>* cancel = nullptr) {
    HttpChannelOptions options;
    options.server = server;
    options.caFile = caFile;
    options.cancel = cancel;
    auto channel = HttpChannel::open(std::move(options));
    REQUIRE(channel.ok());
    return std::move(*channel);
}

}  // namespace

TEST_CASE("http channel: requests go out and answers come back on one connection") {
    auto server = serveChannel(echoWithToken);
    auto channel = channelTo("http://" + server->address());
    const std::string large(300'000, 'g');

    for (const std::string& body : {std::string("xin chào"), std::string(), large}) {
        auto exchange = channel->post("/v1/sync", "token", body);
        REQUIRE(exchange.ok());
        CHECK(exchange->status == 200);
        CHECK(exchange->body == "token|" + body);
    }
    CHECK(server->counts().connectionsAccepted == 1);
}

TEST_CASE("http channel: a refusal is an answer, not a failure") {
    auto server = serveChannel(echoWithToken);
    auto exchange = channelTo("http://" + server->address())->post("/refuse", "", "x");
    REQUIRE(exchange.ok());
    CHECK(exchange->status == 403);
    CHECK(exchange->body == "|x");
}

TEST_CASE("http channel: counts every byte of both ways, as the server does, and sends few") {
    auto server = serveChannel(echoWithToken);
    auto channel = channelTo("http://" + server->address());
    std::uint64_t sent = 0, received = 0;
    for (const std::size_t size : {0u, 10u, 200'000u}) {
        auto exchange = channel->post("/v1/sync", "0123456789abcdef", std::string(size, 'x'));
        REQUIRE(exchange.ok());
        if (size == 0) CHECK(exchange->bytesSent + exchange->bytesReceived < 190);
        sent += exchange->bytesSent;
        received += exchange->bytesReceived;
    }
    server->stop();
    CHECK(sent == server->counts().bytesReceived);
    CHECK(received == server->counts().bytesSent);
}

TEST_CASE("http channel: TLS with a certificate that the laptop was given works") {
    SelfSigned certificate;
    auto server = serveChannel(echoWithToken, &certificate);
    auto channel = channelTo("https://" + server->address(), certificate.certificate);
    for (const char* body : {"một", "hai"}) {
        auto exchange = channel->post("/v1/sync", "t", body);
        REQUIRE(exchange.ok());
        CHECK(exchange->body == std::string("t|") + body);
    }
    CHECK(server->counts().connectionsAccepted == 1);
}

TEST_CASE("http channel: nothing is sent to a server whose certificate nobody vouches for") {
    SelfSigned certificate, other;
    std::atomic<int> handled = 0;
    auto server = serveChannel(
        [&](const HttpRequest& request) {
            ++handled;
            return echoWithToken(request);
        },
        &certificate);
    auto exchange =
        channelTo("https://" + server->address(), other.certificate)->post("/", "t", "x");
    REQUIRE_FALSE(exchange.ok());
    CHECK(exchange.error().code == Code::Offline);
    CHECK(exchange.error().message.find("does not trust") != std::string::npos);
    CHECK(handled == 0);
}

TEST_CASE("http channel: no server, no name, and a wrong address are told apart") {
    std::string gone;
    {
        auto server = serveChannel(echoWithToken);
        gone = server->address();
    }
    auto unreachable = channelTo("http://" + gone)->post("/", "", "");
    REQUIRE_FALSE(unreachable.ok());
    CHECK(unreachable.error().code == Code::Offline);
    CHECK(unreachable.error().message.find("cannot be reached") != std::string::npos);

    for (const char* address :
         {"", "sotay.example", "ftp://sotay.example", "http://", "file:///etc"}) {
        CAPTURE(address);
        HttpChannelOptions options;
        options.server = address;
        auto channel = HttpChannel::open(std::move(options));
        REQUIRE_FALSE(channel.ok());
        CHECK(channel.error().code == Code::InvalidInput);
    }
}

TEST_CASE(
    "http channel: a connection that breaks in the middle is offline, and the next try works") {
    HttpLimits limits;
    auto server = serveChannel([](const HttpRequest& request) { return echoWithToken(request); });
    auto channel = channelTo("http://" + server->address());
    REQUIRE(channel->post("/", "", "1").ok());

    const std::string address = server->address();
    server->stop();
    auto broken = channel->post("/", "", "2");
    REQUIRE_FALSE(broken.ok());
    CHECK(broken.error().code == Code::Offline);

    HttpServerOptions again;
    again.listen = address;
    auto back = HttpServer::start(again, echoWithToken);
    REQUIRE(back.ok());
    auto exchange = channel->post("/", "", "3");
    REQUIRE(exchange.ok());
    CHECK(exchange->body == "|3");
}

TEST_CASE("http channel: a sync under way can be stopped") {
    std::promise<void> begun, mayEnd;
    auto server = serveChannel([&, go = mayEnd.get_future().share()](const HttpRequest& request) {
        begun.set_value();
        go.wait();
        return echoWithToken(request);
    });
    std::atomic<bool> cancel = false;
    auto channel = channelTo("http://" + server->address(), "", &cancel);
    auto pending = std::async(std::launch::async, [&] { return channel->post("/", "", "x"); });
    begun.get_future().wait();

    cancel = true;

    auto exchange = pending.get();
    REQUIRE_FALSE(exchange.ok());
    CHECK(exchange.error().code == Code::Offline);
    CHECK(exchange.error().message.find("stopped") != std::string::npos);
    mayEnd.set_value();
}

TEST_CASE("http channel: an answer larger than allowed is refused before it fills the memory") {
    auto server = serveChannel([](const HttpRequest&) {
        return HttpResponse{200, "", std::string(50'000, 'x')};
    });
    HttpChannelOptions options;
    options.server = "http://" + server->address();
    options.largestAnswer = 1000;
    auto channel = HttpChannel::open(std::move(options));
    REQUIRE(channel.ok());
    auto exchange = (*channel)->post("/", "", "");
    REQUIRE_FALSE(exchange.ok());
    CHECK(exchange.error().code == Code::Corrupt);
}

}  // namespace sotay
