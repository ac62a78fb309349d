#include "tests/schema/session_support.h"

using namespace sotay;
using namespace sotay::test;

TEST_CASE(
    "session: a question appears when its relevant holds, and its answer comes back with it") {
    auto session = sessionOf(
        formOf({{"type", "name", "label", "relevant"},
                {"select_one yn", "has_loan", "Loan?", ""},
                {"integer", "amount", "How much?", "${has_loan} = 'yes'"}},
               {{"list_name", "name", "label"}, {"yn", "yes", "Yes"}, {"yn", "no", "No"}}));

    CHECK_FALSE(isRelevant(*session, "/amount"));
    answer(*session, "/has_loan", "yes");
    answer(*session, "/amount", "5000000");
    CHECK(session->answers().values.size() == 2);

    answer(*session, "/has_loan", "no");
    CHECK_FALSE(isRelevant(*session, "/amount"));
    CHECK(session->answers().values.size() == 1);

    answer(*session, "/has_loan", "yes");
    CHECK(valueOf(*session, "/amount") == "5000000");
    CHECK(session->answers().values.size() == 2);
}

TEST_CASE("session: what is in an irrelevant group is irrelevant, and reads as empty") {
    auto session =
        sessionOf(formOf({{"type", "name", "label", "relevant", "calculation"},
                          {"integer", "members", "Members", "", ""},
                          {"begin group", "women", "Women", "${members} > 0", ""},
                          {"integer", "count", "How many", "", ""},
                          {"end group", "", "", "", ""},
                          {"calculate", "share", "", "", "coalesce(${count}, 'none')"}}));

    answer(*session, "/members", "10");
    answer(*session, "/women/count", "4");
    CHECK(valueOf(*session, "/share") == "4");

    answer(*session, "/members", "0");
    CHECK_FALSE(isRelevant(*session, "/women/count"));
    CHECK(valueOf(*session, "/share") == "none");
}

TEST_CASE(
    "session: calculations follow one another in the right order, whatever the order of the "
    "sheet") {
    auto session = sessionOf(formOf({{"type", "name", "label", "calculation"},
                                     {"calculate", "c", "", "(${a} + ${b}) * 5"},
                                     {"calculate", "b", "", "${a} * 3"},
                                     {"integer", "a", "A", ""}}));

    answer(*session, "/a", "2");
    CHECK(valueOf(*session, "/b") == "6");
    CHECK(valueOf(*session, "/c") == "40");
    answer(*session, "/a", "");
    CHECK(valueOf(*session, "/b").empty());
}

TEST_CASE("session: a constraint is judged when there is an answer, required when there is none") {
    auto session = sessionOf(
        formOf({{"type", "name", "label", "constraint", "constraint_message", "required",
                 "required_message", "relevant"},
                {"integer", "total", "Members", ". >= 7", "At least 7.", "yes", "Needed.", ""},
                {"integer", "women", "Women", ". <= ${total}", "", "${total} > 10", "", ""},
                {"text", "why", "Why", "", "", "yes", "", "${total} > 100"}}));

    CHECK_FALSE(session->isValid());
    CHECK(session->view("/total")->message == "Needed.");
    CHECK(session->view("/women")->valid);
    CHECK(session->view("/why")->valid);

    answer(*session, "/total", "5");
    CHECK(session->view("/total")->message == "At least 7.");
    answer(*session, "/total", "8");
    CHECK(session->isValid());
    answer(*session, "/women", "9");
    CHECK_FALSE(session->view("/women")->valid);
    answer(*session, "/total", "9");
    CHECK(session->view("/women")->valid);
}

TEST_CASE("session: questions that depend on themselves in a circle are refused by name") {
    const auto refusalOf = [](Rows rows) {
        std::string messages;
        for (const auto& problem : readRows(std::move(rows)).problems) {
            if (problem.severity == Problem::Severity::Error) messages += problem.message + '\n';
        }
        return messages;
    };

    const auto three = refusalOf({{"type", "name", "label", "calculation"},
                                  {"calculate", "a", "", "${b} + 1"},
                                  {"calculate", "b", "", "${c} + 1"},
                                  {"calculate", "c", "", "${a} + 1"}});
    for (const char* name : {"a (row 2)", "b (row 3)", "c (row 4)"})
        CHECK(three.find(name) != std::string::npos);
    CHECK(refusalOf({{"type", "name", "label", "calculation"}, {"integer", "n", "N", ". + 1"}})
              .find("n (row 2)") != std::string::npos);
    CHECK(refusalOf({{"type", "name", "label", "relevant"}, {"integer", "n", "N", "${n} > 0"}})
              .find("circle") != std::string::npos);
    CHECK(refusalOf({{"type", "name", "label", "required"}, {"integer", "n", "N", "${n} > 0"}})
              .find("its own") != std::string::npos);
    CHECK(refusalOf({{"type", "name", "label", "relevant"},
                     {"begin group", "g", "G", "${inside} > 0"},
                     {"integer", "inside", "I", ""},
                     {"end group", "", "", ""}})
              .find("inside") != std::string::npos);
}

TEST_CASE(
    "session: an answer that is no such thing is kept as typed, shown invalid and not stored") {
    auto session = sessionOf(formOf({{"type", "name", "label", "calculation"},
                                     {"integer", "n", "N", ""},
                                     {"date", "d", "D", ""},
                                     {"calculate", "next", "", "${n} + 1"}}));

    answer(*session, "/n", "many");
    answer(*session, "/d", "31/02/2026");
    CHECK(valueOf(*session, "/n") == "many");
    CHECK_FALSE(session->view("/n")->valid);
    CHECK_FALSE(session->isValid());
    CHECK(session->answers().values.empty());
    CHECK(session->rejectedText() ==
          std::map<std::string, std::string>{{"/d", "31/02/2026"}, {"/n", "many"}});
    CHECK(valueOf(*session, "/next").empty());

    answer(*session, "/n", "12");
    answer(*session, "/d", "28/02/2026");
    CHECK(session->isValid());
    CHECK(valueOf(*session, "/d") == "2026-02-28");
    CHECK(valueOf(*session, "/next") == "13");
}

TEST_CASE("session: read-only and calculated questions cannot be answered") {
    auto session = sessionOf(formOf({{"type", "name", "label", "calculation", "read_only"},
                                     {"integer", "a", "A", "", "yes"},
                                     {"integer", "b", "B", "1 + 1", ""},
                                     {"note", "n", "Note", "", ""}}));

    for (const char* path : {"/a", "/b", "/n"}) {
        const auto status = session->setAnswer(path, "1");
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == Code::Rejected);
        CHECK(session->view(path)->readOnly);
    }
    CHECK(session->setAnswer("/nowhere", "1").error().code == Code::NotFound);
    CHECK(valueOf(*session, "/b") == "2");
}

TEST_CASE("session: a soft check warns, and can be kept with a reason until the answer changes") {
    auto session =
        sessionOf(formOf({{"type", "name", "label", "warning", "warning_message"},
                          {"integer", "income", "Income", ". < 1000", "That is a lot."}}));

    answer(*session, "/income", "5000");
    CHECK(session->isValid());
    CHECK(session->view("/income")->warning == "That is a lot.");
    CHECK(session->keepWarning("/income", "  ").error().code == Code::InvalidInput);
    CHECK(session->keepWarning("/income", "seen the books").ok());
    CHECK(session->view("/income")->warning.empty());

    answer(*session, "/income", "6000");
    CHECK(session->view("/income")->warning == "That is a lot.");
    answer(*session, "/income", "600");
    CHECK(session->view("/income")->warning.empty());
}

TEST_CASE(
    "session: labels, hints and messages are in the chosen language, with answers filled in") {
    auto session = sessionOf(
        formOf({{"type", "name", "label::English (en)", "label::Tiếng Việt (vi)",
                 "constraint_message::English (en)", "constraint"},
                {"text", "who", "Name", "Tên", "", ""},
                {"integer", "age", "Age of ${who}", "Tuổi của ${who}", "Too old.", ". < 120"},
                {"integer", "only", "English only", "", "", ". < 5"}}));

    answer(*session, "/who", "Hoa");
    session->setLanguage("English (en)");
    CHECK(session->view("/age")->label == "Age of Hoa");
    session->setLanguage("vi");
    CHECK(session->view("/age")->label == "Tuổi của Hoa");
    answer(*session, "/age", "200");
    CHECK(session->view("/age")->message == "Too old.");
    answer(*session, "/age", "x");
    CHECK(session->view("/age")->message == "Nhập một số nguyên, ví dụ 12.");
}

TEST_CASE("session: ranges keep to their start, end and step") {
    auto session = sessionOf(formOf({{"type", "name", "label", "parameters"},
                                     {"range", "stars", "Stars", "start=1 end=5 step=2"}}));

    for (const auto& [typed, isGood] :
         std::map<std::string, bool>{{"1", true}, {"5", true}, {"2", false}, {"7", false}}) {
        answer(*session, "/stars", typed);
        CHECK(session->view("/stars")->valid == isGood);
    }
}

TEST_CASE("session: required beside a group asks for nothing") {
    auto session = sessionOf(formOf({{"type", "name", "label", "required"},
                                     {"begin group", "g", "G", "yes"},
                                     {"integer", "n", "N", ""},
                                     {"end group", "", "", ""}}));
    CHECK(session->isValid());
}

TEST_CASE("session: a calculation that says true or false is that where it is read") {
    auto session = sessionOf(formOf({{"type", "name", "label", "calculation", "relevant"},
                                     {"integer", "age", "Age", "", ""},
                                     {"calculate", "grown", "", "${age} >= 18", ""},
                                     {"calculate", "same", "", "${grown}", ""},
                                     {"text", "job", "Job", "", "${same}"},
                                     {"text", "school", "School", "", "${grown} = false()"}}));
    answer(*session, "/age", "40");
    CHECK(isRelevant(*session, "/job"));
    CHECK_FALSE(isRelevant(*session, "/school"));
    answer(*session, "/age", "8");
    CHECK(valueOf(*session, "/grown") == "false");
    CHECK_FALSE(isRelevant(*session, "/job"));
    CHECK(isRelevant(*session, "/school"));
}
