#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "schema/result.h"
#include "sync/channel.h"
#include "sync/messages.h"

namespace sotay {

class Notebook;

struct SyncProgress {
    std::uint64_t toSend = 0, sent = 0;    // changes
    std::uint64_t received = 0;            // changes
    std::uint64_t cursor = 0, logEnd = 0;  // how far into the log
    std::uint64_t bytesSent = 0, bytesReceived = 0;
    std::uint32_t roundTrips = 0;
};
struct SyncOutcome {
    SyncProgress progress;
    std::uint64_t quarantined = 0;
    std::uint64_t bundlesDelivered = 0, bundlesRefused = 0;  // of other laptops
    std::uint64_t filesSent = 0, filesWaiting = 0;           // attachments
    std::string filesTrouble;  // why they wait; "": nothing is in their way
};

// Registers this notebook's key at the server with a one-time code. Again at the same server when
// that has forgotten the laptop, since it was restored from a backup; nothing on the laptop
// changes.
Status enrol(Notebook& notebook, Channel& channel, const std::string& server,
             const std::string& caFile, const std::string& code, const std::string& deviceName);

// Sends and receives until nothing is left, chunk by chunk, each durable on both sides before the
// next. `progress` is called after each, on this thread; return false to stop (what came so far
// stays). Interrupted anywhere, the next call goes on where this one ended. Then brings the bundles
// of other laptops that this one carries to the server, piece by piece, and keeps the answers.
// Files come last; when they do not get through, what was synced is synced nevertheless.
Result<SyncOutcome> syncNotebook(Notebook& notebook, Channel& channel,
                                 const std::function<bool(const SyncProgress&)>& progress = {});

// Fetches a file that an answer names. NotFound when the server has not got it yet.
Status fetchAttachment(Notebook& notebook, Channel& channel, const std::string& name,
                       const std::function<bool(std::uint64_t bytes)>& progress = {});

// Fetches the older history of a record that came with a snapshot.
Status fetchHistory(Notebook& notebook, Channel& channel, const Id& record);

}  // namespace sotay
