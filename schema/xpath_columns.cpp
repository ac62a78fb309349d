#include "schema/ascii_text.h"
#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

using Kind = ExpressionNode::Kind;

// Whether one of the names in `answer`, with spaces between, is `choice`, which is not empty.
bool names(std::string_view answer, std::string_view choice) {
    for (auto at = answer.find(choice); at != std::string_view::npos;
         at = answer.find(choice, at + 1)) {
        const auto end = at + choice.size();
        if ((at == 0 || answer[at - 1] == ' ') && (end == answer.size() || answer[end] == ' '))
            return true;
    }
    return false;
}

}  // namespace

// A predicate on the items of a list, made ready to be asked of fifty thousand of them. `and`, `or`
// and `not()` are taken apart; what compares columns with each other, or with what is the same for
// all items, is done on the cells themselves. Whatever else it says is evaluated as it stands.
// Holds for exactly the items for which the predicate does.
class ColumnPredicate {
  public:
    ColumnPredicate(XPathEvaluator& evaluator, const XPathScope& scope)
        : evaluator_(evaluator), scope_(scope) {}

    // False when it is nothing but something to evaluate.
    bool take(const ExpressionNode& predicate) {
        root_ = testOf(predicate);
        return root_.kind != Test::Kind::Other;
    }

    bool holds(NodeId item, std::size_t position) {
        scope_.context = item;
        scope_.position = position;
        return holds(root_);
    }

  private:
    // One side of a comparison: a column, or what is the same for all items and is found out when
    // it is first needed.
    struct Side {
        const std::string* column = nullptr;
        const ExpressionNode* same = nullptr;
        std::optional<XValue> value;
        std::string text;
        double number = 0;
    };
    struct Test {
        enum class Kind { All, Any, Not, Equal, Order, Starts, Ends, Contains, Selected, Other };
        Kind kind = Kind::Other;
        XPathOperator op = XPathOperator::Equal;
        const ExpressionNode* whole = nullptr;
        Side left, right;
        std::vector<Test> parts;
    };
    using TestKind = Test::Kind;

    Test testOf(const ExpressionNode& node) {
        Test test;
        test.whole = &node;
        if (node.kind == Kind::Chain) {
            test.op = node.operators[0];
            if (test.op == XPathOperator::And || test.op == XPathOperator::Or) {
                test.kind = test.op == XPathOperator::And ? TestKind::All : TestKind::Any;
                for (const auto& part : node.operands) test.parts.push_back(testOf(part));
            } else if (node.operators.size() == 1 && test.op < XPathOperator::Add) {
                const bool isEqual =
                    test.op == XPathOperator::Equal || test.op == XPathOperator::NotEqual;
                compare(test, isEqual ? TestKind::Equal : TestKind::Order);
            }
        } else if (node.kind == Kind::Call && node.text == "not" && node.operands.size() == 1) {
            test.kind = TestKind::Not;
            test.parts.push_back(testOf(node.operands[0]));
        } else if (node.kind == Kind::Call && node.operands.size() == 2) {
            if (node.text == "starts-with") compare(test, TestKind::Starts);
            if (node.text == "ends-with") compare(test, TestKind::Ends);
            if (node.text == "contains") compare(test, TestKind::Contains);
            if (node.text == "selected") compare(test, TestKind::Selected);
        }
        return test;
    }

    static void compare(Test& test, TestKind kind) {
        const auto sideOf = [](const ExpressionNode& node) {
            Side side;
            if (isOneStep(node))
                side.column = &node.steps[0].name;
            else if (!node.usesContext)
                side.same = &node;
            return side;
        };
        test.left = sideOf(test.whole->operands[0]);
        test.right = sideOf(test.whole->operands[1]);
        const bool compares = (test.left.column || test.left.same) &&
                              (test.right.column || test.right.same) &&
                              (test.left.column || test.right.column);
        if (compares || kind == TestKind::Order) test.kind = kind;
    }

    bool holds(Test& test) {
        switch (test.kind) {
            case TestKind::All:
            case TestKind::Any: {
                const bool decisive = test.kind == TestKind::Any;
                for (Test& part : test.parts) {
                    if (holds(part) == decisive) return decisive;
                    if (evaluator_.failed()) return false;
                }
                return !decisive;
            }
            case TestKind::Not:
                return !holds(test.parts[0]);
            case TestKind::Other:
                return evaluated(test);
            default:
                return evaluator_.spend(1) && compared(test);
        }
    }

    bool evaluated(const Test& test) {
        return toBoolean(evaluator_.evaluate(*test.whole, scope_), evaluator_.host());
    }

    // Null when the host does not lend the cell's text.
    const std::string* textOf(Side& side) {
        if (side.column) return evaluator_.host().lentText(scope_.context, *side.column);
        return know(side) ? &side.text : nullptr;
    }

    // Only single values are the same for all; a list of several answers is compared by the
    // evaluator.
    bool know(Side& side) {
        if (!side.value) {
            XValue value = evaluator_.evaluate(*side.same, scope_);
            side.number = toNumber(value, evaluator_.host());
            if (value.type == XValue::Type::NodeSet && value.nodes.size() < 2)
                value = evaluator_.single(*side.same, scope_);
            side.text = toString(value, evaluator_.host());
            side.value = std::move(value);
        }
        return side.value->type != XValue::Type::NodeSet;
    }

    bool compared(Test& test) {
        if (test.kind == TestKind::Order)
            return inOrder(test.op, number(test.left, test.whole->operands[0]),
                           number(test.right, test.whole->operands[1]));
        const std::string* left = textOf(test.left);
        const std::string* right = left ? textOf(test.right) : nullptr;
        if (!left || !right) return evaluated(test);
        switch (test.kind) {
            case TestKind::Equal:
                return equal(test, *left, *right) == (test.op == XPathOperator::Equal);
            case TestKind::Starts:
                return left->starts_with(*right);
            case TestKind::Ends:
                return left->ends_with(*right);
            case TestKind::Contains:
                return left->find(*right) != std::string::npos;
            default:
                return selected(test, *left, *right);
        }
    }

    bool equal(const Test& test, const std::string& left, const std::string& right) const {
        const Side& same = test.left.column ? test.right : test.left;
        if (same.column) return left == right;
        const std::string& cell = test.left.column ? left : right;
        switch (same.value->type) {
            case XValue::Type::Boolean:
                return same.value->boolean == !cell.empty();
            case XValue::Type::Number:
                return sameNumber(numberOfText(cell, evaluator_.host()), same.number);
            default:
                return left == right;
        }
    }

    double number(Side& side, const ExpressionNode& node) {
        if (!side.same) return evaluator_.number(node, scope_);
        know(side);
        return side.number;
    }

    bool selected(const Test& test, const std::string& answer, const std::string& sought) {
        const auto choice = withoutBlanks(sought);
        const bool isText = test.right.column || test.right.value->type == XValue::Type::String;
        return choice.empty() || !isText ? evaluated(test) : names(answer, choice);
    }

    XPathEvaluator& evaluator_;
    XPathScope scope_;
    Test root_;
};

bool isOneStep(const ExpressionNode& path) {
    if (path.kind != Kind::Path || path.isAbsolute || !path.operands.empty()) return false;
    if (path.steps.size() != 1) return false;
    const XPathStep& step = path.steps[0];
    return step.axis == XPathAxis::Child && step.test == XPathTest::Name && step.predicates.empty();
}

// Gives what keep() would.
bool XPathEvaluator::keepByColumns(const ExpressionNode& predicate, std::vector<NodeId>& nodes,
                                   const XPathScope& scope) {
    if (parsed_.usesRandom) return false;
    XPathScope inner = scope;
    inner.size = nodes.size();
    ColumnPredicate columns(*this, inner);
    if (!columns.take(predicate)) return false;
    std::size_t kept = 0, position = 0;
    for (const NodeId node : nodes) {
        const bool holds = columns.holds(node, ++position);
        if (failed()) return true;
        if (holds) nodes[kept++] = node;
    }
    nodes.resize(kept);
    return true;
}

}  // namespace sotay
