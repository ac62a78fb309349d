#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "schema/xpath_node.h"

namespace sotay {
namespace {

constexpr std::string_view kOperators[] = {"or", "and", "==", "!=", "<", "<=", ">",
                                           ">=", "+",   "-",  "*",  "/", "%",  "union"};

// The shortest digits that read back the same, as Java prints them: 5.0, 1.23E21.
std::string javaNumber(double number) {
    std::array<char, 400> buffer;
    bool plain = number == 0 || (std::fabs(number) >= 1e-3 && std::fabs(number) < 1e7);
    auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                             plain ? std::chars_format::fixed : std::chars_format::scientific);
    std::string text(buffer.data(), end.ptr);
    if (plain) return text.find('.') == std::string::npos ? text + ".0" : text;
    std::size_t e = text.find('e');
    std::string digits = text.substr(0, e);
    if (digits.find('.') == std::string::npos) digits += ".0";
    return fmt::format("{}E{}", digits, std::stoi(text.substr(e + 1)));
}

class Printer {
  public:
    std::string out;

    void print(const ExpressionNode& node) {
        switch (node.kind) {
            case ExpressionNode::Kind::Number:
                out += "{num:" + javaNumber(node.number) + "}";
                return;
            case ExpressionNode::Kind::String:
                out += "{str:'" + node.text + "'}";
                return;
            case ExpressionNode::Kind::Variable:
                out += "{var:" + node.text + "}";
                return;
            case ExpressionNode::Kind::Reference:
                out += "{ref:" + node.text + "}";
                return;
            case ExpressionNode::Kind::LastSaved:
                out += "{last-saved:" + node.text + "}";
                return;
            case ExpressionNode::Kind::Negate:
                return negation(node);
            case ExpressionNode::Kind::Chain:
                return chain(node);
            case ExpressionNode::Kind::Call:
                out += "{func-expr:" + node.text + ",";
                list(node.operands);
                out += "}";
                return;
            case ExpressionNode::Kind::Filter:
                out += "{filt-expr:";
                print(node.operands[0]);
                out += ",";
                list(node.steps[0].predicates);
                out += "}";
                return;
            case ExpressionNode::Kind::Path:
                return path(node);
        }
    }

  private:
    void negation(const ExpressionNode& node) {
        for (int i = 0; i < node.repeat; ++i) out += "{unop-expr:num-neg,";
        print(node.operands[0]);
        out.append(static_cast<std::size_t>(node.repeat), '}');
    }

    // `or` and `and` group to the right, all others to the left.
    void chain(const ExpressionNode& node) {
        std::size_t count = node.operators.size();
        auto begin = [this, &node](std::size_t i) {
            out += "{binop-expr:";
            out += kOperators[static_cast<std::size_t>(node.operators[i])];
            out += ",";
        };
        if (node.operators[0] == XPathOperator::Or || node.operators[0] == XPathOperator::And) {
            for (std::size_t i = 0; i < count; ++i) {
                begin(i);
                print(node.operands[i]);
                out += ",";
            }
            print(node.operands[count]);
            out.append(count, '}');
            return;
        }
        for (std::size_t i = count; i-- > 0;) begin(i);
        print(node.operands[0]);
        for (std::size_t i = 0; i < count; ++i) {
            out += ",";
            print(node.operands[i + 1]);
            out += "}";
        }
    }

    void list(const std::vector<ExpressionNode>& nodes) {
        out += "{";
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (i > 0) out += ",";
            print(nodes[i]);
        }
        out += "}";
    }

    void path(const ExpressionNode& node) {
        out += "{path-expr:";
        if (node.operands.empty()) {
            out += node.isAbsolute ? "abs" : "rel";
        } else if (node.operands[0].kind == ExpressionNode::Kind::Filter) {
            print(node.operands[0]);
        } else {
            out += "{filt-expr:";
            print(node.operands[0]);
            out += ",{}}";
        }
        out += ",{";
        for (std::size_t i = 0; i < node.steps.size(); ++i) {
            if (i > 0) out += ",";
            step(node.steps[i]);
        }
        out += "}}";
    }

    void step(const XPathStep& step) {
        out += "{step:";
        out += kXPathAxisNames[static_cast<std::size_t>(step.axis)];
        out += ",";
        switch (step.test) {
            case XPathTest::Name:
                out += step.name;
                break;
            case XPathTest::Any:
                out += "*";
                break;
            case XPathTest::AnyOfPrefix:
                out += step.name + ":*";
                break;
            case XPathTest::Node:
                out += "node()";
                break;
            case XPathTest::Text:
                out += "text()";
                break;
            case XPathTest::Comment:
                out += "comment()";
                break;
            case XPathTest::Instruction:
                out += step.hasTarget ? "proc-instr('" + step.name + "')" : "proc-instr()";
                break;
        }
        if (!step.predicates.empty()) {
            out += ",";
            list(step.predicates);
        }
        out += "}";
    }
};

}  // namespace

std::string printTree(const ExpressionNode& node) {
    Printer printer;
    printer.print(node);
    return std::move(printer.out);
}

}  // namespace sotay
