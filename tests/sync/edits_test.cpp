#include "tests/support/three_laptops.h"

using namespace sotay;

TEST_CASE("edits: many of a day come together, each to its record and in its order") {
    ThreeLaptops t;
    std::vector<Id> ids;
    for (int i = 0; i < 6; ++i)
        ids.push_back(t.record({{"/name", "HTX " + std::to_string(i)}, {"/members", "10"}}));

    // One laptop's day, last record first: the same answer twice, a new record and an edit of it,
    // an answer that is cleared, a record that is deleted after an edit.
    for (std::size_t i = ids.size(); i-- > 0;)
        REQUIRE(edit(*t.a, ids[i], "/members", std::to_string(20 + i)).ok());
    REQUIRE(edit(*t.a, ids[1], "/members", "31").ok());
    const Id made = create(*t.a, {{"/name", "HTX mới"}, {"/members", "5"}});
    REQUIRE(edit(*t.a, made, "/members", "6").ok());
    REQUIRE(edit(*t.a, ids[2], "/members", "").ok());
    REQUIRE(t.a->remove(ids[3], "gone").ok());
    // Another's, who knows nothing of it.
    REQUIRE(edit(*t.b, ids[0], "/phone", "0905").ok());
    REQUIRE(edit(*t.b, ids[4], "/members", "44").ok());
    t.syncAll();

    t.checkSame();
    CHECK(answer(*t.boss, ids[0], "/members") == "20");
    CHECK(answer(*t.boss, ids[0], "/phone") == "0905");
    CHECK(answer(*t.boss, ids[1], "/members") == "31");
    CHECK(answer(*t.boss, ids[2], "/members") == "");
    CHECK(answer(*t.boss, made, "/members") == "6");
    CHECK(t.listed(*t.boss) == 6);
    const auto open = done(t.boss->conflicts());
    REQUIRE(open.size() == 1);
    CHECK(open[0].record == ids[4]);
}
