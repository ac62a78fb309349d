#include "sync/client/client.h"

#include "sync/store/aside.h"
#include "sync/store/notebook.h"

namespace sotay {
namespace {

constexpr const char* kSyncPath = "/v1/sync";
constexpr const char* kEnrolPath = "/v1/enroll";
constexpr const char* kHistoryPath = "/v1/history";
constexpr const char* kBundlePath = "/v1/bundle";
constexpr const char* kAttachmentsPath = "/v1/attachments";

// The framed reply.
Result<std::string> ask(Channel& channel, const std::string& path, const std::string& token,
                        const std::string& body, SyncProgress* progress) {
    auto exchange = channel.post(path, token, body);
    if (!exchange.ok()) return exchange.error();
    if (progress) {
        progress->bytesSent += exchange->bytesSent;
        progress->bytesReceived += exchange->bytesReceived;
        progress->roundTrips += 1;
    }
    if (exchange->status == 200) return std::move(exchange->body);
    // A refusal says why; whatever else answered (a proxy, a hotel's sign-in page) does not speak
    // our language.
    auto refusal = decodeMessage<Refusal>(exchange->body);
    if (refusal.ok()) return Error{refusal->code, refusal->message};
    if (exchange->status >= 500)
        return Error{Code::Offline, "The server cannot answer at the moment (" +
                                        std::to_string(exchange->status) + "). Try again later."};
    return Error{Code::Rejected, "The address answers, but it is no Sotay server (" +
                                     std::to_string(exchange->status) + ")."};
}

// The next chunk of a long pull is asked for while the last is worked on: the answer says all that
// the next question needs.
class Ahead {
  public:
    Ahead(Channel& channel, const Identity& who) : channel_(channel), who_(who) {}

    void ask(const SyncRequest& request, const SyncReply& reply) {
        // Who has nothing yet is in the areas that it hears of first.
        const bool staysInAreas = reply.directory.areas.empty() || hasNothing(request);
        const bool isPlain =
            reply.hasMore && reply.forks.empty() && reply.areas.empty() && staysInAreas &&
            (request.cursor.number == 0 || request.cursor.incarnation == reply.incarnation);
        if (!onlyAsks(request) || !isPlain || !channel_.mayRunBeside()) return;
        request_ = askedNext(request, reply);
        spent_ = {};
        answer_ = aside(
            [this]() -> Result<OpenedReply> {
                auto framed =
                    sotay::ask(channel_, kSyncPath, who_.token, encodeMessage(request_), &spent_);
                if (!framed.ok()) return framed.error();
                return OpenedReply::open(std::move(*framed), who_.serverKey);
            },
            Helper::Waits);
    }
    bool isAsked() const { return answer_.valid(); }
    const SyncRequest& request() const { return request_; }
    Result<OpenedReply> take(SyncProgress& progress) {
        auto answer = answer_.get();
        progress.bytesSent += spent_.bytesSent;
        progress.bytesReceived += spent_.bytesReceived;
        progress.roundTrips += spent_.roundTrips;
        return answer;
    }

  private:
    Channel& channel_;
    const Identity& who_;
    SyncRequest request_;
    SyncProgress spent_;
    Aside<Result<OpenedReply>> answer_;  // last, so that nothing it uses goes before it
};

struct Exchanged {
    SyncRequest request;
    OpenedReply reply;
};
Result<Exchanged> exchange(Notebook& notebook, Channel& channel, const Identity& who, Ahead& ahead,
                           SyncProgress& progress) {
    if (ahead.isAsked()) {
        auto reply = ahead.take(progress);
        // Something else may have moved the notebook on meanwhile, a bundle for instance.
        if (notebook.asksStill(ahead.request())) {
            if (!reply.ok()) return reply.error();
            return Exchanged{ahead.request(), std::move(*reply)};
        }
    }
    auto request = notebook.nextRequest();
    if (!request.ok()) return request.error();
    auto framed = ask(channel, kSyncPath, who.token, encodeMessage(*request), &progress);
    if (!framed.ok()) return framed.error();
    auto reply = OpenedReply::open(std::move(*framed), who.serverKey);
    if (!reply.ok()) return reply.error();
    return Exchanged{std::move(*request), std::move(*reply)};
}

Status deliverCarried(Notebook& notebook, Channel& channel, const std::string& token,
                      SyncOutcome& outcome) {
    for (;;) {
        auto piece = notebook.nextCarriedPiece();
        if (!piece.ok()) return piece.error();
        if (!*piece) return {};
        const auto bundle = (*piece)->bundle;
        auto answer = ask(channel, kBundlePath, token, (*piece)->sealed, &outcome.progress);
        Status kept;
        if (answer.ok()) {
            outcome.bundlesDelivered += answer->empty() ? 0 : 1;
            kept = notebook.carriedPieceTaken(bundle, *answer);
        } else if (answer.error().code == Code::Offline || answer.error().code == Code::Io) {
            return answer.error();
        } else {
            // Its own laptop still has all of it; whoever carries it is told why.
            ++outcome.bundlesRefused;
            kept = notebook.carriedRefused(bundle, answer.error().message);
        }
        if (!kept.ok()) return kept;
    }
}

std::uint64_t waitingFiles(const Notebook& notebook) {
    std::uint64_t waiting = 0;
    for (const AttachmentHeld& each : notebook.attachments()) waiting += !each.isAtServer;
    return waiting;
}

// After the data: whoever saves something meanwhile syncs that first.
Status sendAttachments(Notebook& notebook, Channel& channel, const std::string& token,
                       SyncOutcome& outcome,
                       const std::function<bool(const SyncProgress&)>& progress) {
    while (notebook.unsentChanges() == 0) {
        auto request = notebook.nextAttachments();
        if (!request.ok()) return request.error();
        if (request->offers.empty() && request->parts.empty()) return {};
        auto framed =
            ask(channel, kAttachmentsPath, token, encodeMessage(*request), &outcome.progress);
        if (!framed.ok()) return framed.error();
        auto moved = notebook.receiveAttachments(*request, *framed);
        if (!moved.ok()) return moved.error();
        outcome.filesSent += moved->sent;
        // A server that takes nothing would be offered the same for ever.
        if (moved->progress == 0) return {};
        if (progress && !progress(outcome.progress)) return {};
    }
    return {};
}

Result<SyncOutcome> exchangeAll(Notebook& notebook, Channel& channel,
                                const std::function<bool(const SyncProgress&)>& progress) {
    Identity who = notebook.identity();
    if (!who.isEnrolled)
        return Error{Code::Rejected, "This notebook is not enrolled at a server yet."};
    SyncOutcome outcome;
    outcome.progress.toSend = notebook.unsentChanges();
    Ahead ahead(channel, who);
    for (bool more = true; more;) {
        auto exchanged = exchange(notebook, channel, who, ahead, outcome.progress);
        if (!exchanged.ok()) return exchanged.error();
        auto& [request, reply] = *exchanged;
        if (notebook.unsentChanges() == 0) ahead.ask(request, reply.reply);
        auto received = notebook.receive(request, std::move(reply), Written::Behind);
        if (!received.ok()) return received.error();
        outcome.progress.sent += received->acknowledged + received->quarantined;
        outcome.progress.received += received->pulled;
        outcome.progress.cursor = received->cursor;
        outcome.progress.logEnd = received->logEnd;
        outcome.quarantined += received->quarantined;
        more = received->hasMore || notebook.unsentChanges() > 0;
        // A server that takes nothing and has nothing would be asked for ever.
        if (!received->hasMore && !received->mustRepeat &&
            received->acknowledged + received->quarantined == 0)
            more = false;
        if (progress && !progress(outcome.progress)) return outcome;
    }
    for (const Id& record : notebook.conflictsWithoutHistory()) {
        Status fetched = fetchHistory(notebook, channel, record);
        // Whoever is locked out gets none; what was synced is synced nevertheless.
        if (!fetched.ok() && fetched.error().code == Code::Offline) return fetched.error();
    }
    if (auto done = deliverCarried(notebook, channel, who.token, outcome); !done.ok())
        return done.error();
    if (auto done = sendAttachments(notebook, channel, who.token, outcome, progress); !done.ok())
        outcome.filesTrouble = done.error().message;
    outcome.filesWaiting = waitingFiles(notebook);
    return outcome;
}

}  // namespace

Status enrol(Notebook& notebook, Channel& channel, const std::string& server,
             const std::string& caFile, const std::string& code, const std::string& deviceName) {
    EnrolRequest request{code, notebook.deviceKeys().publicKey, deviceName};
    auto framed = ask(channel, kEnrolPath, "", encodeMessage(request), nullptr);
    if (!framed.ok()) return framed.error();
    auto reply = decodeMessage<EnrolReply>(*framed);
    if (!reply.ok()) return reply.error();
    Identity known = notebook.identity();
    if (known.isEnrolled && known.serverKey != reply->serverKey)
        return Error{Code::Rejected,
                     "This notebook belongs to another server. Use a new notebook for this one."};
    return notebook.setIdentity(server, caFile, *reply, deviceName);
}

Result<SyncOutcome> syncNotebook(Notebook& notebook, Channel& channel,
                                 const std::function<bool(const SyncProgress&)>& progress) {
    auto outcome = exchangeAll(notebook, channel, progress);
    // However it ended, what came is on disk before anybody hears of it.
    if (auto written = notebook.finishWriting(); !written.ok()) return written.error();
    return outcome;
}

Status fetchAttachment(Notebook& notebook, Channel& channel, const std::string& name,
                       const std::function<bool(std::uint64_t bytes)>& progress) {
    const Identity who = notebook.identity();
    if (!who.isEnrolled)
        return Error{Code::Rejected, "This notebook is not enrolled at a server yet."};
    for (std::uint64_t bytes = 0;;) {
        auto request = notebook.nextAttachments(name);
        if (!request.ok()) return request.error();
        if (request->wanted.empty()) return {};
        auto framed = ask(channel, kAttachmentsPath, who.token, encodeMessage(*request), nullptr);
        if (!framed.ok()) return framed.error();
        auto moved = notebook.receiveAttachments(*request, *framed);
        if (!moved.ok()) return moved.error();
        if (moved->isMissing || moved->received == 0)
            return Error{Code::NotFound,
                         "The server does not have this file yet: the laptop on which it was "
                         "attached has not sent it."};
        bytes += moved->received;
        if (progress && !progress(bytes)) return {};
    }
}

Status fetchHistory(Notebook& notebook, Channel& channel, const Id& record) {
    Identity who = notebook.identity();
    if (!who.isEnrolled)
        return Error{Code::Rejected, "This notebook is not enrolled at a server yet."};
    auto framed =
        ask(channel, kHistoryPath, who.token, encodeMessage(HistoryRequest{record}), nullptr);
    if (!framed.ok()) return framed.error();
    auto reply = decodeMessage<HistoryReply>(*framed);
    if (!reply.ok()) return reply.error();
    return notebook.receiveHistory(*reply);
}

}  // namespace sotay
