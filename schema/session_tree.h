#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/expression.h"
#include "schema/id.h"
#include "schema/session.h"
#include "schema/session_plan.h"

namespace sotay {

// Why an answer does not hold. The words are found when it is shown, in the language of that
// moment.
enum class Fault : std::uint8_t { None, NotOfType, Required, NotAChoice, OutOfRange, Constraint };

// The choices that a question offers now: lines of a list, or answers from a repeat.
struct Offer {
    bool isKnown = false;              // computed since what it depends on changed
    std::vector<std::uint32_t> rows;   // of the list, when the question has a filter
    std::vector<std::string> answers;  // when it chooses from a repeat
};

// A line of the form as it stands in this record: a question, a group, a repeat, or one item of a
// repeat.
struct Entry {
    DefId def = kNoDef;
    NodeId parent = 0;
    bool isRepeat =
        false;  // the repeat itself, which XPath does not see; its children are the items
    bool isAlive = true, isTouched = false;
    bool ownRelevant = true, relevant = true, ownReadOnly = false, readOnly = false,
         required = false;
    XValue::Type result = XValue::Type::String;  // what its calculation gave last
    bool isRejected = false;                     // `text` could not be read as the type
    bool isWarned = false, isWarningKept = false;
    Fault fault = Fault::None;
    std::string text;   // the answer in its one representation, or as typed when rejected
    std::string error;  // of an expression that could not be evaluated, for the form's author
    std::string keptReason;
    std::vector<NodeId> children;  // one a child line of the form; of a repeat: its items in order
    std::vector<NodeId>
        spare;  // items beyond a repeat's count, which come back when it grows again
    Id item;    // of an item
    std::string position;
    Offer offer;
};

// The answers of one record as a tree over the plan's lines. Entry 0 is the document, entry 1 its
// root element. Entries of removed items stay dead in the list, so a NodeId never means two things.
class RecordTree {
  public:
    RecordTree(const FormPlan& plan, std::function<Id()> newId);

    static constexpr NodeId kDocument = 0, kRoot = 1;
    const Entry& operator[](NodeId id) const { return entries_[id]; }
    Entry& operator[](NodeId id) { return entries_[id]; }
    std::size_t size() const { return entries_.size(); }
    bool isItem(NodeId id) const { return id > kRoot && entries_[entries_[id].parent].isRepeat; }

    // The new item is at the end. Its questions are empty, its repeats too.
    NodeId addItem(NodeId repeat);
    NodeId addItem(NodeId repeat, const Id& id, std::string position);
    void removeItem(NodeId item);
    // Sets aside the items beyond `count`, or brings some back. Gives the items that are new, to be
    // filled.
    std::vector<NodeId> resize(NodeId repeat, std::size_t count);
    void touch(NodeId id);  // the entry and what it is in

    // All entries of a line within `within`, in document order; repeats are given by their items.
    void collect(DefId def, NodeId within, std::vector<NodeId>& out) const;
    // The repeats themselves, rather than their items.
    void collectRepeats(DefId def, NodeId within, std::vector<NodeId>& out) const;
    // The entry that holds `id` and is an item of `repeat`; the root for 0.
    NodeId itemOf(NodeId id, DefId repeat) const;
    // In document order: groups before what is in them, repeats before their items.
    void walk(NodeId from, const std::function<void(NodeId)>& visit) const;
    bool isAttached(NodeId id) const;  // not in a removed item, nor in one set aside

    std::string path(NodeId id) const;  // "/household/members[2]/age"
    std::optional<NodeId> find(
        std::string_view path) const;  // a repeat without [n] is the repeat itself
    std::optional<NodeId> childNamed(NodeId id, std::string_view name) const;
    AnswerKey key(NodeId id) const;
    std::optional<NodeId> find(const AnswerKey& key) const;

  private:
    NodeId build(DefId def, NodeId parent, bool asRepeat);
    void detach(NodeId id);
    void descend(const std::vector<DefId>& way, std::size_t step, NodeId at, bool toItems,
                 std::vector<NodeId>& out) const;
    void collectWay(DefId def, NodeId within, bool toItems, std::vector<NodeId>& out) const;

    const FormPlan& plan_;
    std::function<Id()> newId_;
    std::vector<Entry> entries_;
};

}  // namespace sotay
