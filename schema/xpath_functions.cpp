#include "schema/xpath_functions.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "schema/xpath_evaluator.h"

namespace sotay {
namespace {

using Table = std::unordered_map<std::string_view, XPathFunction>;

Table assemble() {
    Table table;
    for (auto part : {textFunctions, numberFunctions, dateFunctions, choiceFunctions, nodeFunctions,
                      geoFunctions}) {
        for (const XPathFunction& function : part()) table.emplace(function.name, function);
    }
    return table;
}

// All functions that a form may call, each once.
const Table& functionTable() {
    static const Table table = assemble();
    return table;
}

std::string arguments(int count) {
    return count == 1 ? "1 argument" : fmt::format("{} arguments", count);
}

}  // namespace

const XPathFunction* findFunction(std::string_view name) {
    auto found = functionTable().find(name);
    return found == functionTable().end() ? nullptr : &found->second;
}

bool isKnownFunction(std::string_view name) { return findFunction(name) != nullptr; }

std::optional<std::string> describeArity(const XPathFunction& function, std::size_t given) {
    int count = static_cast<int>(given);
    if (count >= function.least && (function.most < 0 || count <= function.most))
        return std::nullopt;
    std::string takes = function.most < 0 ? "at least " + arguments(function.least)
                        : function.least == function.most
                            ? arguments(function.least)
                            : fmt::format("{} to {} arguments", function.least, function.most);
    return fmt::format("{}() takes {}; {} given.", function.name, takes,
                       count == 1 ? "1 is" : fmt::format("{} are", count));
}

XHost& XPathCall::host() { return evaluator_.host(); }
XValue XPathCall::value(std::size_t i) { return evaluator_.evaluate(argument(i), scope_); }
XValue XPathCall::single(std::size_t i) { return evaluator_.single(argument(i), scope_); }
std::string XPathCall::text(std::size_t i) {
    XValue value = single(i);
    return value.type == XValue::Type::String ? std::move(value.string) : toString(value, host());
}
double XPathCall::number(std::size_t i) { return evaluator_.number(argument(i), scope_); }
bool XPathCall::truth(std::size_t i) { return toBoolean(value(i), host()); }
bool XPathCall::failed() const { return evaluator_.failed(); }

XValue XPathCall::fail(std::string message) {
    evaluator_.fail(std::move(message));
    return {};
}

std::vector<NodeId> XPathCall::nodes(std::size_t i) {
    XValue list = value(i);
    if (list.type != XValue::Type::NodeSet) {
        fail(fmt::format("{}() needs a question, a group or a list as its argument {}.", node_.text,
                         i + 1));
        return {};
    }
    return std::move(list.nodes);
}

std::vector<XValue> XPathCall::values(std::size_t from) {
    std::vector<XValue> all;
    for (std::size_t i = from; i < size() && !failed(); ++i) {
        XValue one = value(i);
        if (one.type != XValue::Type::NodeSet) {
            all.push_back(std::move(one));
            continue;
        }
        for (NodeId node : one.nodes) all.push_back(answerValue(node, host()));
    }
    return all;
}

// Of ${name}, all that the record holds; of a path, all nodes with the same names on the way from
// the root.
std::vector<NodeId> XPathCall::itemsEverywhere(std::size_t i) {
    const ExpressionNode& path = argument(i);
    if (path.kind == ExpressionNode::Kind::Reference) return host().reference(path.text, 0);
    if (path.kind != ExpressionNode::Kind::Path) {
        fail(fmt::format("{}() needs the name of a question or repeat as its argument {}.",
                         node_.text, i + 1));
        return {};
    }
    std::vector<NodeId> found = evaluator_.path(path, scope_, false);
    if (path.isAbsolute || found.empty()) return found;
    std::vector<NodeId> line = evaluator_.ancestry(found[0]);
    std::vector<NodeId> all{line[0]};
    for (std::size_t level = 1; level < line.size(); ++level) {
        std::vector<NodeId> next;
        for (NodeId node : all) host().childrenNamed(node, host().nodeName(line[level]), next);
        all = std::move(next);
    }
    return all;
}

std::optional<NodeId> XPathCall::nearest(const std::vector<NodeId>& nodes) {
    std::vector<NodeId> here = evaluator_.ancestry(scope_.place);
    std::optional<NodeId> best;
    std::size_t shared = 0;
    for (NodeId node : nodes) {
        std::vector<NodeId> line = evaluator_.ancestry(node);
        auto parted = std::mismatch(here.begin(), here.end(), line.begin(), line.end());
        auto common = static_cast<std::size_t>(parted.first - here.begin());
        if (best && common <= shared) continue;
        best = node;
        shared = common;
    }
    return best;
}

double XPathCall::positionOf(NodeId node) {
    auto parent = host().nodeParent(node);
    if (!parent) return 1;
    std::vector<NodeId> siblings;
    host().childrenNamed(*parent, host().nodeName(node), siblings);
    auto found = std::find(siblings.begin(), siblings.end(), node);
    return static_cast<double>(found - siblings.begin()) + 1;
}

}  // namespace sotay
