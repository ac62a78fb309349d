#include "sync/store/opened_reply.h"

#include <optional>

#include "schema/mutant.h"
#include "sync/codec/crypto.h"
#include "sync/store/aside.h"

namespace sotay {

struct FeedReader::Shared {
    Status status;
    std::vector<FeedPart> parts;
    std::optional<MadeAhead<Result<LentBatch>>> opened;  // last, so that its helpers end first
};

FeedReader::FeedReader(std::string_view feed) : shared_(std::make_unique<Shared>()) {
    auto parts = decodeFeed(feed);
    if (!parts.ok()) {
        shared_->status = parts.error();
        return;
    }
    shared_->parts = std::move(*parts);
    shared_->opened.emplace(
        shared_->parts.size(), feed.size() >= kWorthHelper,
        [&parts = shared_->parts](std::size_t part) { return openPart(parts[part]); });
}

FeedReader::FeedReader(FeedReader&&) noexcept = default;
FeedReader& FeedReader::operator=(FeedReader&&) noexcept = default;
FeedReader::~FeedReader() = default;

Status FeedReader::status() const { return shared_->status; }

const std::vector<FeedPart>& FeedReader::parts() const { return shared_->parts; }

Result<LentBatch> FeedReader::take(std::size_t part) { return shared_->opened->take(part); }

Result<OpenedReply> OpenedReply::open(std::string framed, const PublicKey& server) {
    auto reply = decodeMessage<SyncReply>(framed);
    if (!reply.ok()) return reply.error();
    if (!mutant(Mutant::FeedUnsignedTrusted) &&
        !verifySignature(signedBytes(*reply), reply->signature, server))
        return Error{Code::Corrupt,
                     "The reply is not signed by the server that this laptop enrolled with."};
    FeedReader feed(reply->feed);
    return OpenedReply{std::move(framed), std::move(*reply), std::move(feed)};
}

}  // namespace sotay
