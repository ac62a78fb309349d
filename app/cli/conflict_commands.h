#pragma once

#include <string>

#include "schema/result.h"
#include "sync/command_document.h"
#include "sync/conflict.h"

namespace sotay {

class Notebook;

// {"conflicts":[...]}, each as conflictDocument; duplicates last.
Result<Document> listConflicts(const Notebook& notebook);
// {"change"}: the change that takes another one back. {"undoes","record","stop","fields":[{"path",
// "before","after"}],"later":[...]} when it is only asked for, and nothing is done.
Result<Document> undoChange(Notebook& notebook, const std::string& change,
                            const std::string& reason, bool isTrial);
// {"change"}: the resolution. Rejected when this person may not decide.
Result<Document> resolveConflict(Notebook& notebook, const std::string& conflict,
                                 const Decision& decision);

// {"id","kind","record","form","title","path","base","heads":[{"change","value","author","device","at"}]}.
// A conflict of several fields has those of its first there, and all of them in
// "fields":[{"path","base","heads"}]. A constraint conflict has "rule" (the path of the field whose
// rule is broken) and "message", too; a duplicate "other", "other_title" and "keys".
Document conflictDocument(const Conflict& conflict);
// {"change","author","device","at","received","number"}
Document originDocument(const Origin& origin);

}  // namespace sotay
