#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "schema/ascii_text.h"
#include "schema/expression.h"
#include "schema/xpath_date.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

constexpr double kTolerance = 1e-12;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Digits with one minus before and one point or comma among them; no exponent, no plus.
bool readPlainNumber(std::string_view text, double& number) {
    if (text.empty() || static_cast<unsigned char>(text[0]) > '9') return false;
    std::string plain(text);
    bool digit = false;
    for (char& c : plain) {
        if (c == ',') c = '.';
        if (c >= '0' && c <= '9') {
            digit = true;
        } else if (c != '-' && c != '.') {
            return false;
        }
    }
    if (!digit) return false;
    const char* end = plain.data() + plain.size();
    auto read = std::from_chars(plain.data(), end, number, std::chars_format::fixed);
    return read.ec == std::errc() && read.ptr == end;
}

std::string numberText(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    if (std::fabs(number) < kTolerance) return "0";
    double whole = std::round(number);
    if (std::fabs(number) < 1e15 && std::fabs(number - whole) < kTolerance) number = whole;
    std::array<char, 400> buffer;
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                             std::chars_format::fixed);
    return std::string(buffer.data(), end.ptr);
}

}  // namespace

XValue stringValue(std::string text) {
    XValue value;
    value.string = std::move(text);
    return value;
}

XValue numberValue(double number) {
    XValue value;
    value.type = XValue::Type::Number;
    value.number = number;
    return value;
}

XValue booleanValue(bool truth) {
    XValue value;
    value.type = XValue::Type::Boolean;
    value.boolean = truth;
    return value;
}

XValue nodesValue(std::vector<NodeId> nodes) {
    XValue value;
    value.type = XValue::Type::NodeSet;
    value.nodes = std::move(nodes);
    return value;
}

XValue answerValue(NodeId node, const XHost& host) {
    std::string text = host.nodeText(node);
    if (!text.empty() && host.nodeIsBoolean(node)) return booleanValue(text == "true");
    if (text.empty() || !host.nodeIsNumber(node)) return stringValue(std::move(text));
    return numberValue(toNumber(stringValue(std::move(text)), host));
}

double numberOfText(std::string_view whole, const XHost& host) {
    const std::string_view text = withoutBlanks(whole);
    double number = 0;
    if (readPlainNumber(text, number)) return number;
    if (auto day = dayNumberOfText(text, host.zoneOffsetMinutes()))
        return static_cast<double>(*day);
    return kNaN;
}

std::string toString(const XValue& value, const XHost& host) {
    switch (value.type) {
        case XValue::Type::String:
            return value.string;
        case XValue::Type::Number:
            return numberText(value.number);
        case XValue::Type::Boolean:
            return value.boolean ? "true" : "false";
        case XValue::Type::NodeSet:
            return value.nodes.empty() ? std::string() : host.nodeText(value.nodes[0]);
    }
    return {};
}

double toNumber(const XValue& value, const XHost& host) {
    switch (value.type) {
        case XValue::Type::Number:
            return value.number;
        case XValue::Type::Boolean:
            return value.boolean ? 1 : 0;
        case XValue::Type::NodeSet:
            return toNumber(stringValue(toString(value, host)), host);
        case XValue::Type::String:
            break;
    }
    return numberOfText(value.string, host);
}

bool toBoolean(const XValue& value, const XHost& host) {
    switch (value.type) {
        case XValue::Type::Boolean:
            return value.boolean;
        case XValue::Type::Number:
            return std::fabs(value.number) > kTolerance;
        case XValue::Type::String:
            return !value.string.empty();
        case XValue::Type::NodeSet:
            if (value.nodes.size() != 1) return !value.nodes.empty();
            return toBoolean(answerValue(value.nodes[0], host), host);
    }
    return false;
}

}  // namespace sotay
