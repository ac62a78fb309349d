#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "schema/position.h"

using sotay::positionBetween;

TEST_CASE("positions: there is room between any two neighbours, however often items are put in") {
    std::mt19937 random(7);
    for (int round = 0; round < 20; ++round) {
        std::vector<std::string> places;
        for (int i = 0; i < 400; ++i) {
            const auto at = static_cast<std::size_t>(random() % (places.size() + 1));
            const std::string before = at == 0 ? "" : places[at - 1];
            const std::string after = at == places.size() ? "" : places[at];

            const auto place = positionBetween(before, after);

            REQUIRE(place > before);
            if (!after.empty()) REQUIRE(place < after);
            REQUIRE(place.back() != '0');
            places.insert(places.begin() + static_cast<std::ptrdiff_t>(at), place);
        }
        CHECK(std::is_sorted(places.begin(), places.end()));
    }
}

TEST_CASE("positions: always in front, always behind, and always in the same gap") {
    std::string front = positionBetween("", ""), back = front, low = front,
                high = positionBetween(front, "");
    for (int i = 0; i < 1000; ++i) {
        const auto nextFront = positionBetween("", front);
        const auto nextBack = positionBetween(back, "");
        const auto middle = positionBetween(low, high);
        REQUIRE(nextFront < front);
        REQUIRE(nextBack > back);
        REQUIRE(low < middle);
        REQUIRE(middle < high);
        front = nextFront;
        back = nextBack;
        (i % 2 ? low : high) = middle;
    }
    CHECK(back.size() < 40);
    CHECK(front.size() < 40);
}

TEST_CASE("positions: ten thousand at one spot stay short, from whichever side") {
    for (const std::string& fixed : {std::string("V"), std::string("Vk"), std::string("zz1")}) {
        CAPTURE(fixed);
        const std::string bound = positionBetween(fixed, "");
        std::string down = bound, up = fixed, back = fixed, front = fixed;
        std::size_t longest = 0;
        for (int i = 0; i < 10000; ++i) {
            const auto next = positionBetween(fixed, down);  // always right behind `fixed`
            REQUIRE(fixed < next);
            REQUIRE(next < down);
            down = next;
            const auto last = positionBetween(up, bound);  // always right in front of `bound`
            REQUIRE(up < last);
            REQUIRE(last < bound);
            up = last;
            const auto later = positionBetween(back, "");
            REQUIRE(back < later);
            back = later;
            const auto earlier = positionBetween("", front);
            REQUIRE(earlier < front);
            front = earlier;
            for (const auto& place : {down, up, back, front}) {
                longest = std::max(longest, place.size());
                REQUIRE(place.back() != '0');
            }
        }
        CHECK(longest <= 16);
    }
}

TEST_CASE("positions: ten thousand put in anywhere stay short") {
    std::mt19937 random(11);
    std::vector<std::string> places;
    std::size_t longest = 0;
    for (int i = 0; i < 10000; ++i) {
        const auto at = static_cast<std::size_t>(random() % (places.size() + 1));
        const auto place = sotay::positionAt(places, at);
        longest = std::max(longest, place.size());
        places.insert(places.begin() + static_cast<std::ptrdiff_t>(at), place);
    }
    CHECK(std::is_sorted(places.begin(), places.end()));
    CHECK(longest <= 24);
}

TEST_CASE("positions: between two in the same place is right behind both") {
    const std::vector<std::string> places = {"V", "W", "W", "X"};
    const auto place = sotay::positionAt(places, 2);
    CHECK(place > "W");
    CHECK(place < "X");
}
