#include <doctest/doctest.h>

#include "tests/support/small_world.h"

using namespace sotay;

// A laptop's first sync by snapshot, in small pieces, while everybody goes on.

namespace {

struct SmallPieces {
    SmallWorld world;
    SmallPieces() {
        world.limits.snapshotPays = 2;  // changes
        world.limits.feedBytes = 1;     // so that each record is a piece
        world.limits.sealedChanges = 1;
        world.limits.requestBytes = 1;
        world.restartServer();
    }
    void checkLikeServer(Notebook& notebook) {
        CHECK(notebook.conflicts()->empty());
        CHECK(*notebook.rebuildAndCompare());
        CHECK(*notebook.stateHash() == *world.server().stateHash());
    }
};

// An officer's record, and a supervisor who reads it later.
struct LateReader : SmallPieces {
    std::unique_ptr<Notebook> lam = world.laptop("Lâm", Role::Officer, {"19564"});
    std::unique_ptr<Notebook> late = world.laptop("Vân", Role::Supervisor);
    const Id own = create(*lam, {{"/name", "HTX Tà Rụt"}});
};

}  // namespace

TEST_CASE("first sync: what is sent while a snapshot is on its way stays on the screen") {
    SmallPieces p;
    auto lam = p.world.laptop("Lâm", Role::Supervisor);
    const Id own = create(*lam, {{"/name", "HTX Tà Rụt"}, {"/members", "5"}});
    p.world.exchange(*lam);
    REQUIRE(edit(*lam, own, "/members", "6").ok());
    p.world.exchange(*lam);  // takes that along, and brings the first piece
    REQUIRE(edit(*lam, own, "/members", "7").ok());
    p.world.mustSync(*lam);

    CHECK(answer(*lam, own, "/members") == "7");
    p.checkLikeServer(*lam);
}

TEST_CASE("first sync: a change that is admitted late stays below the heads of a snapshot") {
    LateReader p;
    REQUIRE(edit(*p.lam, p.own, "/area", "19588").ok());  // is put in quarantine
    REQUIRE(edit(*p.lam, p.own, "/members", "7").ok());
    REQUIRE(edit(*p.lam, p.own, "/area", "19564").ok());
    p.world.mustSync(*p.lam);
    p.world.mustSync(*p.late);
    REQUIRE(p.world.server().quarantine().size() == 1);
    REQUIRE(p.world.server().admit(p.world.server().quarantine().front().number).ok());
    p.world.mustSync(*p.late);

    CHECK(answer(*p.late, p.own, "/area") == "19564");
    p.checkLikeServer(*p.late);
}

TEST_CASE("first sync: a snapshot brings an item of which only a cleared answer is known") {
    LateReader p;
    REQUIRE(edit(*p.lam, p.own, "/members", "7").ok());
    p.world.mustSync(*p.lam);
    auto opened = p.lam->openRecord(p.own);
    REQUIRE(opened.ok());
    const AnswerKey area{"/area", {}}, loans{"/loans", {}};
    Answers withLoan = opened->answers;
    withLoan.values[area] = Value::text("19588");  // puts the loan in quarantine too
    const Id loan = p.world.surroundings().newId();
    withLoan.items[loans].push_back({loan, "V"});
    withLoan.values[{"/loans/amount", {loan}}] = Value::integer(500);
    REQUIRE(p.lam->save(*opened, withLoan).ok());
    opened = p.lam->openRecord(p.own);
    Answers cleared = opened->answers;
    cleared.values.erase(AnswerKey{"/loans/amount", {loan}});
    REQUIRE(p.lam->save(*opened, cleared).ok());
    p.world.mustSync(*p.lam);
    REQUIRE(p.world.server().quarantine().size() == 1);
    p.world.mustSync(*p.late);

    p.checkLikeServer(*p.late);
}

TEST_CASE("first sync: a record that an own change brings back comes with what was missed") {
    SmallPieces p;
    auto boss = p.world.laptop("Supervisor", Role::Supervisor);
    auto near = p.world.laptop("Lâm", Role::Officer, {"19564"});
    const Id record = create(*boss, {{"/name", "HTX Ba Nang"}, {"/area", "19564"}});
    p.world.mustSync(*boss);
    p.world.mustSync(*near);
    REQUIRE(edit(*boss, record, "/area", "19588").ok());
    p.world.mustSync(*boss);
    REQUIRE(edit(*near, record, "/members", "52").ok());
    REQUIRE(edit(*near, record, "/area", "").ok());
    p.world.exchange(*near);  // the record leaves, but for what is unsent
    p.world.mustSync(*near);

    // Where it lies is in question, so it is for both, and each sees what the other said.
    CHECK(near->conflicts()->size() == 1);
    p.world.mustSync(*boss);
    CHECK(boss->conflicts()->size() == 1);
    CHECK(*near->stateHash() == *boss->stateHash());
    CHECK(*near->rebuildAndCompare());
}

TEST_CASE("first sync: a snapshot tells what was seen in a log that the server lost") {
    SmallPieces p;
    auto boss = p.world.laptop("Supervisor", Role::Supervisor);
    auto lam = p.world.laptop("Lâm", Role::Officer), ha = p.world.laptop("Hà", Role::Officer);
    auto late = p.world.laptop("Vân", Role::Supervisor);
    const Id record = create(*boss, {{"/name", "HTX Ba Nang"}, {"/members", "48"}});
    p.world.mustSync(*boss);
    p.world.mustSync(*lam);
    p.world.mustSync(*ha);
    const auto backup = p.world.backUpServer();
    REQUIRE(edit(*lam, record, "/members", "52").ok());
    p.world.mustSync(*lam);
    p.world.mustSync(*ha);
    REQUIRE(edit(*ha, record, "/members", "57").ok());  // Hà saw 52
    p.world.restoreServer(backup);
    p.world.mustSync(*lam);
    p.world.backUpServer();
    p.world.mustSync(*late);
    CHECK(answer(*late, record, "/members") == "52");
    p.world.mustSync(*ha);
    p.world.mustSync(*late);

    CHECK(answer(*late, record, "/members") == "57");
    p.checkLikeServer(*late);
}

TEST_CASE(
    "first sync: a record that left while it was open keeps its whole history when it is saved") {
    SmallWorld world;
    world.limits.snapshotPays = 2;
    world.restartServer();
    auto lam = world.laptop("Lâm", Role::Officer, {"19588"});
    auto van = world.laptop("Vân", Role::Supervisor);
    const Id own = create(*lam, {{"/members", "5"}});  // of which no head is left
    REQUIRE(edit(*lam, own, "/members", "6").ok());
    world.mustSync(*lam);  // which brings a snapshot of the log that it has just made
    auto opened = lam->openRecord(own);
    REQUIRE(opened.ok());
    world.mustSync(*van);
    REQUIRE(edit(*van, own, "/area", "19564").ok());
    world.mustSync(*van);
    world.mustSync(*lam);
    REQUIRE_FALSE(lam->openRecord(own).ok());  // it is put away

    Answers answers = opened->answers;
    answers.values[{"/members", {}}] = Value::integer(7);
    REQUIRE(lam->save(*opened, answers).ok());

    CHECK(lam->history(own)->entries.size() == 3);
    CHECK(answer(*lam, own, "/members") == "7");
    CHECK(*lam->rebuildAndCompare());
}
