// links: sotay_codec
#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/crypto.h"
#include "tests/fuzz/fuzz_target.h"

namespace sotay {
namespace {

constexpr std::uint32_t kHeight = 8;

CompactContext context() {
    CompactContext known;
    known.device[4] = 9;
    known.cursor = {0, 500};
    known.wallSeconds = 1'790'000'000;
    return known;
}

Id recordOf(std::uint64_t number) {
    Id id;
    id.bytes[15] = static_cast<std::uint8_t>(number / 10);
    return id;
}

Change before() {
    Change change;
    change.author.bytes[15] = 7;
    change.form = {"coop", 1, 99};
    change.record = recordOf(10);
    change.wallSeconds = 1'790'000'000;
    change.run = 12345;
    change.writes = {{{Id{}, 17}, Value::integer(48)}, {{Id{}, 18}, Value::text("HTX Ba Nang")}};
    return change;
}

// What the server knows: the change before, two records under their numbers, and their texts.
Result<DecodedBatch> heard(std::string_view frame) {
    static const ChangeBefore known{before(), changeId(before())};
    return decodeCompact(
        frame, context(),
        [](std::uint32_t height) {
            return height == kHeight - 1 ? std::optional(known) : std::nullopt;
        },
        [](std::uint64_t number) -> std::optional<Id> {
            if (number != 10 && number != 20) return {};
            return recordOf(number);
        },
        [](std::uint64_t, std::uint32_t count) {
            return count == 1 ? std::optional<std::string>("HTX Ba Nang, xã Đakrông")
                              : std::nullopt;
        });
}

std::optional<std::string> said(const Batch& batch) {
    const Change last = before();
    // The first changes of a laptop have none before them.
    const bool follows = batch.runs[0].prev == changeId(last);
    return encodeCompact(
        batch, follows ? kHeight : 1, follows ? &last : nullptr, context(),
        [](const Change& change) -> std::uint64_t {
            for (const std::uint64_t number : {std::uint64_t{10}, std::uint64_t{20}})
                if (change.record == recordOf(number)) return number;
            return 0;
        },
        [](std::uint64_t number) {
            return SharedTexts{number, 1, "HTX Ba Nang, xã Đakrông"};
        });
}

Batch edits(std::uint32_t count) {
    Batch batch;
    for (std::uint32_t i = 0; i < count; ++i) {
        Change change = before();
        change.record = recordOf(i % 2 == 0 ? 10 : 20);
        change.seen = {0, 490 + i};
        change.wallSeconds += i;
        change.runCount = i + 1;
        change.writes = {{{Id{}, 17}, Value::integer(50 + i)}};
        if (i % 3 == 1) change.writes.push_back({{Id{}, 18}, Value::text("xã Đakrông")});
        if (i % 3 == 2) change.writes = {{{Id{}, 19}, Value()}};
        batch.changes.push_back(change);
    }
    Run run;
    run.device = context().device;
    run.prev = changeId(before());
    run.count = count;
    run.signature.emplace();
    batch.runs = {run};
    linkChanges(batch);
    return batch;
}

}  // namespace

std::size_t fuzzMemory() { return 64u << 20; }

void fuzzOne(std::string_view input) {
    auto batch = heard(input);
    if (!batch.ok()) {
        if (batch.error().message.empty()) broken("a refusal says why");
        return;
    }
    if (batch->ids.size() != batch->batch.changes.size()) broken("each change has its id");
    if (linkChanges(batch->batch) != batch->ids) broken("ids are those of the changes");
    // There are several ways to say the same: said again, it means the same.
    const auto again = said(batch->batch);
    if (!again) return;
    auto back = heard(*again);
    if (!back.ok() || back->ids != batch->ids) broken("what is read is said again as it was");
}

std::vector<std::string> fuzzSeeds() {
    std::vector<std::string> seeds;
    for (std::uint32_t count : {1u, 2u, 5u, 40u})
        if (auto frame = said(edits(count))) seeds.push_back(*frame);
    return seeds;
}

}  // namespace sotay
