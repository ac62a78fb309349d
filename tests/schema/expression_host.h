#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/expression.h"

namespace sotay {

// A record in memory for tests of expressions. Node 0 is the root; lists beside the record are
// trees of their own. ${name} is the nearest: among all nodes of that name those that share most
// with the context.
class MemoryHost : public XHost {
  public:
    struct Node {
        std::string name, text;
        std::optional<NodeId> parent;
        std::vector<NodeId> children;
        bool relevant = true, isNumber = false, isRepeat = false;
    };

    MemoryHost() { nodes.push_back({.name = "data", .text = {}, .parent = {}, .children = {}}); }

    NodeId add(NodeId parent, std::string name, std::string text = {}) {
        auto id = static_cast<NodeId>(nodes.size());
        nodes.push_back(
            {.name = std::move(name), .text = std::move(text), .parent = parent, .children = {}});
        nodes[parent].children.push_back(id);
        return id;
    }
    NodeId addItem(NodeId parent, std::string name) {
        NodeId id = add(parent, std::move(name));
        nodes[id].isRepeat = true;
        return id;
    }
    NodeId addNumber(NodeId parent, std::string name, std::string text) {
        NodeId id = add(parent, std::move(name), std::move(text));
        nodes[id].isNumber = true;
        return id;
    }
    // An instance; its node has one child `root`, which is given.
    NodeId addInstance(const std::string& name) {
        auto id = static_cast<NodeId>(nodes.size());
        nodes.push_back({.name = {}, .text = {}, .parent = {}, .children = {}});
        instances[name] = id;
        return add(id, "root");
    }

    std::string nodeText(NodeId node) const override { return nodes[node].text; }
    std::string_view nodeName(NodeId node) const override { return nodes[node].name; }
    std::optional<NodeId> nodeParent(NodeId node) const override { return nodes[node].parent; }
    std::vector<NodeId> nodeChildren(NodeId node) const override { return nodes[node].children; }
    bool nodeRelevant(NodeId node) const override { return nodes[node].relevant; }
    bool nodeIsNumber(NodeId node) const override { return nodes[node].isNumber; }
    bool nodeIsRepeat(NodeId node) const override { return nodes[node].isRepeat; }

    std::vector<NodeId> reference(std::string_view name, NodeId context) const override {
        std::optional<NodeId> around = context;
        for (; around; around = nodes[*around].parent) {
            std::vector<NodeId> found;
            if (nodes[*around].isRepeat || *around == 0) collect(*around, name, found);
            if (!found.empty()) return found;
        }
        return {};
    }
    std::optional<NodeId> instance(std::string_view name) const override {
        auto found = instances.find(std::string(name));
        return found == instances.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<std::string> choiceLabel(std::string_view value, std::string_view question,
                                           NodeId) const override {
        auto found = labels.find(std::string(question) + "/" + std::string(value));
        return found == labels.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<std::string> pullData(std::string_view file, std::string_view column,
                                        std::string_view keyColumn,
                                        std::string_view key) const override {
        if (file == "prices" && column == "price" && keyColumn == "crop" && key == "rice")
            return "7200";
        return std::nullopt;
    }
    std::int64_t nowMs() const override { return now; }
    int zoneOffsetMinutes() const override { return zone; }
    double random() override { return draws.empty() ? 0.5 : draws[drawn++ % draws.size()]; }
    std::string property(std::string_view name) const override {
        return name == "username" ? "lan" : name == "version" ? "7" : "";
    }
    std::string lastSaved(std::string_view name) const override {
        return "last " + std::string(name);
    }

    std::vector<Node> nodes;
    std::map<std::string, NodeId> instances;
    std::map<std::string, std::string> labels;  // "question/value"
    std::int64_t now = 1'795'305'600'000;       // 2026-11-22T00:00:00Z
    int zone = 0;
    std::vector<double> draws;

  private:
    void collect(NodeId node, std::string_view name, std::vector<NodeId>& found) const {
        for (NodeId child : nodes[node].children) {
            if (nodes[child].name == name) found.push_back(child);
            collect(child, name, found);
        }
    }
    std::size_t drawn = 0;
};

// The value of `expression` as text, or "error: ..." with the message.
inline std::string evaluated(const std::string& expression, MemoryHost& host, NodeId context = 0) {
    auto parsed = Expression::parse(expression);
    auto value = parsed.ok() ? parsed->evaluate(host, context) : Result<XValue>(parsed.error());
    if (value.ok()) return toString(*value, host);
    std::string message = "error: ";
    message += value.error().message;
    return message;
}

}  // namespace sotay
