#include <doctest/doctest.h>

#include "schema/question_types.h"
#include "tests/support/markdown_form.h"

using namespace sotay;

TEST_CASE("form: a text is shown in the language asked for, else in the form's, else in any") {
    LocalText text;
    CHECK(text.in("vi").empty());
    text.byLanguage = {{"Tiếng Việt (vi)", "Tên"}, {"English (en)", "Name"}};
    CHECK(text.in("English (en)") == "Name");
    CHECK(text.in("Français (fr)", "Tiếng Việt (vi)") == "Tên");
    CHECK(text.in("Français (fr)") == "Name");
    text.byLanguage[""] = "N";
    CHECK(text.in("Français (fr)") == "N");
}

TEST_CASE("form: lines are found by path and by name") {
    const auto reading = markdownForm(
        "| survey |\n| | type | name | label |\n| | begin_group | g | G |\n| | begin_repeat | r | "
        "R |\n"
        "| | text | q | Q |\n| | end_repeat | | |\n| | end_group | | |\n| | text | z | Z |\n");
    REQUIRE(reading.form);
    const Form& form = *reading.form;

    REQUIRE(form.find("/g/r/q"));
    CHECK(form.find("/g/r/q")->parent == form.find("/g/r"));
    CHECK(form.find("/g")->parent == nullptr);
    CHECK(form.find("/g/r/q")->row == 4);
    CHECK(form.findByName("q") == form.find("/g/r/q"));
    for (const char* path : {"", "/", "g", "/g/q", "/g/r/q/", "/g//r"})
        CHECK(form.find(path) == nullptr);
    CHECK(form.findByName("none") == nullptr);
    CHECK(form.questionCount() == 2);
}

TEST_CASE("form: old spellings of types are today's types") {
    for (const auto& [written, type] : {std::pair{"text", QuestionType::Text},
                                        {"string", QuestionType::Text},
                                        {"INT", QuestionType::Integer},
                                        {"q int", QuestionType::Integer},
                                        {"dateTime", QuestionType::DateTime},
                                        {"date time", QuestionType::DateTime},
                                        {"gps", QuestionType::GeoPoint},
                                        {"photo", QuestionType::Image},
                                        {"add note prompt", QuestionType::Note},
                                        {"trigger", QuestionType::Acknowledge},
                                        {"imei", QuestionType::DeviceId},
                                        {"end time", QuestionType::End},
                                        {"get today", QuestionType::Today},
                                        {"percentage", QuestionType::Integer},
                                        {"background-audio", QuestionType::Audio},
                                        {"caseid", QuestionType::Unknown}}) {
        CAPTURE(written);
        CHECK(parseType(written).kind == TypeLine::Kind::Question);
        CHECK(parseType(written).type == type);
    }
    CHECK(parseType("percentage").constraint == "0 <= . and . <= 100");
}

TEST_CASE("form: a select names its list, in any spelling") {
    struct Case {
        const char* written;
        QuestionType type;
        const char* list;
        bool orOther;
    };
    for (const auto& each :
         {Case{"select_one yes_no", QuestionType::SelectOne, "yes_no", false},
          Case{"Select One\xC2\xA0yes_no", QuestionType::SelectOne, "yes_no", false},
          Case{"select one from Yes_No or specify other", QuestionType::SelectOne, "Yes_No", true},
          Case{"add select multiple prompt using crops or_other", QuestionType::SelectMultiple,
               "crops", true},
          Case{"select all that apply from crops", QuestionType::SelectMultiple, "crops", false},
          Case{"select_multiple_from_file xã.csv", QuestionType::SelectMultiple, "xã.csv", false},
          Case{"select_one ${name}", QuestionType::SelectOne, "${name}", false},
          Case{"rank crops", QuestionType::Rank, "crops", false}}) {
        CAPTURE(each.written);
        const auto line = parseType(each.written);
        CHECK(line.type == each.type);
        CHECK(line.list == each.list);
        CHECK(line.orOther == each.orOther);
    }
    CHECK(parseType("select_one").kind == TypeLine::Kind::MissingList);
    CHECK(parseType("select_one_external xã").external);
    CHECK(parseType("select_one_from_file xã.csv").fromFile);
}

TEST_CASE("form: groups, repeats and loops begin and end in any spelling") {
    using Kind = TypeLine::Kind;
    for (const auto& [written, kind] : {std::pair{"begin group", Kind::BeginGroup},
                                        {"begin_group", Kind::BeginGroup},
                                        {"Begin Repeat", Kind::BeginRepeat},
                                        {"begin lgroup", Kind::BeginRepeat},
                                        {"begin looped group", Kind::BeginRepeat},
                                        {"end looped group", Kind::EndRepeat},
                                        {"begin loop over crops", Kind::BeginLoop},
                                        {"end_loop", Kind::EndLoop},
                                        {"end group", Kind::EndGroup},
                                        {"begin dancing", Kind::BadBegin},
                                        {"end", Kind::Question}}) {
        CAPTURE(written);
        CHECK(parseType(written).kind == kind);
    }
    CHECK(parseType("begin loop over crops").list == "crops");
}
