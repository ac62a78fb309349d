#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/crash/crash_world.h"

namespace sotay {

// One thing that somebody does; its call returns when it is acknowledged. Doing it again after it
// failed, or after a crash undid it, must lead to the same.
struct Step {
    std::string name;
    std::function<Status(CrashWorld&)> run;
    // The file is made or brought to a newer version: a part of that work is no harm.
    bool makesFile = false;
};

// What people do from morning to evening, on these machines, beginning with these disks.
struct Workflow {
    std::string name;
    std::vector<std::string> machines;
    std::map<std::string, MemoryDisk> disks;
    std::vector<Step> steps;
    std::size_t stride = 1;  // every how many operations the crash is tried
    bool settles = true;     // machines end alike when all have synced
};

// Each workflow is always the same but for keys and nonces. The short ones have some hundred
// writes.
Result<std::vector<Workflow>> shortWorkflows();
Result<std::vector<Workflow>> longWorkflows();

}  // namespace sotay
