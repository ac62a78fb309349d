#include "schema/expression.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"
#include "schema/xpath_node.h"
#include "schema/xpath_regex.h"

namespace sotay {
namespace {

void findProblems(const ExpressionNode& node, std::vector<std::string>& problems) {
    auto add = [&problems](std::string problem) {
        if (std::find(problems.begin(), problems.end(), problem) == problems.end())
            problems.push_back(std::move(problem));
    };
    if (node.kind == ExpressionNode::Kind::Call) {
        if (node.function == nullptr)
            add(fmt::format("There is no function {}().", node.text));
        else if (auto wrong = describeArity(*node.function, node.operands.size()))
            add(*std::move(wrong));
        if (node.pattern && !node.pattern->problem().empty()) add(node.pattern->problem());
    }
    if (node.kind == ExpressionNode::Kind::Variable) {
        add(fmt::format("${} is not known; a question is named as ${{{}}}.", node.text, node.text));
    }
    for (const ExpressionNode& operand : node.operands) findProblems(operand, problems);
    for (const XPathStep& step : node.steps) {
        for (const ExpressionNode& predicate : step.predicates) findProblems(predicate, problems);
    }
}

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
    auto parsed = parseXPath(text);
    if (!parsed.ok()) return parsed.error();
    return Expression(std::make_shared<const ParsedExpression>(*std::move(parsed)));
}

const std::vector<std::string>& Expression::references() const { return parsed_->references; }
bool Expression::usesPosition() const { return parsed_->usesPosition; }
bool Expression::usesClock() const { return parsed_->usesClock; }
bool Expression::usesRandom() const { return parsed_->usesRandom; }
std::vector<std::string> Expression::paths() const { return parsed_->paths; }
std::vector<std::string> Expression::functions() const { return parsed_->functions; }
std::string Expression::tree() const { return printTree(parsed_->root); }

std::vector<std::string> Expression::problems() const {
    std::vector<std::string> problems;
    findProblems(parsed_->root, problems);
    return problems;
}

Result<XValue> Expression::evaluate(XHost& host, NodeId context) const {
    // A host may run out of memory or throw in code that is not ours.
    try {
        XPathEvaluator evaluator(*parsed_, host);
        XPathScope scope;
        scope.context = scope.place = scope.original = context;
        XValue value = evaluator.evaluate(parsed_->root, scope);
        if (evaluator.failed()) return Error{Code::InvalidInput, evaluator.problem()};
        return value;
    } catch (const std::exception& failure) {
        return Error{Code::Corrupt,
                     fmt::format("The expression could not be evaluated: {}.", failure.what())};
    }
}

}  // namespace sotay
