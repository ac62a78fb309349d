#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "sync/causality.h"
#include "sync/change.h"

namespace sotay {

// What laptop and server say to each other. Each message is the bytes of encodeMessage in a frame
// (sync/codec/frame.h); the first byte is the protocol version.
constexpr std::uint8_t kProtocol = 1, kOldestProtocol = 1;  // that is spoken, that is understood
// Rejected, saying which side must be brought up to date, when this program cannot read it.
Status checkProtocol(std::uint8_t version);
constexpr std::size_t kChunkBytes = 256u << 10;  // of packed changes in one request or reply

enum class Role : std::uint8_t { Officer = 0, Supervisor = 1, Administrator = 2 };
std::string_view roleName(Role role);  // "officer", ...
std::optional<Role> roleFrom(std::string_view name);

struct UserInfo {
    Id id;
    std::string name;
    Role role = Role::Officer;
    std::vector<std::string> areas;  // codes; "*" is every area
};
struct DeviceInfo {
    PublicKey key{};
    Id user;
    std::string name;  // "DK-07"
    bool isRevoked = false;
};
// A published version of a form, as the server keeps it.
struct FormInfo {
    std::string formId;
    std::uint32_t version = 0;
    std::string xlsx;        // the workbook's bytes
    std::string fieldTable;  // encodeFieldTable
};
// The areas for which a laptop's records are whole, up to its cursor.
struct AreaScope {
    std::vector<std::string> codes;  // of its person; none: it has nothing yet
    std::uint32_t fingerprint = 0;   // of all areas that they reached; 0: everywhere
    bool operator==(const AreaScope&) const = default;
};
// Who and what a workspace has. `version` grows with every change of it; a laptop names the one it
// holds and receives what is newer.
struct Directory {
    std::uint64_t version = 0;
    std::string workspace;  // "Liên minh HTX Quảng Trị"
    std::vector<UserInfo> users;
    std::vector<DeviceInfo> devices;
    std::vector<FormInfo> forms;
    std::vector<AreaScope> areas;  // of the laptop's person, one at most; none: as before
};

struct EnrolRequest {
    std::string code;
    PublicKey device{};
    std::string deviceName;
};
struct EnrolReply {
    std::string token;  // names the device in every later request
    UserInfo user;
    std::string workspace;
    PublicKey serverKey{};  // signs the feed
};

// Numbers first, first+1, ... first+count-1 of the log.
struct NumberRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool operator==(const NumberRange&) const = default;
};

// A fork of the log, as the server that was restored says it.
struct SignedFork {
    LogFork fork;
    Signature signature{};  // by the server, over forkBytes
};
std::string forkBytes(const LogFork& fork);

// Numbers that an incarnation of the log gave to changes which follow each other in one batch.
struct BatchNumbers {
    std::uint32_t offset = 0, count = 0;  // in the batch
    std::uint32_t incarnation = 0;
    std::uint64_t number = 0;  // of the first of them
};

constexpr std::uint32_t kAreasUnknown = UINT32_MAX;  // of no areas that a server knows
// A laptop whose person got other areas goes over to them step by step.
struct AreaStanding {
    AreaScope scope;
    std::vector<AreaScope> passed;  // to which it went over in part, before it had to turn
    AreaScope next;                 // to which it is going over
    std::uint64_t position = 0;     // how far; 0: it has not begun
    bool operator==(const AreaStanding&) const = default;
};
struct AreaStep {
    AreaScope from, to;
    std::uint64_t first = 0;  // AreaStanding::position before it
    std::uint64_t next = 0;   // and after it; 0: it was the last
};

// Where a laptop stands after a step that starts where it stood, as it said itself; any other (of
// an old bundle) leaves `standing` as it is.
void follow(AreaStanding& standing, const AreaStep& step);
// Is a laptop that stands so past the step, which then says nothing new?
bool isPast(const AreaStanding& standing, const AreaStep& step);

struct SyncRequest {
    Seen cursor;                    // applied up to here
    std::vector<NumberRange> held;  // above the cursor: own changes that the log has already
    std::uint64_t directory = 0;
    std::uint64_t snapshotNumber = 0;    // a first sync goes on in the snapshot of this number...
    std::uint64_t snapshotPosition = 0;  // ...from here; 0 and 0: none is under way
    std::int64_t wallSeconds = 0;        // the laptop's clock, for the offset
    std::vector<std::string>
        batches;  // packFrame(encodeBatch): sealed, one run each, in the order of the chain
    std::uint64_t lore = 0;  // which forks and old numbers it has heard of: SyncReply::lore
    // One when the laptop is not where its directory says that its person's areas are.
    std::vector<AreaStanding> areas;
    // After a break of the log (the reply's incarnation is not the cursor's) a laptop hands back
    // what the server may lack:
    std::vector<SignedFork> forks;                   // that it knows
    std::vector<std::string> returned;               // replies of the server, framed as they came
    std::vector<std::vector<BatchNumbers>> numbers;  // of `batches`, in their order; or none at all
};

// A branch of a chain, as the server counts: whose it is and, for a fork, what it grew out of.
struct BranchNote {
    std::uint32_t branch = 0, parent = 0, parentHeight = 0;
    PublicKey device{};
};

// What became of one batch of the request, change by change in runs.
struct Acknowledgement {
    struct Placed {
        std::uint32_t offset = 0, count = 0;   // in the batch
        std::uint32_t branch = 0, height = 0;  // of the first of them, as the server counts
        std::uint64_t number = 0;              // of the first of them; 0: in quarantine
        std::string reason;                    // of the quarantine, for a person
    };
    std::vector<Placed> placed;
};

// Numbers of an incarnation that the log has not inherited. People have seen changes by them.
struct OldNumbers {
    PublicKey device{};
    std::uint32_t height = 0, count = 0;  // on one chain of the device
    Id first;                             // the change at `height`
    std::uint32_t incarnation = 0;
    std::uint64_t number = 0;  // of the first of them
};

// A record that is in none of the laptop's areas any more.
struct LeftRecord {
    std::string formId;
    Id record;
    bool operator==(const LeftRecord&) const = default;
};

// When `incarnation` is not that of the request's cursor and the cursor is not 0, the log broke:
// the reply has acknowledgements and forks alone, and the laptop hands back before it goes on.
struct SyncReply {
    std::uint32_t incarnation = 0;
    std::vector<SignedFork> forks;       // that the laptop has not heard of
    std::vector<OldNumbers> oldNumbers;  // likewise
    std::uint64_t lore = 0;              // forks and old numbers are told up to here
    std::vector<Acknowledgement> acks;   // one for each batch of the request, in order
    std::vector<BranchNote> branches;    // forked branches that feed and acks name, parents first
    std::string feed;                    // encodeFeed; "" when there is nothing
    std::vector<LeftRecord> left;        // by what lies in the log up to `cursor`, or by the step
    std::vector<AreaStep> areas;  // one at most; `feed` and `left` are then part of it alone, and
                                  // the cursor stays
    std::string snapshot;         // encodeSnapshot; "" unless a first sync is served by one
    std::uint64_t snapshotNumber = 0,
                  snapshotPosition = 0;  // where to go on; position 0: it is whole
    std::uint64_t snapshotAsOf =
        0;                     // its records stand as of this number, not below snapshotNumber
    std::uint64_t cursor = 0;  // the laptop has all up to here once this is applied
    std::uint64_t logEnd = 0;  // the log's last number, for progress
    bool hasMore = false;
    Directory directory;
    std::int64_t serverSeconds = 0;
    std::uint64_t backedUpTo = 0;  // of the log; laptops keep what is newer for sure
    Signature signature{};         // by the server, over signedBytes
};

// Does it come from a laptop that has nothing yet, of this log or of another?
bool hasNothing(const SyncRequest& request);
// Does it only ask for what is new, and bring nothing and say nothing of its own?
bool onlyAsks(const SyncRequest& request);

// What a laptop that asked `request` asks when it has applied `reply`, as far as that follows from
// the two: nothing that it has to send or to hand back, and of `held` what is still ahead of it.
SyncRequest askedNext(SyncRequest request, const SyncReply& reply);

// The older history of one record, for a laptop that began with a snapshot.
struct HistoryRequest {
    Id record;
};
struct HistoryReply {
    std::string changes;               // encodeBatch
    std::vector<BranchNote> branches;  // forked branches that they name, parents first
    std::uint32_t incarnation = 0;     // of the log in which they have their numbers
};

// A refusal, with the reason in words for the person at the laptop.
struct Refusal {
    Code code = Code::Rejected;
    std::string message;
};

std::string encodeMessage(const EnrolRequest& message);
std::string encodeMessage(const EnrolReply& message);
std::string encodeMessage(const SyncRequest& message);
std::string encodeMessage(const SyncReply& message);
std::string encodeMessage(const HistoryRequest& message);
std::string encodeMessage(const HistoryReply& message);
std::string encodeMessage(const Refusal& message);

// Reads a framed message. Corrupt when it is none; Rejected when its protocol is newer than this
// program's.
template <class Message>
Result<Message> decodeMessage(std::string_view framed);
extern template Result<EnrolRequest> decodeMessage<EnrolRequest>(std::string_view);
extern template Result<EnrolReply> decodeMessage<EnrolReply>(std::string_view);
extern template Result<SyncRequest> decodeMessage<SyncRequest>(std::string_view);
extern template Result<SyncReply> decodeMessage<SyncReply>(std::string_view);
extern template Result<HistoryRequest> decodeMessage<HistoryRequest>(std::string_view);
extern template Result<HistoryReply> decodeMessage<HistoryReply>(std::string_view);
extern template Result<Refusal> decodeMessage<Refusal>(std::string_view);

// As a laptop keeps it.
std::string encodeAreas(const AreaStanding& standing);
Result<AreaStanding> decodeAreas(std::string_view bytes);

std::string encodeFieldTable(const FieldTable& table);
Result<FieldTable> decodeFieldTable(std::string_view bytes);

// What the server signs of a reply: all but the signature.
std::string signedBytes(const SyncReply& reply);

// ---- the state of records, for a first sync
// --------------------------------------------------------------

// One head as it stands at the snapshot's number. Its change is named by server branch and height.
struct SnapshotHead {
    Cell cell;
    Value value;
    std::uint32_t branch = 0, height = 0;
    std::uint64_t number = 0;
};
struct SnapshotRecord {
    Id record;
    std::string formId;
    std::vector<SnapshotHead> heads;  // ordered by cell, then by number
    std::int64_t changedSeconds = 0;  // wall time of its newest change
    bool hasHistory = false;          // its changes are in `changes`
};
struct Snapshot {
    std::vector<BranchNote> branches;  // of all heads, parents first
    std::vector<SnapshotRecord> records;
    // encodeBatch: all changes of the records that are in conflict or deleted, since people need to
    // see them, and the merge needs what their authors had seen.
    std::string changes;
};
std::string encodeSnapshot(const Snapshot& snapshot);
Result<Snapshot> decodeSnapshot(std::string_view bytes);

}  // namespace sotay
