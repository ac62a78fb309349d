#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/attachment.h"
#include "sync/change.h"

namespace sotay {

// A bundle that a laptop made of its unsent changes.
struct BundleMade {
    std::string file;
    std::uint64_t changes = 0;
    std::uint64_t files = 0;  // of which it has parts
};

// How far the parts of unsent files have gone into bundles.
struct FilePlace {
    FileHash hash{};         // none: nothing yet
    std::uint32_t part = 0;  // the next of this file
};

// What a laptop did with a bundle that somebody gave it.
struct BundleRead {
    enum class Kind {
        Answer,     // from the server, for this laptop: it was applied
        ForServer,  // of another laptop: it is kept, and goes to the server with the next sync
        ForLaptop   // from the server, for another laptop: it is kept to be handed on
    } kind = Kind::Answer;
    bool isNews = true;      // false: nothing in it that was not here already
    std::string deviceName;  // of the other laptop; "" when this one does not know it
    std::uint64_t acknowledged = 0, pulled = 0, quarantined = 0;
    std::uint64_t filesTaken = 0;  // that the server has now
    bool mustExportAgain =
        false;  // the server was restored since: it needs another bundle from here
};

// A bundle that this laptop carries for another.
struct CarriedBundle {
    std::uint64_t number = 0;
    bool isForServer = true;
    PublicKey device{};  // whose it is
    std::string deviceName;
    std::uint32_t pieces = 0, delivered = 0;
    std::string refusal;  // the server's reason; "" when it did not refuse
    std::int64_t receivedSeconds = 0;
};

}  // namespace sotay
