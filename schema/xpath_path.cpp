#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_set>

#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

constexpr std::size_t kMaxWork = 3'000'000;
constexpr std::size_t kMaxAncestry = 500;

bool isPlainChild(const XPathStep& step) {
    return step.axis == XPathAxis::Child && step.test == XPathTest::Name && step.predicates.empty();
}

bool isReverse(XPathAxis axis) {
    return axis == XPathAxis::Ancestor || axis == XPathAxis::AncestorOrSelf ||
           axis == XPathAxis::Preceding || axis == XPathAxis::PrecedingSibling;
}

// Distinct nodes have distinct children; on every other axis two nodes may meet a third twice.
bool mayRepeat(XPathAxis axis) { return axis != XPathAxis::Child && axis != XPathAxis::Self; }

void dropRepeated(std::vector<NodeId>& nodes) {
    std::unordered_set<NodeId> seen;
    std::erase_if(nodes, [&seen](NodeId node) { return !seen.insert(node).second; });
}

}  // namespace

// Counts what was touched and computed: nested predicates over long lists could otherwise run for
// years.
bool XPathEvaluator::spend(std::size_t nodes) {
    work_ += nodes;
    if (work_ > kMaxWork)
        fail(
            "The expression looks at too many answers; a predicate inside a predicate is the usual "
            "cause.");
    return !failed();
}

std::vector<NodeId> XPathEvaluator::ancestry(NodeId node) const {
    std::vector<NodeId> line{node};
    while (line.size() < kMaxAncestry) {
        auto parent = host_.nodeParent(line.back());
        if (!parent) break;
        line.push_back(*parent);
    }
    std::reverse(line.begin(), line.end());
    return line;
}

std::vector<NodeId> XPathEvaluator::start(const ExpressionNode& node, const XPathScope& scope) {
    if (node.isAbsolute) return {0};
    if (node.operands.empty()) return {scope.context};
    XValue value = evaluate(node.operands[0], scope);
    if (failed()) return {};
    if (value.type != XValue::Type::NodeSet) {
        fail("Only a question, a group or instance() can be followed by `/`.");
        return {};
    }
    return std::move(value.nodes);
}

// An absolute path is read from where it stands, as JavaRosa does: inside an item of a repeat, the
// same names on the way down mean the same item, up to the first step that differs or has a
// predicate.
std::vector<NodeId> XPathEvaluator::path(const ExpressionNode& node, const XPathScope& scope,
                                         bool bindToPlace) {
    if (isOneStep(node)) {
        // By far the most frequent path, once for every choice of a list: the name of a column.
        std::vector<NodeId> found;
        if (!spend(1)) return found;
        collectAxis(host_, scope.context, node.steps[0], found);
        dropIrrelevant(found);
        return found;
    }
    std::vector<NodeId> nodes = start(node, scope);
    std::vector<NodeId> line;
    if (node.isAbsolute && bindToPlace) line = ancestry(scope.place);
    bool bound = !line.empty() && line.front() == 0;
    std::size_t depth = 0;  // while bound, the only node is line[depth]
    bool atRoot =
        node.isAbsolute || (!node.operands.empty() && node.operands[0].text == "instance");
    for (std::size_t i = 0; i < node.steps.size() && !nodes.empty() && !failed(); ++i) {
        const XPathStep& step = node.steps[i];
        std::vector<NodeId> next = walk(step, nodes, scope);
        // The root may itself carry the name that a path begins with.
        if (i == 0 && atRoot && next.empty() && isPlainChild(step) && nodes.size() == 1 &&
            (host_.nodeName(nodes[0]) == step.name || (node.isAbsolute && step.name == "data"))) {
            continue;
        }
        nodes = std::move(next);
        bound = bound && isPlainChild(step) && depth + 1 < line.size() &&
                std::find(nodes.begin(), nodes.end(), line[depth + 1]) != nodes.end();
        if (bound) nodes = {line[++depth]};
    }
    if (failed()) return {};
    dropIrrelevant(nodes);
    return nodes;
}

std::vector<NodeId> XPathEvaluator::walk(const XPathStep& step, const std::vector<NodeId>& from,
                                         const XPathScope& scope) {
    std::vector<NodeId> all, some;
    for (NodeId node : from) {
        if (step.predicates.empty()) {
            collectAxis(host_, node, step, all);
            if (!spend(1)) return {};
            continue;
        }
        some.clear();
        collectAxis(host_, node, step, some);
        for (const ExpressionNode& predicate : step.predicates) keep(predicate, some, scope);
        if (failed()) return {};
        all.insert(all.end(), some.begin(), some.end());
    }
    if (!spend(all.size())) return {};
    if (from.size() > 1 && mayRepeat(step.axis)) dropRepeated(all);
    // Reverse axes count from the nearest; a list of nodes is in the order of the record.
    if (from.size() == 1 && isReverse(step.axis)) std::reverse(all.begin(), all.end());
    return all;
}

// Keeps the nodes for which `predicate` holds. A number is the position of the one to keep.
void XPathEvaluator::keep(const ExpressionNode& predicate, std::vector<NodeId>& nodes,
                          const XPathScope& scope) {
    if (nodes.empty() || !spend(nodes.size())) return;
    bool inRecord = ancestry(nodes[0]).front() == 0;
    if (!inRecord && scope.place == scope.original && keepByColumns(predicate, nodes, scope))
        return;
    XPathScope inner = scope;
    inner.size = nodes.size();
    std::size_t kept = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        inner.context = nodes[i];
        inner.position = i + 1;
        // Nodes of a list beside the record have no place in it: there ${name} is seen from the
        // question.
        if (inRecord) inner.place = nodes[i];
        XValue value = evaluate(predicate, inner);
        if (failed()) return;
        bool holds = value.type == XValue::Type::Number
                         ? std::fabs(value.number - static_cast<double>(i + 1)) < 1e-12
                         : toBoolean(value, host_);
        if (holds) nodes[kept++] = nodes[i];
    }
    nodes.resize(kept);
}

void XPathEvaluator::dropIrrelevant(std::vector<NodeId>& nodes) const {
    std::erase_if(nodes, [this](NodeId node) { return !host_.nodeRelevant(node); });
}

XValue XPathEvaluator::filter(const ExpressionNode& node, const XPathScope& scope) {
    XValue value = evaluate(node.operands[0], scope);
    if (failed()) return {};
    if (value.type != XValue::Type::NodeSet)
        return fail("A predicate in [ ] can only follow a question, a group or a list."), XValue{};
    for (const ExpressionNode& predicate : node.steps[0].predicates)
        keep(predicate, value.nodes, scope);
    return value;
}

// Nodes of several paths, each once, in the order of the record.
XValue XPathEvaluator::unite(const ExpressionNode& node, const XPathScope& scope) {
    std::vector<NodeId> nodes;
    for (const ExpressionNode& operand : node.operands) {
        XValue value = evaluate(operand, scope);
        if (failed()) return {};
        if (value.type != XValue::Type::NodeSet)
            return fail("`|` joins questions or groups, not single values."), XValue{};
        nodes.insert(nodes.end(), value.nodes.begin(), value.nodes.end());
    }
    dropRepeated(nodes);
    if (!spend(nodes.size())) return {};
    std::map<NodeId, std::vector<std::size_t>> places;
    for (NodeId at : nodes) {
        std::vector<std::size_t>& place = places[at];
        std::vector<NodeId> line = ancestry(at);
        place.push_back(line[0]);
        for (std::size_t i = 1; i < line.size(); ++i) {
            std::vector<NodeId> siblings = host_.nodeChildren(line[i - 1]);
            if (!spend(siblings.size())) return {};
            auto found = std::find(siblings.begin(), siblings.end(), line[i]);
            place.push_back(static_cast<std::size_t>(found - siblings.begin()));
        }
    }
    std::stable_sort(nodes.begin(), nodes.end(),
                     [&places](NodeId a, NodeId b) { return places[a] < places[b]; });
    return nodesValue(std::move(nodes));
}

}  // namespace sotay
