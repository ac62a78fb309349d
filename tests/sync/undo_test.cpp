#include "tests/support/three_laptops.h"

using namespace sotay;
using Stop = UndoPlan::Stop;

namespace {

struct Undone : ThreeLaptops {
    Id id = record({{"/name", "HTX Ba Nang"}, {"/members", "48"}, {"/phone", "0905"}});

    Conflict onlyConflict() {
        auto conflicts = done(boss->conflicts());
        REQUIRE(conflicts.size() == 1);
        return conflicts[0];
    }
    Id decide(Decision::Kind kind, const Id& change = {}) {
        Decision decision;
        decision.kind = kind;
        decision.change = change;
        decision.reason = "đã hỏi xã";
        Id made = done(boss->resolve(onlyConflict().id, decision));
        syncAll();
        return made;
    }
};

}  // namespace

TEST_CASE("undo: an edit goes back to what stood before, and the undo can be undone") {
    Undone story;
    Id change = done(edit(*story.a, story.id, "/members", "52"));
    done(edit(*story.a, story.id, "/phone", "0912"));
    auto plan = done(story.a->undoPlan(change));
    CHECK(plan.stop == Stop::None);
    REQUIRE(plan.fields.size() == 1);
    CHECK(plan.fields[0].before.toString() == "52");
    CHECK(plan.fields[0].after.toString() == "48");
    Id undo = done(story.a->undo(change, ""));
    story.syncAll();
    CHECK(answer(*story.boss, story.id, "/members") == "48");
    CHECK(answer(*story.boss, story.id, "/phone") == "0912");
    auto history = done(story.boss->history(story.id));
    CHECK(history.entries.back().kind == HistoryEntry::Kind::Undo);
    CHECK(history.entries.back().undoes == change);

    done(story.boss->undo(undo, "số đúng là 52"));
    story.syncAll();
    CHECK(answer(*story.a, story.id, "/members") == "52");
    story.checkSame();
}

TEST_CASE("undo: what others did since is named and not lost") {
    Undone story;
    Id change = done(edit(*story.a, story.id, "/members", "52"));
    story.syncAll();
    Id later = done(edit(*story.b, story.id, "/members", "57"));
    story.syncAll();
    auto plan = done(story.boss->undoPlan(change));
    CHECK(plan.stop == Stop::LaterChanges);
    REQUIRE(plan.later.size() == 1);
    CHECK(plan.later[0].origin.change == later);
    CHECK(plan.later[0].path == "/members");
    auto refused = story.boss->undo(change, "nhầm");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find(later.toString()) != std::string::npos);

    done(story.boss->undo(later, "nhầm"));
    CHECK(answer(*story.boss, story.id, "/members") == "52");
}

TEST_CASE("undo: a side of an open conflict is not taken back in passing") {
    Undone story;
    Id change = done(edit(*story.a, story.id, "/members", "52"));
    done(edit(*story.b, story.id, "/members", "57"));
    story.syncAll();
    CHECK(done(story.boss->undoPlan(change)).stop == Stop::LaterChanges);
    CHECK_FALSE(story.a->undo(change, "").ok());
}

TEST_CASE("undo: an officer takes back only their own changes") {
    Undone story;
    Id change = done(edit(*story.a, story.id, "/members", "52"));
    story.syncAll();
    CHECK(done(story.b->undoPlan(change)).stop == Stop::NotYours);
    CHECK_FALSE(story.b->undo(change, "nhầm").ok());
    CHECK_FALSE(story.boss->undo(change, "").ok());  // a supervisor says why
    done(story.boss->undo(change, "nhầm"));
    story.syncAll();
    CHECK(answer(*story.b, story.id, "/members") == "48");
    story.checkSame();
}

TEST_CASE("undo: of a decision opens the question again with the same sides") {
    Undone story;
    Id fromA = done(edit(*story.a, story.id, "/members", "52"));
    done(edit(*story.b, story.id, "/members", "57"));
    story.syncAll();
    Conflict first = story.onlyConflict();
    Id decision = story.decide(Decision::Kind::TakeChange, fromA);
    CHECK(done(story.a->conflicts()).empty());
    CHECK(done(story.a->undoPlan(decision)).stop != Stop::None);

    done(story.boss->undo(decision, "chưa hỏi đủ"));
    story.syncAll();
    for (Notebook* each : story.all()) {
        auto conflicts = done(each->conflicts());
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].id != first.id);
        REQUIRE(conflicts[0].fields.size() == 1);
        const ConflictField& field = conflicts[0].fields[0];
        REQUIRE(field.heads.size() == 2);
        CHECK(field.heads[0].value.toString() == "52");
        CHECK(field.heads[0].origin.authorName == "Lâm");
        CHECK(field.heads[1].value.toString() == "57");
        CHECK(field.base.toString() == "48");
        CHECK(answer(*each, story.id, "/members") == "57");  // the value shown before the decision
    }
    story.checkSame();

    // What an officer types meanwhile joins; the supervisor's word closes all of it.
    done(edit(*story.b, story.id, "/members", "58"));
    story.syncAll();
    CHECK(story.onlyConflict().fields[0].heads.size() == 3);
    story.decide(Decision::Kind::TakeChange, fromA);
    for (Notebook* each : story.all()) {
        CHECK(done(each->conflicts()).empty());
        CHECK(answer(*each, story.id, "/members") == "52");
    }
    story.checkSame();
}

TEST_CASE("undo: a supervisor who simply types a value answers a question that is open again") {
    Undone story;
    Id fromA = done(edit(*story.a, story.id, "/members", "52"));
    done(edit(*story.b, story.id, "/members", "57"));
    story.syncAll();
    Id decision = story.decide(Decision::Kind::TakeChange, fromA);
    done(story.boss->undo(decision, "chưa hỏi đủ"));
    done(edit(*story.boss, story.id, "/members", "55"));
    story.syncAll();
    CHECK(done(story.a->conflicts()).empty());
    story.checkSame();
}

TEST_CASE("undo: of keeping or deleting asks again, and the record is there meanwhile") {
    for (bool keep : {true, false}) {
        CAPTURE(keep);
        Undone story;
        done(story.a->remove(story.id, "giải thể"));
        done(edit(*story.b, story.id, "/members", "57"));
        story.syncAll();
        Id decision = story.decide(keep ? Decision::Kind::Keep : Decision::Kind::Delete);
        CHECK(story.listed(*story.a) == (keep ? 1u : 0u));
        done(story.boss->undo(decision, "chưa chắc"));
        story.syncAll();
        for (Notebook* each : story.all()) {
            CHECK(story.listed(*each) == 1);
            auto conflicts = done(each->conflicts());
            REQUIRE(conflicts.size() == 1);
            CHECK(conflicts[0].kind == ConflictKind::Delete);
            CHECK(conflicts[0].fields[0].heads.size() == 2);
        }
        story.checkSame();
        story.decide(Decision::Kind::Delete);
        CHECK(story.listed(*story.b) == 0);
        CHECK(done(story.b->conflicts()).empty());
        story.checkSame();
    }
}

TEST_CASE("undo: an added row goes, a removed row comes back, a made record is deleted") {
    Undone story;
    Id added = done(addLoan(*story.a, story.id, "100"));
    CHECK(loans(*story.a, story.id).size() == 1);
    Id undo = done(story.a->undo(added, ""));
    CHECK(loans(*story.a, story.id).empty());
    done(story.a->undo(undo, ""));
    CHECK(loans(*story.a, story.id) == std::vector<std::string>{"100"});

    auto opened = done(story.a->openRecord(story.id));
    Answers without = opened.answers;
    without.items.clear();
    std::erase_if(without.values, [](const auto& each) { return !each.first.items.empty(); });
    Id removed = done(story.a->save(opened, without));
    CHECK(loans(*story.a, story.id).empty());
    done(story.a->undo(removed, ""));
    CHECK(loans(*story.a, story.id) == std::vector<std::string>{"100"});

    Id made = create(*story.a, {{"/name", "nhầm"}});
    Id creation = done(story.a->history(made)).entries.front().origin.change;
    CHECK(done(story.a->undoPlan(creation)).deletes);
    done(story.a->undo(creation, ""));
    CHECK(story.listed(*story.a) == 1);
    done(story.a->restore(made));
    CHECK(story.listed(*story.a) == 2);
    CHECK_FALSE(story.a->restore(made).ok());
    story.syncAll();
    story.checkSame();
}

TEST_CASE("undo: an officer who deletes a record in conflict adds to the conflict") {
    Undone story;
    done(edit(*story.a, story.id, "/members", "52"));
    done(edit(*story.b, story.id, "/members", "57"));
    story.syncAll();
    done(story.a->remove(story.id, "giải thể"));
    story.syncAll();
    for (Notebook* each : story.all()) {
        CHECK(story.listed(*each) == 1);
        auto conflicts = done(each->conflicts());
        REQUIRE(conflicts.size() == 2);
        CHECK(conflicts[0].kind == ConflictKind::Delete);
        CHECK(conflicts[1].kind == ConflictKind::Value);
    }
    story.checkSame();
}
