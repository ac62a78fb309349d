#pragma once

#include <string>
#include <vector>

#include "schema/question_types.h"
#include "schema/xlsform_draft.h"

namespace sotay {

// Where the choices of a select come from: a list of the workbook, a file, another question.
// Reports a source that is not there. Does nothing for other questions.
void readChoiceSource(const TableRow& row, const TypeLine& type, Node& node, FormDraft& draft);

// Notes that the form reads `file` as the secondary instance `instance`. Reports an instance of
// that name that comes from another file.
void useFile(const std::string& file, const std::string& instance, const TableRow& row,
             const std::string& column, FormDraft& draft);

// A text that the reader makes up, in the languages of the form.
LocalText otherLabel(const std::vector<std::string>& languages, const std::string& english,
                     const std::string& vietnamese);

}  // namespace sotay
