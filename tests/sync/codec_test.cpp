#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "sync/codec/batch.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/crypto.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/codec/serialize.h"
#include "sync/messages.h"
#include "tests/support/random_changes.h"

using namespace sotay;

TEST_CASE("codec: changes come back from their bytes as they were, with the same ids") {
    CHECK(rc::check([] {
        Batch batch = *genBatch();
        auto ids = linkChanges(batch);
        std::string bytes = encodeBatch(batch);

        auto back = decodeBatch(bytes);

        RC_ASSERT(back.ok());
        RC_ASSERT(back->batch == batch);
        RC_ASSERT(back->ids == ids);
    }));
}

TEST_CASE("codec: bytes that are damaged anywhere are refused or read as exactly what they say") {
    CHECK(rc::check([] {
        Batch batch = *genBatch();
        linkChanges(batch);
        std::string bytes = encodeBatch(batch);
        auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
        auto back = decodeBatch(bytes);
        if (back.ok()) RC_ASSERT(encodeBatch(back->batch) == bytes);
        std::string cut = bytes.substr(0, at);
        auto shorter = decodeBatch(cut);
        if (shorter.ok()) RC_ASSERT(encodeBatch(shorter->batch) == cut);
    }));
}

TEST_CASE("codec: no single byte can be changed without notice or another meaning") {
    Change change;
    change.author.bytes[3] = 1;
    change.form = {"htx", 3, 4};
    change.record.bytes[5] = 2;
    Id item;
    item.bytes[0] = 7;
    change.writes = {{{Id{}, 16}, Value::text("Ba Nang")},
                     {{Id{}, 17}, Value::integer(-48)},
                     {{item, 40}, Value::decimal(*Decimal::parse("9.45"))}};
    change.notes = {{{Id{}, 17}, "ok"}};
    Change second = change;
    second.writes[0].value = Value::integer(3);
    Batch batch;
    batch.runs = {Run{}};
    batch.runs[0].count = 2;
    batch.runs[0].signature.emplace();
    batch.changes = {change, second};
    linkChanges(batch);
    const std::string bytes = encodeBatch(batch);

    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (int flip = 1; flip < 256; ++flip) {
            std::string other = bytes;
            other[at] = static_cast<char>(other[at] ^ flip);
            auto back = decodeBatch(other);
            if (back.ok()) REQUIRE(encodeBatch(back->batch) == other);
        }
}

TEST_CASE("codec: a table that is out of order or has what nobody uses is refused") {
    // By hand: layout, no devices, two authors of which the second is never used, and no changes.
    auto zeros = [](std::size_t n) { return std::string(n, '\0'); };
    std::string unused = "\x01" + zeros(1) + "\x01" + zeros(16) + zeros(40);
    CHECK_FALSE(decodeBatch(unused).ok());
    CHECK(decodeBatch(encodeBatch(Batch{})).ok());
}

TEST_CASE("codec: ids through one buffer are those of the changes one by one") {
    CHECK(rc::check([] {
        auto changes = *rc::gen::container<std::vector<Change>>(genChange());
        ChangeHasher hasher;
        for (const Change& change : changes) {
            RC_ASSERT(hasher.idOf(change) == changeId(change));
            std::string bytes;
            CanonicalOutputArchive ar(bytes);
            std::uint8_t layout = 1;
            ar(layout, change.author, change.device, change.form, change.record, change.writes,
               change.notes, change.seen, change.prev, change.wallSeconds, change.run,
               change.runCount);
            RC_ASSERT(canonicalBytes(change) == bytes);
        }
    }));
}

TEST_CASE("feed: parts come back as they were, and what is no feed is refused") {
    CHECK(rc::check([] {
        Batch batch = *genBatch();
        linkChanges(batch);
        FeedPart made{{}, packFrame(encodeBatch(batch))};
        Batch single;
        single.changes = {*genChange()};
        single.runs = {Run{}};
        single.runs[0].count = 1;
        FeedPart passed{{1, 2, 7, 300, -5, 60}, packFrame(encodeBatch(single))};
        std::string bytes = encodeFeed({made, passed});

        auto parts = decodeFeed(bytes);

        RC_ASSERT(parts.ok());
        RC_ASSERT(*parts == std::vector<FeedPart>({made, passed}));
        auto first = openPart(parts->at(0)), opened = openPart(parts->at(1));
        RC_ASSERT(first->runs == batch.runs);
        RC_ASSERT(first->made() == batch.changes);
        RC_ASSERT(opened->runs[0].branch == 2u);
        RC_ASSERT(opened->runs[0].firstNumber == 300u);
        auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
        auto other = decodeFeed(bytes);
        if (other.ok()) RC_ASSERT(encodeFeed(*other) == bytes);
    }));
}

TEST_CASE("codec: a text is refused that is normal only together with those beside it") {
    auto isRead = [](const std::vector<std::string>& texts) {
        Batch batch;
        batch.runs = {Run{}};
        batch.runs[0].count = static_cast<std::uint32_t>(texts.size());
        for (const std::string& text : texts) {
            Change& change = batch.changes.emplace_back();
            change.record.bytes[0] = static_cast<std::uint8_t>(batch.changes.size());
            change.writes = {{{{}, 16}, Value::ofNormalText(text)}};
        }
        linkChanges(batch);
        auto read = decodeBatch(encodeBatch(batch));
        CHECK((!read.ok() || read->batch == batch));
        return read.ok();
    };
    CHECK(isRead({"Hợp tác xã", "Tà Rụt"}));
    CHECK(isRead({"東京", "Tà Rụt"}));
    CHECK_FALSE(isRead({"Ba N\xE1", "\xBA\xA1ng"}));  // an ạ, cut in two
    CHECK_FALSE(isRead({"Ba Nang ", "Tà Rụt"}));
    CHECK_FALSE(isRead({"Ba Nang", "\nTà Rụt"}));
    CHECK_FALSE(isRead({"Ba Nang", "", "Tà Rụt"}));
    CHECK(isRead({"a", "\xCC\x81"}));  // an accent, by itself
}

TEST_CASE("codec: very many records that answer the same questions come back as they were") {
    Batch batch;
    batch.runs = {Run{}};
    batch.runs[0].count = 3000;
    for (std::int64_t i = 0; i < 3000; ++i) {
        Change& change = batch.changes.emplace_back();
        change.record.bytes = {static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        const std::string number = std::to_string(i);
        // The last is mostly a number, and now and then something else.
        change.writes = {{{{}, 16}, Value::text("HTX " + number)},
                         {{{}, 17}, Value::integer(i - 1500)},
                         {{{}, 18}, Value::decimal(*Decimal::parse(number + ".5"))},
                         {{{}, 19}, i % 700 == 699 ? Value::text("không rõ") : Value::integer(i)}};
    }
    linkChanges(batch);
    const std::string bytes = encodeBatch(batch);
    auto read = decodeBatch(bytes);
    REQUIRE(read.ok());
    CHECK(read->batch == batch);
    CHECK_FALSE(decodeBatch(std::string_view(bytes).substr(0, bytes.size() - 1)).ok());
}

TEST_CASE("messages: changes that are packed already are not packed again, and arrive the same") {
    // Long enough, and with nothing in it that repeats.
    std::string packed;
    for (int i = 0; packed.size() < 40'000; ++i) {
        const auto hash = hash256("piece " + std::to_string(i));
        packed.append(hash.begin(), hash.end());
    }
    SyncRequest request;
    request.batches = {packed};
    SyncReply reply;
    reply.feed = packed;
    SyncReply chatty = reply;
    chatty.directory.users.resize(400);
    CHECK(encodeMessage(request).front() == 0);
    CHECK(encodeMessage(reply).front() == 0);
    CHECK(encodeMessage(chatty).front() == 1);
    CHECK(decodeMessage<SyncRequest>(encodeMessage(request))->batches == request.batches);
    CHECK(decodeMessage<SyncReply>(encodeMessage(reply))->feed == packed);
    CHECK(decodeMessage<SyncReply>(encodeMessage(chatty))->feed == packed);
}

TEST_CASE("feed: a part that places more changes than it brings is refused") {
    Batch batch;
    batch.runs = {Run{}};
    batch.runs[0].count = 1;
    batch.changes = {Change{}};
    CHECK(openPart({{1, 1, 1, 1, 0, 0}, packFrame(encodeBatch(batch))}).ok());
    CHECK_FALSE(openPart({{2, 1, 1, 1, 0, 0}, packFrame(encodeBatch(batch))}).ok());
    CHECK_FALSE(openPart({{1, 1, 1, 1, 0, 0}, packFrame(encodeBatch(Batch{}))}).ok());
}

TEST_CASE("feed: the bytes stay the same for ever") {
    // By hand: how many, branch, height, number, seconds and offset zigzagged, the frame; then a
    // made batch.
    std::string expected = std::string(
        "\x02\x03\x04\xac\x02\x0a\x01\x02"
        "ab"
        "\x00\x01"
        "c",
        13);
    CHECK(encodeFeed({{{2, 3, 4, 300, 5, -1}, "ab"}, {{}, "c"}}) == expected);
}

TEST_CASE("codec: a length that the bytes do not hold is refused before memory is taken") {
    std::string huge = "\x01\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
    CHECK_FALSE(decodeBatch(huge).ok());
}

TEST_CASE("codec: a message that unpacks to more than allowed is refused unopened") {
    std::string packed = packFrame(std::string(1 << 20, 'a'));
    CHECK(packed.size() < 1000);
    CHECK_FALSE(unpackFrame(packed, 1000).ok());
    CHECK(*unpackFrame(packed) == std::string(1 << 20, 'a'));
}

TEST_CASE("codec: the bytes that an id is taken over stay the same for ever") {
    Change change;
    change.author.bytes[15] = 1;
    change.device[0] = 2;
    change.form = {"htx", 3, 4};
    change.record.bytes[0] = 5;
    change.writes = {{{Id{}, 16}, Value::text("Ba Nang")},
                     {{Id{}, 17}, Value::integer(-48)},
                     {{Id{}, 18}, Value::decimal(*Decimal::parse("9.45"))},
                     {{Id{}, 19}, Value()}};
    change.notes = {{{Id{}, 17}, "ok"}};
    change.seen = {0, 300};
    change.wallSeconds = 1;
    change.run = 6;
    change.runCount = 7;

    std::string bytes = canonicalBytes(change);

    // Put together by hand from the layout: a version byte, then the members in the order of the
    // declaration.
    auto zeros = [](int n) { return std::string(static_cast<std::size_t>(n), '\0'); };
    std::string expected = std::string("\x01", 1) + zeros(15) + "\x01" + "\x02" + zeros(31) +
                           "\x03htx" + "\x03\x04" + "\x05" + zeros(15);
    expected += std::string("\x04\x20\x03\x07") + "Ba Nang" + "\x22\x01\x5f" +
                "\x24\x02\x02\xe2\x0e" + "\x26" + zeros(1);
    expected +=
        std::string("\x01\x22\x02ok") + zeros(1) + "\xac\x02" + zeros(16) + "\x02" + "\x06\x07";
    CHECK(bytes == expected);
}

TEST_CASE("signature: only the key of the laptop makes it, and it holds for one chain only") {
    KeyPair keys = newKeyPair();
    Id last = hashId("a");
    Signature signature = sign(sealedBytes(last), keys.secretKey);
    CHECK(verifySignature(sealedBytes(last), signature, keys.publicKey));
    CHECK_FALSE(verifySignature(sealedBytes(hashId("b")), signature, keys.publicKey));
    CHECK_FALSE(verifySignature(sealedBytes(last), signature, newKeyPair().publicKey));
}
