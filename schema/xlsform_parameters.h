#pragma once

#include <map>
#include <optional>
#include <string>

#include "schema/question_types.h"
#include "schema/xlsform_draft.h"

namespace sotay {

// "start=1 end=10", with spaces, commas or semicolons between. Nothing when it is not of that form.
std::optional<std::map<std::string, std::string>> parseParameters(const std::string& cell);

// Reads and checks the parameters of a question into it. Reports what its type does not take.
void readParameters(const TableRow& row, const TypeLine& type, Node& node, FormDraft& draft);

// Checks that need the whole form: lists and repeats that parameters name.
void checkParameterTargets(const TableRow& row, const Node& node, FormDraft& draft);

}  // namespace sotay
