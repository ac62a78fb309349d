// The engine's own frames (sync/codec/frame.cpp), with the choice not to pack.
#include "tests/simulation/frames.h"

#define packFrame packFrameReally
#include "sync/codec/frame.cpp"  // NOLINT(bugprone-suspicious-include)
#undef packFrame

namespace sotay {
namespace {

bool isPacking = true;

}  // namespace

std::string packFrame(std::string_view bytes, int level, std::string_view shared);
std::string packFrame(std::string_view bytes, int level, std::string_view shared) {
    if (isPacking) return packFrameReally(bytes, level, shared);
    std::string plain;
    plain.reserve(1 + bytes.size());
    plain += kPlain;
    plain += bytes;
    return plain;
}

void sim::packFrames(bool on) { isPacking = on; }

}  // namespace sotay
