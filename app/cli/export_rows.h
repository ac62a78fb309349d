#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "schema/form.h"
#include "schema/result.h"
#include "schema/value.h"
#include "sync/store/notebook.h"

namespace sotay {

// A record as a row of a file: its answers by path with positions.
struct ExportRow {
    Id record;
    std::map<std::string, Value> values;
};

// Calls `use` for every record of the form that is not deleted, in the order of the list. Ends at
// the first failure.
Status eachRow(const Notebook& notebook, const std::string& formId,
               const std::function<Status(const ExportRow&)>& use);

// The paths of all answers that any of the records has: in the order of the form, the items of a
// repeat one after another; then those of questions that the newest version no longer has.
Result<std::vector<std::string>> columnsOf(const Notebook& notebook, const Form& form);

}  // namespace sotay
