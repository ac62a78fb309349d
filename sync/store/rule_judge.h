#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "schema/session.h"
#include "schema/session_plan.h"
#include "sync/open_conflict.h"
#include "sync/store/form_store.h"
#include "sync/store/record_store.h"

namespace sotay {

// A rule of the form (constraint, required, choice filter) that changes made side by side break
// together, and none of them alone.
struct BrokenRule {
    OpenConflict open;    // heads: the changes that met; cells: what they say differently
    std::string path;     // of the line whose rule it is, with positions
    std::string message;  // of the form, in its default language
    std::map<ChangeRef, std::map<Cell, Value>> sides;  // each as its author had it
};

// Looks at the form's rules where changes made side by side met. Of a rule that is broken in the
// merged record, the newest changes that wrote what it reads are its sides: those of which none is
// in the past of another. It is a conflict when there are at least two, and the rule held in the
// record as each of their authors had it. So it closes when somebody who saw them all writes any of
// these fields, whatever they write; the form itself tells them when it is still wrong. The answer
// follows from the set of changes alone; today() is the day of the newest change by its laptop's
// clock. Throws SQLite::Exception inside sync/store.
class RuleJudge {
  public:
    RuleJudge(FormStore& forms, RecordStore& records, ChangeStore& changes)
        : forms_(forms), records_(records), changes_(changes) {}

    // The fields and repeats that rules read together with others.
    const std::set<Ordinal>& ordinals(const std::string& formId);
    // `changes`: all of the record. Empty when some are not held here.
    std::vector<BrokenRule> judge(const RecordState& state,
                                  const std::vector<StoredChange>& changes);

  private:
    struct Rules {
        std::uint32_t version = 0;
        std::shared_ptr<const FormPlan> plan;  // null: the form cannot be filled here
        std::map<const Node*, std::set<Ordinal>> reads;
        std::set<Ordinal> all;
    };
    // A record at one moment, and which of its lines are wrong then.
    struct Moment {
        Answers answers;
        std::map<Cell, Value> values;
        std::set<AnswerKey> wrong;
        std::vector<NodeView> lines;
    };
    const Rules& rulesOf(const std::string& formId);
    Moment momentOf(const RecordHeads& heads, const RecordState& state, const Rules& rules,
                    std::int64_t nowSeconds);
    std::vector<ChangeRef> newest(std::set<ChangeRef> refs);
    std::vector<Cell> cellsRead(const RecordState& state, const NodeView& line,
                                const std::set<Ordinal>& reads) const;

    FormStore& forms_;
    RecordStore& records_;
    ChangeStore& changes_;
    std::map<std::string, Rules> rules_;
};

}  // namespace sotay
