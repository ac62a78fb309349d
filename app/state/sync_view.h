#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "schema/id.h"

namespace sotay::app {

// How far a sync is. Totals are 0 while they are not known.
struct SyncProgress {
    std::uint64_t sent = 0, toSend = 0;         // changes of this laptop
    std::uint64_t received = 0, toReceive = 0;  // changes of others
    std::uint64_t bytesSent = 0, bytesReceived = 0;
    bool operator==(const SyncProgress&) const = default;
};

struct SyncOutcome {
    std::uint64_t sent = 0, received = 0, conflicts = 0, quarantined = 0;
    std::uint64_t bytesSent = 0, bytesReceived = 0;
    bool operator==(const SyncOutcome&) const = default;
};

// One line of the log; words are made when it is shown, so that it follows the language.
struct SyncLogLine {
    enum class Kind { Started, ServerSaved, Finished, Offline, Refused, Failed, Cancelled };
    Kind kind = Kind::Started;
    std::int64_t at = 0;
    std::string server;
    SyncOutcome outcome;
    std::string detail;  // what the server or the disk said
};

// A record with changes that the server does not have yet.
struct WaitingRecord {
    Id record;
    std::string title;
    std::int64_t at = 0;  // its newest change
};

struct SyncState {
    bool running = false, cancelling = false;
    std::int64_t startedAt = 0;
    SyncProgress progress;
    std::optional<SyncOutcome> lastOutcome;
    std::deque<SyncLogLine> log;         // newest first, at most 50
    std::vector<WaitingRecord> waiting;  // newest first, at most 100
};

}  // namespace sotay::app
