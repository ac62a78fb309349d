#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/crash/crash_world.h"

namespace sotay {

// What people do at a laptop, in one line each. Records go by names: `CrashWorld::named`.
using Typed = std::vector<std::pair<std::string, std::string>>;  // path, text

std::string coopWorkbook(bool isSecondVersion);
Status createRecord(CrashWorld& world, const std::string& laptop, const std::string& name,
                    const Typed& typed);
Status createMany(CrashWorld& world, const std::string& laptop, std::size_t count);
Status editRecord(CrashWorld& world, const std::string& laptop, const std::string& name,
                  const Typed& typed);
Status addLoan(CrashWorld& world, const std::string& laptop, const std::string& name,
               const std::string& amount);
Status keepDraft(CrashWorld& world, const std::string& laptop, const std::string& name,
                 const Typed& typed);
Status resolveFirst(CrashWorld& world, const std::string& laptop, Decision::Kind kind,
                    const std::string& value);

template <class Answer>
Status statusOf(const Result<Answer>& result) {
    return result.ok() ? Status() : Status(result.error());
}

}  // namespace sotay
