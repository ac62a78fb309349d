#include <doctest/doctest.h>

#include "tests/support/small_world.h"

using namespace sotay;
using Fault = SmallWorld::Fault;

namespace {

// Two officers and a supervisor; the server has been backed up with their common record.
struct Province {
    SmallWorld world;
    std::unique_ptr<Notebook> boss = world.laptop("Supervisor", Role::Supervisor);
    Id record = create(*boss, {{"/name", "HTX Ba Nang"}, {"/members", "48"}});
    std::unique_ptr<Notebook> a, b;
    std::filesystem::path backup;

    Province() {
        world.mustSync(*boss);
        a = world.laptop("Lâm", Role::Officer);
        b = world.laptop("Hà", Role::Officer);
        syncAll();
        backup = world.backUpServer();
    }
    void syncAll() {
        for (int round = 0; round < 3; ++round)
            for (Notebook* each : {a.get(), b.get(), boss.get()}) world.mustSync(*each);
    }
    void checkSame() { world.checkSame({a.get(), b.get(), boss.get()}); }
};

Caller everywhere() {
    Caller caller;
    caller.user.areas = {"*"};
    return caller;
}

}  // namespace

TEST_CASE("restore: what the backup lacks comes back from the laptop that made it") {
    Province p;
    REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
    Id late = create(*p.a, {{"/name", "HTX Tà Rụt"}});
    p.world.mustSync(*p.a);
    p.world.restoreServer(p.backup);
    CHECK(p.world.server().status().records == 1);

    p.syncAll();

    CHECK(p.world.server().status().records == 2);
    for (Notebook* each : {p.a.get(), p.b.get(), p.boss.get()}) {
        CHECK(answer(*each, p.record, "/members") == "52");
        CHECK(answer(*each, late, "/name") == "HTX Tà Rụt");
        CHECK(each->conflicts()->empty());
    }
    p.checkSame();
}

TEST_CASE("restore: others hand back what a lost laptop had sent") {
    Province p;
    REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
    p.world.mustSync(*p.a);
    p.world.mustSync(*p.b);
    p.world.restoreServer(p.backup);
    p.a = p.world.laptop("Lâm again", Role::Officer);  // the laptop fell into the river

    p.syncAll();

    for (Notebook* each : {p.a.get(), p.b.get(), p.boss.get()})
        CHECK(answer(*each, p.record, "/members") == "52");
    p.checkSame();
}

TEST_CASE("restore: an edit that was seen before the loss is replaced and does not come back") {
    for (bool authorFirst : {true, false}) {
        CAPTURE(authorFirst);
        Province p;
        REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
        p.world.mustSync(*p.a);
        p.world.mustSync(*p.b);
        REQUIRE(edit(*p.b, p.record, "/members", "57").ok());  // Hà saw 52
        p.world.restoreServer(p.backup);

        p.world.mustSync(authorFirst ? *p.a : *p.b);
        p.world.mustSync(authorFirst ? *p.b : *p.a);
        p.syncAll();

        CHECK(p.boss->conflicts()->empty());
        CHECK(answer(*p.boss, p.record, "/members") == "57");
        p.checkSame();
    }
}

TEST_CASE("restore: an edit that nobody saw is still a conflict afterwards") {
    Province p;
    REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
    p.world.mustSync(*p.a);
    p.world.restoreServer(p.backup);
    REQUIRE(edit(*p.b, p.record, "/members", "57").ok());

    p.syncAll();

    for (Notebook* each : {p.a.get(), p.b.get(), p.boss.get()})
        CHECK(each->conflicts()->size() == 1);
    p.checkSame();
}

TEST_CASE("restore: a form and a person that the backup lacks come back with the laptops") {
    Province p;
    std::string second = SmallWorld::formWorkbook();
    auto late = p.world.laptop("Phương", Role::Officer);
    REQUIRE(edit(*late, p.record, "/phone", "0900").ok());
    p.world.mustSync(*late);
    p.syncAll();
    p.world.restoreServer(p.backup);
    CHECK(p.world.server().users().size() == 3);

    p.syncAll();

    CHECK(p.world.server().users().size() == 4);
    CHECK(answer(*p.boss, p.record, "/phone") == "0900");
    CHECK(p.boss->history(p.record)->entries.back().origin.authorName == "Phương");
    CHECK(p.world.server().quarantine().empty());
    p.checkSame();
}

TEST_CASE("restore: two restores in a row and cut syncs lose nothing") {
    for (Fault fault : {Fault::RequestLost, Fault::ReplyLost}) {
        CAPTURE(static_cast<int>(fault));
        Province p;
        REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
        p.world.mustSync(*p.a);
        p.world.mustSync(*p.boss);
        p.world.restoreServer(p.backup);
        CHECK_FALSE(p.world.sync(*p.a, fault).ok());
        REQUIRE(edit(*p.b, p.record, "/phone", "0900").ok());
        p.world.mustSync(*p.b);
        auto again = p.world.backUpServer();
        REQUIRE(edit(*p.a, p.record, "/members", "53").ok());
        p.world.mustSync(*p.a);
        p.world.mustSync(*p.boss);
        p.world.restoreServer(p.backup);
        p.world.mustSync(*p.boss);
        p.world.restoreServer(again);

        p.syncAll();

        for (Notebook* each : {p.a.get(), p.b.get(), p.boss.get()}) {
            CHECK(answer(*each, p.record, "/members") == "53");
            CHECK(answer(*each, p.record, "/phone") == "0900");
            CHECK(each->conflicts()->empty());
        }
        p.checkSame();
    }
}

TEST_CASE("restore: a file that is no backup is refused and the workspace stays as it was") {
    Province p;
    auto notebook = p.world.folder / "Lâm.db";
    Status refused =
        Workspace::restore(p.world.folder / "server.db", notebook, p.world.surroundings());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == Code::Corrupt);
    p.world.restartServer();
    CHECK(p.world.server().status().records == 1);
}

TEST_CASE("restore: a laptop that is locked out goes on showing what it showed") {
    Province p;
    REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
    p.syncAll();
    for (const DeviceListing& device : p.world.server().devices())
        if (device.device.key == p.b->deviceKeys().publicKey)
            REQUIRE(p.world.server().revoke(device.number).ok());
    auto later = p.world.backUpServer();
    REQUIRE(edit(*p.a, p.record, "/members", "53").ok());
    p.world.mustSync(*p.a);
    p.world.restoreServer(later);

    for (int round = 0; round < 2; ++round) {
        p.world.mustSync(*p.b);
        p.world.mustSync(*p.a);
        p.world.mustSync(*p.boss);
    }

    CHECK(answer(*p.boss, p.record, "/members") == "53");
    CHECK(answer(*p.b, p.record, "/members") == "52");
    auto rebuilt = p.b->rebuildAndCompare();
    REQUIRE(rebuilt.ok());
    CHECK(*rebuilt);
}

TEST_CASE("restore: a laptop that began with a snapshot is in step with the new log") {
    SmallWorld world;
    world.limits.snapshotPays = 40;  // changes
    world.restartServer();
    auto late = world.laptop("Vân", Role::Officer), b = world.laptop("Hà", Role::Officer),
         a = world.laptop("Lâm", Role::Officer);
    auto synced = [&](Notebook& notebook) { REQUIRE(world.sync(notebook).ok()); };
    Id record = create(*a, {{"/name", "HTX Ba Nang"}}), other = create(*a, {{"/name", "HTX"}});
    synced(*a);
    synced(*b);
    auto early = world.backUpServer();
    for (int i = 0; i < 50; ++i)
        REQUIRE(edit(*a, i % 2 ? record : other, "/phone", std::to_string(1000 + i)).ok());
    synced(*a);
    synced(*late);
    world.restoreServer(early);
    REQUIRE(edit(*b, record, "/name", "HTX A Bung").ok());
    // Lâm's laptop fell into the river.
    for (int round = 0; round < 2; ++round) {
        synced(*b);
        synced(*late);
    }

    for (Notebook* each : {b.get(), late.get()}) {
        CHECK(answer(*each, record, "/phone") == "1049");
        CHECK(answer(*each, other, "/phone") == "1048");
        CHECK(answer(*each, record, "/name") == "HTX A Bung");
        CHECK(*each->stateHash() == *world.server().stateHash());
        CHECK(*each->rebuildAndCompare());
    }
}

TEST_CASE("restore: many changes of one record are handed back in one go") {
    Province p;
    for (int i = 0; i < 150; ++i)
        REQUIRE(edit(*p.a, p.record, "/phone", std::to_string(1000 + i)).ok());
    p.syncAll();
    REQUIRE(edit(*p.b, p.record, "/members", "57").ok());
    p.world.mustSync(*p.b);
    p.world.restoreServer(p.backup);

    p.syncAll();

    for (Notebook* each : {p.a.get(), p.b.get(), p.boss.get()}) {
        CHECK(answer(*each, p.record, "/phone") == "1149");
        CHECK(answer(*each, p.record, "/members") == "57");
        CHECK(each->conflicts()->empty());
    }
    p.checkSame();
}

TEST_CASE("restore: a history that is asked for before the break is known is not mistaken") {
    Province p;
    Id other = create(*p.a, {{"/name", "HTX Tà Rụt"}});
    p.world.mustSync(*p.a);
    p.world.restoreServer(p.backup);
    REQUIRE(edit(*p.b, p.record, "/members", "57").ok());
    p.world.mustSync(*p.b);

    HistoryReply reply = *p.world.server().history(everywhere(), {p.record});
    CHECK_FALSE(p.a->receiveHistory(reply).ok());
    CHECK(p.a->history(p.record)->entries.size() == 1);

    p.syncAll();
    CHECK(p.a->receiveHistory(*p.world.server().history(everywhere(), {other})).ok());
    p.checkSame();
}

TEST_CASE("restore: a snapshot that the backup holds stays what a record rests on") {
    SmallWorld world;
    world.limits.snapshotPays = 40;  // changes
    world.restartServer();
    auto late = world.laptop("Vân", Role::Officer), a = world.laptop("Lâm", Role::Officer);
    Id record = create(*a, {{"/name", "HTX Ba Nang"}});
    for (int i = 0; i < 50; ++i) REQUIRE(edit(*a, record, "/phone", std::to_string(1000 + i)).ok());
    REQUIRE(world.sync(*a).ok());
    REQUIRE(world.sync(*late).ok());
    REQUIRE(late->history(record)->entries.size() < 10);
    world.restoreServer(world.backUpServer());
    REQUIRE(edit(*a, record, "/name", "HTX A Bung").ok());
    for (Notebook* each : {a.get(), late.get()}) REQUIRE(world.sync(*each).ok());

    CHECK(answer(*late, record, "/name") == "HTX A Bung");
    CHECK(*late->stateHash() == *world.server().stateHash());
    CHECK(*late->rebuildAndCompare());
}

TEST_CASE("restore: what lay in quarantine is handed in again") {
    SmallWorld world;
    auto boss = world.laptop("Supervisor", Role::Supervisor),
         a = world.laptop("Lâm", Role::Officer);
    auto backup = world.backUpServer();
    for (const DeviceListing& device : world.server().devices())
        if (device.device.key == a->deviceKeys().publicKey)
            REQUIRE(world.server().revoke(device.number).ok());
    Id record = create(*a, {{"/name", "HTX Ba Nang"}});
    REQUIRE(world.sync(*a).ok());
    REQUIRE(world.server().quarantine().size() == 1);

    world.restoreServer(backup);  // which does not know yet that somebody was locked out
    REQUIRE(world.sync(*a).ok());
    REQUIRE(world.sync(*boss).ok());

    CHECK(a->unsentChanges() == 0);
    CHECK(answer(*boss, record, "/name") == "HTX Ba Nang");
}

TEST_CASE("restore: twice from one backup, and a deletion that was seen in between stays seen") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Officer), b = world.laptop("Hà", Role::Officer);
    Id record = create(*a, {{"/name", "HTX Ba Nang"}});
    auto backup = world.backUpServer();
    world.restoreServer(backup);
    REQUIRE(world.sync(*b).ok());
    world.restoreServer(backup);
    REQUIRE(a->remove(record, "").ok());
    REQUIRE_FALSE(world.sync(*a, Fault::ReplyLost).ok());
    REQUIRE(world.sync(*b).ok());
    world.restoreServer(backup);
    REQUIRE(edit(*b, record, "/phone", "1").ok());  // and wants it back
    for (Notebook* each : {a.get(), b.get(), a.get()}) REQUIRE(world.sync(*each).ok());

    for (Notebook* each : {a.get(), b.get()}) {
        CHECK(each->conflicts()->empty());
        CHECK(answer(*each, record, "/phone") == "1");
        CHECK(*each->stateHash() == *world.server().stateHash());
    }
}

TEST_CASE("restore: once more while a laptop is handing back, and it begins again") {
    SmallWorld world;
    auto a = world.laptop("Lâm", Role::Officer);
    Id record = create(*a, {{"/name", "HTX Ba Nang"}});
    REQUIRE(world.sync(*a).ok());
    auto backup = world.backUpServer();
    REQUIRE(edit(*a, record, "/members", "52").ok());
    REQUIRE(world.sync(*a).ok());
    world.restoreServer(backup);
    for (int exchange = 0; exchange < 2; ++exchange) {
        auto request = *a->nextRequest();
        SyncCall call{*world.server().authenticate(a->identity().token), request};
        auto reply = std::move(world.server().sync({&call, 1}).front());
        REQUIRE(reply.ok());
        REQUIRE(a->receive(request, encodeMessage(*reply)).ok());
    }
    REQUIRE(world.server().status().changes == 2);
    world.restoreServer(backup);
    REQUIRE(edit(*a, record, "/phone", "1").ok());

    auto synced = world.sync(*a);

    REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
    CHECK(world.server().status().changes == 3);
    CHECK(*a->stateHash() == *world.server().stateHash());
}

TEST_CASE("restore: a laptop whose changes all went into quarantine hears of the break") {
    Province p;
    auto c = p.world.laptop("Phương", Role::Officer, {"19564"});
    const auto backup = p.world.backUpServer();
    Id own = create(*c, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    p.world.mustSync(*c);
    REQUIRE(p.world.server().quarantine().size() == 1);
    p.world.restoreServer(backup);
    REQUIRE(p.world.server().quarantine().empty());
    REQUIRE(edit(*c, own, "/members", "5").ok());
    p.world.mustSync(*c);

    CHECK(c->unsentChanges() == 0);
    CHECK(p.world.server().quarantine().size() == 1);  // nobody knows where the edit lies
}
