#include <algorithm>
#include <cmath>
#include <unordered_map>

#include <fmt/format.h>

#include "schema/value.h"
#include "schema/xpath_digest.h"
#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"
#include "schema/xpath_regex.h"
#include "schema/xpath_signature.h"

namespace sotay {
namespace {

constexpr double kMaxIdentifier = 1000;

// Characters of UTF-8; a byte that is none stands for itself.
std::vector<std::string_view> charactersOf(std::string_view text) {
    std::vector<std::string_view> characters;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 1;
        while (at + length < text.size() && (text[at + length] & 0xC0) == 0x80) ++length;
        characters.push_back(text.substr(at, length));
        at += length;
    }
    return characters;
}

// Towards zero, NaN as 0 and what is too large as the largest: as Java makes an int of a double.
std::int64_t wholePart(double number) {
    if (std::isnan(number)) return 0;
    return static_cast<std::int64_t>(std::clamp(number, -2147483648.0, 2147483647.0));
}

bool startsCharacter(std::string_view text, std::size_t at) {
    return at == 0 || (text[at] & 0xC0) != 0x80;
}

std::int64_t countCharacters(std::string_view text) {
    std::int64_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++at) count += startsCharacter(text, at);
    return count;
}

// Where so many characters of the text end.
std::size_t endOf(std::int64_t characters, std::string_view text) {
    std::size_t at = 0;
    for (; at < text.size(); ++at)
        if (startsCharacter(text, at) && characters-- == 0) break;
    return at;
}

bool isBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string joined(const std::string& separator, const std::vector<XValue>& values,
                   const XHost& host) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) text += separator;
        text += toString(values[i], host);
    }
    return text;
}

XValue concat(XPathCall& call) { return stringValue(joined("", call.values(0), call.host())); }
XValue join(XPathCall& call) {
    return stringValue(joined(call.text(0), call.values(1), call.host()));
}
XValue string(XPathCall& call) { return stringValue(call.text(0)); }

// From 0; the end is not in it; negative numbers count from the end.
XValue substr(XPathCall& call) {
    std::string text = call.text(0);
    const auto length = countCharacters(text);
    std::int64_t begin = wholePart(call.number(1));
    std::int64_t end = call.size() == 3 ? wholePart(call.number(2)) : length;
    if (begin < 0) begin += length;
    if (end < 0) end += length;
    begin = std::clamp<std::int64_t>(begin, 0, length);
    end = std::clamp<std::int64_t>(end, begin, length);
    text.resize(endOf(end, text));
    text.erase(0, endOf(begin, text));
    return stringValue(std::move(text));
}

// XPath 1.0: from 1, rounded, and a length.
XValue substring(XPathCall& call) {
    std::string text = call.text(0);
    double begin = std::floor(call.number(1) + 0.5);
    double end = call.size() == 3 ? begin + std::floor(call.number(2) + 0.5) : INFINITY;
    std::string part;
    double position = 1;
    for (std::string_view character : charactersOf(text)) {
        if (position >= begin && position < end) part += character;
        ++position;
    }
    return stringValue(std::move(part));
}

XValue substringBefore(XPathCall& call) {
    std::string text = call.text(0);
    std::size_t at = text.find(call.text(1));
    return stringValue(at == std::string::npos ? "" : text.substr(0, at));
}

XValue substringAfter(XPathCall& call) {
    std::string text = call.text(0), part = call.text(1);
    std::size_t at = text.find(part);
    return stringValue(at == std::string::npos ? "" : text.substr(at + part.size()));
}

XValue translate(XPathCall& call) {
    std::string text = call.text(0), fromText = call.text(1), toText = call.text(2);
    auto from = charactersOf(fromText), to = charactersOf(toText);
    std::unordered_map<std::string_view, std::string_view>
        changes;  // the first of two rules counts
    for (std::size_t i = 0; i < from.size(); ++i) {
        changes.emplace(from[i], i < to.size() ? to[i] : std::string_view());
    }
    std::string out;
    for (std::string_view character : charactersOf(text)) {
        auto change = changes.find(character);
        out += change == changes.end() ? character : change->second;
    }
    return stringValue(std::move(out));
}

// The answer of the question itself when no text is given.
std::string textOrContext(XPathCall& call) {
    return call.size() == 0 ? call.host().nodeText(call.scope().context) : call.text(0);
}

XValue stringLength(XPathCall& call) {
    return numberValue(static_cast<double>(countCharacters(textOrContext(call))));
}

XValue normalizeSpace(XPathCall& call) {
    std::string out;
    for (char c : textOrContext(call)) {
        if (!isBlank(c))
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return stringValue(std::move(out));
}

XValue contains(XPathCall& call) {
    return booleanValue(call.text(0).find(call.text(1)) != std::string::npos);
}
XValue startsWith(XPathCall& call) { return booleanValue(call.text(0).starts_with(call.text(1))); }
XValue endsWith(XPathCall& call) { return booleanValue(call.text(0).ends_with(call.text(1))); }

XValue regex(XPathCall& call) {
    std::string text = call.text(0);
    auto pattern = call.node().pattern;
    if (!pattern) pattern = FormPattern::compile(call.text(1));
    if (!pattern->problem().empty()) return call.fail(pattern->problem());
    return booleanValue(pattern->matches(text));
}

XValue digest(XPathCall& call) {
    std::string algorithm = call.text(1);
    auto bytes = formDigest(algorithm, call.text(0));
    if (!bytes)
        return call.fail(fmt::format(
            "digest() knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512, not `{}`.", algorithm));
    std::string encoding = call.size() == 3 ? foldText(call.text(2)) : "base64";
    if (encoding == "base64") return stringValue(base64Text(*bytes));
    if (encoding == "hex") return stringValue(hexText(*bytes));
    return call.fail(fmt::format("digest() writes `base64` or `hex`, not `{}`.", encoding));
}

XValue base64Decode(XPathCall& call) {
    auto decoded = decodeBase64(call.text(0));
    if (!decoded) return call.fail("base64-decode() was given text that is not base64.");
    return stringValue(*std::move(decoded));
}

// Contents and key are base64; a signature that is not right gives nothing.
XValue extractSigned(XPathCall& call) {
    const auto contents = decodeBase64(call.text(0)), key = decodeBase64(call.text(1));
    if (!contents || !key) return stringValue({});
    return stringValue(normaliseText(signedMessage(*contents, *key).value_or(std::string())));
}

XValue uuid(XPathCall& call) {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    auto draw = [&call](double sides) {
        return static_cast<std::size_t>(std::clamp(call.host().random(), 0.0, 0.9999999999) *
                                        sides);
    };
    std::string text;
    if (call.size() == 1) {
        double length = call.number(0);
        if (!(length <= kMaxIdentifier))
            return call.fail(fmt::format("uuid() makes at most {} characters.", kMaxIdentifier));
        for (double i = 0; i < std::trunc(length); ++i) text += kDigits[draw(36)];
        return stringValue(std::move(text));
    }
    // RFC 4122, version 4.
    for (char place : std::string_view("xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx")) {
        std::size_t digit = place == 'y' ? 8 + draw(4) : draw(16);
        bool drawn = place == 'x' || place == 'y';
        text += !drawn ? place : digit < 10 ? kDigits[digit] : static_cast<char>('a' + digit - 10);
    }
    return stringValue(std::move(text));
}

}  // namespace

std::vector<XPathFunction> textFunctions() {
    return {
        {"string", 1, 1, string},
        {"concat", 0, -1, concat},
        {"join", 1, -1, join},
        {"substr", 2, 3, substr},
        {"substring", 2, 3, substring},
        {"substring-before", 2, 2, substringBefore},
        {"substring-after", 2, 2, substringAfter},
        {"translate", 3, 3, translate},
        {"string-length", 0, 1, stringLength, XPathFunction::Position},
        {"normalize-space", 0, 1, normalizeSpace, XPathFunction::Position},
        {"contains", 2, 2, contains},
        {"starts-with", 2, 2, startsWith},
        {"ends-with", 2, 2, endsWith},
        {"regex", 2, 2, regex},
        {"digest", 2, 3, digest},
        {"base64-decode", 1, 1, base64Decode},
        {"extract-signed", 2, 2, extractSigned},
        {"uuid", 0, 1, uuid, XPathFunction::Chance},
    };
}

}  // namespace sotay
