#pragma once

#include "app/state/update.h"

// The parts of update(), one a screen. Each takes the actions and replies that concern it.
namespace sotay::app {

bool isBlank(const std::string& text);

// Shows one sentence at the bottom for a few seconds.
void say(State& state, std::string key, std::map<std::string, std::string> parts = {});
void sayProblem(State& state, std::string key, std::map<std::string, std::string> parts = {});

// Records
Requests askRows(State& state);  // the query changed, or what it finds may have
Requests take(State& state, const ChooseForm& action);
Requests take(State& state, const ToggleConflicts& action);
Requests take(State& state, const ToggleUnsent& action);
Requests take(State& state, const ChooseArea& action);
Requests take(State& state, const SortRecords& action);
Requests take(State& state, const ShowRows& action);
Requests take(State& state, const SelectRow& action);
Requests take(State& state, const OpenRow& action);
Requests take(State& state, const AddRecord& action);
Requests take(State& state, const EditRecord& action);
Requests take(State& state, const OpenHistory& action);
Requests take(State& state, const FetchOlder& action);
Requests take(State& state, FormsRead reply);
Requests take(State& state, RowsRead reply);
Requests take(State& state, HistoryRead reply);

// Form
Requests closeFilling(State& state);  // keeps what was typed as a draft
Requests take(State& state, const SetAnswer& action);
Requests take(State& state, const FocusField& action);
Requests take(State& state, const AddItem& action);
Requests take(State& state, const RemoveItem& action);
Requests take(State& state, const ToggleItem& action);
Requests take(State& state, const GoToSection& action);
Requests take(State& state, const ShowSection& action);
Requests take(State& state, const GoToNextProblem& action);
Requests take(State& state, const SaveForm& action);
Requests take(State& state, const LeaveForm& action);
Requests take(State& state, const AskKeepWarning& action);
Requests take(State& state, const KeepWarning& action);
Requests take(State& state, RecordOpened reply);
Requests take(State& state, DraftStored reply);
Requests take(State& state, DraftDropped reply);
Requests take(State& state, RecordStored reply);
Requests take(State& state, RecordDeleted reply);

// Files that answer questions
// Nothing, when the record can be stored as it is. Else a file is being taken in, or was named for
// a question and is taken in now: stored without it, what was typed would be lost.
std::optional<Requests> fileBeforeSaving(State& state);
Requests take(State& state, const TypeFile& action);
Requests take(State& state, const AttachFile& action);
Requests take(State& state, const OpenFile& action);
Requests take(State& state, const RefuseDrop& action);
void fileNotTaken(FormFilling& filling);  // back to where it was named
Requests take(State& state, FileTaken reply);
Requests take(State& state, FileShown reply);

// Conflicts
Requests take(State& state, const SelectConflict& action);
Requests take(State& state, const ChooseSide& action);
Requests take(State& state, const Decide& action);
Requests take(State& state, ConflictsRead reply);
Requests take(State& state, ConflictResolved reply);
void typeDecision(State& state, const TypeText& action);

// Duplicates
Requests take(State& state, const SelectDuplicate& action);
Requests take(State& state, const ChooseSurvivor& action);
Requests take(State& state, const ChooseAnswer& action);
Requests take(State& state, const DecideDuplicate& action);
Requests take(State& state, DuplicatesRead reply);
Requests take(State& state, DuplicateResolved reply);

// Undo
Requests take(State& state, const AskUndo& action);
Requests take(State& state, const DropUndo& action);
Requests take(State& state, const ConfirmUndo& action);
Requests take(State& state, UndoRead reply);
Requests take(State& state, ChangeUndone reply);

// Sync
Requests take(State& state, const BeginSync& action);
Requests take(State& state, const StopSync& action);
Requests take(State& state, const BeginStick& action);
Requests take(State& state, SticksFound reply);
Requests take(State& state, StickExchanged reply);
Requests take(State& state, WaitingRead reply);
Requests take(State& state, SyncMoved reply);
Requests take(State& state, SyncEnded reply);

}  // namespace sotay::app
