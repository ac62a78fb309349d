#include <doctest/doctest.h>

#include "tests/support/markdown_form.h"
#include "tests/support/small_world.h"
#include "tests/support/workbook_file.h"

using namespace sotay;

namespace {

// The form of the small world, with other lines in its survey.
std::string nextVersion(const std::string& lines) {
    return workbookBytes(markdownWorkbook(R"(
| survey | | | | |
| | type | name | label | area |
| | text | name | Name | |
| | text | area | Commune | yes |
)" + lines + R"(
| settings | | |
| | form_id | form_title |
| | coop | Co-operative |
)"));
}

const Problem* problemWith(const Problems& problems, const std::string& words) {
    for (const auto& problem : problems)
        if (problem.message.find(words) != std::string::npos) return &problem;
    return nullptr;
}

Answers opened(Notebook& notebook, const Id& record) {
    auto open = notebook.openRecord(record);
    REQUIRE(open.ok());
    return open->answers;
}

// Opens a record under the newest version as a screen does, gives one answer and saves.
void fillIn(Notebook& notebook, SmallWorld& world, const Id& record, const std::string& path,
            const std::string& typed) {
    auto open = notebook.openRecord(record);
    REQUIRE(open.ok());
    SessionContext context;
    context.nowMs = world.nowMs;
    context.newId = world.surroundings().newId;
    auto session =
        FormSession::create(*notebook.form(open->formId), std::move(context), &open->answers);
    REQUIRE(session.ok());
    CHECK(!(*session)->isDirty());
    REQUIRE((*session)->setAnswer(path, typed).ok());
    auto saved = notebook.save(*open, (*session)->answers());
    REQUIRE_MESSAGE(saved.ok(), (saved.ok() ? "" : saved.error().message));
}

}  // namespace

TEST_CASE("versions: publishing says what changes, and how many records it concerns") {
    SmallWorld world;
    auto notebook = world.laptop("Lan", Role::Supervisor);
    create(*notebook, {{"/name", "HTX Một"}, {"/members", "12"}, {"/phone", "0905"}});
    const Id second = create(*notebook, {{"/name", "HTX Hai"}, {"/members", "7"}});
    REQUIRE(addLoan(*notebook, second, "500").ok());
    REQUIRE(world.sync(*notebook).ok());

    auto published =
        world.server().publish(nextVersion("| | text | members | Members | |"), "coop");

    REQUIRE(published.ok());
    CHECK(published->version == 2);
    const auto* members = problemWith(published->problems, "\"/members\" held a whole number");
    REQUIRE(members);
    CHECK(members->row == 4);
    CHECK(members->message.find("2 records hold such an answer") != std::string::npos);
    const auto* phone = problemWith(published->problems, "\"/phone\" is no longer in the form");
    REQUIRE(phone);
    CHECK(phone->message.find("1 record holds such an answer") != std::string::npos);
    const auto* loans = problemWith(published->problems, "The repeat \"/loans\"");
    REQUIRE(loans);
    CHECK(loans->message.find("1 record holds such an answer") != std::string::npos);
    const auto* income = problemWith(published->problems, "\"/income\"");
    REQUIRE(income);
    CHECK(income->message.find("No record") != std::string::npos);
}

TEST_CASE("versions: an old record opens under a new version, and nothing of it is lost") {
    SmallWorld world;
    auto notebook = world.laptop("Lan", Role::Supervisor);
    const Id record =
        create(*notebook, {{"/name", "HTX Một"}, {"/members", "12"}, {"/phone", "0905"}});
    REQUIRE(addLoan(*notebook, record, "500").ok());
    REQUIRE(world.sync(*notebook).ok());
    const auto before = opened(*notebook, record);
    REQUIRE(world.server().publish(nextVersion("| | text | leader | Leader | |"), "coop").ok());
    REQUIRE(world.sync(*notebook).ok());

    CHECK(opened(*notebook, record) == before);
    fillIn(*notebook, world, record, "/leader", "Hồ Thị Lan");
    REQUIRE(world.sync(*notebook).ok());

    auto after = opened(*notebook, record);
    CHECK(answer(*notebook, record, "/phone") == "0905");
    CHECK(answer(*notebook, record, "/members") == "12");
    CHECK(loans(*notebook, record) == std::vector<std::string>{"500"});
    CHECK(after.values.erase({"/leader", {}}) == 1);
    CHECK(after == before);
    auto history = *notebook->history(record);
    CHECK(history.entries.back().fields.size() == 1);
    CHECK(history.entries.back().fields[0].path == "/leader");
    CHECK(*notebook->rebuildAndCompare());
    CHECK(*world.server().rebuildAndCompare());

    // The first version again: the phone is the field that it was.
    REQUIRE(world.server().publish(SmallWorld::formWorkbook(), "coop").ok());
    REQUIRE(world.sync(*notebook).ok());
    fillIn(*notebook, world, record, "/phone", "0912");
    CHECK(answer(*notebook, record, "/phone") == "0912");
    CHECK(answer(*notebook, record, "/leader") == "Hồ Thị Lan");
}

TEST_CASE("versions: answers of a question whose type was changed are read as the new type") {
    SmallWorld world;
    auto notebook = world.laptop("Lan", Role::Supervisor);
    const Id readable = create(*notebook, {{"/name", "HTX Một"}, {"/phone", "0905"}});
    const Id other = create(*notebook, {{"/name", "HTX Hai"}, {"/phone", "none yet"}});
    REQUIRE(world.sync(*notebook).ok());
    REQUIRE(world.server().publish(nextVersion("| | integer | phone | Phone | |"), "coop").ok());
    REQUIRE(world.sync(*notebook).ok());

    fillIn(*notebook, world, readable, "/name", "HTX Ba");
    CHECK(answer(*notebook, readable, "/phone") == "905");
    fillIn(*notebook, world, other, "/name", "HTX Bốn");
    CHECK(answer(*notebook, other, "/phone") == "none yet");

    // Once the new question was answered, or cleared, the old answer is history.
    fillIn(*notebook, world, readable, "/phone", "");
    CHECK(opened(*notebook, readable).values.count({"/phone", {}}) == 0);
    fillIn(*notebook, world, other, "/phone", "77");
    CHECK(answer(*notebook, other, "/phone") == "77");
    bool isInHistory = false;
    const History past = *notebook->history(other);
    for (const auto& entry : past.entries)
        for (const auto& field : entry.fields)
            isInHistory = isInHistory || field.after.toString() == "none yet";
    CHECK(isInHistory);
    REQUIRE(world.sync(*notebook).ok());
    CHECK(*notebook->rebuildAndCompare());

    // Back to text: both fields hold an answer, and the one of today counts.
    REQUIRE(world.server().publish(nextVersion("| | text | phone | Phone | |"), "coop").ok());
    REQUIRE(world.sync(*notebook).ok());
    fillIn(*notebook, world, other, "/phone", "0912 337");
    CHECK(answer(*notebook, other, "/phone") == "0912 337");
}

TEST_CASE("versions: a draft survives a new version of its form") {
    SmallWorld world;
    auto notebook = world.laptop("Lan", Role::Supervisor);
    const Id record = create(*notebook, {{"/name", "HTX Một"}});
    Draft draft;
    draft.record = record;
    draft.formId = "coop";
    draft.typed = {{"/phone", "0905"}, {"/name", "HTX Hai"}, {"/loans[2]/amount", "x"}};
    REQUIRE(notebook->saveDraft(draft).ok());
    REQUIRE(world.server().publish(nextVersion("| | integer | phone | Phone | |"), "coop").ok());

    REQUIRE(world.sync(*notebook).ok());

    auto drafts = notebook->drafts();
    REQUIRE(drafts.ok());
    REQUIRE(drafts->size() == 1);
    CHECK(drafts->front().typed == draft.typed);
}

TEST_CASE("versions: a notebook that imports a form is told the same") {
    SmallWorld world;
    auto notebook = world.laptop("Lan", Role::Supervisor);
    create(*notebook, {{"/name", "HTX Một"}, {"/phone", "0905"}});

    auto imported = notebook->importForm(nextVersion(""), "coop");

    REQUIRE(imported.ok());
    CHECK(imported->version == 2);
    CHECK(problemWith(imported->problems, "\"/phone\" is no longer in the form. 1 record"));
}

TEST_CASE("versions: what answers a question that is not published yet is not admitted before") {
    SmallWorld world;
    auto lam = world.laptop("Lâm", Role::Officer);
    auto boss = world.laptop("Supervisor", Role::Supervisor);
    const Id record = create(*lam, {{"/name", "HTX Một"}});
    REQUIRE(world.sync(*lam).ok());
    const std::string next = nextVersion("| | text | email | Mail | |\n");
    REQUIRE(lam->importForm(next, "coop").ok());
    fillIn(*lam, world, record, "/email", "lam@htx.vn");
    REQUIRE(world.sync(*lam).ok());
    REQUIRE(world.server().quarantine().size() == 1);
    const std::uint64_t number = world.server().quarantine().front().number;

    const Status tooEarly = world.server().admit(number);
    REQUIRE(!tooEarly.ok());
    CHECK(tooEarly.error().message.find("Publish version 2 of the form \"coop\" first") !=
          std::string::npos);
    REQUIRE(world.server().publish(next, "coop").ok());
    REQUIRE(world.server().admit(number).ok());
    REQUIRE(world.sync(*boss).ok());

    CHECK(answer(*boss, record, "/email") == "lam@htx.vn");
    CHECK(*boss->stateHash() == *world.server().stateHash());
}
