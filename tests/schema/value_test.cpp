#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "schema/value.h"

using namespace sotay;

TEST_CASE("value: one number has one form, however it was typed") {
    for (const char* typed : {"9.45", "09.450", "+9.45", " 9.45 ", "945e-2", "0.945E1"}) {
        CAPTURE(typed);
        auto value = parseValue(ValueType::Decimal, typed);
        REQUIRE(value.ok());
        CHECK(value->toString() == "9.45");
        CHECK(*value == *parseValue(ValueType::Decimal, "9.45"));
    }
}

TEST_CASE("value: numbers at the edges keep every digit, or are refused") {
    CHECK(parseValue(ValueType::Decimal, "123456789012345")->toString() == "123456789012345");
    CHECK(!parseValue(ValueType::Decimal, "1234567890123456").ok());
    CHECK(parseValue(ValueType::Decimal, "0.000000000000001")->toString() == "0.000000000000001");
    CHECK(parseValue(ValueType::Decimal, "-0.0")->toString() == "0");
    CHECK(!parseValue(ValueType::Decimal, "1e999999999").ok());
    CHECK(!parseValue(ValueType::Decimal, "1,5").ok());
    CHECK(!parseValue(ValueType::Decimal, ".").ok());
    CHECK(!parseValue(ValueType::Decimal, "NaN").ok());
}

TEST_CASE("value: whole numbers take the whole range of 64 bits") {
    CHECK(*parseValue(ValueType::Integer, "9223372036854775807")->asInteger() ==
          std::numeric_limits<std::int64_t>::max());
    CHECK(*parseValue(ValueType::Integer, "3.0")->asInteger() == 3);
    CHECK(*parseValue(ValueType::Integer, "-12")->asInteger() == -12);
    for (const char* typed : {"9223372036854775808", "3.5", "ba", "12 34", "1e"}) {
        CAPTURE(typed);
        auto value = parseValue(ValueType::Integer, typed);
        REQUIRE(!value.ok());
        CHECK(value.error().code == Code::InvalidInput);
    }
}

TEST_CASE("value: a text is composed and trimmed, and blank is no answer") {
    CHECK(Value::text(" Ho\xCC\x9B\xCC\xA3p t\xC3\xA1\x63 ") == Value::text("Hợp tác"));
    CHECK(Value::text(" \xC2\xA0\t\n\xE2\x80\x8B").isEmpty());
    CHECK(parseValue(ValueType::Integer, "  ")->isEmpty());
    CHECK(*Value::text("a\xFF").asText() == "a\xEF\xBF\xBD");
}

TEST_CASE("value: several choices are a set, in whatever order they were ticked") {
    CHECK(*parseValue(ValueType::Choices, "pig  cow\tcow") ==
          *parseValue(ValueType::Choices, "cow pig"));
    CHECK(parseValue(ValueType::Choices, "pig cow")->toString() == "cow pig");
}

TEST_CASE("value: a decimal made from a computer's number reads back the same") {
    CHECK(Decimal::fromDouble(0.1 + 0.2)->toString() == "0.3");
    CHECK(Decimal::fromDouble(-2.5)->toString() == "-2.5");
    CHECK(!Decimal::fromDouble(std::numeric_limits<double>::infinity()));
    CHECK(Decimal::parse("9.45")->toDouble() == 9.45);
}

TEST_CASE("value: search ignores tones, case, đ, apostrophes and runs of spaces") {
    CHECK(foldText("  Đakrông  –  Quảng Trị ") == "dakrong – quang tri");
    CHECK(foldText("ĐẤT ĐỎ") == "dat do");
    CHECK(foldText("Krông Ana’s") == foldText("krong ana's"));
    CHECK(foldText("Ho\xCC\x9B\xCC\xA3p") == "hop");
}

TEST_CASE(
    "value: a long text is normal as typed wherever its letters stand, and never when one is "
    "damaged") {
    const std::vector<std::pair<std::string, bool>> pieces = {
        {"a", true},
        {"\xC3\xA1", true},       // a with an acute
        {"\xC4\x91", true},       // d with a stroke
        {"\xC6\xB0", true},       // u with a horn
        {"\xCB\xBF", true},       // U+02FF, the last of its range
        {"\xE1\xB8\x80", true},   // U+1E00, the first of its range
        {"\xE1\xBB\xBF", true},   // U+1EFF, the last
        {"\xE2\x80\x93", true},   // a dash
        {"\xE2\x82\xAB", true},   // the dong
        {"\xCC\x80", false},      // a grave that combines
        {"\xC2\xA0", false},      // a space that does not break
        {"\xE1\xB7\xBF", false},  // U+1DFF combines
        {"\xE1\xBC\x80", false},  // U+1F00, Greek
        {"\xF0\x9F\x8C\xBE", false},
        {"\x80", false},  // from here on damaged
        {"\xFF", false},
        {"\xC3", false},
        {"\xE1\xBA", false},
        {"\xE1", false},
        {"\xC3\xC2", false},
        {"\xC3\xC3\xA1", false},
        {"\xC3\xA1\xA1", false},
        {"\xE1\xBA\xC3\xA1", false}};
    const std::string usual = "H\xE1\xBB\xA3p t\xC3\xA1";
    std::string many;
    while (many.size() < 80) many += usual;
    for (const auto& [piece, isPlain] : pieces)
        for (const std::string& before : {std::string(), std::string("x"), usual, many})
            for (const std::string& after : {std::string(), std::string("x"), usual, many}) {
                CAPTURE(piece);
                CAPTURE(before.size());
                CAPTURE(after.size());
                CHECK(isPlainText(before + piece + after) == isPlain);
            }
}
