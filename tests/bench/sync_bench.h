#pragma once

#include "tests/bench/measure.h"
#include "tests/bench/work.h"

namespace sotay::bench {

// W1 to W4 on the work: notebooks and a server in this process, over loopback HTTP, signed and
// durable as in life.
Status measureSync(const SyncWork& work, int runs, Figures& figures);

}  // namespace sotay::bench
