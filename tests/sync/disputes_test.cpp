#include <set>

#include "tests/support/three_laptops.h"

using namespace sotay;

// Who may close what is in question, and which changes it is between.

namespace {

void setLoan(Notebook& notebook, const Id& record, const std::string& amount) {
    auto opened = done(notebook.openRecord(record));
    Answers answers = opened.answers;
    const Id item = answers.items[{"/loans", {}}].at(0).id;
    answers.values[{"/loans/amount", {item}}] = *parseValue(ValueType::Integer, amount);
    done(notebook.save(opened, answers));
}

void removeLoan(Notebook& notebook, const Id& record) {
    auto opened = done(notebook.openRecord(record));
    Answers answers = opened.answers;
    answers.items.clear();
    std::erase_if(answers.values, [](const auto& entry) { return !entry.first.items.empty(); });
    done(notebook.save(opened, answers));
}

}  // namespace

TEST_CASE("disputes: an officer who removes a row that is in question adds to the question") {
    ThreeLaptops story;
    Id record = story.record({{"/name", "HTX Ba Nang"}});
    done(addLoan(*story.boss, record, "10"));
    story.syncAll();
    setLoan(*story.a, record, "52");
    setLoan(*story.b, record, "57");
    story.syncAll();

    removeLoan(*story.a, record);
    story.syncAll();

    for (Notebook* each : story.all()) {
        auto conflicts = done(each->conflicts());
        REQUIRE(conflicts.size() == 2);
        CHECK(conflicts[0].kind == ConflictKind::Delete);
        CHECK(conflicts[1].kind == ConflictKind::Value);
        CHECK(conflicts[1].fields[0].heads.size() == 2);
    }
    story.checkSame();
}

TEST_CASE("disputes: a field shows only those who disagree in it, though others disagree beside") {
    ThreeLaptops story;
    Id record = story.record({{"/name", "HTX Ba Nang"}});
    auto c = story.world.laptop("Vân", Role::Officer);
    auto saveBoth = [&](Notebook& notebook, const std::string& members, const std::string& phone) {
        auto opened = done(notebook.openRecord(record));
        Answers answers = opened.answers;
        answers.values[{"/members", {}}] = *parseValue(ValueType::Integer, members);
        answers.values[{"/phone", {}}] = Value::text(phone);
        done(notebook.save(opened, answers));
    };
    saveBoth(*story.a, "52", "0905");
    saveBoth(*story.b, "57", "0906");
    done(edit(*c, record, "/members", "60"));
    done(story.world.sync(*c));
    story.syncAll();

    auto conflicts = done(story.boss->conflicts());
    REQUIRE(conflicts.size() == 1);
    REQUIRE(conflicts[0].fields.size() == 2);
    CHECK(conflicts[0].fields[0].heads.size() == 3);
    CHECK(conflicts[0].fields[1].heads.size() == 2);

    // Whoever is right about the members has no say about the phone: that stays open.
    Decision decision;
    decision.reason = "counted";
    for (const ConflictHead& head : conflicts[0].fields[0].heads)
        if (head.value.toString() == "60") decision.change = head.origin.change;
    done(story.boss->resolve(conflicts[0].id, decision));
    story.syncAll();
    auto left = done(story.a->conflicts());
    REQUIRE(left.size() == 1);
    REQUIRE(left[0].fields.size() == 1);
    CHECK(left[0].fields[0].path == "/phone");
    CHECK(answer(*story.a, record, "/members") == "60");
    story.checkSame();
}

TEST_CASE("disputes: a copied laptop's two lives are told apart, in whichever pieces they come") {
    ThreeLaptops story;
    Id record = story.record({{"/name", "HTX Ba Nang"}});
    done(edit(*story.a, record, "/phone", "1"));
    auto copy = story.world.folder / "copy.db", file = story.world.folder / "Lâm.db";
    story.a.reset();
    std::filesystem::copy_file(file, copy);
    story.a = done(Notebook::open(file, story.world.surroundings()));
    auto twin = done(Notebook::open(copy, story.world.surroundings()));
    auto pass = [&](Notebook& from) {
        done(story.world.sync(from));
        done(story.world.sync(*story.boss));
    };
    done(edit(*story.a, record, "/phone", "2"));
    pass(*story.a);
    done(edit(*twin, record, "/members", "7"));
    done(edit(*twin, record, "/phone", "3"));
    pass(*twin);
    done(edit(*story.a, record, "/phone", "4"));
    done(edit(*twin, record, "/phone", "5"));
    pass(*story.a);
    pass(*twin);
    story.syncAll();
    done(story.world.sync(*twin));

    for (Notebook* each : {story.boss.get(), story.b.get(), twin.get()}) {
        auto conflicts = done(each->conflicts());
        REQUIRE(conflicts.size() == 1);
        std::set<std::string> values;
        for (const ConflictHead& head : conflicts[0].fields[0].heads)
            values.insert(head.value.toString());
        CHECK(values == std::set<std::string>{"4", "5"});
    }
    story.checkSame();
}
