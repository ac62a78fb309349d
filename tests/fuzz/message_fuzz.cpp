// links: sotay_sync
#include "sync/attachment.h"
#include "sync/codec/frame.h"
#include "sync/messages.h"
#include "tests/fuzz/fuzz_target.h"

namespace sotay {
namespace {

// The first byte of an input says which message it is to be; the rest is what a frame holds.
template <class Message>
void checkSame(std::string_view input, const Result<Message>& message) {
    if (!message.ok()) {
        if (message.error().message.empty()) broken("a refusal says why");
        return;
    }
    auto again = unpackFrame(encodeMessage(*message));
    if (!again.ok() || *again != input) broken("what is read is written to the same bytes");
}

std::string framed(std::string_view input) { return std::string(1, '\0') + std::string(input); }

template <class Message>
void readAs(std::string_view input) {
    checkSame(input, decodeMessage<Message>(framed(input)));
}

// Frames of the same bytes differ with the compressor, so they are not what seeds hold.
template <class Message>
std::string seed(char kind, const Message& message) {
    auto plain = unpackFrame(encodeMessage(message));
    return kind + (plain.ok() ? *plain : std::string());
}

SyncReply fullReply() {
    SyncReply reply;
    reply.incarnation = 1;
    reply.forks = {{{7, 0, 3}, {}}};
    reply.oldNumbers = {{{}, 1, 2, Id{}, 0, 7}};
    reply.acks = {{{{0, 2, 1, 3, 9, ""}, {2, 1, 1, 5, 0, "not there"}}}};
    reply.branches = {{2, 1, 4, {}}};
    reply.feed = "feed";
    reply.left = {{"coop", Id{}}};
    reply.snapshot = "snapshot";
    reply.cursor = 11;
    reply.logEnd = 300;
    reply.hasMore = true;
    reply.directory.version = 3;
    reply.directory.users = {{Id{}, "Lâm", Role::Officer, {"19564", "*"}}};
    reply.directory.devices = {{{}, Id{}, "DK-07", true}};
    reply.directory.forms = {{"coop", 1, "xlsx", "table"}};
    return reply;
}

std::string snapshotSeed() {
    Snapshot snapshot;
    snapshot.branches = {{1, 0, 0, {}}};
    SnapshotRecord record;
    record.formId = "coop";
    record.heads = {{{Id{}, 17}, Value::integer(48), 1, 2, 3},
                    {{Id{}, 18}, Value::text("HTX"), 1, 2, 3}};
    snapshot.records = {record};
    snapshot.changes = "changes";
    return encodeSnapshot(snapshot);
}

}  // namespace

std::size_t fuzzMemory() { return 64u << 20; }

void fuzzOne(std::string_view input) {
    (void)decodeMessage<SyncRequest>(input);  // as it comes from the wire
    if (input.empty()) return;
    const std::string_view rest = input.substr(1);
    switch (input.front()) {
        case 0:
            return readAs<EnrolRequest>(rest);
        case 1:
            return readAs<EnrolReply>(rest);
        case 2:
            return readAs<SyncRequest>(rest);
        case 3:
            return readAs<SyncReply>(rest);
        case 4:
            return readAs<HistoryRequest>(rest);
        case 5:
            return readAs<HistoryReply>(rest);
        case 6:
            return readAs<Refusal>(rest);
        case 7: {
            auto snapshot = decodeSnapshot(rest);
            if (snapshot.ok() && encodeSnapshot(*snapshot) != rest)
                broken("a snapshot that is read is written to the same bytes");
            return;
        }
        case 8:
            return checkSame(rest, decodeAttachmentRequest(framed(rest)));
        case 9:
            return checkSame(rest, decodeAttachmentReply(framed(rest)));
        default: {
            auto table = decodeFieldTable(rest);
            if (table.ok() && encodeFieldTable(*table) != rest)
                broken("a table of fields that is read is written to the same bytes");
        }
    }
}

std::vector<std::string> fuzzSeeds() {
    SyncRequest request;
    request.cursor = {1, 9};
    request.held = {{10, 2}};
    request.batches = {"one", ""};
    request.returned = {"reply"};
    request.numbers = {{{0, 1, 0, 7}}, {}};
    AttachmentRequest files;
    files.offers = {{{}, 70'000, "jpg"}};
    files.parts = {{{{}, 3, ""}, 0, "abc"}};
    files.wanted = {FileHash{}};
    files.from = {2};
    AttachmentReply standing;
    standing.standing = {{{}, true, true, 0, false, ""}, {{}, false, false, 3, true, "no"}};
    standing.parts = files.parts;
    standing.missing = files.wanted;
    FieldTable table;
    table.formId = "coop";
    table.fields = {{16, "/name", 0, false, ValueType::Text, "name", 1, false, true, true, false}};
    return {seed(0, EnrolRequest{"ABCD-EFGH", {}, "DK-07"}),
            seed(1, EnrolReply{"token", {Id{}, "Lan", Role::Supervisor, {"*"}}, "Province", {}}),
            seed(2, request),
            seed(3, fullReply()),
            seed(4, HistoryRequest{}),
            seed(5, HistoryReply{"changes", {}, 0}),
            seed(6, Refusal{Code::Rejected, "no"}),
            std::string(1, 7) + snapshotSeed(),
            seed(8, files),
            seed(9, standing),
            std::string(1, 10) + encodeFieldTable(table)};
}

}  // namespace sotay
