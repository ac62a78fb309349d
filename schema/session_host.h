#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/expression.h"
#include "schema/session.h"
#include "schema/session_lists.h"
#include "schema/session_plan.h"
#include "schema/session_tree.h"

namespace sotay {

// What expressions may ask of a record that is being filled. An irrelevant or unreadable answer
// reads as empty.
class SessionHost final : public XHost {
  public:
    SessionHost(const FormPlan& plan, const RecordTree& tree, const ListNodes& lists,
                const SessionContext& context)
        : plan_(plan), tree_(tree), lists_(lists), context_(context) {}

    // Where the expression stands that is evaluated next; ${name} inside a list's predicate is seen
    // from there.
    void standAt(NodeId node) { origin_ = node; }

    std::string nodeText(NodeId node) const override;
    std::string_view nodeName(NodeId node) const override;
    std::optional<NodeId> nodeParent(NodeId node) const override;
    std::vector<NodeId> nodeChildren(NodeId node) const override;
    bool nodeRelevant(NodeId node) const override;
    bool nodeIsNumber(NodeId node) const override;
    bool nodeIsBoolean(NodeId node) const override;
    bool nodeIsRepeat(NodeId node) const override;
    void childrenNamed(NodeId node, std::string_view name,
                       std::vector<NodeId>& found) const override;
    const std::string* lentText(NodeId node, std::string_view name) const override {
        return ListNodes::owns(node) ? lists_.lentText(node, name) : nullptr;
    }
    std::vector<NodeId> reference(std::string_view name, NodeId context) const override;
    std::optional<NodeId> instance(std::string_view name) const override {
        return lists_.instance(name);
    }
    std::optional<std::string> choiceLabel(std::string_view value, std::string_view question,
                                           NodeId context) const override;
    std::optional<std::string> translation(std::string_view id) const override;
    std::optional<std::string> pullData(std::string_view file, std::string_view column,
                                        std::string_view keyColumn,
                                        std::string_view key) const override;
    std::int64_t nowMs() const override { return context_.nowMs; }
    int zoneOffsetMinutes() const override { return context_.zoneOffsetMinutes; }
    double random() override;
    std::string property(std::string_view name) const override;
    std::string lastSaved(std::string_view name) const override;

  private:
    const FormPlan& plan_;
    const RecordTree& tree_;
    const ListNodes& lists_;
    const SessionContext& context_;
    NodeId origin_ = RecordTree::kRoot;
    std::uint64_t fixedSequence_ = 0x9E3779B97F4A7C15ULL;
};

// The columns of a select's list that hold what is stored and what is shown.
struct ListColumns {
    std::string name = "name", label = "label";
};
ListColumns listColumns(const Node& select);

}  // namespace sotay
