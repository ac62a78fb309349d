#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/crash/workflows.h"

namespace sotay {

// What every machine held at a moment when nothing was under way: what its program shows, and what
// is in its file's tables. A crash must lead back to one of these.
struct Observation {
    std::size_t operations = 0;  // done by then
    std::size_t step = 0;        // under way, or just done
    bool isStepDone = false;
    std::map<std::string, std::string> states, tables;
};

// A workflow that was run once, undisturbed.
struct Recording {
    Workflow flow;
    std::vector<DiskOperation> journal;
    std::vector<Observation> observations;  // the first: before anything
    std::map<std::string, Id> named;
    std::map<std::string, std::string> carried;
    std::map<std::string, std::string> end;  // what machines show when all have synced afterwards
};

constexpr std::size_t kFirstStepNumber = 5000;  // of a workflow, for the clock

// Fails when a step does, or when a program shows something else than its file holds. `syncsLie`
// makes disks that do not keep what they said they had synced.
Result<Recording> record(const Workflow& flow, bool syncsLie);

// Starts every machine of a workflow, goes on from a step, and lets all laptops sync until nothing
// is new. Then what each machine shows.
Result<std::map<std::string, std::string>> finish(CrashWorld& world, const Workflow& flow,
                                                  std::size_t fromStep);

}  // namespace sotay
