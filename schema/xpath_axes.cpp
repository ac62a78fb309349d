#include <algorithm>

#include "schema/xpath_evaluator.h"

namespace sotay {
namespace {

// Walks the tree around one node. Trees are as deep as groups are nested, but a host is not trusted
// to be free of circles, so walks upwards and downwards end at kMaxTreeDepth.
class Axes {
  public:
    Axes(const XHost& host, const XPathStep& step, std::vector<NodeId>& found)
        : host_(host), step_(step), found_(found) {}

    void collect(NodeId node) {
        switch (step_.axis) {
            case XPathAxis::Child:
                return children(node);
            case XPathAxis::Parent:
                if (auto parent = host_.nodeParent(node)) test(*parent);
                return;
            case XPathAxis::Self:
                return test(node);
            case XPathAxis::Descendant:
                return descendants(node, 0);
            case XPathAxis::DescendantOrSelf:
                test(node);
                return descendants(node, 0);
            case XPathAxis::Ancestor:
                return ancestors(node);
            case XPathAxis::AncestorOrSelf:
                test(node);
                return ancestors(node);
            case XPathAxis::FollowingSibling:
                return siblings(node, true, false);
            case XPathAxis::PrecedingSibling:
                return siblings(node, false, false);
            case XPathAxis::Following:
                return around(node, true);
            case XPathAxis::Preceding:
                return around(node, false);
            case XPathAxis::Attribute:
            case XPathAxis::Namespace:
                return;  // a record has neither
        }
    }

  private:
    static constexpr int kMaxTreeDepth = 500;

    bool passes(NodeId node) const {
        switch (step_.test) {
            case XPathTest::Name:
                return host_.nodeName(node) == step_.name;
            case XPathTest::Any:
            case XPathTest::Node:
                return true;
            case XPathTest::AnyOfPrefix: {
                std::string_view name = host_.nodeName(node);
                return name.size() > step_.name.size() && name.starts_with(step_.name) &&
                       name[step_.name.size()] == ':';
            }
            default:
                return false;  // texts, comments and instructions are not nodes of a record
        }
    }

    void test(NodeId node) {
        if (passes(node)) found_.push_back(node);
    }

    void children(NodeId node) {
        if (step_.test == XPathTest::Name) return host_.childrenNamed(node, step_.name, found_);
        for (NodeId child : host_.nodeChildren(node)) test(child);
    }

    void descendants(NodeId node, int depth) {
        if (depth > kMaxTreeDepth) return;
        for (NodeId child : host_.nodeChildren(node)) {
            test(child);
            descendants(child, depth + 1);
        }
    }

    // As descendants(), but the last first.
    void descendantsBackwards(NodeId node, int depth) {
        if (depth > kMaxTreeDepth) return;
        std::vector<NodeId> list = host_.nodeChildren(node);
        for (auto child = list.rbegin(); child != list.rend(); ++child) {
            descendantsBackwards(*child, depth + 1);
            test(*child);
        }
    }

    void ancestors(NodeId node) {
        auto parent = host_.nodeParent(node);
        for (int depth = 0; parent && depth < kMaxTreeDepth;
             ++depth, parent = host_.nodeParent(*parent))
            test(*parent);
    }

    void siblings(NodeId node, bool after, bool withDescendants) {
        auto parent = host_.nodeParent(node);
        if (!parent) return;
        std::vector<NodeId> list = host_.nodeChildren(*parent);
        auto here = std::find(list.begin(), list.end(), node);
        if (here == list.end()) return;
        if (after) {
            for (auto it = here + 1; it != list.end(); ++it) {
                test(*it);
                if (withDescendants) descendants(*it, 0);
            }
            return;
        }
        for (auto it = std::make_reverse_iterator(here); it != list.rend(); ++it) {
            if (withDescendants) descendantsBackwards(*it, 0);
            test(*it);
        }
    }

    void around(NodeId node, bool after) {
        std::optional<NodeId> at = node;
        for (int depth = 0; at && depth < kMaxTreeDepth; ++depth, at = host_.nodeParent(*at))
            siblings(*at, after, true);
    }

    const XHost& host_;
    const XPathStep& step_;
    std::vector<NodeId>& found_;
};

}  // namespace

void XHost::childrenNamed(NodeId node, std::string_view name, std::vector<NodeId>& found) const {
    for (NodeId child : nodeChildren(node)) {
        if (nodeName(child) == name) found.push_back(child);
    }
}

void collectAxis(const XHost& host, NodeId node, const XPathStep& step,
                 std::vector<NodeId>& found) {
    Axes(host, step, found).collect(node);
}

}  // namespace sotay
