#include "sync/codec/feed.h"

#include "sync/codec/frame.h"
#include "sync/codec/serialize.h"

namespace sotay {

std::string encodeFeed(const std::vector<FeedPart>& parts) {
    std::string bytes;
    CanonicalOutputArchive ar(bytes);
    for (const FeedPart& part : parts) {
        const auto& placed = part.placed;
        ar(placed.count);
        if (placed.count > 0)
            ar(placed.branch, placed.firstHeight, placed.firstNumber, placed.receivedSeconds,
               placed.clockOffset);
        ar(part.frame);
    }
    return bytes;
}

Result<std::vector<FeedPart>> decodeFeed(std::string_view bytes) {
    try {
        std::vector<FeedPart> parts;
        CanonicalInputArchive ar(bytes);
        while (!ar.done()) {
            FeedPart& part = parts.emplace_back();
            auto& placed = part.placed;
            ar(placed.count);
            if (placed.count > 0)
                ar(placed.branch, placed.firstHeight, placed.firstNumber, placed.receivedSeconds,
                   placed.clockOffset);
            ar(part.frame);
        }
        return parts;
    } catch (const std::exception& problem) {
        return Error{Code::Corrupt,
                     std::string("The feed cannot be read: ") + problem.what() + "."};
    }
}

Result<LentBatch> openPart(const FeedPart& part) {
    auto bytes = unpackFrame(part.frame);
    if (!bytes.ok()) return bytes.error();
    auto batch = LentBatch::read(std::move(*bytes));
    if (!batch.ok() || part.placed.count == 0) return batch;
    auto& runs = batch->runs;
    if (runs.size() != 1 || runs[0].count != part.placed.count)
        return Error{Code::Corrupt, "The feed places another run than it brings."};
    runs[0].branch = part.placed.branch;
    runs[0].firstHeight = part.placed.firstHeight;
    runs[0].firstNumber = part.placed.firstNumber;
    runs[0].receivedSeconds = part.placed.receivedSeconds;
    runs[0].clockOffset = part.placed.clockOffset;
    return batch;
}

}  // namespace sotay
