#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"

namespace sotay {

constexpr std::size_t kMaxMessageBytes =
    16u << 20;  // unpacked; nothing larger is ever allocated for a message

// Wraps bytes for the wire or the disk: one byte says whether zstd follows or the plain bytes,
// whichever is shorter. Frames are not canonical; ids and signatures are over what is inside.
std::string packFrame(std::string_view bytes, int level = 3);

// Corrupt when it is no frame, or unpacks to more than `limit`; nothing is allocated beyond that.
Result<std::string> unpackFrame(std::string_view frame, std::size_t limit = kMaxMessageBytes);

}  // namespace sotay
