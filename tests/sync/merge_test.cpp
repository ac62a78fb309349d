#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "sync/merge.h"
#include "sync/open_conflict.h"
#include "sync/place.h"

using namespace sotay;

namespace {

// A history as laptops and a server make it: saves, pushes that may stop in the middle, pulls.
// What each author had on the screen is kept beside it, by nothing but the story itself.
struct Past {
    struct Made {
        Change change;
        ChangeRef ref;
        std::set<std::size_t> shown;  // indices of all changes that its author could see
    };
    std::deque<Made> made;
    std::vector<std::size_t> log;
    Causality causality;

    static Past random() {
        Past past;
        struct Laptop {
            std::uint64_t cursor = 0;
            std::uint32_t tip = 0;
            std::vector<std::size_t> own;
            std::size_t pushed = 0;
        };
        std::vector<Laptop> laptops(3);
        for (std::uint32_t b = 1; b <= 3; ++b) past.causality.addBranch(b, {});
        int steps = *rc::gen::inRange(1, 40);
        for (int i = 0; i < steps; ++i) {
            auto which = *rc::gen::inRange<std::size_t>(0, 3);
            Laptop& laptop = laptops[which];
            int what = *rc::gen::inRange(0, 10);
            if (what < 6) {
                Made made;
                made.ref = {static_cast<std::uint32_t>(which + 1), ++laptop.tip};
                made.change.seen = {0, laptop.cursor};
                for (Ordinal cell = 16; cell < 19; ++cell)
                    if (*rc::gen::inRange(0, 2))
                        made.change.writes.push_back(
                            {{Id{}, cell}, Value::integer(*rc::gen::inRange(0, 4))});
                if (*rc::gen::inRange(0, 8) == 0)
                    made.change.writes.push_back(
                        {{Id{}, kAlive}, Value::integer(*rc::gen::inRange(0, 2))});
                canonicalise(made.change);
                made.shown.insert(laptop.own.begin(), laptop.own.end());
                made.shown.insert(past.log.begin(),
                                  past.log.begin() + static_cast<std::ptrdiff_t>(laptop.cursor));
                laptop.own.push_back(past.made.size());
                past.made.push_back(std::move(made));
            } else if (what < 8) {
                auto upTo = *rc::gen::inRange<std::size_t>(laptop.pushed, laptop.own.size() + 1);
                for (; laptop.pushed < upTo; ++laptop.pushed) {
                    past.log.push_back(laptop.own[laptop.pushed]);
                    past.causality.place(past.made[past.log.back()].ref, 1, 0, past.log.size());
                }
            } else {
                laptop.cursor = past.log.size();
            }
        }
        return past;
    }

    RecordHeads byDefinition() const {
        std::vector<Applied> all;
        for (const Made& each : made) all.push_back({each.ref, &each.change});
        return headsOf(all, causality);
    }
    RecordHeads stepByStep(const std::vector<std::size_t>& order) const {
        RecordHeads heads;
        for (std::size_t i : order)
            for (const Write& write : made[i].change.writes)
                applyWrite(heads[write.cell], made[i].ref, made[i].change.seen, write.value,
                           causality);
        return heads;
    }
    // Any order in which a change comes after those that its author saw.
    std::vector<std::size_t> anyOrder() const {
        std::vector<std::size_t> order, open(made.size());
        for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
        while (!open.empty()) {
            std::vector<std::size_t> ready;
            for (std::size_t i : open)
                if (std::none_of(open.begin(), open.end(),
                                 [&](std::size_t j) { return made[i].shown.contains(j); }))
                    ready.push_back(i);
            std::size_t next = *rc::gen::elementOf(ready);
            order.push_back(next);
            std::erase(open, next);
        }
        return order;
    }
};

}  // namespace

TEST_CASE("merge: the result does not depend on the order in which changes arrive") {
    CHECK(rc::check([] {
        Past past = Past::random();
        RecordHeads expected = past.byDefinition();
        RC_ASSERT(past.stepByStep(past.anyOrder()) == expected);
        RC_ASSERT(past.stepByStep(past.anyOrder()) == expected);
    }));
}

TEST_CASE("merge: receiving changes again changes nothing") {
    CHECK(rc::check([] {
        Past past = Past::random();
        auto order = past.anyOrder();
        RecordHeads once = past.stepByStep(order);
        // The newest again, as a repeated delivery would bring them.
        auto twice = order;
        if (!order.empty()) twice.push_back(order.back());
        RC_ASSERT(past.stepByStep(twice) == once);
    }));
}

TEST_CASE("merge: a value is gone only when somebody who saw it replaced it, and stays otherwise") {
    CHECK(rc::check([] {
        Past past = Past::random();
        RecordHeads heads = past.byDefinition();
        for (std::size_t x = 0; x < past.made.size(); ++x)
            for (const Write& write : past.made[x].change.writes) {
                const Heads& cell = heads[write.cell];
                bool isHead = std::any_of(cell.begin(), cell.end(), [&](const Head& head) {
                    return head.change == past.made[x].ref;
                });
                bool replaced = std::any_of(past.made.begin(), past.made.end(), [&](const auto& y) {
                    return y.shown.contains(x) &&
                           std::any_of(y.change.writes.begin(), y.change.writes.end(),
                                       [&](const Write& w) { return w.cell == write.cell; });
                });
                RC_ASSERT(isHead == !replaced);
            }
    }));
}

TEST_CASE("merge: somebody who sees all sides and writes closes the conflict") {
    CHECK(rc::check([] {
        Past past = Past::random();
        // Everybody's changes reach the log, and one more laptop sees all of it.
        std::set<std::size_t> placed(past.log.begin(), past.log.end());
        for (std::size_t i = 0; i < past.made.size(); ++i)
            if (!placed.contains(i)) {
                past.log.push_back(i);
                past.causality.place(past.made[i].ref, 1, 0, past.log.size());
            }
        past.causality.addBranch(9, {});
        RecordHeads heads = past.byDefinition();
        for (auto& [cell, cellHeads] : heads) {
            applyWrite(cellHeads, {9, 1}, {0, past.log.size()}, Value::integer(1), past.causality);
            RC_ASSERT(cellHeads.size() == 1u);
        }
        auto verdict = judgeRecord(heads, past.causality, [&](ChangeRef) {
            return Seen{0, past.log.size()};
        });
        RC_ASSERT(verdict.conflicts.empty());
    }));
}

TEST_CASE("causality: numbers of an older log count as far as the newer one inherited them") {
    Causality causality;
    causality.addBranch(1, {});
    causality.place({1, 1}, 10, 0, 1);
    causality.fork({1, 0, 6});
    causality.setIncarnation(1);
    CHECK(causality.inLog({1, 6}, {1, 20}));
    CHECK_FALSE(causality.inLog({1, 7}, {1, 20}));
    CHECK(causality.inLog({1, 7}, {0, 8}));
    causality.place({1, 7}, 1, 1, 9);
    CHECK(causality.inLog({1, 7}, {1, 9}));
    CHECK_FALSE(causality.inLog({1, 7}, {1, 8}));
}

TEST_CASE("causality: a copied laptop's branches share what was before the copy, and no more") {
    Causality causality;
    causality.addBranch(1, {});
    causality.addBranch(2, {1, 3});
    CHECK(causality.inChain({1, 3}, {2, 4}));
    CHECK(causality.inChain({2, 4}, {2, 5}));
    CHECK_FALSE(causality.inChain({1, 4}, {2, 5}));
    CHECK_FALSE(causality.inChain({2, 4}, {1, 9}));
    CHECK_FALSE(causality.inChain({1, 3}, {1, 3}));
}

TEST_CASE("conflicts: three who disagree here and two of them there are one thing to decide") {
    Causality causality;
    for (std::uint32_t branch = 1; branch <= 4; ++branch) causality.addBranch(branch, {});
    auto said = [](std::uint32_t branch, int value) {
        return Head{{branch, 1}, Value::integer(value)};
    };
    RecordHeads heads;
    heads[{Id{}, 16}] = {said(1, 52), said(2, 57), said(3, 60)};
    heads[{Id{}, 17}] = {said(1, 1), said(2, 2)};
    heads[{Id{}, 18}] = {said(2, 1), said(3, 1)};  // the same word is no conflict
    heads[{Id{}, 19}] = {said(1, 1), said(4, 2)};  // another pair
    heads[{Id{}, 20}] = {said(1, 1), said(2, 2), said(3, 3)};
    auto verdict = judgeRecord(heads, causality, [](ChangeRef) { return Seen{}; });
    REQUIRE(verdict.conflicts.size() == 2);
    CHECK(verdict.conflicts[0].heads.size() == 3);
    CHECK(verdict.conflicts[0].cells == std::vector<Cell>{{{}, 16}, {{}, 17}, {{}, 20}});
    CHECK(verdict.conflicts[1].cells == std::vector<Cell>{{{}, 19}});
}

TEST_CASE("conflicts: a row deleted beside an edit of a row within it is asked about") {
    Causality causality;
    causality.addBranch(1, {});
    causality.addBranch(2, {});
    causality.place({1, 1}, 1, 0, 1);
    Id loan, payment;
    loan.bytes[15] = 1;
    payment.bytes[15] = 2;
    auto places = [](Ordinal repeat, Id parent) { return Place{repeat, parent, "V"}.toValue(); };
    for (bool within : {true, false}) {
        CAPTURE(within);
        RecordHeads heads;
        heads[{loan, kPlace}] = {{{1, 1}, places(16, {})}};
        heads[{payment, kPlace}] = {{{1, 1}, places(18, within ? loan : Id{})}};
        heads[{loan, kAlive}] = {{{1, 2}, Value::integer(0)}};
        heads[{payment, 19}] = {{{2, 1}, Value::integer(5)}};
        auto verdict = judgeRecord(heads, causality, [](ChangeRef) { return Seen{0, 1}; });
        CHECK(verdict.conflicts.size() == (within ? 1 : 0));
        CHECK(verdict.deletedItems.size() == (within ? 0 : 1));
    }
}

TEST_CASE("merge: changes have the numbers that they were given, in whatever order they came") {
    rc::check([] {
        // What a snapshot tells of: runs of one chain here and there, some of them told twice.
        const auto starts =
            *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(1, 60));
        Causality causality;
        causality.addBranch(1, {});
        const bool hasForks = *rc::gen::arbitrary<bool>();
        if (hasForks) causality.fork({1, 0, 1000});
        std::map<std::uint32_t, std::uint64_t> given;
        for (std::uint32_t start : starts) {
            const std::uint32_t count = 1 + start % 3;
            // Two runs with a hole in the numbers between them, as when somebody else's came there.
            auto numberOf = [](std::uint32_t height) { return height + (height > 30 ? 100u : 0u); };
            if (start <= 30 && start + count > 31) continue;
            causality.place({1, start}, count, 0, numberOf(start));
            for (std::uint32_t i = 0; i < count; ++i) given[start + i] = numberOf(start + i);
        }
        for (std::uint32_t height = 1; height < 70; ++height) {
            const auto number = causality.number({1, height});
            const auto known = given.find(height);
            RC_ASSERT(number.has_value() == (known != given.end()));
            if (number) RC_ASSERT(*number == known->second);
        }
    });
}
