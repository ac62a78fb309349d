#include "schema/xpath_evaluator.h"

#include <cmath>

#include <fmt/format.h>

#include "schema/xpath_functions.h"

namespace sotay {
namespace {

using Kind = ExpressionNode::Kind;
using Type = XValue::Type;

double calculate(XPathOperator op, double left, double right) {
    switch (op) {
        case XPathOperator::Add:
            return left + right;
        case XPathOperator::Subtract:
            return left - right;
        case XPathOperator::Multiply:
            return left * right;
        case XPathOperator::Divide:
            return left / right;
        default:
            return std::fmod(left, right);
    }
}

}  // namespace

bool sameNumber(double left, double right) { return std::fabs(left - right) < 1e-12; }

bool inOrder(XPathOperator op, double left, double right) {
    switch (op) {
        case XPathOperator::Less:
            return left < right;
        case XPathOperator::LessEqual:
            return left <= right;
        case XPathOperator::Greater:
            return left > right;
        default:
            return left >= right;
    }
}

void XPathEvaluator::fail(std::string message) {
    if (problem_.empty()) problem_ = std::move(message);
}

// The text of a cell, where the path is one name and stands in an item of a list.
const std::string* XPathEvaluator::lent(const ExpressionNode& node, const XPathScope& scope) const {
    return isOneStep(node) ? host_.lentText(scope.context, node.steps[0].name) : nullptr;
}

const XValue& XPathEvaluator::operand(const ExpressionNode& node, const XPathScope& scope,
                                      XValue& storage) {
    const std::string* cell = lent(node, scope);
    if (!cell || !spend(1)) return look(node, scope, storage);
    storage.string = *cell;
    return storage;
}

XValue XPathEvaluator::single(const ExpressionNode& node, const XPathScope& scope) {
    if (const std::string* cell = lent(node, scope); cell && spend(1)) return stringValue(*cell);
    XValue value = evaluate(node, scope);
    if (value.type != Type::NodeSet) return value;
    return value.nodes.empty() ? stringValue({}) : answerValue(value.nodes[0], host_);
}

XValue XPathEvaluator::evaluate(const ExpressionNode& node, const XPathScope& scope) {
    XValue value;
    const XValue& seen = look(node, scope, value);
    return &seen == &value ? std::move(value) : seen;
}

// What is the same for every node of a predicate is computed for the first of them and then looked
// at.
const XValue& XPathEvaluator::look(const ExpressionNode& node, const XPathScope& scope,
                                   XValue& storage) {
    if (failed()) return storage;
    bool sameForAll = scope.position != 0 && !node.usesContext && !parsed_.usesRandom &&
                      (!node.usesPlace || scope.place == scope.original);
    if (!sameForAll) {
        storage = compute(node, scope);
        return storage;
    }
    if (hoisted_.empty()) hoisted_.resize(parsed_.slots);
    std::optional<XValue>& kept = hoisted_[node.slot];
    if (!kept) kept = compute(node, scope);
    return *kept;
}

XValue XPathEvaluator::compute(const ExpressionNode& node, const XPathScope& scope) {
    if (!spend(1)) return {};
    switch (node.kind) {
        case Kind::Number:
            return numberValue(node.number);
        case Kind::String:
            return stringValue(node.text);
        case Kind::Variable:
            fail(fmt::format("${} is not known; a question is named as ${{{}}}.", node.text,
                             node.text));
            return {};
        case Kind::Reference: {
            std::vector<NodeId> nodes = host_.reference(node.text, scope.place);
            dropIrrelevant(nodes);
            return nodesValue(std::move(nodes));
        }
        case Kind::LastSaved:
            return stringValue(host_.lastSaved(node.text));
        case Kind::Negate: {
            double number = toNumber(single(node.operands[0], scope), host_);
            return numberValue(node.repeat % 2 == 1 ? -number : number);
        }
        case Kind::Chain:
            return chain(node, scope);
        case Kind::Call:
            return call(node, scope);
        case Kind::Filter:
            return filter(node, scope);
        case Kind::Path:
            return nodesValue(path(node, scope, true));
    }
    return {};
}

XValue XPathEvaluator::logic(const ExpressionNode& node, const XPathScope& scope) {
    bool decisive = node.operators[0] == XPathOperator::Or;
    for (const ExpressionNode& operand : node.operands) {
        bool holds = toBoolean(evaluate(operand, scope), host_);
        if (failed()) return {};
        if (holds == decisive) return booleanValue(decisive);
    }
    return booleanValue(!decisive);
}

double XPathEvaluator::number(const ExpressionNode& node, const XPathScope& scope) {
    if (failed()) return 0;
    if (node.kind == Kind::Number) return node.number;
    if (const std::string* cell = lent(node, scope))
        return spend(1) ? numberOfText(*cell, host_) : 0;
    const bool isArithmetic = node.kind == Kind::Chain && node.operators[0] >= XPathOperator::Add &&
                              node.operators[0] != XPathOperator::Union;
    // What is the same for all nodes of a predicate is kept as a value.
    if (isArithmetic && node.usesContext) return spend(1) ? arithmetic(node, scope) : 0;
    XValue storage;
    return toNumber(look(node, scope, storage), host_);
}

double XPathEvaluator::arithmetic(const ExpressionNode& node, const XPathScope& scope) {
    double result = number(node.operands[0], scope);
    for (std::size_t i = 0; i < node.operators.size(); ++i)
        result = calculate(node.operators[i], result, number(node.operands[i + 1], scope));
    return result;
}

XValue XPathEvaluator::chain(const ExpressionNode& node, const XPathScope& scope) {
    XPathOperator kind = node.operators[0];
    if (kind == XPathOperator::Or || kind == XPathOperator::And) return logic(node, scope);
    if (kind == XPathOperator::Union) return unite(node, scope);
    if (kind >= XPathOperator::Add) return numberValue(arithmetic(node, scope));
    XValue first, result;
    const XValue* left = &operand(node.operands[0], scope, first);
    for (std::size_t i = 0; i < node.operators.size(); ++i) {
        XValue second;
        const XValue& right = operand(node.operands[i + 1], scope, second);
        if (failed()) return {};
        XPathOperator op = node.operators[i];
        if (op == XPathOperator::Equal || op == XPathOperator::NotEqual) {
            result = booleanValue(equal(*left, right) == (op == XPathOperator::Equal));
        } else {
            result = booleanValue(inOrder(op, toNumber(*left, host_), toNumber(right, host_)));
        }
        left = &result;
    }
    return result;
}

// A list of several nodes equals what any of them equals; an empty one is ''.
bool XPathEvaluator::equal(const XValue& left, const XValue& right) {
    if (left.type == Type::NodeSet) {
        if (left.nodes.empty()) return equal(stringValue({}), right);
        for (NodeId node : left.nodes) {
            if (!spend(1)) return false;
            bool asText = right.type == Type::String && !host_.nodeIsNumber(node);
            if (asText ? host_.nodeText(node) == right.string
                       : equal(answerValue(node, host_), right)) {
                return true;
            }
        }
        return false;
    }
    if (right.type == Type::NodeSet) return equal(right, left);
    if (left.type == Type::Boolean || right.type == Type::Boolean) {
        return toBoolean(left, host_) == toBoolean(right, host_);
    }
    if (left.type == Type::Number || right.type == Type::Number) {
        return sameNumber(toNumber(left, host_), toNumber(right, host_));
    }
    return left.string == right.string;
}

XValue XPathEvaluator::call(const ExpressionNode& node, const XPathScope& scope) {
    if (node.function == nullptr) {
        fail(fmt::format("There is no function {}().", node.text));
        return {};
    }
    if (auto wrong = describeArity(*node.function, node.operands.size())) {
        fail(*std::move(wrong));
        return {};
    }
    XPathCall here(*this, node, scope);
    return node.function->run(here);
}

}  // namespace sotay
