#include <algorithm>

#include "app/work/desk.h"
#include "sync/client/client.h"
#include "sync/client/stick.h"

namespace sotay::app {

void Desk::take(const EnrolLaptop& request) {
    auto channel = channels_(request.server, options_.caFile);
    if (!channel.ok()) return failed(Task::Enrol, channel.error());
    auto done =
        enrol(*notebook_, **channel, request.server, options_.caFile, request.code, request.device);
    if (!done.ok()) return failed(Task::Enrol, done.error());
    report_(Enrolled{standing()});
}

void Desk::take(const StartSync&) {
    if (syncing_) return;
    Identity who = notebook_->identity();
    auto channel = channels_(who.server, who.caFile);
    SyncEnded ended;
    if (!channel.ok()) {
        ended.error = channel.error();
        ended.at = surroundings_.nowMs() / 1000;
        report_(std::move(ended));
        return;
    }
    syncing_ = true;
    stopping_ = false;
    auto outcome = syncNotebook(*notebook_, **channel, [&](const sotay::SyncProgress& now) {
        // What is left of the log stands for what is left to receive: the server does not count
        // ahead.
        std::uint64_t left = now.logEnd - std::min(now.cursor, now.logEnd);
        report_(SyncMoved{{now.sent, now.toSend, now.received, now.received + left, now.bytesSent,
                           now.bytesReceived}});
        return !stopping_;
    });
    syncing_ = false;
    ended.cancelled = stopping_;
    ended.at = surroundings_.nowMs() / 1000;
    if (!outcome.ok()) {
        ended.error = outcome.error();
    } else if (!stopping_) {
        const sotay::SyncProgress& all = outcome->progress;
        ended.outcome = SyncOutcome{
            all.sent,      all.received,     notebook_->status().conflicts, outcome->quarantined,
            all.bytesSent, all.bytesReceived};
    }
    report_(std::move(ended));
    reportStanding();
}

void Desk::take(const FindSticks&) {
    report_(SticksFound{options_.sticks ? options_.sticks() : std::vector<std::string>()});
}

void Desk::take(const ExchangeStick& request) {
    const auto exchange =
        exchangeBundles(*notebook_, std::u8string(request.folder.begin(), request.folder.end()));
    if (!exchange.ok()) return failed(Task::Stick, exchange.error());
    using Kind = StickLine::Kind;
    StickExchanged reply;
    for (const auto& each : exchange->read) {
        const BundleRead& read = each.read;
        StickLine line{Kind::Refused, read.pulled, read.acknowledged, read.deviceName};
        if (line.who.empty()) line.who = each.file;
        if (each.error)
            line.kind = each.error->code == Code::Rejected ? Kind::Refused : Kind::Damaged;
        else if (read.mustExportAgain)
            line.kind = Kind::MakeAgain;
        else if (!read.isNews)
            line.kind = Kind::Old;
        else
            line.kind = read.kind == BundleRead::Kind::Answer      ? Kind::Answer
                        : read.kind == BundleRead::Kind::ForServer ? Kind::ForServer
                                                                   : Kind::ForLaptop;
        // Files of earlier turns lie about on every stick.
        if (line.kind != Kind::Old) reply.lines.push_back(std::move(line));
    }
    reply.lines.push_back({Kind::Written, exchange->changes, 0, {}});
    report_(std::move(reply));
    reportStanding();
}

void Desk::take(const CancelSync&) { stopSync(); }

void Desk::take(const FetchHistory& request) {
    Identity who = notebook_->identity();
    auto channel = channels_(who.server, who.caFile);
    if (!channel.ok()) return failed(Task::Fetch, channel.error());
    auto fetched = fetchHistory(*notebook_, **channel, request.record);
    if (!fetched.ok()) return failed(Task::Fetch, fetched.error());
    take(ReadHistory{request.record});
}

}  // namespace sotay::app
