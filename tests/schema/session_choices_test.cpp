#include "tests/schema/session_support.h"

using namespace sotay;
using namespace sotay::test;

namespace {

const Rows kChoices = {
    {"list_name", "name", "label::English (en)", "label::Tiếng Việt (vi)", "province"},
    {"province", "qt", "Quang Tri", "Quảng Trị", ""},
    {"province", "hue", "Hue", "Huế", ""},
    {"commune", "dakrong", "Dakrong", "Đakrông", "qt"},
    {"commune", "huonghoa", "Huong Hoa", "Hướng Hóa", "qt"},
    {"commune", "aluoi", "A Luoi", "A Lưới", "hue"}};

SessionContext withFile(const std::string& name, const std::string& content) {
    auto context = testContext();
    context.readFile = [name, content](const std::string& file) -> std::optional<std::string> {
        if (file == name) return content;
        return std::nullopt;
    };
    return context;
}

}  // namespace

TEST_CASE("choices: a filter shows what fits, and an answer that no longer fits is shown invalid") {
    for (const std::string filter :
         {"province = ${p}", "${p}=province", "province = ${p} or false()"}) {
        CAPTURE(filter);
        auto session = sessionOf(formOf({{"type", "name", "label", "choice_filter"},
                                         {"select_one province", "p", "P", ""},
                                         {"select_one commune", "c", "C", filter}},
                                        kChoices));
        CHECK(namesOf(session->choices("/c")).empty());
        answer(*session, "/p", "qt");
        CHECK(namesOf(session->choices("/c")) == "dakrong huonghoa");
        answer(*session, "/c", "dakrong");
        CHECK(session->isValid());

        answer(*session, "/p", "hue");
        CHECK(namesOf(session->choices("/c")) == "aluoi");
        CHECK_FALSE(session->view("/c")->valid);
        CHECK_FALSE(session->view("/c")->message.empty());
        answer(*session, "/p", "qt");
        CHECK(session->isValid());
    }
}

TEST_CASE(
    "choices: several answers are in the order of the list while filled in, and in byte order when "
    "stored") {
    auto session = sessionOf(
        formOf({{"type", "name", "label"}, {"select_multiple province", "p", "P"}}, kChoices));

    answer(*session, "/p", " hue qt hue");
    CHECK(valueOf(*session, "/p") == "qt hue");
    CHECK(session->answers().values.begin()->second.toString() == "hue qt");
    answer(*session, "/p", "hue nowhere");
    CHECK_FALSE(session->view("/p")->valid);
}

TEST_CASE("choices: labels are in the language of the session, in calculations too") {
    auto context = testContext();
    context.language = "Tiếng Việt (vi)";
    auto session = sessionOf(
        formOf({{"type", "name", "label::English (en)", "label::Tiếng Việt (vi)", "calculation"},
                {"select_one province", "p", "P", "T", ""},
                {"calculate", "said", "", "", "jr:choice-name(${p}, '${p}')"},
                {"calculate", "found", "", "",
                 "instance('commune')/root/item[name='aluoi']/province"}},
               kChoices),
        context);

    CHECK(session->choices("/p").front().label == "Quảng Trị");
    answer(*session, "/p", "hue");
    CHECK(valueOf(*session, "/said") == "Huế");
    CHECK(valueOf(*session, "/found") == "hue");
    session->setLanguage("English (en)");
    CHECK(valueOf(*session, "/said") == "Hue");
    CHECK(session->choices("/p").front().label == "Quang Tri");
}

TEST_CASE("choices: or_other adds a choice and a question for it") {
    auto session = sessionOf(
        formOf({{"type", "name", "label"}, {"select_one province or_other", "p", "P"}}, kChoices));

    CHECK(namesOf(session->choices("/p")) == "qt hue other");
    CHECK_FALSE(isRelevant(*session, "/p_other"));
    answer(*session, "/p", "other");
    CHECK(session->isValid());
    CHECK(isRelevant(*session, "/p_other"));
}

TEST_CASE("choices: lists and look-ups come from files beside the form") {
    auto session = sessionOf(
        formOf({{"type", "name", "label", "choice_filter", "calculation"},
                {"select_one_from_file towns.csv", "town", "Town", "size > 10", ""},
                {"calculate", "mayor", "", "", "pulldata('towns', 'mayor', 'name', ${town})"},
                {"calculate", "big", "", "", "count(instance('towns')/root/item[size > 10])"}}),
        withFile("towns.csv",
                 "\xEF\xBB\xBFname,label,size,mayor\r\n"
                 "a,\"Town \"\"A\"\"\",5,An\r\nb,\"B, the big\",50,Binh\r\n"));

    REQUIRE(session->choices("/town").size() == 1);
    CHECK(session->choices("/town").front().label == "B, the big");
    CHECK(valueOf(*session, "/big") == "1");
    answer(*session, "/town", "b");
    CHECK(valueOf(*session, "/mayor") == "Binh");
    CHECK(session->isValid());
    answer(*session, "/town", "a");
    CHECK_FALSE(session->isValid());
}

TEST_CASE("choices: answers of a repeat can be the choices of a question") {
    auto session = sessionOf(formOf({{"type", "name", "label", "choice_filter"},
                                     {"begin repeat", "people", "People", ""},
                                     {"text", "who", "Who", ""},
                                     {"integer", "age", "Age", ""},
                                     {"end repeat", "", "", ""},
                                     {"select_one ${who}", "head", "Head", "${age} >= 18"}}));
    answer(*session, "/people[1]/who", "Hoa");
    answer(*session, "/people[1]/age", "40");
    REQUIRE(session->addItem("/people").ok());
    answer(*session, "/people[2]/who", "Nam");
    answer(*session, "/people[2]/age", "4");

    CHECK(namesOf(session->choices("/head")) == "Hoa");
    answer(*session, "/head", "Nam");
    CHECK_FALSE(session->isValid());
    answer(*session, "/people[2]/age", "24");
    CHECK(session->isValid());
}
