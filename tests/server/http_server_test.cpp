#include "sync/server/http_server.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/server/raw_client.h"

namespace sotay {

namespace {

HttpResponse echo(const HttpRequest& request) {
    return {200, "", request.path + ":" + request.body};
}

std::unique_ptr<HttpServer> serve(HttpHandler handler, HttpLimits limits = {}) {
    HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    options.limits = std::move(limits);
    options.workers = 4;
    auto server = HttpServer::start(std::move(options), std::move(handler));
    REQUIRE(server.ok());
    return std::move(*server);
}

std::string body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
std::string status(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("http server: an answer carries what was asked and no byte too many") {
    auto server = serve(echo);
    RawClient client(server->address());

    client.send(postRequest("/v1/sync?x=1", "ghi"));

    CHECK(client.readAnswer() == "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n/v1/sync:ghi");
}

TEST_CASE("http server: a request tells its method, path, token, body and where it is from") {
    HttpRequest seen;
    auto server = serve([&](const HttpRequest& request) {
        seen = request;
        return HttpResponse{};
    });
    RawClient client(server->address());

    client.send(postRequest("/v1/enroll", "abc", "secret"));
    client.readAnswer();

    CHECK(seen.method == "POST");
    CHECK(seen.path == "/v1/enroll");
    CHECK(seen.token == "secret");
    CHECK(seen.body == "abc");
    CHECK(seen.peer == "127.0.0.1");
}

TEST_CASE("http server: one connection carries many requests, also when they come all at once") {
    auto server = serve(echo);
    RawClient client(server->address());

    client.send(postRequest("/a", "1") + postRequest("/b", "2") + postRequest("/c", ""));

    CHECK(body(client.readAnswer()) == "/a:1");
    CHECK(body(client.readAnswer()) == "/b:2");
    CHECK(body(client.readAnswer()) == "/c:");
    CHECK(server->counts().connectionsAccepted == 1);
    CHECK(server->counts().requests == 3);
}

TEST_CASE("http server: a request may come one byte at a time, and its body in chunks") {
    auto server = serve(echo);
    RawClient client(server->address());
    const std::string request =
        "POST /slow HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n";

    for (char byte : request) client.send({&byte, 1});

    CHECK(body(client.readAnswer()) == "/slow:abcdefg");
}

TEST_CASE(
    "http server: who says Connection: close, or speaks HTTP/1.0, is closed after the answer") {
    auto server = serve(echo);
    for (const char* head : {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                             "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"}) {
        CAPTURE(head);
        RawClient client(server->address());
        client.send(head);
        CHECK(client.readToEnd() ==
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n/:");
    }
}

TEST_CASE("http server: HEAD gets the head of the answer only") {
    auto server = serve(echo);
    RawClient client(server->address());
    client.send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(client.readToEnd() ==
          "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST_CASE("http server: a client that waits for a go-ahead before its body gets one") {
    auto server = serve(echo);
    RawClient client(server->address());

    client.send("POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.readAnswer() == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");

    CHECK(body(client.readAnswer()) == "/p:ok");
}

TEST_CASE("http server: requests are answered side by side") {
    // Each handler waits until all four have begun, so one after the other would never end.
    std::latch together(4);
    auto server = serve([&](const HttpRequest& request) {
        together.arrive_and_wait();
        return echo(request);
    });
    std::vector<RawClient> clients;
    for (int i = 0; i < 4; ++i) clients.emplace_back(server->address());

    for (auto& client : clients) client.send(postRequest("/", "x"));

    for (auto& client : clients) CHECK(body(client.readAnswer()) == "/:x");
}

TEST_CASE("http server: hundreds of silent, half-spoken and slow clients hold up nobody") {
    HttpLimits limits;
    limits.connectionsPerAddress = 1000;
    auto server = serve(echo, limits);
    std::vector<RawClient> slow;
    for (int i = 0; i < 300; ++i) {
        slow.emplace_back(server->address());
        if (i % 3 == 1) slow.back().send("POST / HTTP/1.1\r\nHost:");
        if (i % 3 == 2)
            slow.back().send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab");
    }

    RawClient good(server->address());
    for (int i = 0; i < 50; ++i) {
        good.send(postRequest("/good", "now"));
        REQUIRE(body(good.readAnswer()) == "/good:now");
    }

    CHECK(server->counts().connectionsOpen == 301);
    slow[2].send("cdefghi");  // and the slow one is served when it has spoken
    CHECK(body(slow[2].readAnswer()) == "/:abcdefghi");
}

TEST_CASE("http server: who does not finish the headers or the body in time is closed") {
    HttpLimits limits;
    limits.head = limits.body = std::chrono::milliseconds(40);
    limits.bytesPerSecond = 1'000'000;
    auto server = serve(echo, limits);
    for (const char* start :
         {"", "POST / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab"}) {
        CAPTURE(start);
        RawClient client(server->address());
        client.send(start);
        CHECK(client.readToEnd() == "");
    }
}

TEST_CASE("http server: who asks for nothing more is closed after the idle time") {
    HttpLimits limits;
    limits.idle = std::chrono::milliseconds(20);
    auto server = serve(echo, limits);
    RawClient client(server->address());
    client.send(postRequest("/", ""));
    CHECK(body(client.readToEnd()) == "/:");
}

TEST_CASE("http server: a body over the limit of its path is refused before it is sent") {
    HttpLimits limits;
    limits.bodyBytes = 100;
    limits.bodyBytesOf["/v1/photo"] = 1000;
    auto server = serve(echo, limits);
    const std::string large(500, 'x');

    RawClient allowed(server->address());
    allowed.send(postRequest("/v1/photo", large));
    CHECK(status(allowed.readAnswer()) == "HTTP/1.1 200 OK");

    RawClient refused(server->address());
    refused.send(
        "POST /v1/sync HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n");
    refused.sayNoMore();
    const std::string answer = refused.readToEnd();
    CHECK(status(answer) == "HTTP/1.1 413 Payload Too Large");
    CHECK(body(answer) == "A request here has at most 100 bytes.");
}

TEST_CASE("http server: a body over the limit that comes anyway is refused readably, chunks too") {
    HttpLimits limits;
    limits.bodyBytes = 100;
    limits.lingering = std::chrono::milliseconds(200);
    auto server = serve(echo, limits);
    for (bool chunked : {false, true}) {
        CAPTURE(chunked);
        RawClient client(server->address());
        client.send(
            chunked ? "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" +
                          std::string(512, 'x') + "\r\n0\r\n\r\n"
                    : postRequest("/", std::string(300'000, 'x')));
        CHECK(status(client.readToEnd()) == "HTTP/1.1 413 Payload Too Large");
    }
}

TEST_CASE("http server: what is no HTTP request is refused, and never reaches a handler") {
    std::atomic<int> handled = 0;
    HttpLimits limits;
    limits.lingering = std::chrono::milliseconds(20);
    auto server = serve(
        [&](const HttpRequest&) {
            ++handled;
            return HttpResponse{};
        },
        limits);
    const std::string tooLong = "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
    const std::pair<std::string, std::string> cases[] = {
        {"\x16\x03\x01 hello\r\n\r\n", "400"},
        {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
        {"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"},
        {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"},
        {"POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n", "413"},
        {"GET * HTTP/1.1\r\n\r\n", "400"},
        {"GET / HTTP/3.7\r\n\r\n", "400"},
        {tooLong, "431"},
        {"GET /" + std::string(20'000, 'x'), "431"},
    };
    for (const auto& [bytes, expected] : cases) {
        CAPTURE(bytes.substr(0, 60));
        RawClient client(server->address());
        client.send(bytes);
        CHECK(status(client.readToEnd()).substr(9, 3) == expected);
    }
    CHECK(handled == 0);
}

TEST_CASE(
    "http server: bodies that do not fit in memory together are put off, and fit again later") {
    HttpLimits limits;
    limits.bodyBytesTogether = 1000;
    auto server = serve(echo, limits);
    RawClient first(server->address());
    first.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 900\r\n\r\n");
    first.readAnswer();  // promised

    RawClient second(server->address());
    second.send(postRequest("/", std::string(200, 'x')));
    second.sayNoMore();
    CHECK(status(second.readToEnd()) == "HTTP/1.1 503 Service Unavailable");

    first.send(std::string(900, 'y'));
    CHECK(status(first.readAnswer()) == "HTTP/1.1 200 OK");
    RawClient third(server->address());
    third.send(postRequest("/", std::string(200, 'x')));
    CHECK(status(third.readAnswer()) == "HTTP/1.1 200 OK");
}

TEST_CASE("http server: one address gets its share of connections, and no more") {
    HttpLimits limits;
    limits.connectionsPerAddress = 2;
    auto server = serve(echo, limits);
    RawClient first(server->address()), second(server->address());
    for (auto* client : {&first, &second}) {
        client->send(postRequest("/", ""));
        CHECK(body(client->readAnswer()) == "/:");
    }

    RawClient third(server->address());
    CHECK(third.readToEnd() == "");
    CHECK(server->counts().connectionsRefused == 1);
}

TEST_CASE("http server: when all places are taken, the longest idle client makes room") {
    HttpLimits limits;
    limits.connections = 2;
    auto server = serve(echo, limits);
    RawClient first(server->address()), second(server->address());
    for (auto* client : {&first, &second}) {
        client->send(postRequest("/", ""));
        client->readAnswer();
    }

    RawClient third(server->address());
    third.send(postRequest("/3", ""));

    CHECK(body(third.readAnswer()) == "/3:");
    CHECK(first.readToEnd() == "");
    second.send(postRequest("/2", ""));
    CHECK(body(second.readAnswer()) == "/2:");
}

TEST_CASE("http server: stopping lets running requests end and closes who asks for nothing") {
    std::promise<void> begun, mayEnd;
    auto server = serve([&, go = mayEnd.get_future().share()](const HttpRequest& request) {
        begun.set_value();
        go.wait();
        return echo(request);
    });
    RawClient idle(server->address()), busy(server->address());
    busy.send(postRequest("/last", "words"));
    begun.get_future().wait();

    std::thread stopping([&] { server->stop(); });
    CHECK(idle.readToEnd() == "");  // so the stop has begun
    mayEnd.set_value();

    const std::string answer = busy.readToEnd();
    CHECK(body(answer) == "/last:words");
    CHECK(answer.find("Connection: close") != std::string::npos);
    stopping.join();
    CHECK_FALSE(RawClient(server->address()).isConnected());
}

TEST_CASE("http server: stopping does not wait for clients that never finish") {
    HttpLimits limits;
    limits.grace = std::chrono::milliseconds(20);
    auto server = serve(echo, limits);
    RawClient slow(server->address());
    slow.send(postRequest("/", "") + "POST / HT");
    CHECK(body(slow.readAnswer()) == "/:");
    server->stop();
    CHECK(slow.readToEnd() == "");
}

TEST_CASE("http server: a handler that fails costs its own request only") {
    auto server = serve([](const HttpRequest& request) -> HttpResponse {
        if (request.path == "/bad") throw std::bad_alloc();
        return echo(request);
    });
    RawClient client(server->address());
    client.send(postRequest("/bad", ""));
    CHECK(status(client.readAnswer()) == "HTTP/1.1 500 Internal Server Error");
    client.send(postRequest("/good", ""));
    CHECK(body(client.readAnswer()) == "/good:");
}

TEST_CASE("http server: the log tells what was done, and neither who nor what") {
    std::mutex mutex;
    std::string log;
    HttpServerOptions options;
    options.listen = "127.0.0.1:0";
    options.log = [&](std::string_view line) {
        std::lock_guard lock(mutex);
        log += line;
        log += '\n';
    };
    auto server = HttpServer::start(std::move(options), echo);
    REQUIRE(server.ok());
    RawClient client((*server)->address());

    client.send(postRequest("/v1/sync?name=Lan", "private", "secret"));
    client.readAnswer();
    (*server)->stop();

    CHECK(log.find("\"path\":\"/v1/sync\"") != std::string::npos);
    CHECK(log.find("\"status\":200") != std::string::npos);
    for (const char* word : {"secret", "private", "127.0.0.1", "Lan"})
        CHECK(log.find(word) == std::string::npos);
}

TEST_CASE("http server: an address or certificate that cannot be used is named") {
    const auto failure = [](HttpServerOptions options) {
        auto server = HttpServer::start(std::move(options), echo);
        REQUIRE_FALSE(server.ok());
        return server.error();
    };
    auto server = serve(echo);

    HttpServerOptions taken;
    taken.listen = server->address();
    CHECK(failure(taken).code == Code::Io);
    HttpServerOptions nonsense;
    nonsense.listen = "nowhere";
    CHECK(failure(nonsense).code == Code::InvalidInput);
    HttpServerOptions half;
    half.listen = "127.0.0.1:0";
    half.certificateFile = "certificate.pem";
    CHECK(failure(half).code == Code::InvalidInput);
    half.privateKeyFile = "missing.pem";
    CHECK(failure(half).message.find("certificate.pem") != std::string::npos);
}

}  // namespace sotay
