#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/state/conflicts.h"
#include "app/state/history.h"
#include "app/state/reply.h"
#include "app/state/request.h"
#include "sync/store/notebook.h"

// The notebook's words turned into the screens' words. Pure.
namespace sotay::app {

ListQuery listQuery(const RecordQuery& query);
RowsRead rowsOf(const ListPage& page, const std::vector<Draft>& drafts, const std::string& formId);
HistoryChange historyChange(const HistoryEntry& entry);
UndoView undoView(const UndoPlan& plan, const std::string& change);
Duplicate duplicateView(const sotay::Conflict& pair, std::shared_ptr<const Form> form);
Decision decisionOf(const ResolveDuplicate& request);
// `history` is that of the conflict's record: it tells what the sides changed besides.
Conflict conflictView(const sotay::Conflict& conflict, std::shared_ptr<const Form> form,
                      const History& history);
Decision decisionOf(const ResolveConflict& request);

}  // namespace sotay::app
