#include "app/cli/record_commands.h"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "app/cli/conflict_commands.h"
#include "app/cli/export_command.h"
#include "app/cli/files.h"
#include "app/cli/import_command.h"
#include "tests/support/small_world.h"

namespace sotay {

namespace {

Document done(Result<Document> result) {
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(*result);
}

struct Desk {
    SmallWorld world;
    std::unique_ptr<Notebook> notebook = world.laptop("lan", Role::Supervisor);

    std::string file(const std::string& name, const std::string& content) const {
        std::ofstream(world.folder / name, std::ios::binary) << content;
        return world.folder / name;
    }
    std::string record(const std::string& answers) {
        const auto document = done(newRecord(*notebook, "coop", file("answers.json", answers)));
        return document.at("record");
    }
    Document values(const std::string& id) const {
        return done(showRecord(*notebook, id, false)).at("values");
    }
};

constexpr const char* kAnswers = R"({"answers":[
    {"path":"/name","value":"HTX Đakrông"},{"path":"/members","value":12},
    {"path":"/loans[2]/amount","value":"500"},{"path":"/loans[1]/amount","value":"100"}]})";

}  // namespace

TEST_CASE("record: what is new is shown as it was answered, repeats in their order") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    CHECK(desk.values(id) == Document({{"/loans[1]/amount", "100"},
                                       {"/loans[2]/amount", "500"},
                                       {"/members", "12"},
                                       {"/name", "HTX Đakrông"}}));
}

TEST_CASE("record: set changes what it names, and nothing twice") {
    Desk desk;
    const auto id = desk.record(kAnswers);

    const RecordEdit edit{id, {"/members=15", "/loans[3]/amount=7"}, {"/loans[1]"}};
    CHECK(done(setAnswers(*desk.notebook, edit)).at("change").is_string());
    CHECK(done(setAnswers(*desk.notebook, {id, {"/members=15"}, {}})).at("change").is_null());

    const auto values = desk.values(id);
    CHECK(values.at("/members") == "15");
    CHECK(values.at("/loans[1]/amount") == "500");
    CHECK(values.at("/loans[2]/amount") == "7");
    CHECK_FALSE(values.contains("/loans[3]/amount"));
}

TEST_CASE(
    "record: an answer that cannot be read, breaks a constraint or has no place is refused whole") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    for (const char* wrong : {"/members=many", "/members=-1", "/nothing=1", "members"}) {
        CAPTURE(wrong);
        const auto refused = setAnswers(*desk.notebook, {id, {"/name=B", wrong}, {}});
        REQUIRE_FALSE(refused.ok());
        CHECK_FALSE(refused.error().message.empty());
    }
    CHECK(desk.values(id).at("/name") == "HTX Đakrông");
}

TEST_CASE("record: the history tells who changed what from what") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    done(setAnswers(*desk.notebook, {id, {"/members=15"}, {}}));

    const auto history = done(showRecord(*desk.notebook, id, true)).at("history");

    REQUIRE(history.size() == 2);
    CHECK(history[0].at("kind") == "creation");
    CHECK(history[1].at("kind") == "edit");
    CHECK(history[1].at("author") == "lan");
    REQUIRE(history[1].at("fields").size() == 1);
    CHECK(history[1].at("fields")[0].at("before") == "12");
    CHECK(history[1].at("fields")[0].at("after") == "15");
}

TEST_CASE("record: a list finds words without accents, and a deleted record no longer") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    ListQuery query;
    query.formId = "coop";
    query.search = "dakrong";
    CHECK(done(listRecords(*desk.notebook, query)).at("total") == 1);
    done(deleteRecord(*desk.notebook, id, "twice"));
    CHECK(done(listRecords(*desk.notebook, query)).at("total") == 0);
}

TEST_CASE("export: what is written can be imported again, and says the same") {
    for (const auto& [format, name] :
         std::map<ExportFormat, std::string>{{ExportFormat::Csv, "all.csv"},
                                             {ExportFormat::Xlsx, "all.xlsx"},
                                             {ExportFormat::Jsonl, "all.jsonl"}}) {
        CAPTURE(name);
        Desk desk;
        const auto id = desk.record(kAnswers);
        desk.record(
            R"({"answers":[{"path":"/name","value":"A, \"B\""},{"path":"/income","value":"9.45"}]})");
        const std::string file = desk.world.folder / name;
        CHECK(done(exportRecords(*desk.notebook, {"coop", format, file})).at("records") == 2);

        auto other = desk.world.laptop("minh", Role::Officer);
        const auto made = done(importRecords(*other, "coop", file));
        const auto again = done(importRecords(*other, "coop", file));

        CHECK(made == Document({{"created", 2}, {"updated", 0}, {"refused", Document::array()}}));
        CHECK(again == Document({{"created", 0}, {"updated", 0}, {"refused", Document::array()}}));
        CHECK(done(showRecord(*other, id, false)).at("values") == desk.values(id));
        const auto exported = [&](Notebook& notebook) {
            const std::string copy = desk.world.folder / "again.jsonl";
            done(exportRecords(notebook, {"coop", ExportFormat::Jsonl, copy}));
            return *readInput(copy);
        };
        CHECK(exported(*other) == exported(*desk.notebook));
    }
}

TEST_CASE("import: good rows are taken, bad ones named, blank cells of an update clear") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    const auto file =
        desk.file("in.csv", "record,name,members,_note\n" + id +
                                ",HTX Mới,,x\n,HTX Hai,7,\n,HTX Ba,many,\n,HTX Bốn,-1,\n");

    const auto document = done(importRecords(*desk.notebook, "", file));

    CHECK(document.at("created") == 1);
    CHECK(document.at("updated") == 1);
    REQUIRE(document.at("refused").size() == 2);
    CHECK(document.at("refused")[0].at("row") == 4);
    CHECK(document.at("refused")[1].at("row") == 5);
    CHECK(desk.values(id).at("/name") == "HTX Mới");
    CHECK_FALSE(desk.values(id).contains("/members"));
    CHECK(desk.values(id).at("/loans[2]/amount") == "500");
}

TEST_CASE(
    "import: a column that the form does not have refuses the file before anything is stored") {
    Desk desk;
    const auto refused =
        importRecords(*desk.notebook, "coop", desk.file("in.csv", "name,memberz\nHTX,1\n"));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("memberz") != std::string::npos);
    CHECK(desk.notebook->status().records == 0);
}

TEST_CASE("conflicts: both sides are shown, and a decision with its reason closes it") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    auto minh = desk.world.laptop("minh", Role::Officer);
    REQUIRE(desk.world.sync(*desk.notebook).ok());
    REQUIRE(desk.world.sync(*minh).ok());
    done(setAnswers(*desk.notebook, {id, {"/members=15"}, {}}));
    done(setAnswers(*minh, {id, {"/members=20", "/phone=0233"}, {}}));
    REQUIRE(desk.world.sync(*desk.notebook).ok());
    REQUIRE(desk.world.sync(*minh).ok());
    REQUIRE(desk.world.sync(*desk.notebook).ok());

    const auto conflicts = done(listConflicts(*desk.notebook)).at("conflicts");
    REQUIRE(conflicts.size() == 1);
    const auto& conflict = conflicts[0];
    CHECK(conflict.at("kind") == "value");
    CHECK(conflict.at("record") == id);
    CHECK(conflict.at("path") == "/members");
    CHECK(conflict.at("base") == "12");
    REQUIRE(conflict.at("heads").size() == 2);
    CHECK(conflict.at("heads")[1].at("value") == "20");
    CHECK(conflict.at("heads")[1].at("author") == "minh");

    const auto taken = Id::parse(conflict.at("heads")[1].at("change").get<std::string>());
    REQUIRE(taken);
    const Decision decision{Decision::Kind::TakeChange, *taken, "", "counted again"};
    done(resolveConflict(*desk.notebook, conflict.at("id"), decision));
    CHECK(done(listConflicts(*desk.notebook)).at("conflicts").empty());
    CHECK(desk.values(id).at("/members") == "20");
    CHECK(desk.values(id).at("/phone") == "0233");
}

TEST_CASE("record: what was deleted can be restored, and only that") {
    Desk desk;
    const auto id = desk.record(kAnswers);
    CHECK_FALSE(restoreRecord(*desk.notebook, id).ok());
    done(deleteRecord(*desk.notebook, id, "nhầm"));
    done(restoreRecord(*desk.notebook, id));
    CHECK(done(showRecord(*desk.notebook, id, false)).at("deleted") == false);
}

TEST_CASE("duplicates: listed with what they share, merged into one, and taken apart again") {
    Desk desk;
    const auto first = desk.record(
        R"({"answers":[{"path":"/name","value":"A"},{"path":"/tax_code","value":"1"}]})");
    desk.world.nowMs += 1000;
    const auto second = desk.record(
        R"({"answers":[{"path":"/name","value":"B"},{"path":"/tax_code","value":"1"}]})");
    const Document listed = done(listConflicts(*desk.notebook)).at("conflicts");
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].at("kind") == "duplicate");
    CHECK(listed[0].at("record") == first);
    CHECK(listed[0].at("other") == second);
    CHECK(listed[0].at("keys") == Document::array({"/tax_code"}));

    Decision decision;
    decision.kind = Decision::Kind::Merge;
    decision.survivor = *Id::parse(first);
    decision.reason = "một";
    const auto merge = done(resolveConflict(*desk.notebook, listed[0].at("id"), decision));
    CHECK(done(listConflicts(*desk.notebook)).at("conflicts").at(0).at("kind") == "value");
    CHECK(done(showRecord(*desk.notebook, second, false)).at("record") == first);
    CHECK_FALSE(deleteRecord(*desk.notebook, second, "").ok());

    const std::string change = merge.at("change");
    const Document plan = done(undoChange(*desk.notebook, change, "", true));
    CHECK(plan.at("separates") == second);
    CHECK(plan.at("stop") == "");
    done(undoChange(*desk.notebook, change, "hai", false));
    CHECK(done(showRecord(*desk.notebook, second, false)).at("record") == second);
}

}  // namespace sotay
