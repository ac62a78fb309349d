#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/crypto.h"
#include "tests/support/random_changes.h"
#include "tests/support/small_world.h"

using namespace sotay;

namespace {

// A laptop's edits after one earlier change, and what a server knows of them.
struct Edits {
    ChangeBefore before;
    Batch batch;
    std::vector<Id> ids;
    CompactContext context;
    std::string sharedTexts;  // of the change 10 or 20, that both have

    std::optional<std::string> said() const {
        // Records 1 and 2 are in the log under ten times their number; others are not.
        return encodeCompact(
            batch, 8, &before.change, context,
            [](const Change& change) {
                auto n = change.record.bytes[15];
                return n == 1 || n == 2 ? n * 10u : 0u;
            },
            [&](std::uint64_t number) {
                return SharedTexts{number, 1, sharedTexts};
            });
    }
    Result<DecodedBatch> heard(std::string_view frame) const {
        return decodeCompact(
            frame, context,
            [&](std::uint32_t height) {
                return height == 7 ? std::optional(before) : std::nullopt;
            },
            [](std::uint64_t number) -> std::optional<Id> {
                if (number != 10 && number != 20) return {};
                Id id;
                id.bytes[15] = static_cast<std::uint8_t>(number / 10);
                return id;
            },
            [&](std::uint64_t, std::uint32_t count) {
                return count == 1 && !sharedTexts.empty() ? std::optional(sharedTexts)
                                                          : std::nullopt;
            });
    }
};

Edits editsOf(std::vector<Change> changes, const Change& before) {
    Edits edits;
    edits.context.device[4] = 9;
    edits.context.cursor = {0, 500};
    edits.context.wallSeconds = 1'790'000'000;
    edits.before.change = before;
    edits.before.id = changeId(before);
    edits.batch.changes = std::move(changes);
    Run run;
    run.device = edits.context.device;
    run.prev = edits.before.id;
    run.count = static_cast<std::uint32_t>(edits.batch.changes.size());
    run.signature.emplace();
    edits.batch.runs = {run};
    edits.ids = linkChanges(edits.batch);
    return edits;
}

}  // namespace

TEST_CASE("compact: edits come back as they were signed") {
    CHECK(rc::check([] {
        auto changes = *rc::gen::nonEmpty(rc::gen::container<std::vector<Change>>(genChange()));
        const Change alike = changes.front();
        for (Change& change : changes) {
            change.author = alike.author;
            change.form = alike.form;
            change.run = alike.run;
            change.notes.clear();
            for (Write& write : change.writes) write.cell.item = Id{};
            canonicalise(change);
        }
        Change before = *genChange();
        if (*rc::gen::inRange(0, 2) == 1) before.author = alike.author, before.form = alike.form;
        Edits edits = editsOf(std::move(changes), before);
        if (*rc::gen::inRange(0, 2) == 1) edits.sharedTexts = "Hướng Hiệp\nBa Nang\n";

        auto frame = edits.said();

        RC_ASSERT(frame.has_value());
        auto heard = edits.heard(*frame);
        RC_ASSERT(heard.ok());
        RC_ASSERT(heard->batch == edits.batch);
        RC_ASSERT(heard->ids == edits.ids);
    }));
}

TEST_CASE("compact: a byte that is changed is refused or gives changes that the signature tells") {
    Change change;
    change.form = {"htx", 1, 2};
    change.record.bytes[15] = 1;
    change.writes = {{{Id{}, 20}, Value::text("Ba Nang")}, {{Id{}, 21}, Value::integer(5)}};
    Change other = change;
    other.record.bytes[15] = 3;
    Edits edits = editsOf({change, other}, Change{});
    const std::string frame = *edits.said();

    for (std::size_t at = 0; at < frame.size(); ++at) {
        CHECK_FALSE(edits.heard(frame.substr(0, at)).ok());
        for (int flip = 1; flip < 256; ++flip) {
            std::string bytes = frame;
            bytes[at] = static_cast<char>(bytes[at] ^ flip);
            auto heard = edits.heard(bytes);
            if (!heard.ok() || heard->ids.back() != edits.ids.back()) continue;
            // The same signed changes: then at most the signature itself is what was touched.
            REQUIRE(heard->batch.changes == edits.batch.changes);
        }
    }
}

TEST_CASE("compact: an edit is said in few bytes, and these stay the same for ever") {
    Change change;
    change.record.bytes[15] = 2;
    change.seen = {0, 500};
    change.wallSeconds = 1'790'000'000;
    change.runCount = 1;
    change.writes = {{{Id{}, 20}, Value::text("ab")}};
    Edits edits = editsOf({change}, Change{});
    // No two bytes alike, so that zstd has nothing to win.
    std::string signature;
    for (std::uint8_t& byte : *edits.batch.runs[0].signature) {
        byte = static_cast<std::uint8_t>(128 + signature.size());
        signature += static_cast<char>(byte);
    }

    // By hand: compact, nothing shared, plain, height, flags, one change, its record's number, wall
    // as in the request, the field, a text, of two bytes.
    std::string expected = std::string(
                               "\x03\x00\x00\x08\x1f\x01\x14\x00\x14\x03\x02"
                               "ab",
                               13) +
                           signature;
    CHECK(*edits.said() == expected);
}

TEST_CASE("compact: what both sides have in the log makes a session shorter") {
    const char* words[] = {"sau_rieng", "dong_xuan", "globalgap", "hợp tác xã Đakrông"};
    std::vector<Change> changes;
    std::string known;
    for (int i = 0; i < 8; ++i) {
        Change& change = changes.emplace_back();
        change.form = {"htx", 1, 2};
        change.record.bytes[15] = 1;
        change.writes = {{{Id{}, static_cast<Ordinal>(20 + i)}, Value::text(words[i / 2])},
                         {{Id{}, 90}, Value::integer(i * 1'000'000)}};
    }
    for (const char* word : words) known += std::string(word) + "\n";
    Edits edits = editsOf(std::move(changes), Change{});
    const std::string alone = *edits.said();
    edits.sharedTexts = known;

    const std::string shared = *edits.said();

    CHECK(shared.size() + 40 < alone.size());
    auto heard = edits.heard(shared);
    REQUIRE(heard.ok());
    CHECK(heard->ids == edits.ids);
    edits.sharedTexts.clear();
    CHECK_FALSE(edits.heard(shared).ok());
    edits.sharedTexts = "something else that is long enough to matter";
    auto misheard = edits.heard(shared);
    CHECK((!misheard.ok() || misheard->ids.back() != edits.ids.back()));
}

TEST_CASE("compact: round numbers of any size come back") {
    std::vector<Change> changes;
    for (std::int64_t number :
         {std::int64_t{0}, std::int64_t{10}, std::int64_t{-1000}, INT64_MAX, INT64_MIN,
          std::int64_t{9'000'000'000'000'000'000}, std::int64_t{-1'000'000'000'000'000'000}}) {
        Change& change = changes.emplace_back();
        change.record.bytes[15] = 2;
        change.writes = {{{Id{}, 20}, Value::integer(number)}};
    }
    Edits edits = editsOf(std::move(changes), Change{});

    auto heard = edits.heard(*edits.said());

    REQUIRE(heard.ok());
    CHECK(heard->batch == edits.batch);
}

TEST_CASE("compact: notes and repeat items are said in full") {
    Change noted;
    noted.notes = {{{Id{}, 17}, "ok"}};
    CHECK_FALSE(editsOf({noted}, Change{}).said().has_value());
    Change item;
    item.writes = {{{hashId("item"), 20}, Value::integer(1)}};
    CHECK_FALSE(editsOf({item}, Change{}).said().has_value());
}

TEST_CASE("sync: one edit of an answer costs at most 110 bytes, and the server takes it") {
    SmallWorld world;
    auto lan = world.laptop("lan", Role::Supervisor);
    auto binh = world.laptop("binh", Role::Supervisor);
    Id record = create(*lan, {{"/name", "Ba Nang"}, {"/phone", "1"}});
    REQUIRE(world.sync(*lan).ok());
    REQUIRE(edit(*lan, record, "/phone", "0905114223").ok());
    REQUIRE(world.sync(*lan).ok());
    REQUIRE(edit(*lan, record, "/phone", "0905114224").ok());

    auto request = lan->nextRequest();
    REQUIRE(request.ok());
    CHECK(encodeMessage(*request).size() <= 110);
    auto synced = world.sync(*lan);
    REQUIRE(synced.ok());

    CHECK(synced->progress.roundTrips == 1);
    CHECK(lan->unsentChanges() == 0);
    REQUIRE(world.sync(*binh).ok());
    CHECK(answer(*binh, record, "/phone") == "0905114224");
}

TEST_CASE("sync: a server that does not understand a compact batch is told in full") {
    SmallWorld world;
    auto lan = world.laptop("lan", Role::Supervisor);
    Id record = create(*lan, {{"/name", "Ba Nang"}});
    REQUIRE(world.sync(*lan).ok());
    REQUIRE(edit(*lan, record, "/name", "Ba Lòng").ok());
    auto request = lan->nextRequest();
    REQUIRE(request.ok());
    REQUIRE(isCompact(request->batches.front()));
    auto caller = world.server().authenticate(lan->identity().token);
    REQUIRE(caller.ok());
    SyncRequest damaged = *request;
    damaged.batches.front().back() ^= 1;  // of the signature
    SyncCall call{*caller, damaged};
    auto reply = world.server().sync({&call, 1}).front();
    REQUIRE(reply.ok());
    CHECK(reply->acks.front().placed.empty());

    auto received = lan->receive(*request, encodeMessage(*reply));

    REQUIRE(received.ok());
    CHECK(received->mustRepeat);
    CHECK(lan->unsentChanges() == 1);
    auto again = lan->nextRequest();
    REQUIRE(again.ok());
    CHECK_FALSE(isCompact(again->batches.front()));
    REQUIRE(world.sync(*lan).ok());
    CHECK(lan->unsentChanges() == 0);
}
