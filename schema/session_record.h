#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "schema/session.h"
#include "schema/session_host.h"
#include "schema/session_lists.h"
#include "schema/session_plan.h"
#include "schema/session_tree.h"
#include "schema/session_words.h"

namespace sotay {

// FormSession over a plan. An answer puts what reads it on the agenda; the agenda is worked off in
// the order of the plan, and what comes out as it was before goes no further.
class RecordSession final : public FormSession {
  public:
    RecordSession(std::shared_ptr<const FormPlan> plan, SessionContext context);
    void open(const Answers* stored);

    Status setAnswer(const std::string& path, std::string_view typed) override;
    Result<std::string> addItem(const std::string& repeatPath) override;
    Status removeItem(const std::string& itemPath) override;
    Status keepWarning(const std::string& path, std::string_view reason) override;
    std::vector<NodeView> view() const override;
    std::optional<NodeView> view(const std::string& path) const override;
    std::vector<ChoiceView> choices(const std::string& path) const override;
    std::uint64_t revision() const override { return revision_; }
    bool isValid() const override;
    std::string instanceName() const override;
    void setLanguage(const std::string& language) override;
    Answers answers() const override;
    bool isDirty() const override;
    std::map<std::string, std::string> rejectedText() const override;

  private:
    const Node& nodeOf(NodeId id) const { return *plan_->definition(tree_[id].def).node; }
    const Definition& lineOf(NodeId id) const { return plan_->definition(tree_[id].def); }

    // session_open.cpp: what a record opens with
    void openEntries(NodeId from, bool isNew);
    void load(const Answers& stored);
    void loadItems(const AnswerKey& key, const std::vector<RepeatItem>& items);
    void loadValue(const AnswerKey& key, const Value& value);
    std::string metadata(QuestionType type) const;
    void setDefaults();

    // session_compute.cpp: keeping everything true
    bool isQuestion(DefId def) const;
    void computeAll();
    void work();
    void compute(Vertex vertex, NodeId id);
    void computeRelevant(NodeId id);
    void computeReadOnly(NodeId id);
    void computeCount(NodeId id);
    void computeValue(NodeId id);
    void computeRequired(NodeId id);
    void computeCheck(NodeId id);
    Fault faultOf(NodeId id);
    void putText(NodeId id, std::string text);
    void putResult(NodeId id, const std::optional<XValue>& value);
    void putOnAgenda(NodeId subtree);
    void announce(NodeId id, Part part);  // puts what depends on it on the agenda
    std::optional<XValue> evaluate(const Expression& expression, NodeId id) const;
    bool holds(const std::optional<Expression>& condition, NodeId id, bool whenNone,
               bool whenFailed) const;
    void fireTriggers(NodeId id);

    // session_choices.cpp: what a select offers
    const Offer& offerOf(NodeId id) const;
    Offer makeOffer(NodeId id) const;
    std::optional<std::vector<std::uint32_t>> matchingRows(NodeId id, const Table& table) const;
    bool isOffered(NodeId id, const std::string& name) const;
    bool hasOwnOther(NodeId id) const;
    std::string inChoiceOrder(NodeId id, const std::string& names) const;

    // session_view.cpp and session_answers.cpp
    NodeView viewOf(NodeId id) const;
    std::string fillIn(const LocalText& text, NodeId id) const;  // in the session's language
    std::string fillIn(const std::string& text, NodeId id) const;
    void gather(NodeId id, Answers& out) const;
    void gatherItems(NodeId repeat, Answers& out) const;

    std::shared_ptr<const FormPlan> plan_;
    SessionContext context_;
    std::string language_;
    Words words_;
    mutable RecordTree tree_;  // what a select offers is found when it is asked for
    ListNodes lists_;
    mutable SessionHost host_;
    mutable std::string failure_;                        // of the expression evaluated last
    std::set<std::pair<std::uint32_t, NodeId>> agenda_;  // by rank
    std::optional<std::uint32_t>
        sweepRank_;  // while computing all: what comes later need not be announced
    std::vector<NodeId> awaitingDefaults_;
    Answers
        carried_;  // stored answers that this form does not know, or cannot read, kept as they were
    Answers opened_;
    std::map<std::string, std::string> openedRejected_;
    std::uint64_t revision_ = 1;
    bool isOpen_ = false;
};

}  // namespace sotay
