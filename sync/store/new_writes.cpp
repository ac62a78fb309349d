#include "sync/store/new_writes.h"

#include "sync/store/aside.h"

namespace sotay {
namespace {

Result<NewWrites> madeWrites(const Answers& answers, const FieldPaths& fields) {
    auto writes = writesBetween({}, answers, fields);
    if (!writes.ok()) return writes.error();
    NewWrites made;
    made.made = std::move(*writes);
    canonicalise(made.made);
    made.all.reserve(made.made.size());
    for (const Write& write : made.made) made.all.push_back(LentWrite::of(write));
    return made;
}

Result<NewWrites> writesOfOne(const Answers& answers, const FieldPaths& fields) {
    if (!answers.items.empty()) return madeWrites(answers, fields);
    // Both are ordered by path, so one walk finds every field; then they are put in the order of
    // their ordinals.
    std::vector<LentWrite> byRank(fields.inOrder().size());
    auto at = fields.inOrder().begin();
    const auto end = fields.inOrder().end();
    for (const auto& [key, value] : answers.values) {
        int order = -1;
        while (at != end && (order = at->field->path.compare(key.path)) < 0) ++at;
        if (order != 0 || !key.items.empty()) return madeWrites(answers, fields);
        byRank[at->rank] = LentWrite::of(at->field->ordinal, value);
    }
    NewWrites writes;
    writes.all.reserve(answers.values.size());
    for (const LentWrite& write : byRank)
        if (write.ordinal != 0) writes.all.push_back(write);
    return writes;
}

}  // namespace

std::vector<Result<NewWrites>> writesOfNew(std::span<const Answers> many,
                                           const FieldPaths& fields) {
    constexpr std::size_t kWorthHalving = 64;
    std::vector<Result<NewWrites>> all(many.size(), Error{});
    auto make = [&](std::size_t from, std::size_t to) {
        for (; from < to; ++from) all[from] = writesOfOne(many[from], fields);
    };
    const std::size_t middle = many.size() < kWorthHalving ? 0 : many.size() / 2;
    auto first = asideIf(middle > 0, [&] { make(0, middle); });
    make(middle, many.size());
    first.get();
    return all;
}

}  // namespace sotay
