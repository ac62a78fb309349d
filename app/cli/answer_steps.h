#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/result.h"
#include "schema/session.h"

namespace sotay {

// One answer to give, or one repeat item to remove, by a path with positions:
// "/household/members[2]/age".
struct AnswerStep {
    std::string path;
    std::string value;
    bool isRemoval = false;
};

// Reads {"answers":[{"path","value"}, {"path","remove":true}...]}. InvalidInput names the entry.
Result<std::vector<AnswerStep>> readAnswerSteps(std::string_view json);

// Reads "PATH=VALUE". InvalidInput when there is no '='.
Result<AnswerStep> parseAssignment(const std::string& text);

// Does one step; a repeat grows when an item past its end is answered.
Status applyStep(FormSession& session, const AnswerStep& step);

// Does the steps in order. The first that cannot be done ends it, with an error that names its
// path.
Status applySteps(FormSession& session, const std::vector<AnswerStep>& steps);

// What must not be stored as it is: a sentence for each answer that could not be read or breaks its
// constraint,
// "/members/total: ...". An answer that is required and missing is not among them: a record may be
// unfinished.
std::vector<std::string> refusedAnswers(const FormSession& session);

// "/loans[2]/amount": items count from 1 in their order.
std::string positionedPath(const Answers& answers, const AnswerKey& key);

}  // namespace sotay
