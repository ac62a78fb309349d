#include <doctest/doctest.h>

#include "tests/support/small_world.h"

using namespace sotay;

// What lies in quarantine, and comes out of it, where laptops were copied and servers restored.

TEST_CASE(
    "quarantine: what is admitted after it was lost finds its place before what followed it") {
    SmallWorld world;
    auto near = world.laptop("Lâm", Role::Officer, {"19564"});
    auto far = world.laptop("Hà", Role::Officer, {"19588"});
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    const Id own = create(*near, {{"/area", "19588"}, {"/members", "5"}});  // put in quarantine
    REQUIRE(edit(*near, own, "/members", "7").ok());
    REQUIRE(world.sync(*near).ok());
    REQUIRE(world.server().quarantine().size() == 1);
    const auto backup = world.backUpServer();
    REQUIRE(world.server().admit(world.server().quarantine().front().number).ok());
    REQUIRE(world.sync(*boss).ok());
    for (int i = 0; i < 2; ++i) {
        world.restoreServer(backup);
        REQUIRE(world.sync(*far).ok());
    }
    for (Notebook* each : {near.get(), boss.get(), far.get()}) REQUIRE(world.sync(*each).ok());

    CHECK(far->conflicts()->empty());
    CHECK(answer(*far, own, "/members") == "7");
    CHECK(*far->stateHash() == *world.server().stateHash());
    CHECK(*far->rebuildAndCompare());
}
