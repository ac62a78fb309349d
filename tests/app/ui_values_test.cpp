#include <doctest/doctest.h>

#include "app/ui/text.h"

using namespace sotay::ui;

TEST_CASE("numbers: shown with dots between thousands and a comma before decimals") {
    CHECK(showNumber("9450000") == "9.450.000");
    CHECK(showNumber("145000000") == "145.000.000");
    CHECK(showNumber("9.45") == "9,45");
    CHECK(showNumber("-1234.5") == "-1.234,5");
    CHECK(showNumber("0") == "0");
    CHECK(showNumber("") == "");
    CHECK(showNumber("khoảng 5") == "khoảng 5");
}

TEST_CASE("numbers: either habit of typing them is understood") {
    CHECK(canonicalNumber("9.450.000") == "9450000");
    CHECK(canonicalNumber("9 450 000") == "9450000");
    CHECK(canonicalNumber("9,45") == "9.45");
    CHECK(canonicalNumber("9.45") == "9.45");
    CHECK(canonicalNumber("1.234,5") == "1234.5");
    CHECK(canonicalNumber("1,234.5") == "1234.5");
    CHECK(canonicalNumber("0.125") == "0.125");
    CHECK(canonicalNumber("007") == "7");
    CHECK(canonicalNumber("-3") == "-3");
}

TEST_CASE("numbers: what is no number stays as it was typed, for the form to complain about") {
    for (const char* typed : {"", "-", "5 con", "1,2,3", "1..2", "12a"})
        CHECK(canonicalNumber(typed) == typed);
}

TEST_CASE("dates: typed in the usual ways, kept as ISO, shown day first") {
    CHECK(canonicalDate("31/10/2026") == "2026-10-31");
    CHECK(canonicalDate("1.2.26") == "2026-02-01");
    CHECK(canonicalDate("01-02-1987") == "1987-02-01");
    CHECK(canonicalDate("31102026") == "2026-10-31");
    CHECK(canonicalDate("2026-10-31") == "2026-10-31");
    CHECK(canonicalDate("29/02/2028") == "2028-02-29");
    CHECK(showDate("2026-10-31") == "31/10/2026");
}

TEST_CASE("dates: a day that does not exist stays as it was typed") {
    for (const char* typed :
         {"", "31/02/2026", "29/2/2026", "40/1/2026", "1/13/2026", "hôm nay", "1/2", "1/2/3/4"})
        CHECK(canonicalDate(typed) == typed);
    CHECK(showDate("hôm nay") == "hôm nay");
}
