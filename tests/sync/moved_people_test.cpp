#include <doctest/doctest.h>

#include "sync/bundle.h"
#include "tests/support/two_communes.h"

using namespace sotay;

// People who work in other areas from one day to the next, while their laptops are on the way, on
// sticks, or the server comes back from a backup.

TEST_CASE("areas: a record that came in before its reader worked everywhere comes whole") {
    TwoCommunes c;
    const Id far = create(*c.boss, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    c.world.mustSync(*c.boss);
    c.world.mustSync(*c.near);
    REQUIRE(edit(*c.boss, far, "/area", "19564").ok());
    c.world.mustSync(*c.boss);

    REQUIRE(c.world.server().moveUser("Lâm", {"*"}).ok());
    c.world.mustSync(*c.near);

    CHECK(answer(*c.near, far, "/name") == "HTX Tà Rụt");
    CHECK(*c.near->stateHash() == *c.world.server().stateHash());
    c.checkRebuilds();
}

TEST_CASE("areas: a copied laptop's two lives are told apart also by who gets a part of them") {
    TwoCommunes c;
    const Id open = create(*c.boss, {{"/name", "HTX of nobody's commune"}});
    c.syncAll();
    REQUIRE(edit(*c.near, open, "/phone", "1").ok());
    c.syncAll();
    const auto copy = c.world.folder / "copy.db", file = c.world.folder / "Lâm.db";
    c.near.reset();
    std::filesystem::copy_file(file, copy);
    c.near = *Notebook::open(file, c.world.surroundings());
    auto twin = *Notebook::open(copy, c.world.surroundings());
    REQUIRE(edit(*twin, c.record, "/members", "49").ok());  // which is not for Hà
    c.world.mustSync(*twin);
    REQUIRE(edit(*c.near, open, "/members", "60").ok());
    REQUIRE(edit(*twin, open, "/members", "61").ok());
    c.world.mustSync(*c.near);
    c.world.mustSync(*twin);
    c.syncAll();

    CHECK(c.boss->conflicts()->size() == 1);
    CHECK(c.far->conflicts()->size() == 1);
    c.checkRebuilds();
}

TEST_CASE("areas: what lay elsewhere by a change that the server lost is there again") {
    TwoCommunes c;
    c.world.limits.feedBytes = 1;
    c.world.restartServer();
    const Id far = create(*c.boss, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    REQUIRE(edit(*c.boss, far, "/members", "7").ok());
    REQUIRE(edit(*c.boss, far, "/phone", "0900").ok());
    c.world.mustSync(*c.boss);
    bool wasThere = false;
    SUBCASE("its reader never had it") {}
    SUBCASE("its reader had put it away") { wasThere = true; }
    if (wasThere) c.world.mustSync(*c.far);
    const auto backup = c.world.backUpServer();
    REQUIRE(edit(*c.boss, far, "/area", "19564").ok());
    c.world.mustSync(*c.boss);
    c.world.mustSync(*c.far);
    CHECK(answer(*c.far, far, "/name") == "(no record)");

    c.world.restoreServer(backup);  // and the supervisor's laptop does not come back
    c.world.mustSync(*c.far);

    CHECK(answer(*c.far, far, "/name") == "HTX Tà Rụt");
    CHECK(answer(*c.far, far, "/members") == "7");
    CHECK(answer(*c.far, far, "/phone") == "0900");
    CHECK(*c.far->rebuildAndCompare());
    c.syncAll();
    CHECK(answer(*c.far, far, "/name") == "(no record)");
    c.checkRebuilds();
}

namespace {

std::uint32_t deliver(TwoCommunes& c, Notebook& notebook) {
    auto made = notebook.exportBundle();
    REQUIRE(made.ok());
    auto taken = c.world.server().importBundle(made->file);
    REQUIRE(taken.ok());
    return taken->device;
}

}  // namespace

TEST_CASE("bundle: an answer for the areas that a person had before is not one for the new ones") {
    TwoCommunes c;
    const auto device = deliver(c, *c.near);
    const Id far = create(*c.boss, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    c.world.mustSync(*c.boss);
    auto answered = c.world.server().exportBundle(device);
    REQUIRE(answered.ok());
    REQUIRE(c.world.server().moveUser("Lâm", {"19588"}).ok());
    c.world.exchange(*c.near);  // the laptop hears of it
    c.world.exchange(*c.near);  // and goes over

    REQUIRE(c.near->importBundle(*answered).ok());
    c.world.mustSync(*c.near);

    CHECK(answer(*c.near, far, "/name") == "HTX Tà Rụt");
    CHECK(answer(*c.near, c.record, "/name") == "(no record)");
    c.checkRebuilds();
}

TEST_CASE("areas: a history that is asked for before its record came in does not keep it out") {
    TwoCommunes c;
    const Id far = create(*c.boss, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    c.syncAll();
    REQUIRE(edit(*c.boss, far, "/area", "19564").ok());
    c.world.mustSync(*c.boss);
    HistoryRequest asked;
    asked.record = far;
    auto history =
        c.world.server().history(*c.world.server().authenticate(c.near->identity().token), asked);
    REQUIRE(history.ok());

    CHECK_FALSE(c.near->receiveHistory(*history).ok());
    c.world.mustSync(*c.near);

    CHECK(answer(*c.near, far, "/name") == "HTX Tà Rụt");
    c.checkRebuilds();
}
