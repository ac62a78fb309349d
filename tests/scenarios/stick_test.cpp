#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/support/programs.h"
#include "tests/support/temporary_folder.h"

using namespace sotay;
using nlohmann::json;

namespace {

const std::filesystem::path kBin = SOTAY_BIN_DIR;

// Two officers' laptops, enrolled; then the server can be taken off the network.
struct Season {
    TemporaryFolder folder;
    ServerProgram server{kBin / "sotayd", folder / "server.db"};
    std::string stick = (folder / "stick").string();

    Season() {
        std::filesystem::create_directory(stick);
        server.administer({"form", "publish", (kBin / "assets/forms/htx_profile.xlsx").string()});
        std::map<std::string, std::string> codes;
        for (const char* who : {"Lâm", "Hà"}) {
            server.administer({"user", "add", who, "--role", "officer", "--area", "*"});
            codes[who] = server.administer({"enrolment-code", who}).value("code", "");
        }
        const std::string url = server.start();
        REQUIRE_FALSE(url.empty());
        for (const auto& [who, code] : codes) {
            sotay(who, {"enroll", "--server", url, "--code", code, "--device", "DK of " + who});
            REQUIRE(sotay(who, {"sync"}).contains("pulled"));
        }
    }
    json sotay(const std::string& who, std::vector<std::string> arguments) const {
        std::vector<std::string> command = {(kBin / "sotay").string(), "--notebook",
                                            (folder / (who + ".db")).string(), "--json"};
        command.insert(command.end(), arguments.begin(), arguments.end());
        return runProgram(command).document();
    }
    std::string create(const std::string& who) const {
        const std::string answers = (folder / "answers.json").string();
        std::ofstream(answers) << R"({"answers":[{"path":"/general/name","value":"HTX Ba Nang"}]})";
        return sotay(who, {"record", "new", "--form", "htx_profile", "--answers", answers})
            .value("record", "");
    }
};

}  // namespace

TEST_CASE("stick: an officer without a network hands in by file, and gets the answer by file") {
    Season season;
    season.server.kill();
    const std::string record = season.create("Lâm");
    REQUIRE_FALSE(record.empty());
    const std::string there = (season.folder / "there.sotay").string(),
                      back = (season.folder / "back.sotay").string();

    CHECK(season.sotay("Lâm", {"bundle", "export", there})["changes"] == 1);
    const json taken = season.server.administer({"bundle", "import", there, "--answer", back});
    CHECK(taken["ok"] == true);
    CHECK(taken["changes"] == 1);
    CHECK(taken["user"] == "Lâm");
    const json answer = season.sotay("Lâm", {"bundle", "import", back});
    CHECK(answer["kind"] == "answer");
    CHECK(answer["acknowledged"] == 1);
    CHECK(season.sotay("Lâm", {"status"})["unsent"] == 0);

    const std::string device = std::to_string(taken["device"].get<int>());
    CHECK(season.server.administer({"bundle", "export", "--device", device, back})["bytes"] > 0);
    CHECK(season.sotay("Lâm", {"bundle", "import", back})["is_news"] == false);
    CHECK(season.sotay("Lâm", {"bundle", "import", there})["is_news"] == true);  // its own, carried
}

TEST_CASE("stick: a colleague with a network brings it to the server, also when he is cut off") {
    Season season;
    REQUIRE_FALSE(season.create("Lâm").empty());
    CHECK(season.sotay("Lâm", {"bundle", "exchange", season.stick})["changes"] == 1);
    const json read = season.sotay("Hà", {"bundle", "exchange", season.stick});
    REQUIRE(read["read"].size() == 1);
    CHECK(read["read"][0]["kind"] == "for_server");

    season.server.kill();
    CHECK(season.sotay("Hà", {"sync"}).contains("error"));
    REQUIRE_FALSE(season.server.start().empty());
    CHECK(season.sotay("Hà", {"sync"})["bundles_delivered"] == 1);
    CHECK(season.sotay("Hà", {"bundle", "exchange", season.stick})["ok"] == true);
    CHECK(season.sotay("Lâm", {"bundle", "exchange", season.stick})["changes"] == 0);

    CHECK(season.sotay("Lâm", {"status"})["unsent"] == 0);
    CHECK(season.sotay("Hà", {"sync"})["pulled"] == 1);
    CHECK(season.sotay("Lâm", {"status"})["state_hash"] ==
          season.sotay("Hà", {"status"})["state_hash"]);
}

TEST_CASE("stick: a photo goes by network or by stick, and a colleague looks at it") {
    Season season;
    const std::string photo = (season.folder / "photo.jpg").string(),
                      seen = (season.folder / "seen.jpg").string();
    const std::string content(150'000, 'x');
    std::ofstream(photo) << content;
    const std::string record = season.create("Lâm");
    const json attached = season.sotay("Lâm", {"record", "attach", record, "/general/name", photo});
    const std::string name = attached.value("attachment", "");
    REQUIRE(name.ends_with(".jpg"));
    CHECK(season.sotay("Lâm", {"sync"})["files_sent"] == 1);
    CHECK(season.sotay("Lâm", {"attachment", "list"})["attachments"][0]["at_server"] == true);
    season.sotay("Hà", {"sync"});
    CHECK(season.sotay("Hà", {"record", "show", record})["values"]["/general/name"] == name);
    CHECK(season.sotay("Hà", {"attachment", "get", name, "-o", seen})["bytes"] == 150'000);
    CHECK(season.server.administer({"attachment", "list"})["attachments"].size() == 1);
    season.server.kill();
    CHECK(season.server.administer({"attachment", "get", name, "-o", seen})["file"] == seen);

    std::ofstream(photo) << "another";
    season.sotay("Lâm", {"attachment", "add", photo});
    CHECK(season.sotay("Lâm", {"attachment", "free"})["bytes"] == 0);
    const json out = season.sotay("Lâm", {"bundle", "exchange", season.stick});
    CHECK(out["files"] == 1);
    for (const json& file : out["written"]) {
        const std::string bundle = season.stick + "/" + file.get<std::string>();
        CHECK(season.server.administer({"bundle", "import", bundle})["ok"] == true);
    }
    CHECK(season.server.administer({"attachment", "list"})["attachments"].size() == 2);
}
