#include "sync/store/opened_reply.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "schema/mutant.h"
#include "sync/codec/crypto.h"
#include "sync/store/aside.h"

namespace sotay {

struct FeedReader::Shared {
    Status status;
    std::vector<FeedPart> parts;
    std::vector<std::promise<Result<LentBatch>>> opened;
    std::vector<std::future<Result<LentBatch>>> taken;
    std::atomic<std::size_t> next = 0;
    std::once_flag restRead;
    std::vector<std::future<void>> readers;  // last, so that they end first

    ~Shared() { next = parts.size(); }
    void read() {
        for (std::size_t i = next++; i < parts.size(); i = next++)
            opened[i].set_value(openPart(parts[i]));
    }
};

FeedReader::FeedReader(std::string_view feed) : shared_(std::make_unique<Shared>()) {
    auto parts = decodeFeed(feed);
    if (!parts.ok()) {
        shared_->status = parts.error();
        return;
    }
    shared_->parts = std::move(*parts);
    const std::size_t count = shared_->parts.size();
    shared_->opened.resize(count);
    for (auto& each : shared_->opened) shared_->taken.push_back(each.get_future());
    for (std::size_t i = 0; i < std::min(count, kReadAhead); ++i)
        shared_->readers.push_back(
            asideIf(feed.size() >= kWorthThread, [shared = shared_.get()] { shared->read(); }));
}

FeedReader::FeedReader(FeedReader&&) noexcept = default;
FeedReader& FeedReader::operator=(FeedReader&&) noexcept = default;
FeedReader::~FeedReader() = default;

Status FeedReader::status() const { return shared_->status; }

const std::vector<FeedPart>& FeedReader::parts() const { return shared_->parts; }

Result<LentBatch> FeedReader::take(std::size_t part) {
    // What no thread does is done here, by whoever asks first.
    std::call_once(shared_->restRead, [this] {
        for (auto& reader : shared_->readers)
            if (reader.wait_for(std::chrono::seconds(0)) == std::future_status::deferred)
                reader.get();
    });
    return shared_->taken[part].get();
}

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
