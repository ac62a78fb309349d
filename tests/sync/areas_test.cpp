#include <doctest/doctest.h>

#include "tests/support/two_communes.h"

using namespace sotay;

TEST_CASE(
    "areas: a record that moves away leaves one laptop and comes to the other with its history") {
    TwoCommunes c;
    CHECK(answer(*c.near, c.record, "/members") == "48");
    CHECK(answer(*c.far, c.record, "/members") == "(no record)");

    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.syncAll();

    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    CHECK(c.near->status().records == 0);
    ListQuery query;
    query.formId = "coop";
    query.search = "ba nang";
    CHECK(c.near->list(query)->total == 0);
    CHECK(answer(*c.far, c.record, "/members") == "48");
    CHECK(c.far->history(c.record)->entries.size() == 2);
    c.checkRebuilds();
}

TEST_CASE(
    "areas: a record that comes back is whole again, with what was done elsewhere meanwhile") {
    TwoCommunes c;
    REQUIRE(edit(*c.near, c.record, "/phone", "0900").ok());
    c.syncAll();
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.syncAll();
    REQUIRE(edit(*c.far, c.record, "/members", "51").ok());
    c.syncAll();
    CHECK(answer(*c.near, c.record, "/members") == "(no record)");

    REQUIRE(edit(*c.boss, c.record, "/area", "19564").ok());
    c.syncAll();

    CHECK(answer(*c.near, c.record, "/members") == "51");
    CHECK(answer(*c.near, c.record, "/phone") == "0900");
    CHECK(c.near->history(c.record)->entries.size() == 5);
    CHECK(answer(*c.far, c.record, "/members") == "(no record)");
    CHECK(*c.near->stateHash() == *c.boss->stateHash());
    c.checkRebuilds();
}

TEST_CASE(
    "areas: what was typed before the officer could know of the move is taken, then the record "
    "goes") {
    TwoCommunes c;
    REQUIRE(edit(*c.near, c.record, "/members", "52").ok());
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.world.mustSync(*c.boss);
    // The answer to Lâm's first request, which says that the record left, comes with a lost wire.
    CHECK_FALSE(c.world.sync(*c.near, SmallWorld::Fault::RequestLost).ok());
    CHECK(answer(*c.near, c.record, "/members") == "52");

    c.syncAll();

    CHECK(c.world.server().quarantine().empty());
    CHECK(answer(*c.boss, c.record, "/members") == "52");
    CHECK(answer(*c.far, c.record, "/members") == "52");
    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    c.checkRebuilds();
}

TEST_CASE(
    "areas: an edit by somebody who knew that the record had moved away waits for the "
    "administrator") {
    TwoCommunes c;
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.world.mustSync(*c.boss);
    auto opened = c.near->openRecord(c.record);
    REQUIRE(opened.ok());
    c.world.mustSync(*c.near);
    auto stale = *opened;
    stale.seen = c.near->status().cursor;
    Answers answers = stale.answers;
    answers.values[{"/members", {}}] = Value::integer(60);
    REQUIRE(c.near->save(stale, answers).ok());
    c.world.mustSync(*c.near);
    REQUIRE(c.world.server().quarantine().size() == 1);
    CHECK(answer(*c.boss, c.record, "/members") == "48");
    c.syncAll();
    c.checkRebuilds();
}

TEST_CASE("areas: an unsent change or a draft keeps a record that left until it is done with") {
    TwoCommunes c;
    Draft draft;
    draft.record = c.record;
    draft.formId = "coop";
    draft.typed = {{"/members", "5"}};
    REQUIRE(c.near->saveDraft(draft).ok());
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.syncAll();
    CHECK(answer(*c.near, c.record, "/members") == "48");
    CHECK(c.near->drafts()->size() == 1);

    REQUIRE(c.near->discardDraft(c.record).ok());
    c.world.mustSync(*c.near);

    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    c.checkRebuilds();
}

TEST_CASE("areas: while two disagree where a record lies, the people of both hold it") {
    TwoCommunes c;
    auto second = c.world.laptop("Second supervisor", Role::Supervisor);
    auto third = c.world.laptop("Phương", Role::Officer, {"19429"});
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    REQUIRE(edit(*second, c.record, "/area", "19429").ok());
    for (int round = 0; round < 2; ++round) {
        c.syncAll();
        c.world.mustSync(*second);
        c.world.mustSync(*third);
    }
    CHECK(answer(*c.near, c.record, "/name") == "(no record)");
    for (Notebook* each : {c.far.get(), third.get(), c.boss.get()})
        CHECK(each->conflicts()->size() == 1);
    REQUIRE(edit(*third, c.record, "/phone", "0900").ok());
    c.world.mustSync(*third);
    CHECK(c.world.server().quarantine().empty());

    Decision decision;
    decision.kind = Decision::Kind::UseValue;
    decision.value = "19588";
    decision.reason = "seen on the spot";
    REQUIRE(c.boss->resolve(c.boss->conflicts()->front().id, decision).ok());
    c.syncAll();
    c.world.mustSync(*third);

    CHECK(answer(*third, c.record, "/name") == "(no record)");
    CHECK(answer(*c.far, c.record, "/phone") == "0900");
    CHECK(c.far->conflicts()->empty());
    CHECK(*third->rebuildAndCompare());
    c.checkRebuilds();
}

TEST_CASE(
    "areas: what is merged is held by the people of both communes, and parts again with the "
    "merge") {
    TwoCommunes c;
    Id other = create(*c.boss, {{"/name", "HTX Ba Nang"}, {"/area", "19588"}, {"/phone", "0911"}});
    c.syncAll();
    CHECK(answer(*c.near, other, "/phone") == "(no record)");
    auto merged = c.boss->duplicates();
    Decision decision;
    decision.kind = Decision::Kind::Merge;
    decision.survivor = c.record;
    decision.reason = "one certificate";
    REQUIRE(merged.ok());
    if (merged->empty()) {
        // They are duplicates by tax code only when they lie in two communes.
        REQUIRE(edit(*c.boss, c.record, "/tax_code", "3200123456").ok());
        REQUIRE(edit(*c.boss, other, "/tax_code", "3200123456").ok());
        merged = c.boss->duplicates();
    }
    REQUIRE(merged->size() == 1);
    const auto change = c.boss->resolve(merged->front().id, decision);
    REQUIRE_MESSAGE(change.ok(), (change.ok() ? "" : change.error().message));
    c.syncAll();

    CHECK(answer(*c.near, c.record, "/phone") == "0911");
    CHECK(answer(*c.far, c.record, "/phone") == "0911");
    REQUIRE(edit(*c.near, c.record, "/income", "7").ok());
    c.syncAll();
    CHECK(answer(*c.far, c.record, "/income") == "7");
    CHECK(c.world.server().quarantine().empty());

    REQUIRE(c.boss->undo(*change, "two after all").ok());
    c.syncAll();
    CHECK(answer(*c.near, other, "/phone") == "(no record)");
    CHECK(answer(*c.far, c.record, "/income") == "(no record)");
    CHECK(answer(*c.far, other, "/phone") == "0911");
    c.checkRebuilds();
}

TEST_CASE("areas: what was done elsewhere before a record comes in makes no false conflict") {
    TwoCommunes c;
    Id other = create(*c.boss, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}, {"/members", "7"}});
    c.syncAll();  // it went past the near officer
    REQUIRE(edit(*c.far, other, "/members", "8").ok());
    c.world.mustSync(*c.far);
    REQUIRE(edit(*c.boss, other, "/area", "19564").ok());
    c.world.mustSync(*c.boss);
    c.syncAll();

    CHECK(answer(*c.near, other, "/members") == "8");
    CHECK(c.near->conflicts()->empty());
    c.checkRebuilds();
}

TEST_CASE("areas: a record that an officer may not keep goes when the administrator admits it") {
    TwoCommunes c;
    Id own = create(*c.near, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    CHECK_FALSE(c.world.sync(*c.near, SmallWorld::Fault::ReplyLost).ok());
    const auto waiting = c.world.server().quarantine();
    REQUIRE(waiting.size() == 1);
    REQUIRE(c.world.server().admit(waiting.front().number).ok());
    c.syncAll();

    CHECK(answer(*c.near, own, "/name") == "(no record)");
    CHECK(answer(*c.far, own, "/name") == "HTX Tà Rụt");
    c.checkRebuilds();
}

TEST_CASE("areas: what an unsent change keeps is not seen as it is elsewhere meanwhile") {
    TwoCommunes c;
    REQUIRE(edit(*c.near, c.record, "/phone", "0900").ok());
    const auto made = c.near->exportBundle();  // so that the server knows how far it is
    REQUIRE(made.ok());
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.world.mustSync(*c.boss);
    c.world.mustSync(*c.far);
    REQUIRE(edit(*c.far, c.record, "/members", "60").ok());
    c.world.mustSync(*c.far);
    std::uint32_t device = 0;
    for (const auto& each : c.world.server().devices())
        if (each.userName == "Lâm") device = each.number;
    const auto answered = c.world.server().exportBundle(device);
    REQUIRE(answered.ok());
    REQUIRE(c.near->importBundle(*answered).ok());
    CHECK(answer(*c.near, c.record, "/members") == "48");  // its own change is not sent
    REQUIRE(edit(*c.near, c.record, "/members", "55").ok());
    c.syncAll();

    CHECK(c.world.server().quarantine().empty());
    CHECK(c.boss->conflicts()->size() == 1);
    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    c.checkRebuilds();
}

TEST_CASE("areas: what is saved after its record has left stands on the whole record") {
    TwoCommunes c;
    auto opened = c.near->openRecord(c.record);
    REQUIRE(opened.ok());
    REQUIRE(edit(*c.boss, c.record, "/area", "19588").ok());
    c.syncAll();
    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    Answers answers = opened->answers;
    answers.values[{"/phone", {}}] = Value::text("0900");
    REQUIRE(c.near->save(*opened, answers).ok());

    CHECK(answer(*c.near, c.record, "/phone") == "0900");
    CHECK(answer(*c.near, c.record, "/members") == "48");
    c.syncAll();
    CHECK(answer(*c.boss, c.record, "/phone") == "0900");
    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    c.checkRebuilds();
}

TEST_CASE("areas: a record in dispute that is deleted leaves, and comes back whole") {
    TwoCommunes c;
    auto second = c.world.laptop("Second supervisor", Role::Supervisor);
    REQUIRE(edit(*second, c.record, "/area", "19588").ok());
    REQUIRE(edit(*c.boss, c.record, "/area", "19429").ok());
    c.world.mustSync(*second);
    c.syncAll();
    CHECK(answer(*c.far, c.record, "/members") == "48");
    REQUIRE(c.boss->remove(c.record, "a mistake").ok());
    c.world.mustSync(*c.boss);
    c.syncAll();
    CHECK(answer(*c.far, c.record, "/members") == "(no record)");

    REQUIRE(c.boss->restore(c.record).ok());
    c.world.mustSync(*c.boss);
    c.syncAll();
    CHECK(answer(*c.far, c.record, "/members") == "48");
    CHECK(c.far->conflicts()->size() == 1);
    c.checkRebuilds();
}

TEST_CASE(
    "areas: what a copied laptop did after a change in quarantine does not follow the other") {
    TwoCommunes c;
    Id own = create(*c.near, {{"/name", "HTX Tà Rụt"}});
    const auto copy = c.world.folder / "copy.db", file = c.world.folder / "Lâm.db";
    c.near.reset();
    std::filesystem::copy_file(file, copy);
    auto near = Notebook::open(file, c.world.surroundings());
    auto twin = Notebook::open(copy, c.world.surroundings());
    REQUIRE((near.ok() && twin.ok()));
    c.near = std::move(*near);
    REQUIRE(edit(**twin, own, "/area", "19588").ok());
    REQUIRE((*twin)->remove(own).ok());
    c.world.mustSync(*c.near);
    REQUIRE(edit(*c.near, own, "/name", "HTX Tà Rụt 2").ok());
    c.world.mustSync(**twin);
    REQUIRE(c.world.server().quarantine().size() == 1);
    c.syncAll();
    c.world.mustSync(**twin);

    // Deleted by somebody who did not know of the new name.
    for (Notebook* each : {c.near.get(), c.boss.get(), twin->get()})
        CHECK(each->conflicts()->size() == 1);
    c.checkRebuilds();

    // The change before it is found where it stood.
    REQUIRE(c.world.server().admit(c.world.server().quarantine().front().number).ok());
    c.syncAll();
    c.world.mustSync(**twin);
    CHECK(c.boss->conflicts()->size() == 1);
    CHECK(answer(*c.near, own, "/name") == "(no record)");
    c.checkRebuilds();
}

TEST_CASE("areas: a history that comes to a record of a snapshot is not merged into it again") {
    TwoCommunes c;
    c.world.limits.snapshotPays = 2;  // changes
    c.world.restartServer();
    REQUIRE(edit(*c.boss, c.record, "/members", "50").ok());
    c.world.mustSync(*c.boss);
    auto late = c.world.laptop("Vân", Role::Officer, {"19564"});
    REQUIRE(edit(*late, c.record, "/members", "51").ok());
    REQUIRE(c.boss->remove(c.record, "closed").ok());
    c.world.mustSync(*c.boss);
    c.world.mustSync(*late);

    const auto conflicts = late->conflicts();
    REQUIRE(conflicts->size() == 1);
    CHECK(conflicts->front().kind == ConflictKind::Delete);
    CHECK(answer(*late, c.record, "/members") == "51");
    CHECK(*late->rebuildAndCompare());
}

TEST_CASE("areas: a change that is admitted late stays below what followed it on its laptop") {
    TwoCommunes c;
    Id own = create(*c.near, {{"/name", "HTX Tà Rụt"}});
    REQUIRE(edit(*c.near, own, "/area", "19588").ok());
    REQUIRE(edit(*c.near, own, "/area", "19564").ok());
    c.world.mustSync(*c.near);
    REQUIRE(c.world.server().quarantine().size() == 1);
    c.world.limits.snapshotPays = 2;  // changes
    c.world.restartServer();
    auto late = c.world.laptop("Vân", Role::Supervisor);
    REQUIRE(c.world.server().admit(c.world.server().quarantine().front().number).ok());
    c.world.mustSync(*late);

    CHECK(late->conflicts()->empty());
    CHECK(answer(*late, own, "/area") == "19564");
    CHECK(*late->rebuildAndCompare());
    CHECK(*late->stateHash() == *c.world.server().stateHash());
}

TEST_CASE("areas: an own record that others moved away leaves with a first sync by snapshot too") {
    SmallWorld world;
    world.limits.snapshotPays = 2;  // changes
    world.restartServer();
    auto near = world.laptop("Lâm", Role::Officer, {"19564"});
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    Id own = create(*near, {{"/name", "HTX Tà Rụt"}});
    const auto made = near->exportBundle();
    REQUIRE(made.ok());
    REQUIRE(world.server().importBundle(made->file).ok());
    REQUIRE(world.sync(*boss).ok());
    REQUIRE(edit(*boss, own, "/area", "19588").ok());
    REQUIRE(world.sync(*boss).ok());
    REQUIRE(world.sync(*near).ok());

    CHECK(answer(*near, own, "/name") == "(no record)");
    CHECK(near->unsentChanges() == 0);
    CHECK(*near->rebuildAndCompare());
}

TEST_CASE("areas: who gets another area receives its records with all that was done to them") {
    TwoCommunes c;
    REQUIRE(edit(*c.near, c.record, "/members", "52").ok());
    c.syncAll();
    Id own = create(*c.far, {{"/name", "HTX Tà Rụt"}, {"/area", "19588"}});
    c.syncAll();

    REQUIRE(c.world.server().moveUser("Hà", {"19588", "19564"}).ok());
    c.world.mustSync(*c.far);

    CHECK(answer(*c.far, c.record, "/members") == "52");
    CHECK(c.far->history(c.record)->entries.size() == 2);
    CHECK(answer(*c.far, own, "/name") == "HTX Tà Rụt");
    CHECK(c.far->identity().user.areas == std::vector<std::string>{"19588", "19564"});
    REQUIRE(edit(*c.far, c.record, "/phone", "0900").ok());
    c.syncAll();
    CHECK(c.world.server().quarantine().empty());
    CHECK(answer(*c.near, c.record, "/phone") == "0900");
    CHECK(*c.far->stateHash() == *c.boss->stateHash());
    c.checkRebuilds();
}

TEST_CASE("areas: who loses an area loses its records, and nothing that was typed") {
    TwoCommunes c;
    REQUIRE(edit(*c.near, c.record, "/members", "52").ok());
    REQUIRE(c.world.server().moveUser("Lâm", {"19588"}).ok());

    c.syncAll();

    CHECK(answer(*c.near, c.record, "/members") == "(no record)");
    CHECK(c.near->status().records == 0);
    // It was typed before Lâm could know, and waits for the administrator.
    auto waiting = c.world.server().quarantine();
    REQUIRE(waiting.size() == 1);
    REQUIRE(c.world.server().admit(waiting.front().number).ok());
    c.syncAll();
    CHECK(answer(*c.boss, c.record, "/members") == "52");
    CHECK(answer(*c.near, c.record, "/members") == "(no record)");

    REQUIRE(c.world.server().moveUser("Lâm", {"19564"}).ok());
    c.syncAll();
    CHECK(answer(*c.near, c.record, "/members") == "52");
    CHECK(*c.near->stateHash() == *c.boss->stateHash());
    c.checkRebuilds();
}

TEST_CASE("areas: a change of areas that is cut short goes on, also to yet another area") {
    TwoCommunes c;
    const auto [near, far] = c.several(6);
    c.world.limits.feedBytes = 1;
    c.world.restartServer();
    REQUIRE(c.world.server().moveUser("Lâm", {"19588"}).ok());
    for (int round = 0; round < 5; ++round) c.world.exchange(*c.near);
    const auto midway = c.near->status().records;
    CHECK(midway > 0);
    CHECK(midway < near.size() + far.size());
    CHECK(*c.near->rebuildAndCompare());

    bool mayTurn = false;
    SUBCASE("it goes on") {}
    SUBCASE("there it turns back") { mayTurn = true; }
    if (mayTurn) REQUIRE(c.world.server().moveUser("Lâm", {"19564"}).ok());
    c.world.mustSync(*c.near);

    for (const Id& each : near)
        CHECK((answer(*c.near, each, "/name") == "(no record)") == !mayTurn);
    for (const Id& each : far) CHECK((answer(*c.near, each, "/name") == "(no record)") == mayTurn);
    c.syncAll();
    c.checkRebuilds();
}

TEST_CASE("areas: a value that came while its reader had other areas is not taken for seen") {
    TwoCommunes c;
    auto second = c.world.laptop("Second supervisor", Role::Supervisor);
    REQUIRE(edit(*c.boss, c.record, "/members", "50").ok());
    REQUIRE(edit(*second, c.record, "/members", "51").ok());
    c.world.mustSync(*c.boss);
    REQUIRE(c.world.sync(*second).ok());
    REQUIRE(edit(*c.boss, c.record, "/phone", "0911").ok());
    c.world.mustSync(*c.boss);

    // The feed for Hà goes on only when all that lies below her cursor is there.
    c.world.mustSync(*c.far);
    REQUIRE(edit(*c.boss, c.record, "/phone", "0922").ok());
    c.world.mustSync(*c.boss);
    REQUIRE(c.world.server().moveUser("Hà", {"19564"}).ok());
    c.world.exchange(*c.far);  // she hears of it
    c.world.exchange(*c.far);  // and goes over

    CHECK(c.far->conflicts()->size() == 1);
    c.syncAll();
    CHECK(answer(*c.far, c.record, "/phone") == "0922");
    CHECK(c.far->conflicts()->size() == 1);
    c.checkRebuilds();
}

TEST_CASE("areas: whoever gets other areas and has only a stick comes to their records by it") {
    TwoCommunes c;
    const auto [near, far] = c.several(4);
    c.world.limits.feedBytes = 1;
    c.world.restartServer();
    REQUIRE(edit(*c.near, c.record, "/members", "52").ok());
    REQUIRE(c.world.server().moveUser("Lâm", {"19588"}).ok());

    c.world.turnOfStick(*c.near);  // the laptop hears of it
    CHECK(answer(*c.near, c.record, "/members") == "52");
    REQUIRE(c.world.server().quarantine().size() == 1);  // typed before Lâm could know
    c.world.turnOfStick(*c.near);                        // and goes over

    for (const Id& each : near) CHECK(answer(*c.near, each, "/name") == "(no record)");
    for (const Id& each : far) CHECK(answer(*c.near, each, "/name") != "(no record)");
    REQUIRE(c.world.server().admit(c.world.server().quarantine().front().number).ok());
    c.world.turnOfStick(*c.near);
    CHECK(c.near->unsentChanges() == 0);
    c.world.mustSync(*c.boss);
    CHECK(answer(*c.boss, c.record, "/members") == "52");
    REQUIRE(edit(*c.near, far.front(), "/phone", "0900").ok());
    c.world.turnOfStick(*c.near);
    CHECK(c.world.server().status().quarantined == 0);
    c.syncAll();
    CHECK(answer(*c.far, far.front(), "/phone") == "0900");
    c.checkRebuilds();
}

TEST_CASE("areas: communes that are joined bring their records to who works in the new one") {
    TwoCommunes c;
    const std::string head = "code,name,full_name,level,kind,parent_code\n";
    REQUIRE(c.world.server()
                .importAreas(head + "19564,Ba Nang,Xã Ba Nang,2,xa,45\n"
                                    "19588,Ta Rut,Xã Tà Rụt,2,xa,45\n45,QT,Quảng Trị,1,tinh,\n")
                .ok());
    c.syncAll();
    CHECK(answer(*c.far, c.record, "/members") == "(no record)");

    REQUIRE(c.world.server().importAreas(head + "19564,Ba Nang,Xã Ba Nang,2,xa,19588\n").ok());
    c.syncAll();

    CHECK(answer(*c.far, c.record, "/members") == "48");
    CHECK(answer(*c.near, c.record, "/members") == "48");
    CHECK_FALSE(c.world.server().moveUser("Hà", {"1"}).ok());
    CHECK_FALSE(c.world.server().moveUser("Nobody", {"45"}).ok());
    CHECK_FALSE(c.world.server().moveUser("Hà", {}).ok());
    c.checkRebuilds();
}

TEST_CASE("areas: other areas during a first sync leave the laptop with the right records") {
    SmallWorld world;
    world.limits.snapshotPays = 2;  // changes
    world.restartServer();
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    std::vector<Id> here, there;
    for (int i = 0; i < 4; ++i) {
        here.push_back(create(*boss, {{"/name", "HTX " + std::to_string(i)}, {"/area", "19564"}}));
        there.push_back(create(*boss, {{"/name", "Tổ " + std::to_string(i)}, {"/area", "19588"}}));
        for (const char* members : {"5", "6", "7"})
            REQUIRE(edit(*boss, here.back(), "/members", members).ok());
    }
    REQUIRE(world.sync(*boss).ok());
    world.limits.feedBytes = 1;
    world.restartServer();
    auto late = world.enrolled("Lâm", Role::Officer, {"19564"});
    for (int piece = 0; piece < 2; ++piece) CHECK_FALSE(world.exchange(*late).snapshot.empty());

    REQUIRE(world.server().moveUser("Lâm", {"19588"}).ok());
    REQUIRE(world.sync(*late).ok());

    for (const Id& each : here) CHECK(answer(*late, each, "/name") == "(no record)");
    for (const Id& each : there) CHECK(answer(*late, each, "/name") != "(no record)");
    CHECK(*late->rebuildAndCompare());
}

TEST_CASE("areas: a server that goes back to a backup in the middle of a change of areas") {
    TwoCommunes c;
    const auto [near, far] = c.several(4);
    const auto backup = c.world.backUpServer();
    c.world.limits.feedBytes = 1;
    c.world.restartServer();
    for (const Id& each : near) REQUIRE(edit(*c.boss, each, "/phone", "0900").ok());
    c.world.mustSync(*c.boss);
    REQUIRE(c.world.server().moveUser("Lâm", {"19588"}).ok());
    for (int round = 0; round < 4; ++round) c.world.exchange(*c.near);

    c.world.restoreServer(backup);  // which has Lâm where they were before
    c.syncAll();

    for (const Id& each : far) CHECK(answer(*c.near, each, "/name") == "(no record)");
    for (const Id& each : near) CHECK(answer(*c.near, each, "/phone") == "0900");
    CHECK(*c.near->stateHash() != *c.boss->stateHash());
    c.checkRebuilds();
}
