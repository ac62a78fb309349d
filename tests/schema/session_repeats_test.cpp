#include "tests/schema/session_support.h"

using namespace sotay;
using namespace sotay::test;

namespace {

const Rows kHousehold = {
    {"type", "name", "label", "calculation", "relevant", "repeat_count"},
    {"begin group", "household", "Household", "", "", ""},
    {"begin repeat", "members", "Members", "", "", ""},
    {"text", "who", "Name", "", "", ""},
    {"integer", "age", "Age", "", "", ""},
    {"calculate", "number", "", "position(..)", "", ""},
    {"text", "school", "School", "", "${age} < 18", ""},
    {"begin repeat", "animals", "Animals", "", "", ""},
    {"integer", "heads", "Heads", "", "", ""},
    {"calculate", "owner", "", "concat(${who}, ' ', position(..))", "", ""},
    {"end repeat", "", "", "", "", ""},
    {"calculate", "herd", "", "sum(${heads})", "", ""},
    {"end repeat", "", "", "", "", ""},
    {"end group", "", "", "", "", ""},
    {"calculate", "size", "", "count(${members})", "", ""},
    {"calculate", "total", "", "sum(${heads})", "", ""},
    {"calculate", "oldest", "", "max(${age})", "", ""},
    {"calculate", "second", "", "indexed-repeat(${who}, ${members}, 2)", "", ""}};

}  // namespace

TEST_CASE("session: a repeat opens with one item, and what nobody touched is not stored") {
    auto session = sessionOf(formOf(kHousehold));

    CHECK(session->view("/household/members[1]/who").has_value());
    CHECK(valueOf(*session, "/size") == "1");
    CHECK(session->answers() == Answers());
    CHECK_FALSE(session->isDirty());

    answer(*session, "/household/members[1]/who", "Hoa");
    CHECK(session->answers().items.size() == 1);
    CHECK(session->isDirty());
}

TEST_CASE("session: items are added and removed, and everything that counts them follows") {
    auto session = sessionOf(formOf(kHousehold));
    answer(*session, "/household/members[1]/who", "Hoa");
    answer(*session, "/household/members[1]/age", "40");

    auto second = session->addItem("/household/members");
    REQUIRE(second.ok());
    CHECK(*second == "/household/members[2]");
    answer(*session, "/household/members[2]/who", "Nam");
    answer(*session, "/household/members[2]/age", "12");
    CHECK(isRelevant(*session, "/household/members[2]/school"));
    CHECK_FALSE(isRelevant(*session, "/household/members[1]/school"));
    REQUIRE(session->addItem("/household/members").ok());
    answer(*session, "/household/members[3]/age", "70");
    CHECK(valueOf(*session, "/size") == "3");
    CHECK(valueOf(*session, "/oldest") == "70");
    CHECK(valueOf(*session, "/second") == "Nam");

    REQUIRE(session->removeItem("/household/members[1]").ok());
    CHECK(valueOf(*session, "/size") == "2");
    CHECK(valueOf(*session, "/household/members[1]/who") == "Nam");
    CHECK(valueOf(*session, "/household/members[1]/number") == "1");
    CHECK(valueOf(*session, "/household/members[2]/number") == "2");
    CHECK(valueOf(*session, "/second").empty());
    CHECK_FALSE(session->view("/household/members[3]").has_value());
    CHECK(session->removeItem("/household/members[9]").error().code == Code::NotFound);
}

TEST_CASE("session: a name inside nested repeats means the one of the same item") {
    auto session = sessionOf(formOf(kHousehold));
    answer(*session, "/household/members[1]/who", "Hoa");
    answer(*session, "/household/members[1]/animals[1]/heads", "3");
    REQUIRE(session->addItem("/household/members[1]/animals").ok());
    answer(*session, "/household/members[1]/animals[2]/heads", "4");
    REQUIRE(session->addItem("/household/members").ok());
    answer(*session, "/household/members[2]/who", "Nam");
    answer(*session, "/household/members[2]/animals[1]/heads", "10");

    CHECK(valueOf(*session, "/household/members[1]/herd") == "7");
    CHECK(valueOf(*session, "/household/members[2]/herd") == "10");
    CHECK(valueOf(*session, "/total") == "17");
    CHECK(valueOf(*session, "/household/members[1]/animals[2]/owner") == "Hoa 2");
    CHECK(valueOf(*session, "/household/members[2]/animals[1]/owner") == "Nam 1");

    REQUIRE(session->removeItem("/household/members[1]/animals[1]").ok());
    CHECK(valueOf(*session, "/household/members[1]/herd") == "4");
    CHECK(valueOf(*session, "/total") == "14");
    CHECK(valueOf(*session, "/household/members[1]/animals[1]/owner") == "Hoa 1");
}

TEST_CASE(
    "session: a record that is stored and opened again is the same record, in the same order") {
    auto form = formOf(kHousehold);
    auto session = sessionOf(form);
    answer(*session, "/household/members[1]/who", "Hoa");
    for (int i = 2; i <= 5; ++i) {
        REQUIRE(session->addItem("/household/members").ok());
        answer(*session, "/household/members[" + std::to_string(i) + "]/age",
               std::to_string(10 * i));
    }
    answer(*session, "/household/members[3]/animals[1]/heads", "8");
    const auto stored = session->answers();

    auto again = sessionOf(form, testContext(), &stored);
    CHECK(again->answers() == stored);
    CHECK_FALSE(again->isDirty());
    CHECK(valueOf(*again, "/household/members[5]/age") == "50");
    CHECK(valueOf(*again, "/total") == "8");
    answer(*again, "/household/members[5]/age", "51");
    CHECK(again->isDirty());
    answer(*again, "/household/members[5]/age", "50");
    CHECK_FALSE(again->isDirty());
}

TEST_CASE("session: answers that a form does not know stay with the record") {
    auto session = sessionOf(formOf(kHousehold));
    answer(*session, "/household/members[1]/who", "Hoa");
    auto stored = session->answers();
    const auto item = stored.items.begin()->second.front().id;
    stored.values[{"/retired", {}}] = Value::text("kept");
    stored.values[{"/household/members/retired", {item}}] = Value::integer(4);

    auto again = sessionOf(formOf(kHousehold), testContext(), &stored);
    CHECK(again->answers() == stored);
    REQUIRE(again->removeItem("/household/members[1]").ok());
    CHECK(again->answers().values.size() == 1);
}

TEST_CASE(
    "session: a repeat with a count has that many items, and gives them back when the count "
    "returns") {
    auto session = sessionOf(formOf({{"type", "name", "label", "repeat_count"},
                                     {"integer", "n", "How many", ""},
                                     {"begin repeat", "loans", "Loans", "${n}"},
                                     {"integer", "amount", "Amount", ""},
                                     {"end repeat", "", "", ""}}));
    CHECK_FALSE(session->view("/loans[1]").has_value());

    answer(*session, "/n", "3");
    answer(*session, "/loans[3]/amount", "5");
    CHECK(session->addItem("/loans").error().code == Code::Rejected);
    CHECK(session->removeItem("/loans[1]").error().code == Code::Rejected);
    CHECK(session->answers().items.begin()->second.size() == 3);

    answer(*session, "/n", "1");
    CHECK_FALSE(session->view("/loans[2]").has_value());
    CHECK(session->answers().items.empty());
    answer(*session, "/n", "3");
    CHECK(valueOf(*session, "/loans[3]/amount") == "5");
}

TEST_CASE("session: a running total over the items of a repeat is no circle") {
    auto session = sessionOf(
        formOf({{"type", "name", "label", "calculation"},
                {"begin repeat", "r", "R", ""},
                {"integer", "x", "X", ""},
                {"calculate", "before", "",
                 "if(position(..) = 1, 0, indexed-repeat(${sum}, ${r}, position(..) - 1))"},
                {"calculate", "sum", "", "${before} + ${x}"},
                {"end repeat", "", "", ""}}));
    REQUIRE(session->addItem("/r").ok());
    REQUIRE(session->addItem("/r").ok());
    for (int i = 3; i >= 1; --i)
        answer(*session, "/r[" + std::to_string(i) + "]/x", std::to_string(i));

    CHECK(valueOf(*session, "/r[3]/sum") == "6");
    answer(*session, "/r[1]/x", "10");
    CHECK(valueOf(*session, "/r[3]/sum") == "15");
    REQUIRE(session->removeItem("/r[2]").ok());
    CHECK(valueOf(*session, "/r[2]/sum") == "13");
}

TEST_CASE("session: an irrelevant repeat is not stored, and paths into other items are followed") {
    auto session = sessionOf(
        formOf({{"type", "name", "label", "relevant", "calculation"},
                {"select_one yn", "any", "Any?", "", ""},
                {"begin repeat", "r", "R", "${any} = 'yes'", ""},
                {"integer", "x", "X", "", ""},
                {"calculate", "first", "", "", "../../r[1]/x"},
                {"end repeat", "", "", "", ""},
                {"calculate", "how_many", "", "", "count(${r})"}},
               {{"list_name", "name", "label"}, {"yn", "yes", "Yes"}, {"yn", "no", "No"}}));
    CHECK(valueOf(*session, "/how_many") == "0");
    answer(*session, "/any", "yes");
    REQUIRE(session->addItem("/r").ok());
    answer(*session, "/r[1]/x", "7");
    CHECK(valueOf(*session, "/how_many") == "2");
    CHECK(valueOf(*session, "/r[2]/first") == "7");
    answer(*session, "/r[1]/x", "9");
    CHECK(valueOf(*session, "/r[2]/first") == "9");
    CHECK(session->answers().items.size() == 1);

    answer(*session, "/any", "no");
    CHECK(session->answers().items.empty());
    CHECK(valueOf(*session, "/how_many") == "0");
}
