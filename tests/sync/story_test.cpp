#include <doctest/doctest.h>

#include "tests/support/small_world.h"

using namespace sotay;
using Fault = SmallWorld::Fault;

namespace {

// Three people; the supervisor's record is on all three laptops.
struct Story {
    SmallWorld world;
    std::unique_ptr<Notebook> boss = world.laptop("Supervisor", Role::Supervisor);
    Id record =
        create(*boss, {{"/name", "HTX Ba Nang"}, {"/members", "48"}, {"/phone", "0905 114 223"}});
    std::unique_ptr<Notebook> a, b;

    Story() {
        REQUIRE(world.sync(*boss).ok());
        a = world.laptop("Lâm", Role::Officer);
        b = world.laptop("Hà", Role::Officer);
    }
    void syncAll() {
        for (int round = 0; round < 2; ++round)
            for (Notebook* each : {a.get(), b.get(), boss.get()}) {
                auto synced = world.sync(*each);
                REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
            }
    }
    void checkSame() {
        std::string hash = *world.server().stateHash();
        for (Notebook* each : {a.get(), b.get(), boss.get()}) {
            CHECK(*each->stateHash() == hash);
            auto rebuilt = each->rebuildAndCompare();
            REQUIRE_MESSAGE(rebuilt.ok(), (rebuilt.ok() ? "" : rebuilt.error().message));
            CHECK(*rebuilt);
        }
        CHECK(*world.server().rebuildAndCompare());
    }
};

}  // namespace

TEST_CASE("story: two officers offline, one conflict, one decision, three equal notebooks") {
    Story story;
    CHECK(answer(*story.a, story.record, "/members") == "48");
    REQUIRE(edit(*story.a, story.record, "/members", "52").ok());
    REQUIRE(edit(*story.a, story.record, "/phone", "0912 337 001").ok());
    REQUIRE(edit(*story.b, story.record, "/members", "57").ok());
    REQUIRE(addLoan(*story.b, story.record, "350000000").ok());

    story.syncAll();

    for (Notebook* each : {story.a.get(), story.b.get(), story.boss.get()}) {
        CHECK(answer(*each, story.record, "/phone") == "0912 337 001");
        CHECK(loans(*each, story.record) == std::vector<std::string>{"350000000"});
        auto conflicts = *each->conflicts();
        REQUIRE(conflicts.size() == 1);
        REQUIRE(conflicts[0].fields.size() == 1);
        CHECK(conflicts[0].fields[0].path == "/members");
        CHECK(conflicts[0].fields[0].base.toString() == "48");
        REQUIRE(conflicts[0].fields[0].heads.size() == 2);
        CHECK(conflicts[0].fields[0].heads[0].value.toString() == "52");
        CHECK(conflicts[0].fields[0].heads[0].origin.authorName == "Lâm");
        CHECK(conflicts[0].fields[0].heads[1].origin.deviceName == "laptop of Hà");
    }
    story.checkSame();

    auto conflict = story.boss->conflicts()->front();
    Decision decision;
    decision.change = conflict.fields[0].heads[0].origin.change;
    decision.reason = "Đã đối chiếu sổ thành viên";
    auto resolved = story.boss->resolve(conflict.id, decision);
    REQUIRE_MESSAGE(resolved.ok(), (resolved.ok() ? "" : resolved.error().message));
    story.syncAll();

    for (Notebook* each : {story.a.get(), story.b.get(), story.boss.get()}) {
        CHECK(each->conflicts()->empty());
        CHECK(answer(*each, story.record, "/members") == "52");
        auto history = *each->history(story.record);
        CHECK(history.isComplete);
        REQUIRE(history.entries.size() == 6);
        CHECK(history.entries.front().kind == HistoryEntry::Kind::Creation);
        CHECK(history.entries.back().kind == HistoryEntry::Kind::Resolution);
        CHECK(history.entries.back().reason == "Đã đối chiếu sổ thành viên");
        CHECK(history.entries[1].isParallel);
        for (const auto& entry : history.entries)
            CHECK(entry.origin.receivedSeconds == story.world.nowMs / 1000);
    }
    story.checkSame();
}

TEST_CASE(
    "story: an officer cannot decide, and what an officer types meanwhile joins the conflict") {
    Story story;
    REQUIRE(edit(*story.a, story.record, "/members", "52").ok());
    REQUIRE(edit(*story.b, story.record, "/members", "57").ok());
    story.syncAll();
    auto conflict = story.a->conflicts()->front();
    CHECK_FALSE(
        story.a->resolve(conflict.id, {Decision::Kind::UseValue, {}, "60", "tôi biết"}).ok());

    REQUIRE(edit(*story.a, story.record, "/members", "53").ok());
    story.syncAll();

    auto conflicts = *story.boss->conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].fields[0].heads.size() == 2);
    CHECK(story.world.server().quarantine().empty());
    story.checkSame();
}

TEST_CASE(
    "story: a sync whose request or answer is lost leaves everything as if it had worked the "
    "second time") {
    for (Fault fault : {Fault::RequestLost, Fault::ReplyLost}) {
        CAPTURE(static_cast<int>(fault));
        Story story;
        REQUIRE(edit(*story.a, story.record, "/members", "52").ok());
        REQUIRE(edit(*story.b, story.record, "/phone", "0900").ok());
        CHECK_FALSE(story.world.sync(*story.a, fault).ok());
        REQUIRE(edit(*story.a, story.record, "/members", "53").ok());
        CHECK_FALSE(story.world.sync(*story.a, fault).ok());
        CHECK_FALSE(story.world.sync(*story.b, fault).ok());

        story.syncAll();

        CHECK(story.boss->conflicts()->empty());
        CHECK(answer(*story.boss, story.record, "/members") == "53");
        CHECK(answer(*story.boss, story.record, "/phone") == "0900");
        CHECK(story.world.server().status().changes == 4);
        story.checkSame();
    }
}

TEST_CASE(
    "story: a sync in the background does not let a save override what its author never saw") {
    Story story;
    auto opened = *story.a->openRecord(story.record);
    REQUIRE(edit(*story.b, story.record, "/members", "57").ok());
    REQUIRE(story.world.sync(*story.b).ok());
    REQUIRE(story.world.sync(*story.a).ok());

    Answers answers = opened.answers;
    answers.values[{"/members", {}}] = Value::integer(52);
    REQUIRE(story.a->save(opened, answers).ok());
    story.syncAll();

    CHECK(story.boss->conflicts()->size() == 1);
    story.checkSame();
}

TEST_CASE(
    "story: a record that one deletes while another edits it stays until a supervisor decides") {
    for (bool keep : {true, false}) {
        CAPTURE(keep);
        Story story;
        REQUIRE(story.a->remove(story.record, "giải thể").ok());
        REQUIRE(edit(*story.b, story.record, "/members", "57").ok());
        story.syncAll();

        auto conflicts = *story.boss->conflicts();
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].kind == ConflictKind::Delete);
        CHECK(
            story.a->list({"coop", "", {}, false, false, ListQuery::Sort::Newest, 100, 0})->total ==
            1);
        REQUIRE(story.boss
                    ->resolve(
                        conflicts[0].id,
                        {keep ? Decision::Kind::Keep : Decision::Kind::Delete, {}, "", "đã hỏi xã"})
                    .ok());
        story.syncAll();

        CHECK(story.a->conflicts()->empty());
        CHECK(
            story.b->list({"coop", "", {}, false, false, ListQuery::Sort::Newest, 100, 0})->total ==
            (keep ? 1 : 0));
        story.checkSame();
    }
}

TEST_CASE(
    "story: equal corrections by two people are no conflict, and items added side by side both "
    "live") {
    Story story;
    REQUIRE(edit(*story.a, story.record, "/income", "9.450").ok());
    REQUIRE(edit(*story.b, story.record, "/income", " 9.45 ").ok());
    REQUIRE(addLoan(*story.a, story.record, "100").ok());
    REQUIRE(addLoan(*story.b, story.record, "200").ok());
    story.syncAll();

    CHECK(story.boss->conflicts()->empty());
    CHECK(loans(*story.boss, story.record).size() == 2);
    CHECK(loans(*story.boss, story.record) == loans(*story.a, story.record));
    story.checkSame();
}

TEST_CASE(
    "story: a restored laptop makes a second branch, nothing is lost, and the administrator sees "
    "it") {
    Story story;
    REQUIRE(edit(*story.a, story.record, "/phone", "1").ok());
    auto copy = story.world.folder / "copy.db";
    story.a.reset();
    std::filesystem::copy_file(story.world.folder / "Lâm.db", copy);
    story.a = std::move(*Notebook::open(story.world.folder / "Lâm.db", story.world.surroundings()));
    REQUIRE(edit(*story.a, story.record, "/phone", "2").ok());
    REQUIRE(story.world.sync(*story.a).ok());
    auto twin = std::move(*Notebook::open(copy, story.world.surroundings()));
    REQUIRE(edit(*twin, story.record, "/phone", "3").ok());
    REQUIRE(story.world.sync(*twin).ok());
    story.syncAll();
    REQUIRE(story.world.sync(*twin).ok());

    auto conflicts = *story.boss->conflicts();
    REQUIRE(conflicts.size() == 1);
    CHECK(conflicts[0].fields[0].heads.size() == 2);
    CHECK(conflicts[0].fields[0].base.toString() == "1");
    bool forked = false;
    for (const auto& device : story.world.server().devices()) forked |= device.hasForked;
    CHECK(forked);
    CHECK(*twin->stateHash() == *story.world.server().stateHash());
    story.checkSame();
}

TEST_CASE(
    "areas: a laptop holds the records of its person's areas, and gets one whole when it enters") {
    SmallWorld world;
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    auto officer = world.laptop("Lâm", Role::Officer, {"19564"});
    Id near = create(*boss, {{"/name", "near"}, {"/area", "19564"}});
    Id far = create(*boss, {{"/name", "far"}, {"/area", "19588"}});
    REQUIRE(edit(*boss, far, "/members", "5").ok());
    REQUIRE(world.sync(*boss).ok());
    REQUIRE(world.sync(*officer).ok());
    CHECK(answer(*officer, near, "/name") == "near");
    CHECK(answer(*officer, far, "/name") == "(no record)");

    REQUIRE(edit(*boss, far, "/area", "19564").ok());
    REQUIRE(world.sync(*boss).ok());
    REQUIRE(world.sync(*officer).ok());

    CHECK(answer(*officer, far, "/name") == "far");
    CHECK(answer(*officer, far, "/members") == "5");
    CHECK(*officer->stateHash() == *world.server().stateHash());
    CHECK(*officer->rebuildAndCompare());
}

TEST_CASE(
    "quarantine: a change outside its author's areas is kept, acknowledged, and can be admitted") {
    SmallWorld world;
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    auto officer = world.laptop("Lâm", Role::Officer, {"19564"});
    Id record = create(*officer, {{"/name", "wrong place"}, {"/area", "19588"}});
    Id fine = create(*officer, {{"/name", "right place"}, {"/area", "19564"}});
    auto synced = world.sync(*officer);
    REQUIRE(synced.ok());
    CHECK(synced->quarantined == 1);
    CHECK(officer->unsentChanges() == 0);
    REQUIRE(world.server().quarantine().size() == 1);
    REQUIRE(world.sync(*boss).ok());
    CHECK(answer(*boss, fine, "/name") == "right place");
    CHECK(answer(*boss, record, "/name") == "(no record)");

    REQUIRE(world.server().admit(world.server().quarantine()[0].number).ok());
    REQUIRE(world.sync(*boss).ok());
    CHECK(answer(*boss, record, "/name") == "wrong place");
}

TEST_CASE(
    "first sync: a laptop that starts from a snapshot holds the same as one that saw every "
    "change") {
    Story story;
    for (int i = 0; i < 600; ++i)
        REQUIRE(edit(*story.a, story.record, "/members", std::to_string(100 + i)).ok());
    REQUIRE(addLoan(*story.a, story.record, "100").ok());
    REQUIRE(edit(*story.b, story.record, "/members", "57").ok());
    Id second = create(*story.b, {{"/name", "gone"}});
    REQUIRE(story.b->remove(second).ok());
    story.syncAll();

    auto late = story.world.laptop("Late", Role::Supervisor);

    CHECK(*late->stateHash() == *story.world.server().stateHash());
    CHECK(*late->rebuildAndCompare());
    REQUIRE(late->conflicts()->size() == 1);
    CHECK(late->conflicts()->front().fields[0].base.toString() == "48");
    REQUIRE(late->resolve(late->conflicts()->front().id, {Decision::Kind::UseValue, {}, "60", "sổ"})
                .ok());
    REQUIRE(story.world.sync(*late).ok());
    story.syncAll();
    CHECK(story.a->conflicts()->empty());
    CHECK(*late->stateHash() == *story.world.server().stateHash());
    story.checkSame();
}

TEST_CASE("areas: who works in a province works in all its communes") {
    SmallWorld world;
    REQUIRE(world.server()
                .importAreas("code,name,full_name,level,kind,parent_code\n"
                             "44,Quảng Trị,Tỉnh Quảng Trị,1,Tỉnh,\n"
                             "19564,Đakrông,Xã Đakrông,2,Xã,44\n")
                .ok());
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    auto officer = world.laptop("Lâm", Role::Officer, {"44"});
    Id record = create(*boss, {{"/name", "near"}, {"/area", "19564"}});
    Id far = create(*boss, {{"/name", "far"}, {"/area", "02647"}});
    REQUIRE(world.sync(*boss).ok());
    REQUIRE(world.sync(*officer).ok());
    CHECK(answer(*officer, record, "/name") == "near");
    CHECK(answer(*officer, far, "/name") == "(no record)");
    CHECK_FALSE(world.server().importAreas("name,code\n").ok());
}
