#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/state/draft_journal.h"
#include "app/state/preferences.h"
#include "app/state/record_list.h"
#include "schema/id.h"
#include "schema/session.h"

// What the screens ask of the worker. Values only; each is answered by a reply (reply.h).
namespace sotay::app {

struct ReadStanding {};
struct ReadForms {};
struct EnrolLaptop {
    std::string server, code, device;
};
struct ReadRows {
    RecordQuery query;
    std::uint64_t serial = 0;
    std::size_t first = 0, count = 0;
};
// Pins what has been seen of the log; a draft that an earlier session left comes along.
struct OpenRecord {
    Id record;
    std::string language;
};
struct StartRecord {
    std::string formId, language;
};
struct StoreDraft {
    Id record;
    DraftJournal journal;
};
struct DropDraft {
    Id record;
};
struct StoreRecord {
    Id record;
    Answers answers;
    std::vector<std::pair<AnswerKey, std::string>> reasons;  // why soft checks were overruled
};
struct DeleteRecord {
    Id record;
};
// Takes a file in, for this question.
struct TakeFile {
    Id record;
    AnswerKey question;
    std::string file;  // where it is: as typed or dropped, or a file URI
};
// Writes it out and shows it in the program that the desktop has for it; fetches it first if need
// be.
struct ShowFile {
    std::string name;
};
// The record is no longer open for editing; its draft, if any, stays.
struct CloseRecord {
    Id record;
};
struct ReadHistory {
    Id record;
};
// Asks the server for the part of it that this laptop never got.
struct FetchHistory {
    Id record;
};
struct ReadConflicts {};
struct ResolveConflict {
    std::string conflict;
    enum class By { Side, Value, Keep, Delete } by = By::Side;
    std::string change;  // of By::Side
    std::string value;   // of By::Value, as stored
    std::string reason;
};
struct ReadDuplicates {};
struct ResolveDuplicate {
    std::string duplicate;
    bool merge = true;
    Id survivor;
    std::vector<std::pair<std::string, std::string>> settled;  // (path, value as stored)
    std::string reason;
};
// What undoing a change would do, and doing it.
struct ReadUndo {
    std::string change;
};
struct UndoChange {
    std::string change, reason;
};
struct ReadWaiting {};
struct StartSync {};
struct CancelSync {};
struct FindSticks {};
struct ExchangeStick {
    std::string folder;
};
struct StorePreferences {
    Preferences preferences;
};

using Request =
    std::variant<ReadStanding, ReadForms, EnrolLaptop, ReadRows, OpenRecord, StartRecord,
                 StoreDraft, DropDraft, StoreRecord, DeleteRecord, TakeFile, ShowFile, CloseRecord,
                 ReadHistory, FetchHistory, ReadConflicts, ResolveConflict, ReadDuplicates,
                 ResolveDuplicate, ReadUndo, UndoChange, ReadWaiting, StartSync, CancelSync,
                 FindSticks, ExchangeStick, StorePreferences>;
using Requests = std::vector<Request>;

}  // namespace sotay::app
