#include <SQLiteCpp/SQLiteCpp.h>
#include <doctest/doctest.h>

#include "sync/codec/crypto.h"
#include "tests/support/small_world.h"

using namespace sotay;

// A server answers when its log is on disk, and merges into the records afterwards.

namespace {

// What another program finds in the server's file, which brings nothing in step.
std::string inFile(SmallWorld& world, const std::string& sql) {
    SQLite::Database file((world.folder / "server.db").string(), SQLite::OPEN_READWRITE);
    SQLite::Statement query(file, sql);
    return query.executeStep() ? query.getColumn(0).getString() : "";
}

struct Answered {
    SmallWorld world;
    std::unique_ptr<Notebook> an = world.laptop("An", Role::Supervisor);
    const Id record = create(*an, {{"/name", "HTX Hợp Lực"}, {"/members", "5"}});

    Answered() {
        world.mustSync(*an);
        REQUIRE(edit(*an, record, "/members", "6").ok());
        world.exchange(*an);
    }
    std::string membersInFile() { return inFile(world, "SELECT members FROM form_coop"); }
    void checkServer() {
        CHECK(*world.server().rebuildAndCompare());
        CHECK(*world.server().stateHash() == *an->stateHash());
        CHECK(membersInFile() == "6");
    }
};

}  // namespace

TEST_CASE(
    "backlog: the server answers before it merges, and what is asked next is answered right") {
    Answered p;
    CHECK(p.membersInFile() == "5");

    auto binh = p.world.laptop("Bình", Role::Supervisor);

    CHECK(answer(*binh, p.record, "/members") == "6");
    p.checkServer();
}

TEST_CASE("backlog: a server that stopped before it merged does so when it starts again") {
    Answered p;
    REQUIRE(p.membersInFile() == "5");

    p.world.restartServer();

    p.checkServer();
}

TEST_CASE(
    "backlog: another program that opens the file brings it in step, and the server sees it") {
    Answered p;
    REQUIRE(p.membersInFile() == "5");
    {
        auto other = Workspace::open(p.world.folder / "server.db", p.world.surroundings());
        REQUIRE(other.ok());
        REQUIRE((*other)->openRecord(p.record).ok());
    }
    CHECK(p.membersInFile() == "6");

    REQUIRE(edit(*p.an, p.record, "/phone", "0912345678").ok());
    p.world.mustSync(*p.an);

    p.checkServer();
}

TEST_CASE("backlog: a backup that was made before the merge brings back what was acknowledged") {
    Answered p;
    const auto backup = p.world.backUpServer();

    p.world.restoreServer(backup);
    p.world.mustSync(*p.an);

    p.checkServer();
}

TEST_CASE("backlog: many changes that wait are merged from the log, records before their edits") {
    SmallWorld world;
    auto an = world.laptop("An", Role::Supervisor);
    create(*an, {{"/name", "HTX đầu tiên"}});
    world.mustSync(*an);
    std::vector<Answers> many(1300);
    for (std::size_t i = 0; i < many.size(); ++i)
        many[i].values[{"/name", {}}] = Value::text("HTX " + std::to_string(i));
    auto records = an->saveNew("coop", many);
    REQUIRE(records.ok());
    REQUIRE(edit(*an, records->front(), "/members", "6").ok());
    REQUIRE(edit(*an, records->back(), "/members", "7").ok());
    while (an->unsentChanges() > 0) world.exchange(*an);

    world.restartServer();

    CHECK(world.server().status().records == 1301);
    CHECK(*world.server().rebuildAndCompare());
    CHECK(*world.server().stateHash() == *an->stateHash());
    CHECK(inFile(world, "SELECT value FROM settings WHERE name='log.unmerged_from'") == "0");
}

TEST_CASE("backlog: who works in one commune gets new records of it with the very next answer") {
    SmallWorld world;
    auto an = world.laptop("An", Role::Officer, {"19564"});
    auto binh = world.laptop("Bình", Role::Officer, {"19564"});
    const Id here = create(*an, {{"/name", "HTX ở đây"}, {"/area", "19564"}});

    // Both in one transaction: Bình's answer is made of what An's request brings.
    std::vector<SyncCall> calls;
    for (Notebook* each : {an.get(), binh.get()})
        calls.push_back({*world.server().authenticate(each->identity().token),
                         std::move(*each->nextRequest())});
    auto replies = world.server().sync(calls);
    REQUIRE(replies[1].ok());
    REQUIRE(binh->receive(calls[1].request, encodeMessage(*replies[1])).ok());

    CHECK(answer(*binh, here, "/name") == "HTX ở đây");
}

TEST_CASE("backlog: a request that is refused between two others takes nothing of theirs away") {
    SmallWorld world;
    auto an = world.laptop("An", Role::Supervisor);
    auto binh = world.laptop("Bình", Role::Supervisor);
    auto chi = world.laptop("Chi", Role::Supervisor);
    const Id first = create(*an, {{"/name", "HTX một"}, {"/members", "5"}});
    const Id second = create(*an, {{"/name", "HTX hai"}, {"/members", "5"}});
    for (Notebook* each : {an.get(), binh.get(), chi.get()}) world.mustSync(*each);
    REQUIRE(edit(*an, first, "/members", "6").ok());
    REQUIRE(edit(*binh, first, "/members", "7").ok());
    REQUIRE(edit(*chi, second, "/members", "8").ok());

    std::vector<SyncCall> calls;
    for (Notebook* each : {an.get(), binh.get(), chi.get()})
        calls.push_back({*world.server().authenticate(each->identity().token),
                         std::move(*each->nextRequest())});
    calls[1].request.batches = {"damaged"};
    auto replies = world.server().sync(calls);

    CHECK(replies[0].ok());
    CHECK_FALSE(replies[1].ok());
    CHECK(replies[2].ok());
    CHECK(*world.server().rebuildAndCompare());
    for (Notebook* each : {an.get(), chi.get(), binh.get()}) world.mustSync(*each);
    CHECK(answer(*chi, first, "/members") != "5");
    CHECK(answer(*binh, second, "/members") == "8");
    CHECK(world.server().status().conflicts == 1);
    CHECK(*world.server().rebuildAndCompare());
}

TEST_CASE("backlog: an officer's second change in one go is judged by what the first did") {
    SmallWorld world;
    auto an = world.laptop("An", Role::Officer);
    auto binh = world.laptop("Bình", Role::Supervisor);
    const Id record = create(*an, {{"/name", "HTX Hợp Lực"}, {"/members", "5"}});
    world.mustSync(*an);
    world.mustSync(*binh);
    REQUIRE(edit(*binh, record, "/members", "7").ok());
    REQUIRE(edit(*an, record, "/members", "6").ok());
    world.mustSync(*binh);
    world.mustSync(*an);  // the first brings the conflict, and the answer shows it

    REQUIRE(edit(*an, record, "/phone", "0912345678").ok());
    REQUIRE(edit(*an, record, "/members", "8").ok());
    world.mustSync(*an);

    // The officer may say more in an open conflict, and does not close it.
    CHECK(world.server().quarantine().empty());
    CHECK(world.server().status().conflicts == 1);
    CHECK(*world.server().rebuildAndCompare());
}

TEST_CASE("backlog: what comes while the last is merged is read meanwhile, and taken in as it is") {
    SmallWorld world;
    auto an = world.laptop("An", Role::Supervisor);
    auto binh = world.laptop("Bình", Role::Supervisor);
    auto chi = world.laptop("Chi", Role::Supervisor);
    // So much in each that it is said in full.
    auto saveSome = [](Notebook& notebook) {
        std::vector<Answers> some(1200);
        for (std::size_t i = 0; i < some.size(); ++i) {
            for (const char* path : {"/name", "/phone", "/tax_code", "/area"}) {
                std::string text;
                for (std::uint8_t byte : hash256(path + std::to_string(i)))
                    text += std::to_string(byte);
                some[i].values[{path, {}}] = Value::text(text);
            }
            for (const char* path : {"/members", "/women"})
                some[i].values[{path, {}}] = Value::integer(static_cast<std::int64_t>(i));
        }
        REQUIRE(notebook.saveNew("coop", some).ok());
    };
    for (Notebook* each : {an.get(), binh.get(), chi.get()}) {
        world.mustSync(*each);
        saveSome(*each);
    }
    std::vector<SyncCall> calls;
    for (Notebook* each : {binh.get(), chi.get()})
        calls.push_back({*world.server().authenticate(each->identity().token),
                         std::move(*each->nextRequest())});
    CHECK(world.server().isKnown(binh->identity().token));
    CHECK_FALSE(world.server().isKnown("somebody"));
    world.exchange(*an);
    REQUIRE(inFile(world, "SELECT count(*) FROM form_coop") == "0");
    int pauses = 0;
    CHECK(world.server()
              .catchUp([&] {
                  if (++pauses > 1) return;
                  for (SyncCall& call : calls) call.ahead = world.server().readAhead(call.request);
              })
              .ok());
    CHECK(pauses > 1);
    auto replies = world.server().sync(calls);

    REQUIRE(replies[0].ok());
    REQUIRE(replies[1].ok());
    REQUIRE(binh->receive(calls[0].request, encodeMessage(*replies[0])).ok());
    REQUIRE(chi->receive(calls[1].request, encodeMessage(*replies[1])).ok());
    for (Notebook* each : {an.get(), binh.get(), chi.get(), an.get(), binh.get()})
        world.mustSync(*each);
    CHECK(world.server().status().records == 3600);
    CHECK(*world.server().rebuildAndCompare());
    for (Notebook* each : {an.get(), binh.get(), chi.get()})
        CHECK(*each->stateHash() == *world.server().stateHash());
}
