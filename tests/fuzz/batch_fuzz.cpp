// links: sotay_codec
#include "sync/codec/batch.h"
#include "sync/codec/crypto.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "tests/fuzz/fuzz_target.h"

namespace sotay {
namespace {

Batch smallBatch() {
    Batch batch;
    for (std::uint8_t i = 0; i < 3; ++i) {
        Change change;
        change.author.bytes[15] = 7;
        change.form = {"coop", 1u + i / 2u, 99};
        change.record.bytes[0] = i;
        change.seen = {0, 5u * i};
        change.wallSeconds = 1'790'000'000 + i;
        change.run = 12345;
        change.runCount = i;
        change.writes = {{{Id{}, 17}, Value::integer(48 + i)},
                         {{Id{}, 18}, Value::text("HTX Ba Nang")},
                         {{Id{}, 19}, i == 1 ? Value() : Value::decimal(Decimal{945, 2})}};
        Id item;
        item.bytes[3] = 9;
        change.writes.push_back({{item, 21}, Value::integer(-1)});
        if (i == 2) change.notes = {{{Id{}, 17}, "đã hỏi xã"}};
        batch.changes.push_back(change);
    }
    Run run;
    run.device[0] = 3;
    run.count = 3;
    run.signature = Signature{};
    batch.runs = {run};
    return batch;
}

}  // namespace

std::size_t fuzzMemory() { return 64u << 20; }

void fuzzOne(std::string_view input) {
    auto batch = decodeBatch(input);
    if (batch.ok()) {
        if (encodeBatch(batch->batch) != input) broken("what is read is written to the same bytes");
        if (linkChanges(batch->batch) != batch->ids) broken("ids are those of the changes");
    } else if (batch.error().message.empty()) {
        broken("a refusal says why");
    }
    auto feed = decodeFeed(input);
    if (feed.ok() && encodeFeed(*feed) != input)
        broken("a feed that is read is written to the same bytes");
    auto plain = unpackFrame(input, 1u << 20);
    if (!plain.ok()) return;
    if (plain->size() > (1u << 20)) broken("a frame is bounded");
    auto again = unpackFrame(packFrame(*plain));
    if (!again.ok() || *again != *plain) broken("what is packed is unpacked");
}

std::vector<std::string> fuzzSeeds() {
    const std::string batch = encodeBatch(smallBatch());
    return {batch, encodeBatch(Batch{}), packFrame(batch), packFrame(std::string(5000, 'a'))};
}

}  // namespace sotay
