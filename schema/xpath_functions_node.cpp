#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "schema/xpath_digest.h"
#include "schema/xpath_evaluator.h"
#include "schema/xpath_functions.h"

namespace sotay {
namespace {

XValue count(XPathCall& call) { return numberValue(static_cast<double>(call.nodes(0).size())); }

XValue countNonEmpty(XPathCall& call) {
    double filled = 0;
    for (NodeId node : call.nodes(0)) {
        if (!call.host().nodeText(node).empty() || !call.host().nodeChildren(node).empty())
            ++filled;
    }
    return numberValue(filled);
}

XValue position(XPathCall& call) {
    if (call.size() == 1) {
        std::vector<NodeId> nodes = call.nodes(0);
        return numberValue(nodes.empty() ? 0 : call.positionOf(nodes[0]));
    }
    if (call.scope().position > 0) return numberValue(static_cast<double>(call.scope().position));
    return numberValue(call.positionOf(call.scope().context));
}

XValue last(XPathCall& call) {
    return numberValue(call.scope().position > 0 ? static_cast<double>(call.scope().size) : 1);
}

// SurveyCTO: the number of the repeat's item that the question is in.
XValue index(XPathCall& call) {
    for (std::optional<NodeId> at = call.scope().place; at; at = call.host().nodeParent(*at)) {
        if (call.host().nodeIsRepeat(*at)) return numberValue(call.positionOf(*at));
    }
    return call.fail("index() is used outside of a repeat.");
}

XValue name(XPathCall& call) {
    std::vector<NodeId> nodes =
        call.size() == 1 ? call.nodes(0) : std::vector<NodeId>{call.scope().context};
    return stringValue(nodes.empty() ? std::string() : std::string(call.host().nodeName(nodes[0])));
}

XValue localName(XPathCall& call) {
    std::string whole = name(call).string;
    return stringValue(whole.substr(whole.find(':') + 1));
}

XValue instance(XPathCall& call) {
    std::string wanted = call.text(0);
    auto root = call.host().instance(wanted);
    if (!root)
        return call.fail(
            fmt::format("instance() names `{}`, but the form has no such list or file.", wanted));
    return nodesValue({*root});
}

XValue current(XPathCall& call) { return nodesValue({call.scope().original}); }

XValue pullData(XPathCall& call) {
    std::string file = call.text(0), column = call.text(1), keyColumn = call.text(2),
                key = call.text(3);
    if (call.failed()) return {};
    return stringValue(call.host().pullData(file, column, keyColumn, key).value_or(""));
}

XValue property(XPathCall& call) { return stringValue(call.host().property(call.text(0))); }
XValue version(XPathCall& call) { return stringValue(call.host().property("version")); }
XValue depend(XPathCall& call) { return call.value(0); }

bool isInside(XPathCall& call, NodeId node, const std::vector<NodeId>& items, double wanted) {
    for (std::optional<NodeId> at = node; at; at = call.host().nodeParent(*at)) {
        if (std::find(items.begin(), items.end(), *at) != items.end())
            return call.positionOf(*at) == wanted;
    }
    return false;
}

// indexed-repeat(question, repeat, index, inner repeat, index...): in repeats that are not named,
// the item that the expression stands in.
XValue indexedRepeat(XPathCall& call) {
    if (call.size() % 2 == 0)
        return call.fail("indexed-repeat() needs an index after each repeat.");
    std::vector<NodeId> nodes = call.itemsEverywhere(0);
    for (std::size_t i = 1; i + 1 < call.size() && !call.failed(); i += 2) {
        std::vector<NodeId> items = call.itemsEverywhere(i);
        double wanted = std::trunc(call.number(i + 1));
        if (!(wanted > 0)) wanted = 1;  // an index without an answer yet means the first
        std::erase_if(nodes, [&](NodeId node) { return !isInside(call, node, items, wanted); });
    }
    std::erase_if(nodes, [&call](NodeId node) { return !call.host().nodeRelevant(node); });
    auto found = call.nearest(nodes);
    return nodesValue(found ? std::vector<NodeId>{*found} : std::vector<NodeId>{});
}

// Park and Miller's generator, by which all form programs shuffle alike.
class SeededDraws {
  public:
    explicit SeededDraws(double seed) : state_(std::fmod(seed, kModulus)) {
        if (state_ <= 0) state_ += kModulus - 1;
    }
    double next() {
        state_ = std::fmod(state_ * 16807, kModulus);
        return (state_ - 1) / (kModulus - 1);
    }

  private:
    static constexpr double kModulus = 2147483647;
    double state_;
};

// A number cut to a whole one; other text by the first eight bytes of its SHA-256.
double seedOf(const XValue& value, const XHost& host) {
    double number = toNumber(value, host);
    if (!std::isnan(number)) return std::trunc(number);
    std::string text = toString(value, host);
    if (text.empty()) return 0;
    auto bytes = formDigest("SHA-256", text);
    std::uint64_t seed = 0;
    for (std::size_t i = 0; i < 8; ++i) seed = seed << 8 | (*bytes)[i];
    return static_cast<double>(static_cast<std::int64_t>(seed));
}

// Fisher and Yates, "inside out".
XValue randomize(XPathCall& call) {
    std::vector<NodeId> nodes = call.nodes(0);
    std::optional<SeededDraws> seeded;
    if (call.size() == 2) seeded.emplace(seedOf(call.single(1), call.host()));
    std::vector<NodeId> shuffled(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        double draw = seeded ? seeded->next() : call.host().random();
        auto place = std::min(i, static_cast<std::size_t>(draw * static_cast<double>(i + 1)));
        shuffled[i] = shuffled[place];
        shuffled[place] = nodes[i];
    }
    return nodesValue(std::move(shuffled));
}

}  // namespace

std::vector<XPathFunction> nodeFunctions() {
    return {
        {"count", 1, 1, count},
        {"count-non-empty", 1, 1, countNonEmpty},
        {"position", 0, 1, position, XPathFunction::Position},
        {"last", 0, 0, last, XPathFunction::Position},
        {"index", 0, 0, index, XPathFunction::Position},
        {"name", 0, 1, name, XPathFunction::Position},
        {"local-name", 0, 1, localName, XPathFunction::Position},
        {"instance", 1, 1, instance},
        {"current", 0, 0, current},
        {"pulldata", 4, 4, pullData},
        {"property", 1, 1, property},
        {"version", 0, 0, version},
        {"depend", 1, -1, depend},
        {"indexed-repeat", 3, 11, indexedRepeat, XPathFunction::Position},
        {"randomize", 1, 2, randomize, XPathFunction::Chance},
    };
}

}  // namespace sotay
