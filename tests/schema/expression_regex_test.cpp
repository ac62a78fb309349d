#include <doctest/doctest.h>

#include "expression_host.h"

using namespace sotay;

namespace {

std::string matched(const std::string& text, const std::string& pattern) {
    MemoryHost host;
    return evaluated("regex('" + text + "', '" + pattern + "')", host);
}

struct RegexCase {
    const char *text, *pattern, *result;
};

}  // namespace

TEST_CASE("regex: the whole text has to match") {
    for (const RegexCase& one : std::vector<RegexCase>{
             {"0912345678", "0[0-9]{9}", "true"},
             {"0912345678x", "0[0-9]{9}", "false"},
             {"0912345678", "^0[0-9]{9}$", "true"},
             {"abc", "b", "false"},
             {"Đắk Nông", "\\p{L}+ \\p{L}+", "true"},
             {"Đắk", "[A-Za-zÀ-ỹĐđ]+", "true"},
             {"a-b_c", "[a-z\\-\\_]+", "true"},
             {"", "", "true"},
             {"A1", "\\p{Alpha}\\d", "true"},
             {"a1", "[\\p{Upper}0-9]+", "false"},
             {"ab", "\\u0061b", "true"},
             {"HELLO", "(?i)hello", "true"},
             {"2026", "(?<year>\\d{4})", "true"},
             {"a b", "a\\hb", "true"},
             {"a.b", "a\\.b", "true"},
         }) {
        CAPTURE(std::string(one.pattern));
        CHECK(matched(one.text, one.pattern) == one.result);
    }
}

TEST_CASE("regex: a length limit above a thousand works") {
    CHECK(matched(std::string(1500, 'x'), ".{0,2000}") == "true");
    CHECK(matched(std::string(2001, 'x'), ".{0,2000}") == "false");
    CHECK(matched(std::string(2500, 'x'), "[a-z]{2500}") == "true");
    CHECK(matched(std::string(2500, 'x'), "(xx){1250,}") == "true");
    CHECK(matched(std::string(2498, 'x'), "(xx){1250,}") == "false");
    CHECK(matched("x", "x{100000}").starts_with("error: "));
}

TEST_CASE("regex: look-ahead at the beginning is a further condition") {
    CHECK(matched("abc1", "^(?=.*[0-9])(?=.*[a-z]).{4,}$") == "true");
    CHECK(matched("abcd", "^(?=.*[0-9])(?=.*[a-z]).{4,}$") == "false");
    CHECK(matched("000", "(?!0+$)\\d+") == "false");
    CHECK(matched("010", "(?!0+$)\\d+") == "true");
    CHECK(matched("ab", "a(?=b)b")
              .starts_with("error: The pattern of regex() cannot be used: it has look-ahead"));
}

TEST_CASE("regex: what would be understood differently is refused with its name") {
    for (const char* pattern : {"(?<=a)b", "(a)\\1", "[a-z&&[^b]]", "[a[bc]]", "a++", "(?>a)", "(a",
                                "a)", "[a", "a{2", "*a", "\\"}) {
        CAPTURE(std::string(pattern));
        CHECK(matched("a", pattern).starts_with("error: The pattern of regex() cannot be used: "));
    }
}

TEST_CASE("regex: no pattern makes anybody wait") {
    std::string text(5000, 'a');
    for (const char* pattern : {"(a+)+b", "(a|a)*b", "(a*)*b", "(.*)(.*)(.*)(.*)x", "(?=(a+)+b).*",
                                "((a{0,100}){0,10})b"}) {
        CAPTURE(std::string(pattern));
        CHECK(matched(text, pattern) == "false");
    }
    CHECK(matched("a", "((a{1,1000}){1,1000}){1,1000}").starts_with("error: "));
    CHECK(matched("a", std::string(5000, 'a')).starts_with("error: "));
}
