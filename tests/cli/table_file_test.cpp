#include "app/cli/table_file.h"

#include <doctest/doctest.h>

namespace sotay {

namespace {

using Cells = std::vector<std::pair<std::string, std::string>>;

std::vector<FileRow> csv(std::string_view bytes) {
    auto rows = readCsvRows(bytes);
    REQUIRE(rows.ok());
    return std::move(*rows);
}

}  // namespace

TEST_CASE("csv: commas, semicolons and tabs are told apart by the heading") {
    for (const char* bytes :
         {"name,members\nHTX A,12\n", "name;members\r\nHTX A;12\r\n", "name\tmembers\nHTX A\t12"}) {
        CAPTURE(bytes);
        const auto rows = csv(bytes);
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].number == 2);
        CHECK(rows[0].cells == Cells{{"name", "HTX A"}, {"members", "12"}});
    }
}

TEST_CASE(
    "csv: quoted cells hold separators, quotes and line ends, rows keep their place in the file") {
    const auto rows = csv("\xEF\xBB\xBFname,note\n\"A, \"\"B\"\"\",\"one\ntwo\"\n\nC,\n");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].cells == Cells{{"name", "A, \"B\""}, {"note", "one\ntwo"}});
    CHECK(rows[0].number == 2);
    CHECK(rows[1].cells == Cells{{"name", "C"}, {"note", ""}});
    CHECK(rows[1].number == 5);
}

TEST_CASE("csv: a row with more cells than headings is refused by itself") {
    const auto rows = csv("a,b\n1,2,3\n4,5\n");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].problem == "The row has 3 cells under 2 headings.");
    CHECK(rows[1].problem.empty());
}

TEST_CASE("csv: a quote that is never closed, and text that is no UTF-8, refuse the file") {
    const auto open = readCsvRows("a\n\"never\nclosed");
    REQUIRE_FALSE(open.ok());
    CHECK(open.error().message == "Line 2: a quotation mark is never closed.");
    const auto latin = readCsvRows("name\nH\xE3\n");
    REQUIRE_FALSE(latin.ok());
    CHECK(latin.error().message.find("UTF-8") != std::string::npos);
}

TEST_CASE("jsonl: answers stand alone or under values, numbers read as typed") {
    const auto rows =
        readJsonRows(R"({"record":"r1","form":"coop","values":{"/members":12,"/income":9.45}})"
                     "\n\nnonsense\n"
                     R"({"name":"HTX","kinds":["a","b"],"phone":null})");
    REQUIRE(rows.ok());
    REQUIRE(rows->size() == 3);
    CHECK((*rows)[0].cells == Cells{{"record", "r1"}, {"/members", "12"}, {"/income", "9.45"}});
    CHECK((*rows)[1].problem == "The line is no JSON object.");
    CHECK((*rows)[1].number == 3);
    CHECK((*rows)[2].cells == Cells{{"name", "HTX"}, {"kinds", "a b"}, {"phone", ""}});
}

}  // namespace sotay
