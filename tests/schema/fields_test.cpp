#include <doctest/doctest.h>

#include <set>

#include "schema/fields.h"
#include "tests/support/markdown_form.h"

using namespace sotay;

namespace {

std::shared_ptr<const Form> form(const std::string& rows) {
    auto reading = markdownForm(
        "| survey |\n| | type | name | label | calculation | parameters | identity | area |\n" +
        rows);
    for (const auto& problem : reading.problems)
        if (problem.severity == Problem::Severity::Error) FAIL(shown(problem));
    return reading.form;
}

const Field& at(const FieldTable& table, const std::string& path) {
    const Field* field = table.byPath(path);
    REQUIRE_MESSAGE(field, path);
    return *field;
}

}  // namespace

TEST_CASE(
    "fields: each stored question and each repeat gets a number, notes and calculations get none") {
    const auto table = extendFields({}, *form("| | text | name | N | | | yes | |\n"
                                              "| | note | hello | Hi | | | | |\n"
                                              "| | calculate | twice | | 2 * 2 | | | |\n"
                                              "| | today | day | | | | | |\n"
                                              "| | begin_repeat | loans | L | | | | |\n"
                                              "| | decimal | amount | A | | | | |\n"
                                              "| | begin_group | bank | B | | | | |\n"
                                              "| | select_multiple x.csv | kind | K | | | | |\n"
                                              "| | end_group | | | | | | |\n"
                                              "| | end_repeat | | | | | | |\n"
                                              "| | range | score | S | | start=1 end=5 | | |\n"
                                              "| | text | commune | C | | | | yes |\n"));

    REQUIRE(table.fields.size() == 6);
    CHECK(table.version == 1);
    CHECK(at(table, "/name").ordinal == kFirstField);
    CHECK(at(table, "/name").identity);
    CHECK(at(table, "/loans").isRepeat);
    CHECK(at(table, "/loans/amount").repeat == at(table, "/loans").ordinal);
    CHECK(at(table, "/loans/amount").type == ValueType::Decimal);
    CHECK(at(table, "/loans/bank/kind").type == ValueType::Choices);
    CHECK(at(table, "/loans/bank/kind").repeat == at(table, "/loans").ordinal);
    CHECK(at(table, "/score").type == ValueType::Integer);
    REQUIRE(table.areaField());
    CHECK(table.areaField()->path == "/commune");
    CHECK(table.byOrdinal(17) == &table.fields[1]);
    CHECK(table.byOrdinal(99) == nullptr);
}

TEST_CASE(
    "fields: a number given once stays, whatever is moved, removed, changed or brought back") {
    const auto first =
        extendFields({}, *form("| | text | a | A |\n| | integer | b | B |\n| | text | c | C |\n"));
    const auto second =
        extendFields(first, *form("| | text | c | C |\n| | text | b | B |\n| | text | d | D |\n"));
    const auto third = extendFields(second, *form("| | text | a | A |\n| | integer | b | B |\n"));

    CHECK(at(second, "/c").ordinal == at(first, "/c").ordinal);
    CHECK(second.byOrdinal(at(first, "/a").ordinal)->retired);
    CHECK(second.byOrdinal(at(first, "/b").ordinal)->retired);
    CHECK(at(second, "/b").ordinal != at(first, "/b").ordinal);
    CHECK(at(second, "/b").type == ValueType::Text);
    CHECK(at(second, "/b").since == 2);
    CHECK(at(second, "/b").column == "b_" + std::to_string(at(second, "/b").ordinal));
    CHECK(at(third, "/a").ordinal == at(first, "/a").ordinal);
    CHECK(at(third, "/b").ordinal == at(first, "/b").ordinal);
    CHECK(third.fields.size() == second.fields.size());
    CHECK(third.version == 3);
}

TEST_CASE("fields: a question that moves into a repeat is another field") {
    const auto first = extendFields(
        {}, *form("| | begin_group | g | G |\n| | text | a | A |\n| | end_group | | |\n"));
    const auto second = extendFields(
        first, *form("| | begin_repeat | g | G |\n| | text | a | A |\n| | end_repeat | | |\n"));

    CHECK(at(first, "/g/a").repeat == 0);
    CHECK(at(second, "/g/a").repeat == at(second, "/g").ordinal);
    CHECK(at(second, "/g/a").ordinal != at(first, "/g/a").ordinal);
}

TEST_CASE("fields: columns are safe in SQL and differ without regard to case") {
    const auto table =
        extendFields({}, *form("| | text | Name | N |\n| | begin_group | g | G |\n| | text | name "
                               "| N |\n| | end_group | | |\n"
                               "| | text | _id | I |\n| | text | xã-phường | X |\n| | text | a.b | "
                               "A |\n| | text | a-b | A |\n"
                               "| | text | rowid | R |\n| | text | ___ | U |\n| | text | " +
                               std::string(200, 'z') + " | Z |\n"));

    std::set<std::string> seen;
    for (const auto& field : table.fields) {
        CAPTURE(field.path);
        CAPTURE(field.column);
        CHECK(field.column.find_first_not_of(
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
              std::string::npos);
        CHECK(std::isalpha(static_cast<unsigned char>(field.column[0])));
        CHECK(field.column.size() <= 63);
        CHECK(seen.insert(foldText(field.column)).second);
    }
    CHECK(at(table, "/Name").column == "Name");
    CHECK(at(table, "/g/name").column == "name_" + std::to_string(at(table, "/g/name").ordinal));
    CHECK(at(table, "/_id").column == "id");
    CHECK(at(table, "/xã-phường").column == "xa_phuong");
    CHECK(at(table, "/rowid").column != "rowid");
}

TEST_CASE("fields: the fingerprint tells two workbooks of one version apart, and nothing else") {
    const auto one = extendFields({}, *form("| | text | a | A |\n"));
    const auto same =
        extendFields({}, *form("| | note | n | N |\n| | text | a | Another label |\n"));
    const auto other = extendFields({}, *form("| | integer | a | A |\n"));

    CHECK(one.fingerprint() == same.fingerprint());
    CHECK(one.fingerprint() != other.fingerprint());
    CHECK(FieldTable{}.fingerprint() != one.fingerprint());
}
