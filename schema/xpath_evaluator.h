#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/expression.h"
#include "schema/xpath_node.h"

namespace sotay {

// Where a part of an expression is evaluated.
struct XPathScope {
    NodeId context = 0;
    NodeId original = 0;  // the question whose expression it is: current()
    NodeId place = 0;     // the node of the record from which ${name} and absolute paths are seen
    std::size_t position = 0;  // in a predicate, from 1; 0 outside
    std::size_t size = 0;
};

// One evaluation of one expression. After the first failure everything returns at once with values
// of no account, and the message is kept.
class XPathEvaluator {
  public:
    XPathEvaluator(const ParsedExpression& parsed, XHost& host) : parsed_(parsed), host_(host) {}

    XValue evaluate(const ExpressionNode& node, const XPathScope& scope);
    XValue single(const ExpressionNode& node,
                  const XPathScope& scope);  // a list as the value of its first node
    double number(const ExpressionNode& node,
                  const XPathScope& scope);  // without making values of it
    std::vector<NodeId> path(const ExpressionNode& node, const XPathScope& scope, bool bindToPlace);

    XHost& host() { return host_; }
    bool failed() const { return !problem_.empty(); }
    void fail(std::string message);
    const std::string& problem() const { return problem_; }
    std::vector<NodeId> ancestry(NodeId node) const;  // from its root to the node itself

  private:
    friend class ColumnPredicate;
    // The value, in `storage` or, when it is the same for all nodes of a predicate, where it is
    // kept.
    const XValue& look(const ExpressionNode& node, const XPathScope& scope, XValue& storage);
    // The same for one side of an operator, which need not know that a cell of a list is a node.
    const XValue& operand(const ExpressionNode& node, const XPathScope& scope, XValue& storage);
    const std::string* lent(const ExpressionNode& node, const XPathScope& scope) const;
    XValue compute(const ExpressionNode& node, const XPathScope& scope);
    double arithmetic(const ExpressionNode& node, const XPathScope& scope);
    XValue chain(const ExpressionNode& node, const XPathScope& scope);
    XValue logic(const ExpressionNode& node, const XPathScope& scope);
    XValue unite(const ExpressionNode& node, const XPathScope& scope);
    XValue call(const ExpressionNode& node, const XPathScope& scope);
    XValue filter(const ExpressionNode& node, const XPathScope& scope);
    bool equal(const XValue& left, const XValue& right);

    std::vector<NodeId> start(const ExpressionNode& node, const XPathScope& scope);
    std::vector<NodeId> walk(const XPathStep& step, const std::vector<NodeId>& from,
                             const XPathScope& scope);
    void keep(const ExpressionNode& predicate, std::vector<NodeId>& nodes, const XPathScope& scope);
    bool keepByColumns(const ExpressionNode& predicate, std::vector<NodeId>& nodes,
                       const XPathScope& scope);
    void dropIrrelevant(std::vector<NodeId>& nodes) const;
    bool spend(std::size_t nodes);

    const ParsedExpression& parsed_;
    XHost& host_;
    std::string problem_;
    std::size_t work_ = 0;
    // Parts of predicates whose value is the same for every node, by slot.
    std::vector<std::optional<XValue>> hoisted_;
};

// Numbers that differ by less than a trillionth are equal: 6.1 - 7.8 = -1.7.
bool sameNumber(double left, double right);
bool inOrder(XPathOperator op, double left, double right);  // <, <=, > or >=

// A path that is one name, seen from where it stands.
bool isOneStep(const ExpressionNode& path);

// The nodes on `axis` of `node`, nearest first, that pass the step's test.
void collectAxis(const XHost& host, NodeId node, const XPathStep& step, std::vector<NodeId>& found);

}  // namespace sotay
