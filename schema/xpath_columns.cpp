#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

using Kind = ExpressionNode::Kind;

// `column = wanted` of a predicate; `wanted` is the same for all nodes and is found out when first
// needed.
struct ColumnTest {
    const XPathStep* column = nullptr;
    const ExpressionNode* wanted = nullptr;
    bool negated = false;
    const XValue* value = nullptr;
    XValue storage;
};

bool addTest(const ExpressionNode& node, std::vector<ColumnTest>& tests) {
    if (node.kind != Kind::Chain || node.operators.size() != 1) return false;
    XPathOperator op = node.operators[0];
    if (op != XPathOperator::Equal && op != XPathOperator::NotEqual) return false;
    for (std::size_t side : {0u, 1u}) {
        const ExpressionNode& column = node.operands[side];
        if (!isOneStep(column)) continue;
        ColumnTest test;
        test.column = &column.steps[0];
        test.wanted = &node.operands[1 - side];
        test.negated = op == XPathOperator::NotEqual;
        if (test.wanted->usesContext) continue;
        tests.push_back(std::move(test));
        return true;
    }
    return false;
}

// The predicate as tests that must all hold, or nothing when it is of another kind.
std::vector<ColumnTest> columnTests(const ExpressionNode& predicate) {
    std::vector<ColumnTest> tests;
    if (predicate.kind == Kind::Chain && predicate.operators[0] == XPathOperator::And) {
        for (const ExpressionNode& part : predicate.operands) {
            if (!addTest(part, tests)) return {};
        }
    } else if (!addTest(predicate, tests)) {
        return {};
    }
    return tests;
}

}  // namespace

bool isOneStep(const ExpressionNode& path) {
    if (path.kind != Kind::Path || path.isAbsolute || !path.operands.empty()) return false;
    if (path.steps.size() != 1) return false;
    const XPathStep& step = path.steps[0];
    return step.axis == XPathAxis::Child && step.test == XPathTest::Name && step.predicates.empty();
}

// Choice filters are nearly all of this kind, over lists of many thousands of choices: they compare
// columns with an answer. Gives what keep() would, without a value for each comparison.
bool XPathEvaluator::keepByColumns(const ExpressionNode& predicate, std::vector<NodeId>& nodes,
                                   const XPathScope& scope) {
    if (parsed_.usesRandom) return false;
    std::vector<ColumnTest> tests = columnTests(predicate);
    if (tests.empty()) return false;
    XPathScope inner = scope;
    inner.position = 1;
    std::vector<NodeId> cells;
    auto holds = [&](ColumnTest& test, NodeId node) {
        if (test.value == nullptr) {
            test.value = &look(*test.wanted, inner, test.storage);
            if (test.value->type == XValue::Type::NodeSet && test.value->nodes.size() < 2) {
                test.storage = single(*test.wanted, inner);
                test.value = &test.storage;
            }
        }
        cells.clear();
        host_.childrenNamed(node, test.column->name, cells);
        dropIrrelevant(cells);
        bool plain = cells.size() == 1 && test.value->type == XValue::Type::String &&
                     !host_.nodeIsNumber(cells[0]);
        bool same = plain ? host_.nodeText(cells[0]) == test.value->string
                          : equal(nodesValue(cells), *test.value);
        return same != test.negated;
    };
    std::size_t kept = 0;
    for (NodeId node : nodes) {
        bool all = true;
        for (ColumnTest& test : tests) {
            all = all && spend(1) && holds(test, node);
            if (failed()) return true;
        }
        if (all) nodes[kept++] = node;
    }
    nodes.resize(kept);
    return true;
}

}  // namespace sotay
