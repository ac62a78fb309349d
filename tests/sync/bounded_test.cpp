#include <doctest/doctest.h>

#include <algorithm>

#include "sync/attachment.h"
#include "sync/codec/batch.h"
#include "sync/codec/canonical_archive.h"
#include "sync/codec/frame.h"
#include "sync/messages.h"
#include "tests/support/memory_watch.h"

using namespace sotay;

namespace {

constexpr std::size_t kLimit = 64u << 20;

// The smallest entries, as many as fit a message: what takes most memory for its bytes.
template <class Entry>
std::vector<Entry> crowd(std::size_t bytesEach) {
    constexpr std::size_t kRoom = 1024;  // for what stands around them
    return std::vector<Entry>(
        std::min((kMaxMessageBytes - kRoom) / bytesEach, kMaxElements - kRoom));
}

void checkBounded(const char* what, const std::function<void()>& decode) {
    const std::size_t most = mostHeldDuring(decode);
    CAPTURE(std::string(what));
    CHECK(most <= kLimit);
}

template <class Message>
void checkMessage(const char* what, const Message& message) {
    const std::string framed = encodeMessage(message);
    checkBounded(what, [&] { (void)decodeMessage<Message>(framed); });
}

}  // namespace

TEST_CASE("bounded: no message, however it is made, takes more than 64 MiB to read") {
    if (!canWatchMemory()) {
        MESSAGE("skipped: memory is watched in the build with AddressSanitizer");
        return;
    }
    SyncRequest request;
    request.batches = crowd<std::string>(1);
    checkMessage("batches", request);
    request = {};
    request.held = crowd<NumberRange>(2);
    checkMessage("ranges", request);
    request = {};
    request.numbers = crowd<std::vector<BatchNumbers>>(1);
    checkMessage("numbers", request);
    SyncReply reply;
    reply.directory.users = crowd<UserInfo>(19);
    checkMessage("users", reply);
    reply = {};
    reply.directory.forms = crowd<FormInfo>(4);
    checkMessage("forms", reply);
    reply = {};
    reply.acks.resize(1);
    reply.acks[0].placed = crowd<Acknowledgement::Placed>(6);
    checkMessage("places", reply);
    reply = {};
    reply.oldNumbers = crowd<OldNumbers>(52);
    checkMessage("old numbers", reply);
    reply = {};
    reply.left = crowd<LeftRecord>(17);
    checkMessage("left", reply);
    reply = {};
    reply.forks = crowd<SignedFork>(67);
    checkMessage("forks", reply);

    AttachmentRequest files;
    files.parts = crowd<AttachmentPart>(36);
    const std::string parts = encodeMessage(files);
    checkBounded("parts", [&] { (void)decodeAttachmentRequest(parts); });
    AttachmentReply standings;
    standings.standing = crowd<AttachmentStanding>(37);
    const std::string standing = encodeMessage(standings);
    checkBounded("standings", [&] { (void)decodeAttachmentReply(standing); });
}

TEST_CASE("bounded: no snapshot and no batch takes more than 64 MiB to read") {
    if (!canWatchMemory()) {
        MESSAGE("skipped: memory is watched in the build with AddressSanitizer");
        return;
    }
    Snapshot snapshot;
    snapshot.records.resize(1);
    snapshot.records[0].heads = crowd<SnapshotHead>(21);
    const std::string heads = encodeSnapshot(snapshot);
    checkBounded("heads", [&] { (void)decodeSnapshot(heads); });
    snapshot.records = crowd<SnapshotRecord>(20);
    const std::string records = encodeSnapshot(snapshot);
    checkBounded("records", [&] { (void)decodeSnapshot(records); });

    // All that a batch may have: so many changes, then so many writes.
    Batch many;
    many.changes.resize(kMaxBatchChanges);
    for (std::size_t i = 0; i < many.changes.size(); ++i)
        many.changes[i].writes = {{{Id{}, 16}, Value::integer(1)}};
    many.runs = {Run{}};
    many.runs[0].count = static_cast<std::uint32_t>(many.changes.size());
    linkChanges(many);
    const std::string changes = encodeBatch(many);
    many = {};
    checkBounded("changes", [&] { (void)decodeBatch(changes); });
    Batch wide;
    wide.changes.resize(8);
    for (Change& change : wide.changes)
        for (std::size_t i = 0; i < kMaxBatchWrites / 8; ++i)
            change.writes.push_back({{Id{}, static_cast<Ordinal>(16 + i)}, Value::integer(1)});
    wide.runs = {Run{}};
    wide.runs[0].count = 8;
    linkChanges(wide);
    const std::string writes = encodeBatch(wide);
    wide = {};
    checkBounded("writes", [&] { (void)decodeBatch(writes); });
}
