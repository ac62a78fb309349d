#pragma once

namespace sotay::sim {

// Off: from here on the engine's frames hold plain bytes, whatever they are asked for. What zstd
// makes of them decides nothing, and takes a third of the time of a schedule in memory.
void packFrames(bool on);

}  // namespace sotay::sim
