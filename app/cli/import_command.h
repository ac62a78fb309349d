#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"

namespace sotay {

class Notebook;

// `sotay record import`: {"created","updated","refused":[{"row","message"}]}. Columns are paths of
// the form
// ("/members/total", "loans[2]/amount"), or names where only one question has them; "record" holds
// the id of the record to update, or the id that a new one is given, so that importing the same
// file again updates. Blank cells of an update clear. Columns whose name begins with "_" are left
// out. A row is stored whole or refused whole; an unknown column refuses the file.
Result<Document> importRecords(Notebook& notebook, const std::string& formId,
                               const std::string& file);

}  // namespace sotay
