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
