#include <doctest/doctest.h>

#include "expression_host.h"

using namespace sotay;

namespace {

struct Case {
    const char* expression;
    const char* text;  // "error" for any error
};

void check(const std::vector<Case>& cases, int zone = 0) {
    MemoryHost host;
    host.zone = zone;
    for (const Case& one : cases) {
        CAPTURE(std::string(one.expression));
        std::string given = evaluated(one.expression, host);
        if (std::string(one.text) == "error") {
            CHECK(given.starts_with("error: "));
        } else {
            CHECK(given == one.text);
        }
    }
}

}  // namespace

TEST_CASE("expression: text becomes a number only when it is plainly one, or a date") {
    check({
        {"number('12,5')", "12.5"},
        {"number('  -3.50 ')", "-3.5"},
        {"number('1e3')", "NaN"},
        {"number('+5')", "NaN"},
        {"number('')", "NaN"},
        {"number('-')", "NaN"},
        {"number('.')", "NaN"},
        {"number('5.')", "5"},
        {"number('--5')", "NaN"},
        {"number('0x12')", "NaN"},
        {"number('1.2.3')", "NaN"},
        {"number('2026-11-22')", "20779"},
        {"number('2026-02-30')", "NaN"},
        {"number('2026-1-2')", "NaN"},
        {"number('0912-345-678')", "NaN"},
        {"'2026-11-22' < '2026-11-23'", "true"},
        {"today() - '2026-11-20'", "2"},
        {"today() > '2026-11-22'", "false"},
    });
}

TEST_CASE("expression: numbers are written without exponents, however large") {
    check({
        {"3000000000", "3000000000"},
        {"1230000000000000000000", "1230000000000000000000"},
        {"1 div 3", "0.3333333333333333"},
        {"0.1 + 0.2", "0.30000000000000004"},
        {"0.00000000000000000123", "0"},
        {"100000 * 100000 div 3", "3333333333.3333335"},
        {"-0", "0"},
        {"1 div 100000", "0.00001"},
        {"0 div 0", "NaN"},
        {"-1 div 0", "-Infinity"},
    });
}

TEST_CASE("expression: what counts as true") {
    check({
        {"boolean(0)", "false"},
        {"boolean('0')", "true"},
        {"boolean('')", "false"},
        {"boolean(0 div 0)", "false"},
        {"not('false')", "false"},
        {"boolean-from-string('TRUE')", "true"},
        {"boolean-from-string('yes')", "false"},
        {"true() = 'no'", "true"},
        {"1 = '1.0'", "true"},
        {"'1' = '1.0'", "false"},
        {"'a' != 'b' and 2 > 1", "true"},
        {"'' < 1", "false"},
        {"'' >= 0", "false"},
    });
}

TEST_CASE("expression: text functions count characters of any script") {
    check({
        {"string-length('Đắk Nông')", "8"},
        {"substr('Hợp tác xã', 0, 3)", "Hợp"},
        {"substr('Hợp tác xã', -2)", "xã"},
        {"substr('abc', 2, 1)", ""},
        {"substr('abc', 5)", ""},
        {"substring('12345', 2, 3)", "234"},
        {"substring('12345', 1.5, 2.6)", "234"},
        {"substring('12345', 0 div 0)", ""},
        {"substring-before('xã-huyện', '-')", "xã"},
        {"substring-after('xã-huyện', '-')", "huyện"},
        {"translate('lúa', 'úa', 'ua')", "lua"},
        {"translate('aab', 'aa', 'xy')", "xxb"},
        {"normalize-space('  a \t b  ')", "a b"},
        {"concat('a', 1, true(), '')", "a1true"},
        {"join(', ', 'a', 'b', 3)", "a, b, 3"},
        {"join('-')", ""},
        {"contains('abc', '')", "true"},
        {"starts-with('abc', 'ab')", "true"},
        {"ends-with('abc', 'bc')", "true"},
        {"string(1 = 1)", "true"},
        {"coalesce('', 'b')", "b"},
        {"coalesce(number('x'), 2)", "2"},
    });
}

TEST_CASE("expression: rounding works on the digits that people see") {
    check({
        {"round(2.5)", "3"},
        {"round(-2.5)", "-2"},
        {"round(-2.51)", "-3"},
        {"round(1.005, 2)", "1.01"},
        {"round(1234.5, -2)", "1200"},
        {"round(1250, -2)", "1300"},
        {"round(-12349, -1)", "-12350"},
        {"round(99.99, 1)", "100"},
        {"round(0.04, 1)", "0"},
        {"round(5, -1)", "10"},
        {"round(4, -1)", "0"},
        {"round(4, -2)", "0"},
        {"round(1 div 0)", "Infinity"},
        {"round('x')", "NaN"},
        {"round(7, 31)", "NaN"},
        {"round(123456789.987, 2)", "123456789.99"},
        {"round(9.5)", "10"},
        {"int(-1.7)", "-1"},
        {"int('12,9')", "12"},
        {"floor(-1.5)", "-2"},
        {"ceiling(1.2)", "2"},
        {"abs(-3)", "3"},
        {"7 mod -3", "1"},
        {"-7 mod 3", "-1"},
        {"max(-5, -3)", "-3"},
        {"min('', 4, 'x', 2)", "2"},
        {"max()", "NaN"},
        {"max('x')", "NaN"},
        {"pow(2, 10)", "1024"},
        {"log10(1000)", "3"},
        {"sqrt(-1)", "NaN"},
        {"exp10(3)", "1000"},
    });
}

TEST_CASE("expression: choices of a select_multiple") {
    check({
        {"selected('a bb c', 'b')", "false"},
        {"selected('a bb c', 'bb')", "true"},
        {"selected('', '')", "true"},
        {"selected('1 2', 1)", "error"},
        {"selected-at('a b c', 1)", "b"},
        {"selected-at('a b', -1)", ""},
        {"selected-at('a  b', 1)", "b"},
        {"count-selected(' a  b ')", "2"},
        {"checklist(-1, 1, 0, 1)", "true"},
        {"checklist(2, 2, 'a', '', 1)", "true"},
        {"weighted-checklist(3, 5, 1, 2, 1, 2)", "true"},
        {"weighted-checklist(-1, 1, 1, 2)", "false"},
        {"weighted-checklist(1, 2, 3)", "error"},
    });
}

TEST_CASE("expression: dates are days and moments of the zone in which they are shown") {
    check(
        {
            {"date('2026-11-22')", "2026-11-22"},
            {"date('2026-1-2')", "2026-01-02"},
            {"date('2026-11-22T23:30:00+07:00')", "2026-11-22"},
            {"date('2026-11-22T23:30:00Z')", "2026-11-23"},
            {"date('')", ""},
            {"date(number(''))", "NaN"},
            {"date('2026-02-29')", "error"},
            {"date('22/11/2026')", "error"},
            {"date('2026-11-22Tx')", "error"},
            {"date(1 div 0)", "error"},
            {"date(today() + 7)", "2026-11-29"},
            {"date(-1)", "1969-12-31"},
            {"today()", "2026-11-22"},
            {"now()", "2026-11-22T07:00:00.000+07:00"},
            {"date-time(0)", "1970-01-01T07:00:00.000+07:00"},
            {"date-time('2026-11-22T10:20:30')", "2026-11-22T10:20:30.000+07:00"},
            {"decimal-date-time('1970-01-02T07:00:00')", "1"},
            {"decimal-date-time(now()) > decimal-date-time('2026-11-22T06:59:59')", "true"},
            {"decimal-date-time('x')", "error"},
            {"decimal-date-time('')", ""},
            {"decimal-time('12:00')", "0.5"},
            {"decimal-time('18:00:00.000+07:00')", "0.75"},
            {"decimal-time('2026-11-22T05:00:00Z')", "0.5"},
            {"int((today() - date('1990-11-23')) div 365.25)", "35"},
            {"now() - today()", "0"},
        },
        7 * 60);
}

TEST_CASE("expression: dates are written as the format asks") {
    check({
        {"format-date('2026-03-05', '%d/%m/%Y')", "05/03/2026"},
        {"format-date('2026-03-05', '%e-%n-%y %b %a')", "5-3-26 Mar Thu"},
        {"format-date('', '%d')", ""},
        {"format-date('x', '%d')", "error"},
        {"format-date('2026-03-05', '%Q')", "error"},
        {"format-date('2026-03-05', '5%')", "error"},
        {"format-date('2026-03-05', '100%%')", "100%"},
        {"format-date-time('2026-03-05T07:08:09.045', '%H:%M:%S.%3 %h')", "07:08:09.045 7"},
        {"format-date-time('07:08', '%H giờ %M')", "07 giờ 08"},
        {"format-date(0, '%Y-%m-%d')", "1970-01-01"},
        {"format-date('2026-01-01', '%W')", "1"},
        {"format-date('2026-01-04', '%W')", "2"},
    });
}

TEST_CASE("expression: digests and base64") {
    check({
        {"digest('', 'MD5', 'hex')", "d41d8cd98f00b204e9800998ecf8427e"},
        {"digest('abc', 'sha-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"digest('abc', 'SHA-256', 'hex')",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"digest('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', 'SHA-256', 'HEX')",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"digest('abc', 'SHA-384', 'hex')",
         "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca13"
         "4c825a7"},
        {"digest('abc', 'SHA-512', 'base64')",
         "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/"
         "uu9RU1EI2Q86A4qmslPpUyknw=="},
        {"digest('abc', 'SHA-3')", "error"},
        {"digest('abc', 'MD5', 'utf8')", "error"},
        {"base64-decode('SOG7o3A=')", "Hợp"},
        {"base64-decode('SOG7\no3A')", "Hợp"},
        {"base64-decode('')", ""},
        {"base64-decode('a')", "error"},
    });
}

TEST_CASE("expression: places on the earth") {
    check({
        {"round(distance('10 106 0 0;10 107 0 0'))", "109628"},
        {"round(distance('10 106', '10 107'))", "109628"},
        {"distance('10 106')", "0"},
        {"round(area('10 106;10 106.01;10.01 106.01;10.01 106;10 106'))", "1220344"},
        {"area('')", "0"},
        {"area('10 106;x')", "error"},
        {"distance('100 106;10 106')", "error"},
        {"geofence('1 1', '0 0;0 2;2 2;2 0;0 0')", "true"},
        {"geofence('3 1', '0 0;0 2;2 2;2 0;0 0')", "false"},
        {"geofence('1 1', '0 0;0 2;2 2;2 0')", "error"},
        {"geofence('', '')", "error"},
        {"intersects('0 0;2 2;2 0;0 2')", "true"},
        {"intersects('0 0;0 2;2 2;2 0;0 0')", "false"},
    });
}

TEST_CASE("expression: what the host knows") {
    MemoryHost host;
    host.labels["crop/rice"] = "Lúa";
    host.draws = {0.0, 0.25, 0.999999};

    CHECK(evaluated("pulldata('prices', 'price', 'crop', 'rice')", host) == "7200");
    CHECK(evaluated("pulldata('prices', 'price', 'crop', 'tea')", host) == "");
    CHECK(evaluated("jr:choice-name('rice', '${crop}')", host) == "Lúa");
    CHECK(evaluated("jr:choice-name('tea', 'crop')", host) == "");
    CHECK(evaluated("property('username')", host) == "lan");
    CHECK(evaluated("version()", host) == "7");
    CHECK(evaluated("${last-saved#village}", host) == "last village");
    CHECK(evaluated("random()", host) == "0");
    CHECK(evaluated("uuid(4)", host).size() == 4);
    CHECK(evaluated("uuid(100000)", host).starts_with("error: "));
    std::string id = evaluated("uuid()", host);
    CHECK(id.size() == 36);
    CHECK(id[14] == '4');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
}

TEST_CASE(
    "functions: extract-signed() gives the message when the signature is right, else nothing") {
    MemoryHost host;
    // RFC 8032, 7.1, test 2: the message is one byte, "r".
    const std::string key = "'PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw='";
    const std::string contents =
        "kqAJqfDUyrhyDoILX2QlQKKye1QWUD+Ps3YiI+vbadoIWsHkPhWZbkWPNhPQ8R2MOHsurrQwKu6wDSkWErsMA";
    CHECK(evaluated("extract-signed('" + contents + "HI=', " + key + ")", host) == "r");
    CHECK(evaluated("extract-signed('" + contents + "HM=', " + key + ")", host).empty());
    CHECK(evaluated("extract-signed('', " + key + ")", host).empty());
    CHECK(evaluated("extract-signed('aGk=', 'aGk=')", host).empty());
}
