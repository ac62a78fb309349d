#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"
#include "sync/conflict.h"

namespace sotay {

class Notebook;

// {"conflicts":[...]}, each as conflictDocument.
Result<Document> listConflicts(const Notebook& notebook);
// {"change"}: the resolution. Rejected when this person may not decide.
Result<Document> resolveConflict(Notebook& notebook, const std::string& conflict,
                                 const Decision& decision);

// {"id","kind","record","form","title","path","base","heads":[{"change","value","author","device","at"}]}.
// A conflict of several fields has those of its first there, and all of them in
// "fields":[{"path","base","heads"}].
Document conflictDocument(const Conflict& conflict);
// {"change","author","device","at","received","number"}
Document originDocument(const Origin& origin);

}  // namespace sotay
