#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/xpath_node.h"

namespace sotay {

struct XPathToken {
    enum class Kind : std::uint8_t {
        End,
        Number,
        String,
        Name,
        PrefixWildcard,
        Wildcard,
        Variable,
        Reference,
        LastSaved,
        Operator,
        Minus,  // before an operand
        Slash,
        DoubleSlash,
        LeftBracket,
        RightBracket,
        LeftParen,
        RightParen,
        Dot,
        DoubleDot,
        At,
        Comma,
        DoubleColon,
    };

    Kind kind = Kind::End;
    XPathOperator op = XPathOperator::Or;
    std::size_t begin = 0, end = 0;  // in the text
    double number = 0;
    std::string_view text;  // a name or the inside of a string; points into the text
};

// Splits `text` into tokens, ending with End. As JavaRosa does: after an operand, `and`, `or`,
// `div` and `mod` are operators in any case and need no space after them; anywhere else they are
// names.
Result<std::vector<XPathToken>> tokenizeXPath(std::string_view text);

// "at character 7, near `sum(`"; characters are counted from 1, not bytes.
std::string describePlace(std::string_view text, std::size_t position);

}  // namespace sotay
