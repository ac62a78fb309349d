#pragma once

#include <rapidcheck.h>

#include "sync/codec/batch.h"

namespace sotay {

// Changes of all shapes for property tests: several laptops, authors, forms, repeats, notes, gaps
// in the chain.
inline rc::Gen<Id> genId(int howMany) {
    return rc::gen::map(rc::gen::inRange(0, howMany), [](int n) {
        Id id;
        id.bytes[15] = static_cast<std::uint8_t>(n);
        return id;
    });
}

inline rc::Gen<Value> genValue() {
    return rc::gen::oneOf(
        rc::gen::just(Value()), rc::gen::map(rc::gen::arbitrary<std::int64_t>(), &Value::integer),
        rc::gen::map(rc::gen::inRange<int>(-100000, 100000),
                     [](int n) { return Value::decimal(*Decimal::fromDouble(n / 1000.0)); }),
        rc::gen::map(rc::gen::element<std::string>("Ba Nang", "hợp tác xã", "0905 114 223", "x"),
                     [](const std::string& text) { return Value::text(text); }));
}

inline rc::Gen<Change> genChange() {
    return rc::gen::exec([] {
        Change change;
        change.author = *genId(3);
        change.form = {*rc::gen::element<std::string>("htx", "tht"),
                       *rc::gen::inRange<std::uint32_t>(1, 3), 77};
        change.record = *genId(4);
        for (int i = *rc::gen::inRange(0, 5); i > 0; --i)
            change.writes.push_back({{*genId(2), *rc::gen::inRange<Ordinal>(0, 30)}, *genValue()});
        if (*rc::gen::inRange(0, 4) == 0) change.notes.push_back({{Id{}, 17}, "đã đối chiếu"});
        change.seen = {0, *rc::gen::inRange<std::uint64_t>(0, 1000)};
        change.wallSeconds = *rc::gen::inRange<std::int64_t>(-10, 2'000'000'000);
        change.run = *rc::gen::inRange<std::uint64_t>(0, 3);
        change.runCount = *rc::gen::inRange<std::uint64_t>(0, 1000);
        canonicalise(change);
        return change;
    });
}

inline rc::Gen<Batch> genBatch() {
    return rc::gen::exec([] {
        Batch batch;
        batch.changes = *rc::gen::container<std::vector<Change>>(genChange());
        std::size_t left = batch.changes.size();
        while (left > 0) {
            Run run;
            run.device[0] = static_cast<std::uint8_t>(*rc::gen::inRange(0, 3));
            run.prev = *genId(2);
            run.count = static_cast<std::uint32_t>(*rc::gen::inRange<std::size_t>(1, left + 1));
            run.firstNumber = *rc::gen::inRange<std::uint64_t>(0, 100);
            if (*rc::gen::inRange(0, 2) == 1) run.signature.emplace();
            left -= run.count;
            batch.runs.push_back(run);
        }
        return batch;
    });
}

}  // namespace sotay
