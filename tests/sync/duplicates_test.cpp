#include "tests/support/three_laptops.h"

using namespace sotay;

namespace {

// A and B each made a record of the same co-operative while they were offline.
struct Twice : ThreeLaptops {
    Id first, second;
    Twice() {
        first = create(*a, {{"/name", "HTX Nông nghiệp Ba Nang"},
                            {"/area", "19564"},
                            {"/members", "48"},
                            {"/phone", "0905"}});
        world.nowMs += 1000;
        second = create(*b, {{"/name", "htx nong nghiep Ba-Nang"},
                             {"/area", "19564"},
                             {"/members", "50"},
                             {"/income", "9.5"}});
        done(addLoan(*a, first, "100"));
        done(addLoan(*b, second, "200"));
        syncAll();
    }
    Conflict only(Notebook& notebook) {
        auto pairs = done(notebook.duplicates());
        REQUIRE(pairs.size() == 1);
        return pairs[0];
    }
    Id merge(Notebook& by, const Id& survivor,
             std::vector<std::pair<std::string, std::string>> settled = {}) {
        Decision decision;
        decision.kind = Decision::Kind::Merge;
        decision.survivor = survivor;
        decision.reason = "cùng một hợp tác xã";
        decision.settled = std::move(settled);
        return done(by.resolve(only(by).id, decision));
    }
};

std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
}

}  // namespace

TEST_CASE("duplicates: the same name in one commune, or the same tax code, is found everywhere") {
    Twice story;
    for (Notebook* each : story.all()) {
        Conflict pair = story.only(*each);
        CHECK(pair.kind == ConflictKind::Duplicate);
        CHECK(pair.id == story.only(*story.boss).id);
        CHECK(pair.record == story.first);
        CHECK(pair.other == story.second);
        CHECK(pair.keys == std::vector<std::string>{"/name", "/area"});
    }
    Id third = create(*story.a, {{"/name", "THT khác"}, {"/tax_code", "3283-690068"}});
    Id fourth = create(*story.a, {{"/name", "Tổ hợp tác"}, {"/tax_code", "3283690068"}});
    create(*story.a, {{"/name", "HTX Nông nghiệp Ba Nang"}, {"/area", "19999"}});
    create(*story.a, {{"/name", "HTX Nông nghiệp Ba Nang"}});
    CHECK(done(story.a->duplicates()).size() == 2);
    done(edit(*story.a, fourth, "/tax_code", "3283690069"));
    CHECK(done(story.a->duplicates()).size() == 1);
    done(edit(*story.a, fourth, "/tax_code", "3283690068"));
    done(story.a->remove(third));
    CHECK(done(story.a->duplicates()).size() == 1);
}

TEST_CASE("duplicates: said to be two, they are left alone until they match anew") {
    Twice story;
    Decision distinct;
    distinct.kind = Decision::Kind::Distinct;
    distinct.reason = "hai đơn vị";
    CHECK_FALSE(story.a->resolve(story.only(*story.a).id, distinct).ok());
    done(story.boss->resolve(story.only(*story.boss).id, distinct));
    story.syncAll();
    for (Notebook* each : story.all()) CHECK(done(each->duplicates()).empty());
    done(edit(*story.a, story.first, "/members", "49"));
    CHECK(done(story.a->duplicates()).empty());
    done(edit(*story.a, story.first, "/tax_code", "1"));
    done(edit(*story.a, story.second, "/tax_code", "1"));
    CHECK(story.only(*story.a).keys == std::vector<std::string>{"/tax_code"});
    story.syncAll();
    story.checkSame();
}

TEST_CASE("duplicates: merged they are one record, and what differs is asked") {
    Twice story;
    story.merge(*story.boss, story.first);
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(done(each->duplicates()).empty());
        CHECK(story.listed(*each) == 1);
        CHECK(answer(*each, story.first, "/income") == "9.5");
        CHECK(answer(*each, story.first, "/phone") == "0905");
        CHECK(sorted(loans(*each, story.first)) == std::vector<std::string>{"100", "200"});
        CHECK(done(each->openRecord(story.second)).record == story.first);
        auto conflicts = done(each->conflicts());
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].record == story.first);
        CHECK(conflicts[0].fields.size() == 2);  // the name as it is written, and the members
        CHECK_FALSE(each->remove(story.second).ok());
    }
    story.checkSame();

    Decision decision;
    decision.change = done(story.boss->conflicts())[0].fields[0].heads[0].origin.change;
    decision.reason = "theo sổ";
    done(story.boss->resolve(done(story.boss->conflicts())[0].id, decision));
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(done(each->conflicts()).empty());
        CHECK(answer(*each, story.first, "/members") == "48");
    }
    story.checkSame();
}

TEST_CASE("duplicates: fields that are chosen in the same step are not asked again") {
    Twice story;
    story.merge(*story.boss, story.second,
                {{"/members", "51"}, {"/name", "HTX Nông nghiệp Ba Nang"}});
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(done(each->conflicts()).empty());
        CHECK(answer(*each, story.second, "/members") == "51");
        CHECK(answer(*each, story.first, "/phone") == "0905");
    }
    story.checkSame();
}

TEST_CASE("duplicates: what is typed on the merged record without knowing goes to the other") {
    Twice story;
    auto before = done(story.b->openRecord(story.second));
    story.merge(*story.boss, story.first,
                {{"/members", "51"}, {"/name", "HTX Nông nghiệp Ba Nang"}});
    REQUIRE(story.world.sync(*story.boss).ok());
    Answers answers = before.answers;
    answers.values[{"/members", {}}] = Value::integer(53);
    answers.values[{"/phone", {}}] = Value::text("0999");
    done(story.b->save(before, answers));
    story.syncAll();
    for (Notebook* each : story.all()) {
        auto conflicts = done(each->conflicts());
        REQUIRE(conflicts.size() == 2);  // 51 or 53 members, 0905 or 0999
        for (const Conflict& conflict : conflicts) CHECK(conflict.record == story.first);
    }
    story.checkSame();
}

TEST_CASE("duplicates: undone, each has what was typed on it, before and in between") {
    Twice story;
    Id merge = story.merge(*story.boss, story.first,
                           {{"/members", "51"}, {"/name", "HTX Nông nghiệp Ba Nang"}});
    story.syncAll();
    // On the one record that there is now: its own phone, and the amount of the other's loan.
    auto opened = done(story.a->openRecord(story.first));
    Answers answers = opened.answers;
    answers.values[{"/phone", {}}] = Value::text("0912");
    for (auto& [key, value] : answers.values)
        if (key.path == "/loans/amount" && value == Value::integer(200))
            value = Value::integer(250);
    done(story.a->save(opened, answers));
    story.syncAll();
    CHECK(sorted(loans(*story.b, story.first)) == std::vector<std::string>{"100", "250"});

    CHECK(done(story.a->undoPlan(merge)).stop == UndoPlan::Stop::Decision);
    CHECK_FALSE(story.a->undo(merge, "không phải").ok());
    Id undo = done(story.boss->undo(merge, "hai đơn vị khác nhau"));
    CHECK_FALSE(story.boss->undo(merge, "lần nữa").ok());
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(story.listed(*each) == 2);
        CHECK(answer(*each, story.first, "/phone") == "0912");
        CHECK(answer(*each, story.first, "/members") == "51");
        CHECK(answer(*each, story.second, "/members") == "50");
        CHECK(loans(*each, story.first) == std::vector<std::string>{"100"});
        CHECK(loans(*each, story.second) == std::vector<std::string>{"250"});
        CHECK(done(each->conflicts()).empty());
    }
    story.checkSame();

    done(story.boss->undo(undo, "đúng là một"));
    story.syncAll();
    CHECK(story.listed(*story.a) == 1);
    CHECK(done(story.a->conflicts()).size() == 1);  // 51 or 50: nobody decided that since
    story.checkSame();
}

TEST_CASE("duplicates: each into the other on two laptops is one record, and still comes apart") {
    Twice story;
    auto other = story.world.laptop("Other", Role::Administrator);
    REQUIRE(story.world.sync(*other).ok());
    story.merge(*story.boss, story.first, {{"/members", "48"}});
    Id merge = story.merge(*other, story.second, {{"/members", "50"}});
    story.syncAll();
    REQUIRE(story.world.sync(*other).ok());
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(story.listed(*each) == 1);
        CHECK(done(each->openRecord(story.second)).record == story.first);
        CHECK(done(each->conflicts()).size() >= 1);
    }
    CHECK(*other->stateHash() == *story.boss->stateHash());
    story.checkSame();

    done(story.boss->undo(merge, "hai đơn vị"));
    story.syncAll();
    for (Notebook* each : story.all()) CHECK(story.listed(*each) == 2);
    story.checkSame();
}

TEST_CASE("duplicates: one merged into two by two people is asked") {
    ThreeLaptops story;
    Id x = story.record({{"/name", "X"}, {"/tax_code", "1"}});
    story.world.nowMs += 1000;
    Id y = story.record({{"/name", "Y"}, {"/tax_code", "2"}});
    story.world.nowMs += 1000;
    Id z = story.record({{"/name", "Z"}, {"/tax_code", "1"}});
    auto other = story.world.laptop("Other", Role::Administrator);
    auto mergeInto = [&](Notebook& by, const Id& survivor) {
        Decision decision;
        decision.kind = Decision::Kind::Merge;
        decision.survivor = survivor;
        decision.reason = "một";
        decision.settled = {{"/name", "Z"}};
        done(by.resolve(done(by.duplicates()).at(0).id, decision));
    };
    mergeInto(*story.boss, x);
    done(edit(*other, z, "/tax_code", "2"));
    mergeInto(*other, y);
    REQUIRE(story.world.sync(*other).ok());
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(story.listed(*each) == 2);
        auto conflicts = done(each->conflicts());
        auto asked = std::find_if(conflicts.begin(), conflicts.end(), [&](const Conflict& each2) {
            return each2.record == z && each2.kind == ConflictKind::Value;
        });
        REQUIRE(asked != conflicts.end());
        CHECK(asked->fields[0].heads.size() == 2);
    }
    story.checkSame();
    auto conflicts = done(story.boss->conflicts());
    for (const Conflict& conflict : conflicts)
        if (conflict.record == z) {
            Decision decision;
            for (const ConflictHead& head : conflict.fields[0].heads)
                if (head.value.toString() == y.toString()) decision.change = head.origin.change;
            decision.reason = "là Y";
            done(story.boss->resolve(conflict.id, decision));
        }
    story.syncAll();
    for (Notebook* each : story.all()) CHECK(done(each->openRecord(z)).record == y);
    story.checkSame();
}

TEST_CASE("duplicates: an officer's laptop that says what is the same is not believed") {
    Twice story;
    Decision decision;
    decision.kind = Decision::Kind::Merge;
    decision.survivor = story.first;
    decision.reason = "một";
    CHECK_FALSE(story.a->resolve(story.only(*story.a).id, decision).ok());
}

TEST_CASE("duplicates: the survivor deleted takes the other along, and gives it back") {
    Twice story;
    Id merge = story.merge(*story.boss, story.first,
                           {{"/members", "51"}, {"/name", "HTX Nông nghiệp Ba Nang"}});
    done(story.boss->remove(story.first));
    story.syncAll();
    for (Notebook* each : story.all()) CHECK(story.listed(*each) == 0);
    done(story.boss->undo(merge, "nhầm"));
    story.syncAll();
    for (Notebook* each : story.all()) CHECK(story.listed(*each) == 1);
    story.checkSame();
}
