#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"

namespace sotay {

constexpr std::size_t kMaxMessageBytes =
    16u << 20;  // unpacked; nothing larger is ever allocated for a message

// Wraps bytes for the wire or the disk: one byte says whether zstd follows or the plain bytes,
// whichever is shorter. Frames are not canonical; ids and signatures are over what is inside.
// `shared`: texts that whoever unpacks it has too; what occurs there is said in a few bits.
constexpr int kOrdinary = 3, kTightest = 19;  // levels
std::string packFrame(std::string_view bytes, int level = kOrdinary, std::string_view shared = {});

// Of what packing would not make shorter.
std::string plainFrame(std::string_view bytes);

// Corrupt when it is no frame, or unpacks to more than `limit`; nothing is allocated beyond that.
Result<std::string> unpackFrame(std::string_view frame, std::size_t limit = kMaxMessageBytes,
                                std::string_view shared = {});

}  // namespace sotay
