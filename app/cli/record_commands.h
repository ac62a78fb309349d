#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/result.h"
#include "sync/command_document.h"

namespace sotay {

class Notebook;
struct ListQuery;

// The commands of `sotay record`. Each returns the document that is printed. Nothing is changed on
// failure.

// {"record"}, with "missing":[path] when required answers are not there yet.
Result<Document> newRecord(Notebook& notebook, const std::string& formId,
                           const std::string& answersFile);

struct RecordEdit {
    std::string record;
    std::vector<std::string> assignments;  // PATH=VALUE; an empty value clears
    std::vector<std::string> removals;     // repeat items
};
// {"change"}; null when nothing differs from what is stored.
Result<Document> setAnswers(Notebook& notebook, const RecordEdit& edit);

// {"record","form","values":{path:text},"conflicts":[],"history":[]}; the history when it is asked
// for.
Result<Document> showRecord(const Notebook& notebook, const std::string& record, bool withHistory);

// {"total","records":[{"record","title","summary","conflicts","unsent","changed"}]}
Result<Document> listRecords(const Notebook& notebook, const ListQuery& query);

// {"change"}
Result<Document> deleteRecord(Notebook& notebook, const std::string& record,
                              const std::string& reason);
// {"change"}: a deleted record is there again.
Result<Document> restoreRecord(Notebook& notebook, const std::string& record);

// The form that is meant: the one that is named, or the only one that the notebook has.
Result<std::string> formMeant(const Notebook& notebook, const std::string& named);

}  // namespace sotay
