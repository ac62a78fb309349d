#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "schema/xpath_functions.h"
#include "schema/xpath_lexer.h"
#include "schema/xpath_node.h"
#include "schema/xpath_regex.h"

namespace sotay {
namespace {

using Kind = XPathToken::Kind;
using NodeKind = ExpressionNode::Kind;

// The rank of a binary operator: 0 binds least. Union is apart, below unary minus.
int rankOf(XPathOperator op) {
    switch (op) {
        case XPathOperator::Or:
            return 0;
        case XPathOperator::And:
            return 1;
        case XPathOperator::Equal:
        case XPathOperator::NotEqual:
            return 2;
        case XPathOperator::Less:
        case XPathOperator::LessEqual:
        case XPathOperator::Greater:
        case XPathOperator::GreaterEqual:
            return 3;
        case XPathOperator::Add:
        case XPathOperator::Subtract:
            return 4;
        case XPathOperator::Multiply:
        case XPathOperator::Divide:
        case XPathOperator::Modulo:
            return 5;
        case XPathOperator::Union:
            return 6;
    }
    return 6;
}
constexpr int kLastBinaryRank = 5, kUnionRank = 6;

bool isNodeTest(std::string_view name) {
    return name == "node" || name == "text" || name == "comment" ||
           name == "processing-instruction";
}

void addOnce(std::vector<std::string>& list, std::string_view item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.emplace_back(item);
}

// Recursive descent over the tokens. After the first problem every parse function returns at once
// with a node of no account.
class Parser {
  public:
    Parser(std::string_view text, std::vector<XPathToken> tokens)
        : text_(text), tokens_(std::move(tokens)) {}

    Result<ParsedExpression> run() {
        ExpressionNode root = expression();
        if (!failed() && !is(Kind::End)) fail("An operator such as `and`, `=` or `+` is expected");
        if (failed()) return Error{Code::InvalidInput, std::move(problem_)};
        parsed_.root = std::move(root);
        parsed_.slots = slots_;
        return std::move(parsed_);
    }

  private:
    // Counts brackets that are open around the place.
    class Nested {
      public:
        explicit Nested(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > kMaxExpressionDepth) {
                parser_.fail(
                    fmt::format("Brackets are nested deeper than {}", kMaxExpressionDepth));
            }
        }
        ~Nested() { --parser_.depth_; }
        Nested(const Nested&) = delete;
        Nested& operator=(const Nested&) = delete;

      private:
        Parser& parser_;
    };

    const XPathToken& token(std::size_t ahead = 0) const {
        return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
    }
    bool is(Kind kind, std::size_t ahead = 0) const { return token(ahead).kind == kind; }
    bool failed() const { return !problem_.empty(); }
    void advance() { at_ = std::min(at_ + 1, tokens_.size() - 1); }

    void fail(std::string_view what) {
        if (!failed()) problem_ = fmt::format("{} {}.", what, describePlace(text_, token().begin));
    }

    bool accept(Kind kind) {
        if (failed() || !is(kind)) return false;
        advance();
        return true;
    }

    void expect(Kind kind, std::string_view what) {
        if (!accept(kind)) fail(fmt::format("{} is expected", what));
    }

    ExpressionNode make(NodeKind kind) {
        ExpressionNode node;
        node.kind = kind;
        node.slot = slots_++;
        return node;
    }

    static void inherit(ExpressionNode& node, const ExpressionNode& part) {
        node.usesContext = node.usesContext || part.usesContext;
        node.usesPlace = node.usesPlace || part.usesPlace;
    }

    ExpressionNode expression() { return chain(0); }

    ExpressionNode chain(int rank) {
        return joined(
            rank, [this, rank] { return rank == kLastBinaryRank ? negation() : chain(rank + 1); });
    }

    // Operands joined by operators of one rank; an operand that stands alone is itself.
    template <class Operand>
    ExpressionNode joined(int rank, Operand operand) {
        ExpressionNode first = operand();
        if (!atOperator(rank)) return first;
        ExpressionNode node = make(NodeKind::Chain);
        inherit(node, first);
        node.operands.push_back(std::move(first));
        while (atOperator(rank)) {
            node.operators.push_back(token().op);
            advance();
            node.operands.push_back(operand());
            inherit(node, node.operands.back());
        }
        return node;
    }

    bool atOperator(int rank) const {
        return !failed() && is(Kind::Operator) && rankOf(token().op) == rank;
    }

    ExpressionNode negation() {
        int minuses = 0;
        while (accept(Kind::Minus)) ++minuses;
        ExpressionNode operand = joined(kUnionRank, [this] { return path(); });
        if (minuses == 0) return operand;
        ExpressionNode node = make(NodeKind::Negate);
        node.repeat = minuses;
        inherit(node, operand);
        node.operands.push_back(std::move(operand));
        return node;
    }

    bool atStep() const {
        switch (token().kind) {
            case Kind::Wildcard:
            case Kind::PrefixWildcard:
            case Kind::At:
            case Kind::Dot:
            case Kind::DoubleDot:
                return true;
            case Kind::Name:
                return !is(Kind::LeftParen, 1) || isNodeTest(token().text);
            default:
                return false;
        }
    }

    ExpressionNode path() {
        if (failed()) return {};
        std::size_t begin = token().begin;
        if (is(Kind::Slash) || is(Kind::DoubleSlash)) {
            ExpressionNode node = make(NodeKind::Path);
            node.isAbsolute = true;
            node.usesPlace = true;
            if (accept(Kind::Slash)) {
                if (!atStep()) return notePath(std::move(node), begin);
            } else {
                advance();
                node.steps.push_back(anyDescendant());
            }
            steps(node);
            return notePath(std::move(node), begin);
        }
        if (atStep()) {
            ExpressionNode node = make(NodeKind::Path);
            node.usesContext = true;
            steps(node);
            return notePath(std::move(node), begin);
        }
        return filter(begin);
    }

    ExpressionNode filter(std::size_t begin) {
        ExpressionNode start = primary();
        bool fromInstance = start.kind == NodeKind::Call && start.text == "instance";
        bool fromCurrent = start.kind == NodeKind::Call && start.text == "current";
        if (!failed() && is(Kind::LeftBracket)) {
            ExpressionNode node = make(NodeKind::Filter);
            inherit(node, start);
            node.operands.push_back(std::move(start));
            node.steps.emplace_back();
            predicates(node, node.steps.back());
            start = std::move(node);
        }
        if (failed() || (!is(Kind::Slash) && !is(Kind::DoubleSlash))) return start;
        ExpressionNode node = make(NodeKind::Path);
        inherit(node, start);
        node.operands.push_back(std::move(start));
        if (accept(Kind::DoubleSlash)) {
            node.steps.push_back(anyDescendant());
        } else {
            advance();
        }
        steps(node);
        if (!failed() && !fromInstance && (fromCurrent || predicateDepth_ == 0)) {
            parsed_.usesPosition = true;
            addOnce(parsed_.paths, source(begin));
        }
        return node;
    }

    // A relative path inside a predicate belongs to the nodes that are filtered, not to the record.
    ExpressionNode notePath(ExpressionNode node, std::size_t begin) {
        if (failed()) return node;
        parsed_.usesPosition = true;
        if (node.isAbsolute || predicateDepth_ == 0) addOnce(parsed_.paths, source(begin));
        return node;
    }

    std::string_view source(std::size_t begin) const {
        return text_.substr(begin, tokens_[at_ - 1].end - begin);
    }

    static XPathStep anyDescendant() {
        XPathStep step;
        step.axis = XPathAxis::DescendantOrSelf;
        step.test = XPathTest::Node;
        return step;
    }

    void steps(ExpressionNode& node) {
        for (;;) {
            node.steps.push_back(step(node));
            if (accept(Kind::DoubleSlash)) {
                node.steps.push_back(anyDescendant());
            } else if (!accept(Kind::Slash)) {
                return;
            }
        }
    }

    XPathStep step(ExpressionNode& owner) {
        XPathStep step;
        if (failed()) return step;
        if (accept(Kind::Dot)) {
            step.axis = XPathAxis::Self;
            step.test = XPathTest::Node;
            return step;
        }
        if (accept(Kind::DoubleDot)) {
            step.axis = XPathAxis::Parent;
            step.test = XPathTest::Node;
            return step;
        }
        if (accept(Kind::At)) {
            step.axis = XPathAxis::Attribute;
        } else if (is(Kind::Name) && is(Kind::DoubleColon, 1)) {
            const auto found = std::find(std::begin(kXPathAxisNames), std::end(kXPathAxisNames),
                                         std::string_view(token().text));
            if (found == std::end(kXPathAxisNames)) {
                fail(fmt::format("There is no axis `{}`", token().text));
                return step;
            }
            step.axis = static_cast<XPathAxis>(found - std::begin(kXPathAxisNames));
            advance();
            advance();
        }
        nodeTest(step);
        predicates(owner, step);
        return step;
    }

    void nodeTest(XPathStep& step) {
        if (is(Kind::Name) && is(Kind::LeftParen, 1)) {
            if (!isNodeTest(token().text)) return fail("A function cannot be a step of a path");
            return typeTest(step);
        }
        std::string_view name = token().text;
        if (accept(Kind::Wildcard)) {
            step.test = XPathTest::Any;
        } else if (accept(Kind::PrefixWildcard)) {
            step.test = XPathTest::AnyOfPrefix;
            step.name = name;
        } else if (accept(Kind::Name)) {
            step.name = name;
        } else {
            fail("The name of a question is expected in this path");
        }
    }

    void typeTest(XPathStep& step) {
        std::string_view name = token().text;
        advance();
        advance();
        step.test = name == "node"      ? XPathTest::Node
                    : name == "text"    ? XPathTest::Text
                    : name == "comment" ? XPathTest::Comment
                                        : XPathTest::Instruction;
        if (step.test == XPathTest::Instruction && is(Kind::String)) {
            step.name = token().text;
            step.hasTarget = true;
            advance();
        }
        expect(Kind::RightParen, fmt::format("`)` after {}(", name));
    }

    void predicates(ExpressionNode& owner, XPathStep& step) {
        while (accept(Kind::LeftBracket)) {
            Nested nested(*this);
            if (failed()) return;
            ++predicateDepth_;
            step.predicates.push_back(expression());
            --predicateDepth_;
            // Its context is the filtered node, so only the place is passed outwards.
            owner.usesPlace = owner.usesPlace || step.predicates.back().usesPlace;
            expect(Kind::RightBracket, "`]`");
        }
    }

    ExpressionNode primary() {
        const XPathToken& here = token();
        if (accept(Kind::Number)) {
            ExpressionNode node = make(NodeKind::Number);
            node.number = here.number;
            return node;
        }
        if (accept(Kind::String)) return named(NodeKind::String, here.text);
        if (accept(Kind::Variable)) return named(NodeKind::Variable, here.text);
        if (accept(Kind::LastSaved)) return named(NodeKind::LastSaved, here.text);
        if (accept(Kind::Reference)) {
            addOnce(parsed_.references, here.text);
            ExpressionNode node = named(NodeKind::Reference, here.text);
            node.usesPlace = true;
            return node;
        }
        if (is(Kind::Name)) return call();
        if (is(Kind::LeftParen)) return bracketed();
        fail(is(Kind::End) ? "A value is missing" : "A value is expected");
        return {};
    }

    ExpressionNode named(NodeKind kind, std::string_view text) {
        ExpressionNode node = make(kind);
        node.text = text;
        return node;
    }

    ExpressionNode bracketed() {
        Nested nested(*this);
        if (failed()) return {};
        advance();
        ExpressionNode inside = expression();
        expect(Kind::RightParen, "`)`");
        return inside;
    }

    ExpressionNode call() {
        Nested nested(*this);
        if (failed()) return {};
        ExpressionNode node = named(NodeKind::Call, token().text);
        node.function = findFunction(node.text);
        addOnce(parsed_.functions, node.text);
        advance();
        advance();
        if (!accept(Kind::RightParen)) {
            do {
                node.operands.push_back(expression());
                inherit(node, node.operands.back());
            } while (accept(Kind::Comma));
            expect(Kind::RightParen, fmt::format("`,` or `)` in {}(...)", node.text));
        }
        noteTraits(node);
        return node;
    }

    void noteTraits(ExpressionNode& node) {
        unsigned traits = node.function != nullptr ? node.function->traits : XPathFunction::None;
        if ((traits & XPathFunction::Position) != 0) parsed_.usesPosition = node.usesContext = true;
        if ((traits & XPathFunction::Clock) != 0) parsed_.usesClock = true;
        if ((traits & XPathFunction::Chance) != 0) parsed_.usesRandom = true;
        if (node.text == "regex" && node.operands.size() == 2 &&
            node.operands[1].kind == NodeKind::String) {
            node.pattern = FormPattern::compile(node.operands[1].text);
        }
    }

    std::string_view text_;
    std::vector<XPathToken> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
    int predicateDepth_ = 0;
    std::uint32_t slots_ = 0;
    std::string problem_;
    ParsedExpression parsed_;
};

}  // namespace

Result<ParsedExpression> parseXPath(std::string_view text) {
    if (text.size() > kMaxExpressionBytes) {
        return Error{Code::InvalidInput,
                     fmt::format("The expression is {} bytes long; at most {} are allowed.",
                                 text.size(), kMaxExpressionBytes)};
    }
    auto tokens = tokenizeXPath(text);
    if (!tokens.ok()) return tokens.error();
    if (tokens->size() == 1) return Error{Code::InvalidInput, "The expression is empty."};
    return Parser(text, *std::move(tokens)).run();
}

}  // namespace sotay
