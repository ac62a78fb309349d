// The bytes that sync/PROTOCOL.md tells of. tests/data/protocol_vectors.txt is made by a script
// that shares nothing with the program; here the program makes the same things and reads them back.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "sync/attachment.h"
#include "sync/bundle.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/crypto.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/messages.h"
#include "sync/open_conflict.h"

using namespace sotay;

namespace {

const std::string& vectorOf(const std::string& name) {
    static const auto all = [] {
        std::map<std::string, std::string> vectors;
        std::ifstream file(SOTAY_SOURCE_DIR "/tests/data/protocol_vectors.txt");
        std::string key, hex;
        while (file >> key >> hex) {
            std::string& bytes = vectors[key];
            for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
                bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
        }
        return vectors;
    }();
    REQUIRE_MESSAGE(all.contains(name), name);
    return all.at(name);
}

std::string hex(std::string_view bytes) {
    return toHex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}
std::string hex(const Id& id) { return toHex(id.bytes.data(), id.bytes.size()); }
void checkBytes(const std::string& name, std::string_view made) {
    CAPTURE(name);
    CHECK(hex(made) == hex(vectorOf(name)));
}

Id anId(std::uint8_t first) {
    Id id;
    id.bytes[0] = first;
    return id;
}
PublicKey aKey(std::uint8_t first) {
    PublicKey key{};
    key[0] = first;
    return key;
}

Change editOf(std::uint8_t author, std::uint8_t device, std::int64_t members, std::int64_t wall,
              std::uint64_t run) {
    Change change;
    change.author = anId(author);
    change.device = aKey(device);
    change.form = {"coop", 1, 300};
    change.record = anId(0x42);
    change.writes = {{{Id{}, 18}, Value::integer(members)}};
    change.seen = {0, 7};
    change.wallSeconds = wall;
    change.run = run;
    change.runCount = 1;
    return change;
}
const Change kLam = editOf(0xA1, 0x11, 52, 1'790'000'000, 1000);
const Change kHa = editOf(0xA2, 0x22, 57, 1'790'000'060, 2000);

Change secondOfLam() {
    Change change = kLam;
    change.writes = {{{Id{}, 17}, Value::text("HTX Ba Nang")},
                     {{Id{}, 19}, Value::decimal(Decimal{945, 2})},
                     {{anId(0x77), 21}, Value::integer(-350)}};
    change.notes = {{{Id{}, 17}, "đã hỏi xã"}};
    change.prev = changeId(kLam);
    change.wallSeconds = 1'789'999'990;
    change.runCount = 2;
    return change;
}
Change thirdOfLam() {
    Change change = kLam;
    change.record = anId(0x43);
    change.writes = {{{Id{}, 18}, Value()}};
    change.prev = changeId(secondOfLam());
    change.seen = {0, 9};
    change.wallSeconds = 1'790'000'100;
    change.runCount = 3;
    return change;
}
Change decisionOfLan() {
    Change change = editOf(0xA0, 0x33, 52, 1'790'003'600, 3000);
    change.notes = {{{Id{}, 18}, "Đã đối chiếu sổ"}};
    change.seen = {0, 9};
    return change;
}

Signature aSignature() {
    Signature signature;
    signature.fill(0x55);
    return signature;
}
Batch oneChange() {
    Run run;
    run.device = aKey(0x11);
    run.count = 1;
    run.signature = aSignature();
    return {{run}, {kLam}};
}
Batch threeChanges() {
    Run run = oneChange().runs[0];
    run.count = 3;
    run.branch = 4;
    run.firstHeight = 1;
    run.firstNumber = 8;
    run.receivedSeconds = 1'790'000'200;
    run.clockOffset = -3;
    return {{run}, {kLam, secondOfLam(), thirdOfLam()}};
}
// Frames of what is short hold it as it is.
std::string frameAround(const std::string& bytes) { return std::string(1, '\0') + bytes; }

std::string aFeed() {
    const std::string frame = frameAround(encodeBatch(oneChange()));
    return encodeFeed({{{1, 2, 1, 8, 1'790'000'200, -3}, frame}, {{}, frame}});
}
FieldTable aTable() {
    FieldTable table;
    table.formId = "coop";
    table.version = 1;
    table.fields.resize(1);
    Field& field = table.fields[0];
    field.ordinal = 18;
    field.path = "/members";
    field.type = ValueType::Integer;
    field.column = "members";
    field.summary = true;
    return table;
}
SignedFork aFork() { return {{77, 0, 6}, aSignature()}; }
SyncReply aReply() {
    SyncReply reply;
    reply.incarnation = 77;
    reply.forks = {aFork()};
    reply.oldNumbers = {{aKey(0x11), 1, 2, anId(0x44), 0, 7}};
    reply.lore = 2;
    reply.acks = {{{{0, 1, 2, 1, 8, ""}, {1, 1, 2, 2, 0, "no"}}}};
    reply.branches = {{2, 1, 4, aKey(0x11)}};
    reply.feed = aFeed();
    reply.left = {{"coop", anId(0x43)}};
    reply.areas = {{{{"19564"}, 77}, {{"19564", "*"}, 0}, 12, 0}};
    reply.cursor = 9;
    reply.logEnd = 300;
    reply.hasMore = true;
    reply.directory.version = 3;
    reply.directory.workspace = "Liên minh";
    reply.directory.users = {{anId(0xA1), "Lâm", Role::Officer, {"19564", "*"}}};
    reply.directory.devices = {{aKey(0x11), anId(0xA1), "DK-07", true}};
    reply.directory.forms = {{"coop", 1, "xlsx", encodeFieldTable(aTable())}};
    reply.directory.areas = {{{"19564", "*"}, 0}};
    reply.serverSeconds = 1'790'000'200;
    reply.backedUpTo = 5;
    reply.signature = aSignature();
    return reply;
}

template <class Message>
void checkMessage(const std::string& name, const Message& message) {
    auto plain = unpackFrame(encodeMessage(message));
    REQUIRE(plain.ok());
    checkBytes(name, *plain);
    auto read = decodeMessage<Message>(frameAround(vectorOf(name)));
    REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
    auto again = unpackFrame(encodeMessage(*read));
    REQUIRE(again.ok());
    checkBytes(name, *again);
}

}  // namespace

TEST_CASE("protocol: changes have the bytes and the ids that an independent script gives them") {
    checkBytes("change", canonicalBytes(kLam));
    checkBytes("change.other_side", canonicalBytes(kHa));
    checkBytes("change.second", canonicalBytes(secondOfLam()));
    checkBytes("change.decision", canonicalBytes(decisionOfLan()));
    CHECK(hex(changeId(kLam)) == hex(vectorOf("change.id")));
    CHECK(hex(changeId(kHa)) == hex(vectorOf("change.other_side.id")));
    CHECK(hex(changeId(secondOfLam())) == hex(vectorOf("change.second.id")));
    CHECK(hex(changeId(decisionOfLan())) == hex(vectorOf("change.decision.id")));
    checkBytes("sealed", sealedBytes(changeId(kLam)));
}

TEST_CASE("protocol: a conflict's id is the hash of its record and heads") {
    OpenConflict conflict;
    CHECK(hex(conflictId(anId(0x42), conflict, {changeId(kLam), changeId(kHa)})) ==
          hex(vectorOf("conflict.id")));
}

TEST_CASE("protocol: batches and the feed have the bytes that an independent script gives them") {
    checkBytes("batch", encodeBatch(oneChange()));
    checkBytes("batch.three", encodeBatch(threeChanges()));
    checkBytes("feed", aFeed());
    for (const char* name : {"batch", "batch.three"}) {
        auto read = decodeBatch(vectorOf(name));
        REQUIRE_MESSAGE(read.ok(), (read.ok() ? "" : read.error().message));
        checkBytes(name, encodeBatch(read->batch));
    }
    auto feed = decodeFeed(vectorOf("feed"));
    REQUIRE(feed.ok());
    CHECK(feed->size() == 2);
    CHECK(hex(openPart(feed->front())->ids.front()) == hex(vectorOf("change.id")));
}

TEST_CASE("protocol: every message has the bytes that an independent script gives it") {
    checkMessage("enrol_request", EnrolRequest{"ABCD-EFGH", aKey(0x11), "DK-07"});
    checkMessage(
        "enrol_reply",
        EnrolReply{"token", {anId(0xA1), "Lâm", Role::Officer, {"*"}}, "Liên minh", aKey(0x99)});
    SyncRequest request;
    request.cursor = {0, 7};
    request.held = {{9, 2}};
    request.directory = 3;
    request.wallSeconds = 1'790'000'100;
    request.batches = {frameAround(encodeBatch(oneChange()))};
    request.lore = 1;
    request.areas = {{{{"19564"}, 77}, {{{}, kAreasUnknown}}, {{"19564", "*"}, 0}, 12}};
    request.forks = {aFork()};
    request.returned = {"reply"};
    request.numbers = {{{0, 1, 0, 7}}};
    checkMessage("sync_request", request);
    checkMessage("sync_reply", aReply());
    checkBytes("sync_reply.signed", signedBytes(aReply()));
    checkBytes("fork.signed", forkBytes(aFork().fork));
    checkMessage("history_request", HistoryRequest{anId(0x42)});
    checkMessage("history_reply",
                 HistoryReply{encodeBatch(oneChange()), {{2, 1, 3, aKey(0x11)}}, 7});
    checkMessage("refusal", Refusal{Code::Rejected, "locked out"});
}

TEST_CASE("protocol: the snapshot and the table of fields have those bytes too") {
    Snapshot snapshot;
    snapshot.branches = {{2, 0, 0, aKey(0x11)}};
    snapshot.records = {
        {anId(0x42), "coop", {{{Id{}, 18}, Value::integer(52), 2, 1, 8}}, 1'790'000'000, false}};
    checkBytes("snapshot", encodeSnapshot(snapshot));
    checkBytes("field_table", encodeFieldTable(aTable()));
    CHECK(decodeSnapshot(vectorOf("snapshot")).ok());
    CHECK(decodeFieldTable(vectorOf("field_table")).ok());
}

namespace {

// What is sealed: the protocol's version, the piece, and the sender's signature at its end.
template <class Piece>
void checkPiece(const std::string& name, const Piece& piece) {
    const KeyPair sender = newKeyPair(), recipient = newKeyPair();
    auto frame = openSealed(sealPiece(piece, sender, recipient.publicKey), recipient);
    REQUIRE(frame.has_value());
    auto bytes = unpackFrame(*frame);
    REQUIRE(bytes.ok());
    REQUIRE(bytes->size() > sizeof(Signature));
    Signature signature{};
    std::copy(bytes->end() - static_cast<std::ptrdiff_t>(signature.size()), bytes->end(),
              signature.begin());
    const std::string wanted = vectorOf(name);
    CHECK(hex(bytes->substr(0, bytes->size() - signature.size())) ==
          hex('\1' + wanted.substr(0, wanted.size() - signature.size())));
    CHECK(verifySignature(vectorOf(name + ".signed"), signature, sender.publicKey));
}

}  // namespace

TEST_CASE(
    "protocol: bundles and their pieces have the bytes that an independent script gives them") {
    checkBytes("bundle",
               encodeBundle({Bundle::Kind::ToServer, aKey(0x11), aKey(0x99), {"sealed", ""}}));
    BundledRequest request;
    request.device = aKey(0x11);
    request.bundle = anId(0xB1);
    request.count = 1;
    request.taken = 4;
    request.request = "request";
    request.files = "files";
    checkPiece("bundled_request", request);
    BundledReply reply;
    reply.device = aKey(0x11);
    reply.bundle = anId(0xB1);
    reply.count = 2;
    reply.from = {0, 7};
    reply.areas = "areas";
    reply.receipts = {{2, 1, 1, anId(0x44), 8, ""}};
    reply.reply = "reply";
    checkPiece("bundled_reply", reply);
}

TEST_CASE("protocol: files have the names and the messages that an independent script gives them") {
    const FileHash photo = hash256("abc");
    CHECK(attachmentName(photo, "jpg") == vectorOf("attachment_name"));
    AttachmentRequest request;
    request.offers = {{photo, 3, "jpg"}};
    request.parts = {{{photo, 3, "jpg"}, 0, "abc"}};
    request.wanted = {photo};
    request.from = {1};
    checkBytes("attachment_request", *unpackFrame(encodeMessage(request)));
    CHECK(decodeAttachmentRequest(frameAround(vectorOf("attachment_request"))).ok());
    AttachmentReply reply;
    reply.incarnation = 77;
    reply.standing = {{photo, true, false, 0, false, ""},
                      {aKey(0x77), false, false, 2, true, "no"}};
    reply.parts = request.parts;
    reply.missing = {aKey(0x78)};
    reply.signature = aSignature();
    checkBytes("attachment_reply", *unpackFrame(encodeMessage(reply)));
    checkBytes("attachment_reply.signed", signedBytes(reply));
    CHECK(decodeAttachmentReply(frameAround(vectorOf("attachment_reply"))).ok());
}

TEST_CASE("protocol: a version that is not understood is refused, and it is told who must update") {
    auto other = [](char version) {
        std::string bytes = vectorOf("refusal");
        bytes[0] = version;
        auto read = decodeMessage<Refusal>(frameAround(bytes));
        REQUIRE_FALSE(read.ok());
        CHECK(read.error().code == Code::Rejected);
        return read.error().message;
    };
    CHECK(other(static_cast<char>(kProtocol + 1)).find("bring this program up to date") !=
          std::string::npos);
    CHECK(other(0).find("bring that program up to date") != std::string::npos);
}
