#include "sync/server/service.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include <latch>
#include <thread>
#include <vector>

#include "sync/server/workspace_thread.h"
#include "sync/transport/http_channel.h"
#include "tests/support/small_world.h"

namespace sotay {

namespace {

// The server of a small world as sotayd has it, with its sockets.
struct Served {
    SmallWorld world;
    std::unique_ptr<Service> service;
    std::unique_ptr<HttpServer> http;

    // The tests look at the workspace between requests.
    void start(Merging merging = Merging::WithNextWork) {
        service = std::make_unique<Service>(world.server(), merging);
        HttpServerOptions options;
        options.listen = "127.0.0.1:0";
        auto started = HttpServer::start(std::move(options), [this](const HttpRequest& request) {
            return service->answer(request);
        });
        REQUIRE(started.ok());
        http = std::move(*started);
    }
    std::unique_ptr<HttpChannel> channel() const {
        HttpChannelOptions options;
        options.server = "http://" + http->address();
        auto opened = HttpChannel::open(std::move(options));
        REQUIRE(opened.ok());
        return std::move(*opened);
    }
};

// As the file has it, which nothing brings in step.
std::string members(SmallWorld& world) {
    SQLite::Database file((world.folder / "server.db").string());
    return file.execAndGet("SELECT members FROM form_coop").getString();
}

std::string metric(const std::string& metrics, const std::string& name) {
    const auto at = metrics.find("\n" + name + " ");
    if (at == std::string::npos) return {};
    const auto value = at + name.size() + 2;
    return metrics.substr(value, metrics.find('\n', value) - value);
}

}  // namespace

TEST_CASE("service: a new laptop enrols with its code, sends, and another receives") {
    Served served;
    REQUIRE(served.world.server().addUser("lan", Role::Officer, {"*"}).ok());
    const auto code = served.world.server().newEnrolmentCode("lan");
    REQUIRE(code.ok());
    auto minh = served.world.laptop("minh", Role::Officer);
    auto lan = Notebook::open(served.world.folder / "lan.db", served.world.surroundings());
    REQUIRE(lan.ok());
    served.start();
    auto channel = served.channel();

    const Status enrolled =
        enrol(**lan, *channel, "http://" + served.http->address(), "", code->code, "lan");
    REQUIRE_MESSAGE(enrolled.ok(), (enrolled.ok() ? "" : enrolled.error().message));
    REQUIRE(syncNotebook(**lan, *channel).ok());
    const Id record = create(**lan, {{"/name", "HTX Đakrông"}, {"/members", "12"}});
    const auto sent = syncNotebook(**lan, *channel);
    const auto received = syncNotebook(*minh, *channel);

    REQUIRE(sent.ok());
    REQUIRE(received.ok());
    CHECK(sent->progress.sent == 1);
    CHECK(sent->progress.roundTrips == 1);
    CHECK(received->progress.received == 1);
    CHECK(answer(*minh, record, "/members") == "12");
    CHECK(*minh->stateHash() == *(*lan)->stateHash());
}

TEST_CASE("service: a code enrols one laptop, once") {
    Served served;
    REQUIRE(served.world.server().addUser("lan", Role::Officer, {"*"}).ok());
    const auto code = served.world.server().newEnrolmentCode("lan");
    REQUIRE(code.ok());
    served.start();
    auto channel = served.channel();
    for (const bool isFirst : {true, false}) {
        CAPTURE(isFirst);
        auto notebook = Notebook::open(served.world.folder / (isFirst ? "a.db" : "b.db"),
                                       served.world.surroundings());
        REQUIRE(notebook.ok());
        const Status done = enrol(**notebook, *channel, "http://x", "", code->code, "laptop");
        CHECK(done.ok() == isFirst);
    }
    CHECK(served.service->counts().enrolments == 1);
}

TEST_CASE("service: who is not enrolled, or no longer, is told so and gets nothing") {
    Served served;
    auto lan = served.world.laptop("lan", Role::Officer);
    const auto devices = served.world.server().devices();
    REQUIRE(devices.size() == 1);
    REQUIRE(served.world.server().revoke(devices.front().number).ok());
    const auto request = lan->nextRequest();
    REQUIRE(request.ok());
    served.start();
    for (const std::string& token : {std::string(), std::string("invented")}) {
        CAPTURE(token);
        const auto exchange = served.channel()->post("/v1/sync", token, encodeMessage(*request));
        REQUIRE(exchange.ok());
        CHECK(exchange->status == 401);
        const auto refusal = decodeMessage<Refusal>(exchange->body);
        REQUIRE(refusal.ok());
        CHECK_FALSE(refusal->message.empty());
    }
    const auto history =
        served.channel()->post("/v1/history", "invented", encodeMessage(HistoryRequest{}));
    REQUIRE(history.ok());
    CHECK(history->status == 401);
}

TEST_CASE("service: bytes that are no message, and addresses that are none, are refused in words") {
    Served served;
    served.start();
    auto channel = served.channel();
    struct Case {
        const char* path;
        const char* body;
        int status;
    };
    for (const Case& one : {Case{"/v1/sync", "nonsense", 400}, Case{"/v1/sync", "", 400},
                            Case{"/v1/enroll", "\x01", 400}, Case{"/v1/history", "x", 400},
                            Case{"/v1/nothing", "", 404}, Case{"/health", "", 405}}) {
        CAPTURE(one.path);
        const auto exchange = channel->post(one.path, "", one.body);
        REQUIRE(exchange.ok());
        CHECK(exchange->status == one.status);
        const auto refusal = decodeMessage<Refusal>(exchange->body);
        REQUIRE(refusal.ok());
        CHECK_FALSE(refusal->message.empty());
    }
    CHECK(served.service->counts().refusals == 6);
}

TEST_CASE("service: health and metrics tell how it goes") {
    Served served;
    auto lan = served.world.laptop("lan", Role::Officer);
    create(*lan, {{"/name", "HTX"}});
    served.start();
    auto channel = served.channel();
    REQUIRE(syncNotebook(*lan, *channel).ok());

    const auto health = channel->get("/health", "");
    const auto metrics = channel->get("/metrics", "");

    REQUIRE(health.ok());
    CHECK(health->status == 200);
    REQUIRE(metrics.ok());
    CHECK(metric(metrics->body, "sotay_syncs_total") == "1");
    CHECK(metric(metrics->body, "sotay_changes_total") == "1");
    CHECK(metric(metrics->body, "sotay_quarantined_total") == "0");
}

TEST_CASE(
    "workspace thread: syncs that wait together share one commit, and each gets its own reply") {
    SmallWorld world;
    std::vector<std::unique_ptr<Notebook>> laptops;
    std::vector<SyncRequest> requests;
    for (int i = 0; i < 5; ++i) {
        laptops.push_back(world.laptop("officer " + std::to_string(i), Role::Officer));
        for (int k = 0; k <= i; ++k) create(*laptops.back(), {{"/name", "HTX"}});
        auto request = laptops.back()->nextRequest();
        REQUIRE(request.ok());
        requests.push_back(std::move(*request));
    }
    WorkspaceThread thread(world.server(), Merging::AfterAnswers);
    std::latch isBusy(1), allWait(1);
    thread.run([&](Workspace&) {  // as with somebody else's commit
        isBusy.count_down();
        allWait.wait();
    });
    isBusy.wait();

    std::vector<std::future<WorkspaceThread::Synced>> replies;
    for (std::size_t i = 0; i < laptops.size(); ++i)
        replies.push_back(thread.sync(laptops[i]->identity().token, requests[i]));
    auto stranger = thread.sync("invented", SyncRequest{});
    allWait.count_down();

    for (std::size_t i = 0; i < laptops.size(); ++i) {
        auto synced = replies[i].get();
        REQUIRE(synced.isKnown);
        REQUIRE(synced.reply.ok());
        const auto received = laptops[i]->receive(requests[i], encodeMessage(*synced.reply));
        REQUIRE(received.ok());
        CHECK(received->acknowledged == i + 1);
    }
    CHECK_FALSE(stranger.get().isKnown);
    CHECK(thread.commits() == 1);
}

TEST_CASE("service: what was answered is in the records soon after, though nobody asks again") {
    Served served;
    auto lan = served.world.laptop("lan", Role::Supervisor);
    const Id record = create(*lan, {{"/name", "HTX"}, {"/members", "5"}});
    served.world.mustSync(*lan);
    REQUIRE(edit(*lan, record, "/members", "6").ok());
    served.start(Merging::AfterAnswers);
    {
        auto channel = served.channel();
        REQUIRE(syncNotebook(*lan, *channel).ok());
    }

    served.http.reset();
    served.service.reset();  // which ends its work first

    CHECK(members(served.world) == "6");
}

TEST_CASE("service: laptops that sync at the same moment all arrive, gapless") {
    Served served;
    constexpr std::size_t kLaptops = 6;
    std::vector<std::unique_ptr<Notebook>> laptops;
    for (std::size_t i = 0; i < kLaptops; ++i) {
        laptops.push_back(served.world.laptop("officer " + std::to_string(i), Role::Officer));
        for (int k = 0; k < 3; ++k) create(*laptops.back(), {{"/name", "HTX"}});
    }
    served.start();
    std::latch together(kLaptops);
    std::vector<SyncRequest> requests;
    for (auto& laptop : laptops) requests.push_back(*laptop->nextRequest());
    std::vector<Result<Exchange>> exchanges(kLaptops, Error{});
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < kLaptops; ++i)
            threads.emplace_back([&, i, token = laptops[i]->identity().token] {
                auto channel = served.channel();
                together.arrive_and_wait();
                exchanges[i] = channel->post("/v1/sync", token, encodeMessage(requests[i]));
            });
    }
    for (std::size_t i = 0; i < kLaptops; ++i) {
        REQUIRE(exchanges[i].ok());
        REQUIRE(exchanges[i]->status == 200);
        REQUIRE(laptops[i]->receive(requests[i], exchanges[i]->body).ok());
    }
    auto channel = served.channel();
    for (auto& laptop : laptops) REQUIRE(syncNotebook(*laptop, *channel).ok());

    for (auto& laptop : laptops) {
        CHECK(laptop->status().records == 3 * kLaptops);
        CHECK(laptop->status().cursor.number == 3 * kLaptops);
        CHECK(*laptop->stateHash() == *laptops.front()->stateHash());
    }
}

}  // namespace sotay
