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

// What a stick brought or took: one file, or this laptop's own bundle.
struct StickLine {
    enum class Kind {
        Written,    // `count` changes of this laptop
        Answer,     // `count` changes of others, `sent` own ones that the server has
        Old,        // nothing new
        MakeAgain,  // the server was restored: this laptop's new bundle has to go there first
        ForServer,  // of `who`, kept for the next sync
        ForLaptop,  // the answer to `who`, kept to be handed on
        Damaged,    // `who` is the file's name
        Refused     // likewise: not for here, or not yet
    };
    Kind kind = Kind::Written;
    std::uint64_t count = 0, sent = 0;
    std::string who;
};
// Exchange by USB stick.
struct StickState {
    std::string folder;  // typed, or the stick that was found
    bool isTyped = false, busy = false;
    std::string problem;           // a key of the texts; "" when there is none
    std::vector<StickLine> lines;  // of the last exchange
};

struct SyncState {
    StickState stick;
    bool running = false, cancelling = false;
    std::int64_t startedAt = 0;
    SyncProgress progress;
    std::optional<SyncOutcome> lastOutcome;
    std::deque<SyncLogLine> log;         // newest first, at most 50
    std::vector<WaitingRecord> waiting;  // newest first, at most 100
};

}  // namespace sotay::app
