#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "app/state/state.h"
#include "schema/result.h"

namespace sotay::platform {

// A screen with contents that a province could have, for looking at it and for tests: no notebook,
// no clock.
struct SampleScreen {
    const char* name;
    void (*fill)(app::State& state, const app::FormEntry& form);
};
const std::vector<SampleScreen>& sampleScreens();

// The form of co-operatives, from the assets.
Result<app::FormEntry> sampleForm(const std::filesystem::path& assets);

// A state in which nothing is open yet, for an officer in Đakrông on 22/11/2026 at 09:41.
app::State sampleState(const app::FormEntry& form, const app::Preferences& preferences);

}  // namespace sotay::platform
