#include "tests/simulation/model.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/shared_folder.h"
#include "tests/support/temporary_folder.h"

using namespace sotay;
using namespace sotay::sim;

namespace {

constexpr std::uint64_t kSchedules = 3000;

nlohmann::json asJson(const ModelRun& run) {
    nlohmann::json changes = nlohmann::json::array(), forks = nlohmann::json::array(),
                   replicas = nlohmann::json::array();
    for (const ModelChange& change : run.changes)
        changes.push_back({change.record, change.fields, change.seen.incarnation,
                           change.seen.number, change.prev});
    for (const auto& [incarnation, top] : run.forks)
        forks.push_back(nlohmann::json::array({incarnation, top}));
    for (const ModelReplica& replica : run.replicas) {
        nlohmann::json numbers = nlohmann::json::array();
        for (const auto& [change, all] : replica.numbers) {
            nlohmann::json pairs = nlohmann::json::array();
            for (const Seen& number : all)
                pairs.push_back(nlohmann::json::array({number.incarnation, number.number}));
            numbers.push_back(nlohmann::json::array({change, pairs}));
        }
        replicas.push_back({{"known", replica.known}, {"numbers", numbers}});
    }
    return {{"changes", changes}, {"forks", forks}, {"replicas", replicas}};
}

}  // namespace

TEST_CASE("model: the engine finds the heads that the definition gives") {
    for (std::uint64_t seed = 1; seed <= kSchedules; ++seed) {
        CAPTURE(seed);
        ModelRun run = playModel(seed);
        for (const ModelReplica& replica : run.replicas)
            for (int record = 0; record < kModelRecords; ++record)
                for (int field = 0; field < kModelFields; ++field)
                    REQUIRE(engineHeads(run, replica, record, field) ==
                            modelHeads(run, replica, record, field));
    }
}

TEST_CASE("model: the engine finds the heads that the model of the design finds") {
    auto shared = sharedFolder();
    if (!shared || !std::filesystem::exists(*shared / "model" / "causality.py") ||
        std::system("python3 -c pass >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: the model of the design, or python3, is not here");
        return;
    }
    TemporaryFolder folder;
    const auto in = folder / "in", out = folder / "out";
    {
        std::ofstream lines(in);
        for (std::uint64_t seed = 1; seed <= kSchedules; ++seed)
            lines << asJson(playModel(seed)).dump() << "\n";
    }
    const std::string command =
        "python3 '" SOTAY_SOURCE_DIR "/tests/simulation/model_driver.py' '" +
        (*shared / "model").string() + "' < '" + in.string() + "' > '" + out.string() + "'";
    REQUIRE(std::system(command.c_str()) == 0);

    std::ifstream answers(out);
    std::string line;
    for (std::uint64_t seed = 1; seed <= kSchedules; ++seed) {
        CAPTURE(seed);
        REQUIRE(std::getline(answers, line));
        auto heads = nlohmann::json::parse(line);
        ModelRun run = playModel(seed);
        std::size_t at = 0;
        for (const ModelReplica& replica : run.replicas)
            for (int record = 0; record < kModelRecords; ++record)
                for (int field = 0; field < kModelFields; ++field)
                    REQUIRE(engineHeads(run, replica, record, field) ==
                            heads.at(at++).get<std::set<int>>());
    }
}
