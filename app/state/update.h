#pragma once

#include "app/state/action.h"
#include "app/state/reply.h"
#include "app/state/request.h"
#include "app/state/state.h"

namespace sotay::app {

// The one place where state changes. Pure but for what the form session of `state` does to itself:
// no clock, no files, no threads. What takes time comes back as requests for the worker, in order.
Requests update(State& state, const Action& action);

// The same for what the worker answered.
Requests update(State& state, Reply reply);

// What to ask when the app starts.
Requests start(const State& state);

}  // namespace sotay::app
