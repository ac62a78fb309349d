#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/programs.h"

namespace sotay {

// The story of two laptops and one co-operative, played with the real programs over loopback: a
// server process and three notebooks. Every step can be played again after it was cut off.
class ToldStory {
  public:
    // `bin`: the folder of sotay, sotayd and their assets. `folder`: where the databases go.
    ToldStory(std::filesystem::path bin, std::filesystem::path folder);

    struct Step {
        std::string title;  // for a newcomer
        std::function<std::string()>
            play;  // says what was seen; throws nothing, "" after a failure
    };
    std::vector<Step> steps();

    // When set, each command of the notebooks is first run with this timer, and then again to its
    // end.
    std::optional<std::chrono::microseconds> cutAfter;
    std::uint64_t timesCut = 0;
    bool killsServer = false;  // SIGKILL between the steps; the next command finds it started again

    nlohmann::json outcome();  // what `./dev demo --json` prints, without the steps
    const std::string& failure() const { return failure_; }

  private:
    nlohmann::json sotay(const std::string& who, std::vector<std::string> arguments,
                         bool mayRepeat = true);
    bool isTrue(bool holds, const std::string& what);
    std::string prepare();
    std::string receive();
    std::string editApart();
    std::string syncAll();
    std::string decide();
    std::string compare();
    std::map<std::string, std::string> values(const std::string& who);

    std::filesystem::path bin_, folder_;
    ServerProgram server_;
    std::string url_, record_, failure_;
    std::uint64_t conflictsBefore_ = 0, conflictsAfter_ = 0, parallelUpdates_ = 0, lost_ = 0;
    bool identical_ = false;
};

}  // namespace sotay
