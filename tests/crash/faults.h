#pragma once

#include <string>
#include <vector>

#include "tests/crash/recording.h"

namespace sotay {

struct FaultFailure {
    std::string workflow, step, problem;
    DiskFault fault;
    std::string text() const;
};
struct FaultCount {
    std::size_t faults = 0;
    std::vector<FaultFailure> failures;
};
struct FaultPlan {
    std::size_t stride = 1;  // every how many calls of the disk one fails
    std::size_t share = 0, shares = 1;
};

// Each step of a workflow is done with a disk that refuses at its first call, then at its second,
// and so on: once; from there on; or because it is full. After each: a step that failed said so,
// as a fault of the disk; memory and file hold what they held, or (after a part of a sync) what
// was acknowledged; and the work goes on to where the undisturbed run ended.
FaultCount tryFaults(const Recording& recording, const FaultPlan& plan);

}  // namespace sotay
