#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "app/state/attached_file.h"
#include "app/state/conflicts.h"
#include "app/state/draft_journal.h"
#include "app/state/duplicates.h"
#include "app/state/history.h"
#include "app/state/preferences.h"
#include "app/state/record_list.h"
#include "app/state/standing.h"
#include "app/state/sync_view.h"
#include "schema/result.h"
#include "schema/session.h"

// What the worker answers. Move-only, because a session changes hands.
namespace sotay::app {

struct StandingRead {
    Standing standing;
    std::optional<Preferences> preferences;  // as they were stored; only in the first answer
};
struct FormsRead {
    std::vector<FormEntry> forms;
};
struct Enrolled {
    Standing standing;
};
struct RowsRead {
    std::uint64_t serial = 0;
    std::size_t first = 0;
    std::uint64_t total = 0;
    std::uint64_t all = 0, conflicts = 0, unsent = 0;  // of the form
    std::vector<std::string> columns;
    std::vector<RecordRow> rows;
    std::vector<BegunRecord> begun;
};
struct RecordOpened {
    Id record;
    FormEntry form;
    std::unique_ptr<FormSession> session;  // what an earlier session left unsaved is in it already
    bool isNew = false;
    std::optional<std::int64_t> draftSavedAt;  // of that draft
    DraftJournal journal;
    std::set<std::string> inConflict;  // paths
    std::vector<AttachedFile> files;   // that answer its questions
};
struct DraftStored {
    Id record;
    std::int64_t at = 0;
};
struct DraftDropped {
    Id record;
};
struct RecordStored {
    Id record;
    std::int64_t at = 0;
};
struct RecordDeleted {
    Id record;
};
struct FileTaken {
    Id record;
    AnswerKey question;
    AttachedFile file;
};
struct FileShown {
    AttachedFile file;
    std::string writtenTo;
    bool isOpen = false;  // false: no program was started for it
};
struct HistoryRead {
    Id record;
    FormEntry form;
    std::string title;
    std::vector<HistoryChange> changes;
    bool isComplete = true;  // false: the older part is on the server only
};
struct ConflictsRead {
    std::vector<Conflict> conflicts;
};
struct ConflictResolved {
    std::string conflict;
};
struct DuplicatesRead {
    std::vector<Duplicate> duplicates;
};
struct DuplicateResolved {
    std::string duplicate;
    bool merged = true;
};
struct UndoRead {
    UndoView undo;
};
struct ChangeUndone {
    std::string change;
};
struct WaitingRead {
    std::vector<WaitingRecord> records;
};
struct SyncMoved {
    SyncProgress progress;
};
struct SyncEnded {
    std::optional<SyncOutcome> outcome;  // nothing: see error or cancelled
    std::optional<Error> error;
    bool cancelled = false;
    std::int64_t at = 0;
};
struct SticksFound {
    std::vector<std::string> folders;
};
struct StickExchanged {
    std::vector<StickLine> lines;
};

// A request that could not be carried out; nothing was changed by it.
enum class Task {
    OpenNotebook,
    Enrol,
    Read,
    Open,
    Draft,
    Save,
    Delete,
    Resolve,
    ResolveDuplicate,
    Undo,
    Preferences,
    Fetch,
    Stick,
    TakeFile,
    ShowFile
};
struct TaskFailed {
    Task task = Task::Read;
    Error error;
};

using Reply = std::variant<StandingRead, FormsRead, Enrolled, RowsRead, RecordOpened, DraftStored,
                           DraftDropped, RecordStored, RecordDeleted, FileTaken, FileShown,
                           HistoryRead, ConflictsRead, ConflictResolved, DuplicatesRead,
                           DuplicateResolved, UndoRead, ChangeUndone, WaitingRead, SyncMoved,
                           SyncEnded, SticksFound, StickExchanged, TaskFailed>;

}  // namespace sotay::app
