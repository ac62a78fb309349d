#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "expression_host.h"

using namespace sotay;
using nlohmann::json;

namespace {

// Cases on which we deviate on purpose, with the reason. None so far.
const std::map<std::string, std::string> kDeliberate = {};

std::vector<json> readCases(const char* file) {
    const char* shared = std::getenv("SOTAY_SHARED");
    std::string folder = shared != nullptr ? shared : SOTAY_SOURCE_DIR "/../shared";
    std::ifstream in(folder + "/conformance/" + file);
    std::vector<json> cases;
    for (std::string line; std::getline(in, line);) {
        json one = json::parse(line, nullptr, false);
        if (one.is_object()) cases.push_back(std::move(one));
    }
    if (cases.empty()) MESSAGE("skipped: ", file, " is not in ", folder, "/conformance");
    return cases;
}

double expectedNumber(const json& value) {
    if (!value.is_string()) return value.get<double>();
    if (value == "NaN") return NAN;
    return value == "-Infinity" ? -INFINITY : INFINITY;
}

bool sameNumber(double given, double expected) {
    if (std::isnan(expected)) return std::isnan(given);
    if (std::isinf(expected)) return given == expected;
    return std::fabs(given - expected) <= 1e-12 * std::fmax(1.0, std::fabs(expected));
}

std::string verdict(const json& one) {
    MemoryHost host;
    auto parsed = Expression::parse(one["expr"].get<std::string>());
    Result<XValue> value = parsed.ok() ? parsed->evaluate(host, 0) : Result<XValue>(parsed.error());
    if (one["type"] == "error")
        return value.ok() ? "an error was expected, not " + toString(*value, host) : "";
    if (!value.ok()) return value.error().message;
    bool same =
        one["type"] == "number" ? value->type == XValue::Type::Number &&
                                      sameNumber(value->number, expectedNumber(one["value"]))
        : one["type"] == "boolean"
            ? value->type == XValue::Type::Boolean && value->boolean == one["value"].get<bool>()
            : value->type == XValue::Type::String &&
                  value->string == one["value"].get<std::string>();
    return same ? "" : "it gave " + toString(*value, host);
}

}  // namespace

TEST_CASE("expressions: the cases of other form programs give the same values") {
    for (const json& one : readCases("expressions.jsonl")) {
        std::string id = one["id"];
        std::string wrong = verdict(one);
        CAPTURE(one.dump());
        CAPTURE(wrong);
        CHECK(wrong.empty() != kDeliberate.contains(id));
    }
    CHECK(kDeliberate.size() <= 7);
}

TEST_CASE("expressions: what is an expression, and how it groups, is as in other form programs") {
    for (const json& one : readCases("parse.jsonl")) {
        auto parsed = Expression::parse(one["expr"].get<std::string>());
        CAPTURE(one.dump());
        CHECK(parsed.ok() == one["ok"].get<bool>());
        if (parsed.ok() && one.contains("tree"))
            CHECK(parsed->tree() == one["tree"].get<std::string>());
    }
}
