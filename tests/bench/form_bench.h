#pragma once

#include "schema/result.h"
#include "tests/bench/measure.h"

namespace sotay::bench {

// Forms at the size that they must bear: one of 5,000 questions, and a list of 50,000 choices under
// filters of every kind. Each figure stands beside its limit.
Status measureForms(int runs, Figures& figures);

}  // namespace sotay::bench
