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
        sync(*boss);
        a = world.laptop("Lâm", Role::Officer);
        b = world.laptop("Hà", Role::Officer);
        syncAll();
        backup = world.backUpServer();
    }
    void sync(Notebook& notebook) {
        auto synced = world.sync(notebook);
        REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
    }
    void syncAll() {
        for (int round = 0; round < 3; ++round)
            for (Notebook* each : {a.get(), b.get(), boss.get()}) sync(*each);
    }
    void checkSame() {
        std::string hash = *world.server().stateHash();
        for (Notebook* each : {a.get(), b.get(), boss.get()}) {
            CHECK(*each->stateHash() == hash);
            CHECK(each->unsentChanges() == 0);
            auto rebuilt = each->rebuildAndCompare();
            REQUIRE_MESSAGE(rebuilt.ok(), (rebuilt.ok() ? "" : rebuilt.error().message));
            CHECK(*rebuilt);
        }
        auto rebuilt = world.server().rebuildAndCompare();
        REQUIRE_MESSAGE(rebuilt.ok(), (rebuilt.ok() ? "" : rebuilt.error().message));
        CHECK(*rebuilt);
    }
};

}  // namespace

TEST_CASE("restore: what the backup lacks comes back from the laptop that made it") {
    Province p;
    REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
    Id late = create(*p.a, {{"/name", "HTX Tà Rụt"}});
    p.sync(*p.a);
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
    p.sync(*p.a);
    p.sync(*p.b);
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
        p.sync(*p.a);
        p.sync(*p.b);
        REQUIRE(edit(*p.b, p.record, "/members", "57").ok());  // Hà saw 52
        p.world.restoreServer(p.backup);

        p.sync(authorFirst ? *p.a : *p.b);
        p.sync(authorFirst ? *p.b : *p.a);
        p.syncAll();

        CHECK(p.boss->conflicts()->empty());
        CHECK(answer(*p.boss, p.record, "/members") == "57");
        p.checkSame();
    }
}

TEST_CASE("restore: an edit that nobody saw is still a conflict afterwards") {
    Province p;
    REQUIRE(edit(*p.a, p.record, "/members", "52").ok());
    p.sync(*p.a);
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
    p.sync(*late);
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
        p.sync(*p.a);
        p.sync(*p.boss);
        p.world.restoreServer(p.backup);
        CHECK_FALSE(p.world.sync(*p.a, fault).ok());
        REQUIRE(edit(*p.b, p.record, "/phone", "0900").ok());
        p.sync(*p.b);
        auto again = p.world.backUpServer();
        REQUIRE(edit(*p.a, p.record, "/members", "53").ok());
        p.sync(*p.a);
        p.sync(*p.boss);
        p.world.restoreServer(p.backup);
        p.sync(*p.boss);
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
