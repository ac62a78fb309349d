#include "tests/schema/session_support.h"

using namespace sotay;
using namespace sotay::test;

TEST_CASE("defaults: written ones are there at once, computed ones see the answers before them") {
    auto session = sessionOf(formOf({{"type", "name", "label", "default", "calculation"},
                                     {"integer", "a", "A", "5", ""},
                                     {"integer", "b", "B", "${a} + 1", ""},
                                     {"date", "d", "D", "today()", ""},
                                     {"date", "e", "E", "2020-01-01", ""},
                                     {"text", "t", "T", "An - Binh", ""},
                                     {"calculate", "c", "", "", "${b} * 10"}}));

    CHECK(valueOf(*session, "/a") == "5");
    CHECK(valueOf(*session, "/b") == "6");
    CHECK(valueOf(*session, "/c") == "60");
    CHECK(valueOf(*session, "/d") == "2026-11-22");
    CHECK(valueOf(*session, "/e") == "2020-01-01");
    CHECK(valueOf(*session, "/t") == "An - Binh");
    answer(*session, "/a", "9");
    CHECK(valueOf(*session, "/b") == "6");
}

TEST_CASE("defaults: a stored record keeps its answers and gets no defaults again") {
    auto form = formOf(
        {{"type", "name", "label", "default"}, {"integer", "a", "A", "5"}, {"text", "t", "T", ""}});
    auto session = sessionOf(form);
    answer(*session, "/a", "");
    answer(*session, "/t", "x");
    const auto stored = session->answers();

    auto again = sessionOf(form, testContext(), &stored);
    CHECK(valueOf(*again, "/a").empty());
}

TEST_CASE("defaults: a new item of a repeat has its own, and may look at the item before") {
    auto session = sessionOf(formOf(
        {{"type", "name", "label", "default"},
         {"begin repeat", "r", "R", ""},
         {"integer", "n", "N", "position(..) * 10"},
         {"text", "like_last", "L", "${r}[position() = position(current()/..) - 1]/like_last"},
         {"end repeat", "", "", ""}}));
    CHECK(valueOf(*session, "/r[1]/n") == "10");
    answer(*session, "/r[1]/like_last", "maize");
    REQUIRE(session->addItem("/r").ok());
    CHECK(valueOf(*session, "/r[2]/n") == "20");
    CHECK(valueOf(*session, "/r[2]/like_last") == "maize");
}

TEST_CASE("defaults: once() keeps what it found first") {
    auto session = sessionOf(formOf({{"type", "name", "label", "calculation"},
                                     {"integer", "a", "A", ""},
                                     {"calculate", "first", "", "once(${a})"}}));
    answer(*session, "/a", "3");
    answer(*session, "/a", "4");
    CHECK(valueOf(*session, "/first") == "3");

    const auto stored = session->answers();
    auto again = sessionOf(formOf({{"type", "name", "label", "calculation"},
                                   {"integer", "a", "A", ""},
                                   {"calculate", "first", "", "once(${a})"}}),
                           testContext(), &stored);
    CHECK(valueOf(*again, "/first") == "3");
}

TEST_CASE(
    "trigger: a calculation with a trigger happens when that question is answered, and can be "
    "changed") {
    auto session = sessionOf(formOf({{"type", "name", "label", "calculation", "trigger"},
                                     {"integer", "a", "A", "", ""},
                                     {"integer", "b", "B", "", ""},
                                     {"integer", "sum", "Sum", "${a} + ${b}", "${a}"},
                                     {"dateTime", "at", "At", "now()", "${b}"}}));
    CHECK(valueOf(*session, "/sum").empty());
    answer(*session, "/b", "2");
    CHECK(valueOf(*session, "/sum").empty());
    CHECK(valueOf(*session, "/at").rfind("2026-11-22T08:00:00", 0) == 0);
    answer(*session, "/a", "1");
    CHECK(valueOf(*session, "/sum") == "3");
    answer(*session, "/sum", "7");
    answer(*session, "/b", "5");
    CHECK(valueOf(*session, "/sum") == "7");
    CHECK(session->answers().values.size() == 4);
}

TEST_CASE("metadata: times, device and user come from outside") {
    auto context = testContext();
    context.properties = {{"username", "hoa"}, {"deviceid", "laptop-3"}};
    auto session = sessionOf(
        formOf({{"type", "name", "label", "calculation"},
                {"start", "start", "", ""},
                {"today", "today", "", ""},
                {"username", "username", "", ""},
                {"deviceid", "deviceid", "", ""},
                {"calculate", "last", "", "coalesce(${last-saved#note}, 'none')"},
                {"text", "note", "N", ""}},
               {}, {{"form_id", "instance_name"}, {"f", "concat(${username}, '-', ${note})"}}),
        context);

    CHECK(valueOf(*session, "/start") == "2026-11-22T08:00:00.000+07:00");
    CHECK(valueOf(*session, "/today") == "2026-11-22");
    CHECK(valueOf(*session, "/username") == "hoa");
    CHECK(valueOf(*session, "/deviceid") == "laptop-3");
    CHECK(valueOf(*session, "/last") == "none");
    answer(*session, "/note", "visit");
    CHECK(session->instanceName() == "hoa-visit");
    CHECK(session->answers().values.size() == 1);
}

TEST_CASE("types: what is typed becomes the one way to write it, or is refused") {
    const std::vector<std::array<std::string, 4>> cases = {
        {"integer", "0012", "12", "1.5"},
        {"decimal", "1.50", "1.5", "one"},
        {"date", "5/1/2026", "2026-01-05", "2025-02-29"},
        {"time", "8:05", "08:05:00", "24:10"},
        {"dateTime", "2026-01-05 8:05", "2026-01-05T08:05:00", "2026-01-05T99:00"},
        {"geopoint", " 16.8160  107.1000 ", "16.8160 107.1000", "95 10"},
        {"geotrace", "1 2; 3 4", "1 2;3 4", "1 2"},
        {"geoshape", "1 2;3 4;5 6;1 2", "1 2;3 4;5 6;1 2", "1 2;3 4;5 6;7 8"},
        {"acknowledge", "ok", "OK", "perhaps"},
    };
    for (const auto& [type, typed, canonical, refused] : cases) {
        CAPTURE(type);
        auto session = sessionOf(formOf({{"type", "name", "label"}, {type, "q", "Q"}}));
        answer(*session, "/q", typed);
        CHECK(valueOf(*session, "/q") == canonical);
        CHECK(session->isValid());
        answer(*session, "/q", refused);
        CHECK_FALSE(session->isValid());
        answer(*session, "/q", " ");
        CHECK(session->isValid());
    }
}
