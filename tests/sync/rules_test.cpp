#include "tests/support/three_laptops.h"

using namespace sotay;

namespace {

// A says that 40 of the 50 members are women, B that there are 30 members.
struct FortyOfThirty : ThreeLaptops {
    Id id = record({{"/name", "HTX Ba Nang"}, {"/members", "50"}, {"/women", "20"}});
    FortyOfThirty() {
        done(edit(*a, id, "/women", "40"));
        done(edit(*b, id, "/members", "30"));
        syncAll();
    }
    Conflict only() {
        auto conflicts = done(boss->conflicts());
        REQUIRE(conflicts.size() == 1);
        return conflicts[0];
    }
};

const ConflictField& fieldOf(const Conflict& conflict, const std::string& path) {
    for (const ConflictField& field : conflict.fields)
        if (field.path == path) return field;
    FAIL("no field " << path);
    return conflict.fields.front();
}

}  // namespace

TEST_CASE("rules: two changes that each keep a constraint and together break it are a conflict") {
    FortyOfThirty story;
    Conflict conflict = story.only();
    CHECK(conflict.kind == ConflictKind::Constraint);
    CHECK(conflict.rulePath == "/women");
    CHECK(conflict.message == "More women than members");
    REQUIRE(conflict.fields.size() == 2);
    const ConflictField& women = fieldOf(conflict, "/women");
    REQUIRE(women.heads.size() == 2);
    CHECK(women.heads[0].origin.authorName == "Lâm");
    CHECK(women.heads[0].value.toString() == "40");
    CHECK(women.heads[1].value.toString() == "20");
    CHECK(women.base.toString() == "20");
    CHECK(fieldOf(conflict, "/members").heads[0].value.toString() == "50");
    CHECK(fieldOf(conflict, "/members").heads[1].value.toString() == "30");
    for (Notebook* each : story.all()) {
        auto seen = done(each->conflicts());
        REQUIRE(seen.size() == 1);
        CHECK(seen[0].id == conflict.id);
        CHECK(each->status().conflicts == 1);
        ListQuery query;
        query.formId = "coop";
        query.onlyConflicts = true;
        CHECK(each->list(query)->total == 1);
    }
    CHECK(story.world.server().status().conflicts == 1);
    story.checkSame();
}

TEST_CASE("rules: a decision closes it whichever way it goes and for everybody") {
    using Kind = Decision::Kind;
    for (Kind kind : {Kind::TakeChange, Kind::UseValue, Kind::Keep}) {
        CAPTURE(static_cast<int>(kind));
        FortyOfThirty story;
        Conflict conflict = story.only();
        Decision decision;
        decision.kind = kind;
        decision.reason = "đã hỏi hợp tác xã";
        decision.change = conflict.fields[0].heads[0].origin.change;
        if (kind == Kind::UseValue) decision.settled = {{"/women", "25"}};
        CHECK_FALSE(story.a->resolve(conflict.id, decision).ok());
        done(story.boss->resolve(conflict.id, decision));
        story.syncAll();

        for (Notebook* each : story.all()) {
            CHECK(done(each->conflicts()).empty());
            CHECK(each->status().conflicts == 0);
            CHECK(answer(*each, story.id, "/women") == (kind == Kind::UseValue ? "25" : "40"));
            CHECK(answer(*each, story.id, "/members") == (kind == Kind::TakeChange ? "50" : "30"));
        }
        story.checkSame();
    }
}

TEST_CASE("rules: an officer who sees both and mends it is not stopped, and it is closed") {
    FortyOfThirty story;
    done(edit(*story.b, story.id, "/women", "25"));
    story.syncAll();
    CHECK(done(story.boss->conflicts()).empty());
    story.checkSame();
}

TEST_CASE(
    "rules: other edits do not close it, and another change beside it opens it as a new one") {
    FortyOfThirty story;
    Conflict before = story.only();
    done(edit(*story.b, story.id, "/phone", "0900"));
    story.syncAll();
    CHECK(story.only().id == before.id);

    Decision keep;
    keep.kind = Decision::Kind::Keep;
    keep.reason = "đúng như vậy";
    done(story.boss->resolve(before.id, keep));
    done(edit(*story.a, story.id, "/women", "29"));
    story.syncAll();
    auto conflicts = done(story.boss->conflicts());
    REQUIRE(conflicts.size() == 1);  // 40 by the decision, 29 by A
    CHECK(conflicts[0].kind == ConflictKind::Value);
    story.checkSame();
}

TEST_CASE("rules: what one person broke alone, or one after the other, is the form's to say") {
    ThreeLaptops story;
    Id id = story.record({{"/name", "HTX"}, {"/members", "50"}, {"/women", "20"}});
    done(edit(*story.a, id, "/women", "60"));
    done(edit(*story.b, id, "/members", "30"));
    story.syncAll();
    CHECK(done(story.boss->conflicts()).empty());

    Id other = story.record({{"/name", "THT"}, {"/members", "50"}, {"/women", "20"}});
    done(edit(*story.a, other, "/women", "40"));
    story.syncAll();
    done(edit(*story.b, other, "/members", "30"));
    story.syncAll();
    CHECK(done(story.boss->conflicts()).empty());
    story.checkSame();
}

TEST_CASE("rules: a deleted record has no broken rules, and a restored one has them again") {
    FortyOfThirty story;
    done(story.boss->remove(story.id));
    story.syncAll();
    CHECK(done(story.a->conflicts()).empty());
    CHECK(story.a->status().conflicts == 0);
    done(story.boss->restore(story.id));
    story.syncAll();
    CHECK(done(story.a->conflicts()).size() == 1);
    story.checkSame();
}
