#pragma once

#include "tests/bench/measure.h"
#include "tests/bench/work.h"

namespace sotay::bench {

// What everyday syncs cost in bytes: the request's body, and all that goes over the wire both ways
// with the headers of HTTP.
Status measureBytes(const SyncWork& work, Figures& figures);

}  // namespace sotay::bench
