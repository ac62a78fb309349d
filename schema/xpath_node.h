#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"

namespace sotay {

class FormPattern;
struct XPathFunction;

enum class XPathAxis : std::uint8_t {
    Child,
    Parent,
    Self,
    Descendant,
    DescendantOrSelf,
    Ancestor,
    AncestorOrSelf,
    FollowingSibling,
    PrecedingSibling,
    Following,
    Preceding,
    Attribute,
    Namespace,
};
// The names of the axes, in their order.
inline constexpr std::string_view kXPathAxisNames[] = {
    "child",
    "parent",
    "self",
    "descendant",
    "descendant-or-self",
    "ancestor",
    "ancestor-or-self",
    "following-sibling",
    "preceding-sibling",
    "following",
    "preceding",
    "attribute",
    "namespace",
};

enum class XPathTest : std::uint8_t { Name, Any, AnyOfPrefix, Node, Text, Comment, Instruction };

enum class XPathOperator : std::uint8_t {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Union,
};

struct ExpressionNode;

struct XPathStep {
    XPathAxis axis = XPathAxis::Child;
    XPathTest test = XPathTest::Name;
    std::string name;  // Name: the name; AnyOfPrefix: the prefix; Instruction: its target, if any
    bool hasTarget = false;  // Instruction with a target
    std::vector<ExpressionNode> predicates;
};

// One node of a parsed expression. Chains of operators of one rank are one node with many operands,
// so that a thousand terms joined by `+` nest no deeper than two, and evaluation recurses only as
// far as brackets do.
struct ExpressionNode {
    enum class Kind : std::uint8_t {
        Number,     // number
        String,     // text
        Variable,   // text: $name, which forms do not have
        Reference,  // text: ${name}
        LastSaved,  // text: ${last-saved#name}
        Negate,     // operands[0], `repeat` times
        Chain,      // operands joined by operators
        Call,       // text: the function; operands: its arguments
        Filter,     // operands[0] with predicates in steps[0]
        Path,       // steps from the root (isAbsolute), from operands[0], or from the context
    };

    Kind kind = Kind::Number;
    bool isAbsolute = false;
    // What the value depends on besides the record as a whole: a predicate evaluates a part that
    // depends on neither of these once, not once for each node.
    bool usesContext = false;  // where it stands: relative paths, position()
    bool usesPlace = false;  // ${name} and absolute paths, which are seen from the item of a repeat
    int repeat = 0;
    std::uint32_t slot = 0;  // its number within the expression
    double number = 0;
    std::string text;
    std::vector<ExpressionNode> operands;
    std::vector<XPathOperator> operators;
    std::vector<XPathStep> steps;
    const XPathFunction* function = nullptr;  // null: not a function that forms have
    std::shared_ptr<const FormPattern>
        pattern;  // regex() with a literal; shared by copies of the node
};

// A parsed expression and what is known of it without evaluating it.
struct ParsedExpression {
    ExpressionNode root;
    std::uint32_t slots = 0;
    bool usesPosition = false, usesClock = false, usesRandom = false;
    std::vector<std::string> references, paths, functions;
};

Result<ParsedExpression> parseXPath(std::string_view text);

// Fully bracketed, in the notation of JavaRosa's own print.
std::string printTree(const ExpressionNode& node);

constexpr std::size_t kMaxExpressionBytes = 64 * 1024;
constexpr int kMaxExpressionDepth = 200;

}  // namespace sotay
