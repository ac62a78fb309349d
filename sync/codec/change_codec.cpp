#include "sync/codec/change_codec.h"

#include "sync/codec/crypto.h"
#include "sync/codec/serialize.h"

namespace sotay {

std::string canonicalBytes(const Change& change) {
    constexpr std::uint8_t kLayout = 1;
    std::string out;
    out.reserve(256);
    CanonicalOutputArchive ar(out);
    ar(kLayout, change.author, change.device, change.form, change.record, change.writes,
       change.notes, change.seen, change.prev, change.wallSeconds, change.run, change.runCount);
    return out;
}

Id changeId(const Change& change) { return hashId(canonicalBytes(change)); }

std::string sealedBytes(const Id& lastChange) {
    // The prefix keeps a signature over a chain from being taken for one over anything else.
    return "sotay chain 1" + std::string(reinterpret_cast<const char*>(lastChange.bytes.data()),
                                         lastChange.bytes.size());
}

}  // namespace sotay
