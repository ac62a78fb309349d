#include "schema/form_changes.h"

#include <doctest/doctest.h>

#include "tests/support/markdown_form.h"

using namespace sotay;

namespace {

// A survey of lines "type | name", with a list of crops beside it.
std::shared_ptr<const Form> versionWith(const std::string& lines,
                                        const std::string& crops = "rice maize tea") {
    std::string text = "| survey |\n| | type | name | label | calculation |\n";
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        const auto line = lines.substr(at, end - at);
        text += "| | " + line + " | L | " +
                (line.find("calculate") == std::string::npos ? "" : "1 + 1") + " |\n";
        at = end + 1;
    }
    text += "| choices |\n| | list_name | name | label |\n";
    for (std::size_t at = 0; at < crops.size();) {
        const auto end = std::min(crops.find(' ', at), crops.size());
        text += "| | crops | " + crops.substr(at, end - at) + " | C |\n";
        at = end + 1;
    }
    auto reading = markdownForm(text);
    for (const auto& problem : reading.problems)
        if (problem.severity == Problem::Severity::Error) FAIL(shown(problem));
    return reading.form;
}

struct Versions {
    FieldTable table;
    std::shared_ptr<const Form> newest;

    // What the next version changes; it is published then.
    std::vector<FormChange> publish(const std::shared_ptr<const Form>& next) {
        auto changes =
            newest ? compareForms(table, newest.get(), *next) : std::vector<FormChange>();
        table = extendFields(table, *next);
        newest = next;
        return changes;
    }
    Ordinal ordinal(const std::string& path) const {
        const Field* field = table.byPath(path);
        REQUIRE_MESSAGE(field, path);
        return field->ordinal;
    }
};

bool says(const std::vector<FormChange>& changes, std::size_t which, const std::string& words) {
    REQUIRE(changes.size() > which);
    CAPTURE(changes[which].problem.message);
    return changes[which].problem.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("versions: what only adds, reorders or renames labels changes nothing for records") {
    Versions versions;
    versions.publish(versionWith("text | name\ninteger | age"));
    const Ordinal name = versions.ordinal("/name");

    CHECK(versions.publish(versionWith("integer | age\ntext | name\nselect_one crops | crop"))
              .empty());
    CHECK(versions.ordinal("/name") == name);
    CHECK(versions.ordinal("/crop") > versions.ordinal("/age"));
}

TEST_CASE("versions: a question that is gone is named, and where another of its name now is") {
    Versions versions;
    versions.publish(versionWith("text | name\ninteger | age"));
    const Ordinal age = versions.ordinal("/age");

    const auto changes =
        versions.publish(versionWith("text | name\nbegin group | g\ninteger | age\nend group | "));

    REQUIRE(changes.size() == 1);
    CHECK(changes[0].ordinal == age);
    CHECK(changes[0].problem.severity == Problem::Severity::Warning);
    CHECK(says(changes, 0, "\"/age\" is no longer in the form"));
    CHECK(says(changes, 0, "\"/g/age\" is a new place"));
}

TEST_CASE("versions: a question that comes back with its type is the same field again") {
    Versions versions;
    versions.publish(versionWith("text | name\ninteger | age"));
    const Ordinal age = versions.ordinal("/age");
    versions.publish(versionWith("text | name"));
    CHECK(versions.table.byOrdinal(age)->retired);

    const auto changes = versions.publish(versionWith("text | name\ninteger | age"));

    CHECK(versions.ordinal("/age") == age);
    CHECK(says(changes, 0, "the answers from then are shown again"));
    CHECK(versions.publish(versionWith("text | name\ninteger | age\ntext | more")).empty());
}

TEST_CASE("versions: a changed type is named at the row and column where the author changed it") {
    Versions versions;
    versions.publish(versionWith("text | name\ntext | age\ntext | born"));
    const Ordinal age = versions.ordinal("/age"), born = versions.ordinal("/born");

    const auto changes = versions.publish(versionWith("text | name\ninteger | age\ndate | born"));

    REQUIRE(changes.size() == 2);
    CHECK(changes[0].ordinal == age);
    CHECK(changes[0].problem.sheet == "survey");
    CHECK(changes[0].problem.row == 3);
    CHECK(changes[0].problem.column == "type");
    CHECK(says(changes, 0, "held text and now holds a whole number"));
    CHECK(says(changes, 1, "was of type text and is now date"));
    CHECK(versions.ordinal("/age") != age);
    CHECK(versions.ordinal("/born") == born);
    // Any date is a text: back again loses nothing, and says nothing.
    CHECK(versions.publish(versionWith("text | name\ninteger | age\ntext | born")).empty());
}

TEST_CASE("versions: a question that is now calculated, shown only or a group is named") {
    Versions versions;
    versions.publish(versionWith("text | a\ntext | b\ntext | c"));

    const auto changes = versions.publish(
        versionWith("calculate | a\nnote | b\nbegin group | c\ntext | d\nend group | "));

    REQUIRE(changes.size() == 3);
    CHECK(says(changes, 0, "now calculated"));
    CHECK(says(changes, 1, "now only shown"));
    CHECK(says(changes, 2, "now a group"));
}

TEST_CASE("versions: choices that are no longer offered are named, for each question of the list") {
    Versions versions;
    versions.publish(
        versionWith("select_one crops | first\nselect_multiple crops or_other | all\ntext | t"));

    const auto changes = versions.publish(versionWith(
        "select_one crops | first\nselect_multiple crops | all\ntext | t", "rice coffee"));

    REQUIRE(changes.size() == 3);
    CHECK(says(changes, 2, "\"/all_other\" is no longer in the form"));
    CHECK(changes[0].problem.sheet == "choices");
    CHECK(changes[0].problem.row == 2);
    CHECK(changes[0].choices == std::vector<std::string>{"maize", "tea", "other"});
    CHECK(changes[1].choices == std::vector<std::string>{"maize", "tea", "other"});
    CHECK(says(changes, 0,
               "\"/first\" no longer offers \"maize\", \"tea\", \"other\" of the list \"crops\""));
}

TEST_CASE("versions: a repeat that is gone, or is no longer one, is named once for all in it") {
    const std::string repeat =
        "begin repeat | r\ntext | a\nbegin repeat | inner\ntext | b\n"
        "end repeat | \nend repeat | ";
    Versions versions;
    versions.publish(versionWith("text | name\n" + repeat));

    SUBCASE("gone") {
        const auto changes = versions.publish(versionWith("text | name"));
        REQUIRE(changes.size() == 1);
        CHECK(says(changes, 0, "The repeat \"/r\" is no longer in the form"));
    }
    SUBCASE("a group now") {
        const auto changes =
            versions.publish(versionWith("text | name\nbegin group | r\ntext | a\nend group | "));
        REQUIRE(changes.size() == 1);
        CHECK(says(changes, 0, "was a repeat and no longer is"));
    }
    SUBCASE("the inner one only") {
        const auto changes =
            versions.publish(versionWith("text | name\nbegin repeat | r\ntext | a\nend repeat | "));
        REQUIRE(changes.size() == 1);
        CHECK(says(changes, 0, "\"/r/inner\" is no longer"));
    }
}

TEST_CASE("versions: a group that became a repeat is named once") {
    Versions versions;
    versions.publish(versionWith("begin group | g\ntext | a\ntext | b\nend group | "));

    const auto changes =
        versions.publish(versionWith("begin repeat | g\ntext | a\ntext | b\nend repeat | "));

    REQUIRE(changes.size() == 1);
    CHECK(says(changes, 0, "\"/g\" is a repeat now"));
    CHECK(changes[0].problem.row == 2);
}

TEST_CASE("versions: how many records hold an answer is said in the author's words") {
    const FormChange change{{Problem::Severity::Warning, "survey", 0, "", "It is gone."}, 16, {}};
    CHECK(describeChange(change, 0).message == "It is gone. No record holds such an answer.");
    CHECK(describeChange(change, 1).message.find("1 record holds such an answer and keeps it") !=
          std::string::npos);
    CHECK(describeChange(change, 12).message.find("12 records hold such an answer and keep it") !=
          std::string::npos);
    CHECK(describeChange(change, {}).message.find("keep it") != std::string::npos);
}
