#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "sync/codec/batch.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "tests/simulation/full_world.h"

namespace sotay::sim {
namespace {

const Error kOffline{Code::Offline, "The wire is cut."};

}  // namespace

std::string_view faultName(Fault fault) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Fault::Count)> kNames = {
        "nothing is lost",
        "the request is lost",
        "the reply is lost",
        "the request arrives twice",
        "the request is cut",
        "the reply is cut",
        "the person stops it",
        "an old request arrives once more",
        "the program is killed when the request has left",
        "the laptop loses power when the request has left",
        "the server is killed when it has answered",
        "the server loses power when it has answered",
        "the request is handed over in pieces",
        "the reply is forged"};
    return kNames[static_cast<std::size_t>(fault)];
}

// The way from a laptop to the server and back, on which one thing goes wrong.
class FullWorld::Wire final : public Channel {
  public:
    Wire(FullWorld& world, Laptop& laptop, Fault fault, std::uint32_t at)
        : world_(world), laptop_(laptop), fault_(fault), at_(at) {}

    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override {
        const Fault fault = exchanges_++ == at_ ? fault_ : Fault::None;
        if (fault != Fault::None && fault != Fault::Stopped) happened_ = true;
        if (fault == Fault::RequestLost) return kOffline;
        std::string bytes = HttpLoopback::request(path, token, body);
        if (fault == Fault::RequestCut) {
            world_.http_->send(bytes.substr(0, bytes.size() * (1 + at_) / 4), 50);
            return kOffline;
        }
        if (fault == Fault::OldRequestAgain && !laptop_.oldRequest.empty())
            hear(laptop_.oldRequest, world_.http_->send(laptop_.oldRequest, 4096));
        if (fault == Fault::Rechunked) {
            std::string smaller = world_.rechunked(laptop_, body);
            if (!smaller.empty()) {
                std::string part = HttpLoopback::request(path, token, smaller);
                hear(part, world_.http_->send(part, 4096));
            }
        }
        std::string reply = world_.http_->send(bytes, exchanges_ % 2 ? 4096 : 37);
        hear(bytes, reply);
        if (laptop_.oldRequest.empty() || exchanges_ % 3 == 0) laptop_.oldRequest = bytes;
        if (fault == Fault::RequestTwice) {
            reply = world_.http_->send(bytes, 4096);
            hear(bytes, reply);
        }
        if (fault == Fault::ServerCrash) world_.serverCrash();
        if (fault == Fault::ServerPowerCut) world_.serverPowerCut(0);
        if (fault == Fault::ReplyCut) reply.resize(reply.size() * (1 + at_) / 4);
        if (fault == Fault::ReplyLost || fault == Fault::Crash || fault == Fault::PowerCut)
            return kOffline;
        auto answer = HttpLoopback::answer(reply, bytes.size());
        if (fault == Fault::ReplyForged && answer.ok())
            if (auto message = decodeMessage<SyncReply>(answer->body); message.ok()) {
                message->feed.clear();
                message->snapshot.clear();
                message->snapshotPosition = 0;
                message->cursor = message->logEnd;
                message->hasMore = false;
                // One that said no more than that is the server's own.
                std::string forged = encodeMessage(*message);
                if (forged != answer->body) {
                    answer->body = std::move(forged);
                    return answer;
                }
            }
        if (answer.ok() && answer->status == 200 && path == "/v1/sync")
            if (auto message = decodeMessage<SyncReply>(answer->body); message.ok()) {
                laptop_.deliveries.clear();
                laptop_.lastReply = answer->body;
                world_.expectDelivery(laptop_, *message);
            }
        return answer;
    }
    bool happened() const { return happened_; }
    std::uint32_t exchanges() const { return exchanges_; }

  private:
    void hear(std::string_view request, std::string_view reply) {
        if (request.starts_with("POST /v1/bundle ")) return world_.readLog();
        auto answer = HttpLoopback::answer(reply, 0);
        auto bodyAt = request.find("\r\n\r\n");
        if (!answer.ok() || answer->status != 200 || bodyAt == std::string_view::npos) return;
        auto asked = decodeMessage<SyncRequest>(request.substr(bodyAt + 4));
        auto answered = decodeMessage<SyncReply>(answer->body);
        if (asked.ok() && answered.ok()) world_.hear(*asked, *answered);
    }
    FullWorld& world_;
    Laptop& laptop_;
    Fault fault_;
    std::uint32_t at_, exchanges_ = 0;
    bool happened_ = false;
};

void FullWorld::taken(const Id& change, std::uint64_t number) {
    log_[number] = change;
    tap_.taken(change, number);
}

void FullWorld::readLog() {
    Caller everybody;
    everybody.user.areas = {"*"};
    for (const Id& record : records_) {
        auto history = server_->history(everybody, {record});
        if (!history.ok()) continue;  // nobody sent it yet
        auto batch = decodeBatch(history->changes);
        if (!batch.ok()) throw std::runtime_error(batch.error().message);
        std::size_t at = 0;
        for (const Run& run : batch->batch.runs)
            for (std::uint32_t i = 0; i < run.count; ++i, ++at)
                if (run.firstNumber > 0) taken(batch->ids[at], run.firstNumber + i);
    }
}

// The server takes it in as it stands there, after what it has.
void FullWorld::hearReturned(const std::string& framed) {
    auto reply = decodeMessage<SyncReply>(framed);
    auto parts = reply.ok() ? decodeFeed(reply->feed) : Result<std::vector<FeedPart>>(Error{});
    if (!parts.ok()) return;
    std::vector<Id> ids;
    auto add = [&](const auto& batch) {
        if (batch.ok()) ids.insert(ids.end(), batch->ids.begin(), batch->ids.end());
    };
    for (const FeedPart& part : *parts) add(openPart(part));
    if (!reply->snapshot.empty())
        if (auto snapshot = decodeSnapshot(reply->snapshot); snapshot.ok())
            if (!snapshot->changes.empty()) add(decodeBatch(snapshot->changes));
    for (const Id& id : ids) {
        bool isThere = std::any_of(log_.begin(), log_.end(),
                                   [&](const auto& entry) { return entry.second == id; });
        if (!isThere) taken(id, log_.empty() ? 1 : log_.rbegin()->first + 1);
    }
}

void FullWorld::hear(const SyncRequest& request, const SyncReply& reply) {
    for (const std::string& framed : request.returned) hearReturned(framed);
    for (std::size_t i = 0; i < reply.acks.size() && i < request.batches.size(); ++i) {
        if (isCompact(request.batches[i])) {
            for (const auto& placed : reply.acks[i].placed)
                if (placed.number > 0 && !log_.contains(placed.number + placed.count - 1))
                    readLog();
            for (const auto& placed : reply.acks[i].placed)
                for (std::uint32_t k = 0; placed.number > 0 && k < placed.count; ++k)
                    if (!log_.contains(placed.number + k))
                        throw std::runtime_error("an acknowledged number is not in the log");
            continue;
        }
        auto bytes = unpackFrame(request.batches[i]);
        auto batch = bytes.ok() ? decodeBatch(*bytes) : Result<DecodedBatch>(bytes.error());
        if (!batch.ok()) continue;
        for (const auto& placed : reply.acks[i].placed)
            for (std::uint32_t k = 0;
                 placed.number > 0 && k < placed.count && placed.offset + k < batch->ids.size();
                 ++k)
                taken(batch->ids[placed.offset + k], placed.number + k);
    }
}

Done FullWorld::sync(std::size_t laptop, Fault fault, std::uint32_t at) {
    Laptop& here = *laptops_[laptop];
    here.deliveries.clear();
    Wire wire(*this, here, fault, at);
    auto synced = syncNotebook(*here.notebook, wire, [&](const SyncProgress&) {
        std::swap(here.deliveries, here.behind);
        arrived(here);  // what was taken in before that
        return !(fault == Fault::Stopped && wire.exchanges() > at);
    });
    const bool hasPower = !disk::hasFailed(here.file);
    const bool isCut = !hasPower || (wire.happened() && fault == Fault::PowerCut);
    std::swap(here.deliveries, here.behind);
    // Of a power cut the last may be a victim, which the disk tells.
    if (isCut)
        here.deliveries.insert(here.deliveries.end(), here.behind.begin(), here.behind.end());
    else
        arrived(here);
    here.behind.clear();
    if (!hasPower) return {false, "no power", {}};
    if (wire.happened() && fault == Fault::Crash) crash(laptop);
    if (wire.happened() && fault == Fault::PowerCut) powerCut(laptop, 0);
    if (!synced.ok()) return {false, synced.error().message, {}};
    const SyncProgress& progress = synced->progress;
    const bool isNews = progress.sent + progress.received + synced->bundlesDelivered > 0;
    return {true, "", {}, isNews || progress.roundTrips > 1};
}

Done FullWorld::syncTogether(std::size_t one, std::size_t other) {
    std::vector<SyncCall> calls;
    for (std::size_t each : {one, other}) {
        Notebook& notebook = *laptops_[each]->notebook;
        auto request = notebook.nextRequest();
        auto caller = server_->authenticate(notebook.identity().token);
        if (!request.ok()) return {false, request.error().message, {}};
        if (!caller.ok()) return {false, caller.error().message, {}};
        calls.push_back({*caller, *decodeMessage<SyncRequest>(encodeMessage(*request))});
    }
    auto replies = server_->sync(calls);
    Done done{true, "", {}};
    for (std::size_t i = 0; i < 2; ++i)
        if (replies[i].ok()) hear(calls[i].request, *replies[i]);
    for (std::size_t i = 0; i < 2; ++i) {
        Laptop& here = *laptops_[i == 0 ? one : other];
        if (!replies[i].ok()) {
            done = {false, replies[i].error().message, {}};
            continue;
        }
        here.deliveries.clear();
        expectDelivery(here, *replies[i]);
        auto received = here.notebook->receive(calls[i].request, encodeMessage(*replies[i]));
        if (received.ok())
            arrived(here);
        else if (!disk::hasFailed(here.file))
            done = {false, received.error().message, {}};
    }
    return done;
}

Done FullWorld::fetchHistory(std::size_t laptop, const Id& record) {
    Laptop& here = *laptops_[laptop];
    Wire wire(*this, here, Fault::None, 0);
    Status fetched = sotay::fetchHistory(*here.notebook, wire, record);
    return {fetched.ok(), fetched.ok() ? "" : fetched.error().message, {}};
}

// The first half of the first batch, sealed by itself: what a laptop would have sent if it had
// synced earlier.
std::string FullWorld::rechunked(Laptop& laptop, std::string_view body) const {
    auto request = decodeMessage<SyncRequest>(body);
    if (!request.ok() || request->batches.empty()) return {};
    auto bytes = unpackFrame(request->batches[0]);
    auto decoded = bytes.ok() ? decodeBatch(*bytes) : Result<DecodedBatch>(bytes.error());
    if (!decoded.ok() || decoded->ids.size() < 2) return {};
    Batch half = decoded->batch;
    half.changes.resize((half.changes.size() + 1) / 2);
    half.runs[0].count = static_cast<std::uint32_t>(half.changes.size());
    half.runs[0].signature = sign(sealedBytes(decoded->ids[half.changes.size() - 1]),
                                  laptop.notebook->deviceKeys().secretKey);
    request->batches = {packFrame(encodeBatch(half))};
    return encodeMessage(*request);
}

}  // namespace sotay::sim
