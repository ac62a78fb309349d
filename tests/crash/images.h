#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/crash/recording.h"

namespace sotay {

// One crash: a machine stops before this operation of the journal.
struct CrashImage {
    std::size_t operation = 0;
    Cut cut = Cut::Killed;
    std::uint64_t seed = 0;  // of what is left by Part
};
struct CrashFailure {
    std::string workflow, step, machine, operation, problem;
    CrashImage image;
    std::string text() const;
};
struct CrashCount {
    std::size_t operations = 0, images = 0, finished = 0;
    std::vector<CrashFailure> failures;
};

// What to try: for each operation all four cuts, then `rounds` further seeds of Part. Images that
// are equal byte for byte are tried once. Every `finishEvery`th image is also worked on to the
// workflow's end, where it must show what the undisturbed run showed.
struct CrashPlan {
    std::size_t rounds = 0;
    std::uint64_t firstSeed = 1;
    std::size_t finishEvery = 8;
    std::size_t share = 0, shares = 1;  // of several threads
    std::size_t stride = 0;             // 0: the workflow's own
};

// After each crash: the file opens, SQLite's check of it is clean, it holds all that was
// acknowledged and no part of what was under way, and its records are what their changes say.
CrashCount tryImages(const Recording& recording, const CrashPlan& plan);

}  // namespace sotay
