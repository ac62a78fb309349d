#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/codec/lent_batch.h"

namespace sotay {

// A piece of the feed. Either one run just as its laptop sealed it, which the server passes on
// unopened (`placed.count` > 0 tells where it stands), or a batch that was made for this reader,
// whose runs say that themselves (`placed.count` 0).
struct FeedPart {
    struct Placed {
        std::uint32_t count = 0;
        std::uint32_t branch = 0, firstHeight = 0;  // as the server counts
        std::uint64_t firstNumber = 0;              // in the log
        std::int64_t receivedSeconds = 0, clockOffset = 0;
        bool operator==(const Placed&) const = default;
    } placed;
    std::string frame;  // packFrame(encodeBatch(...))
    bool operator==(const FeedPart&) const = default;
};

// Canonical like everything that the archive writes. "" for no parts.
std::string encodeFeed(const std::vector<FeedPart>& parts);
Result<std::vector<FeedPart>> decodeFeed(std::string_view bytes);

// Opens one part: a batch with its runs placed. Corrupt also when the frame is not the one run that
// `placed` tells of.
Result<LentBatch> openPart(const FeedPart& part);

}  // namespace sotay
