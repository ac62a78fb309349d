#include "sync/store/aside.h"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace sotay;

TEST_CASE("working aside: every piece is made once, by a helper or by whoever needs it first") {
    for (bool isMuch : {false, true}) {
        std::vector<std::atomic<int>> made(40);
        MadeAhead<std::size_t> ahead(made.size(), isMuch, [&](std::size_t i) {
            if (i == 13) throw std::runtime_error("damaged");
            ++made[i];
            return 10 * i;
        });
        // Those from the middle on first: helpers begin at the other end.
        for (std::size_t at = 0; at < made.size(); ++at) {
            const std::size_t i = (at + made.size() / 2) % made.size();
            if (i == 13)
                CHECK_THROWS_AS(ahead.take(i), std::runtime_error);
            else
                CHECK(ahead.take(i) == 10 * i);
        }
        for (std::size_t i = 0; i < made.size(); ++i) CHECK(made[i] == (i == 13 ? 0 : 1));
    }
}

TEST_CASE("working aside: while a helper makes a piece, whoever waits for it makes the next one") {
    std::promise<void> isBegun, isNextMade;
    MadeAhead<int> ahead(2, true, [&](std::size_t i) {
        if (i == 1) {
            isNextMade.set_value();
            return 11;
        }
        isBegun.set_value();
        // Long enough for any machine; only a mistake takes it.
        if (isNextMade.get_future().wait_for(std::chrono::seconds(60)) != std::future_status::ready)
            throw std::runtime_error("nobody made the next piece");
        return 10;
    });
    isBegun.get_future().wait();
    CHECK(ahead.take(0) == 10);
    CHECK(ahead.take(1) == 11);
}

TEST_CASE(
    "asking ahead: when all helpers are busy, whoever asks does it, and what nobody asks for "
    "is not done") {
    std::promise<void> end;
    const std::shared_future<void> isOver = end.get_future().share();
    std::vector<Aside<int>> busy;  // more than there are helpers
    for (int i = 0; i < 16; ++i)
        busy.push_back(aside([isOver, i] {
            isOver.wait();
            return i;
        }));
    auto asked = aside([] { return std::this_thread::get_id(); });
    CHECK(asked.get() == std::this_thread::get_id());
    CHECK_FALSE(asked.valid());
    std::atomic<int> done = 0;
    {
        auto dropped = aside([&done] { return ++done; });
        auto replaced = aside([&done] { return ++done; });
        replaced = aside([] { return 5; });
        CHECK(replaced.get() == 5);
    }
    auto damaged = aside([]() -> int { throw std::runtime_error("damaged"); });
    CHECK_THROWS_AS(damaged.get(), std::runtime_error);
    end.set_value();
    for (int i = 0; i < 16; ++i) CHECK(busy[static_cast<std::size_t>(i)].get() == i);
    CHECK(done == 0);
}

TEST_CASE("working aside: what a helper has begun is waited for when it is thrown away") {
    std::promise<void> isBegun, end;
    std::atomic<bool> isDone = false;
    {
        auto dropped = aside([&] {
            isBegun.set_value();
            end.get_future().wait();
            isDone = true;
        });
        isBegun.get_future().wait();
        end.set_value();
    }
    CHECK(isDone);
}

TEST_CASE("working aside: however many wait for a server, there is a helper that works") {
    std::promise<void> end, isWorked;
    const std::shared_future<void> isOver = end.get_future().share();
    std::vector<Aside<void>> waiting;
    for (int i = 0; i < 16; ++i)
        waiting.push_back(aside([isOver] { isOver.wait(); }, Helper::Waits));
    auto working = aside([&] { isWorked.set_value(); });
    // Long enough for any machine; only a mistake takes it.
    CHECK(isWorked.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready);
    end.set_value();
    for (Aside<void>& each : waiting) each.get();
    working.get();
}
