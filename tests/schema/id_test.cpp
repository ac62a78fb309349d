#include <doctest/doctest.h>

#include "schema/id.h"

using namespace sotay;

TEST_CASE("id: is printed as a UUID and read back, with or without hyphens") {
    const auto id = Id::parse("0193A5B2-7C00-7000-8000-0123456789ab");
    REQUIRE(id);
    CHECK(id->toString() == "0193a5b2-7c00-7000-8000-0123456789ab");
    CHECK(Id::parse("0193a5b27c00700080000123456789ab") == id);
    CHECK(!id->isNil());
    CHECK(Id{}.isNil());
}

TEST_CASE("id: what is none is refused") {
    for (const char* text : {"", "0193a5b2", "0193a5b27c00700080000123456789abc",
                             "0193a5b27c00700080000123456789ag", "----"}) {
        CAPTURE(text);
        CHECK(!Id::parse(text));
    }
}

TEST_CASE("id: ids made later sort later, and say that they are version 7") {
    const std::array<std::uint8_t, 10> high = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                               0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    const Id before = timeOrderedId(1'700'000'000'000, high);
    const Id after = timeOrderedId(1'700'000'000'001, {});

    CHECK(before < after);
    CHECK(before.toString().substr(14, 1) == "7");
    CHECK((before.bytes[8] & 0xC0) == 0x80);
}
