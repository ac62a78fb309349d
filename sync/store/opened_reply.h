#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sync/codec/feed.h"
#include "sync/messages.h"

namespace sotay {

// The parts of a feed, unpacked and hashed by other threads while whoever wants them is busy with
// something else. Little ones are read when they are asked for.
class FeedReader {
  public:
    // `feed`: as SyncReply has it.
    explicit FeedReader(std::string_view feed);
    FeedReader(FeedReader&&) noexcept;
    FeedReader& operator=(FeedReader&&) noexcept;
    ~FeedReader();  // waits for the parts that are being read

    // Corrupt when the bytes are no feed; then it has no parts.
    Status status() const;
    const std::vector<FeedPart>& parts() const;
    // The part, when it is read, as openPart. Once for each part; any thread may take any of them,
    // also beside others.
    Result<LentBatch> take(std::size_t part);

  private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

// A server's reply, read as far as that goes without the notebook, so that any thread may do it.
struct OpenedReply {
    std::string framed;  // as it came
    SyncReply reply;
    FeedReader feed;

    // Corrupt when it is no reply, or not signed by the server.
    static Result<OpenedReply> open(std::string framed, const PublicKey& server);
};

}  // namespace sotay
