#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/state/preferences.h"
#include "schema/id.h"

// What a person asked for on a screen.
namespace sotay::app {

enum class Screen { Welcome, Records, Form, History, Sync, Conflicts, Duplicates, Settings };

struct GoTo {
    Screen screen = Screen::Records;
};
// A text field outside of forms got other text.
struct TypeText {
    enum class Field {
        Server,
        Code,
        DeviceName,
        Search,
        OtherValue,
        Reason,
        WarningReason,
        DuplicateReason,
        UndoReason,
        StickFolder
    };
    Field field = Field::Search;
    std::string text;
};
// The screen has sent the keyboard where the state wanted it.
struct Arrived {};
struct SubmitEnrolment {};

struct ChooseForm {
    std::string formId;
};
struct ToggleConflicts {};  // only records with something to decide
struct ToggleUnsent {};     // only records that the server does not have yet
struct ChooseArea {
    std::string path, area;
};
enum class RecordOrder { Title, Changed };
struct SortRecords {
    RecordOrder by = RecordOrder::Changed;
};
struct ShowRows {
    std::size_t first = 0, count = 0;
};
struct SelectRow {
    std::size_t index = 0;
};
struct OpenRow {
    std::size_t index = 0;
};
struct AddRecord {};
struct EditRecord {
    Id record;
};

struct SetAnswer {
    std::string path, typed;
};
struct FocusField {
    std::string path;  // "": the keyboard left the fields
};
// The file that answers a question: where it is, while that is being typed; taking it in; looking
// at it; and one that was dropped where no question asks for a file.
struct TypeFile {
    std::string path, file;
};
struct AttachFile {
    std::string path, file;
};
struct OpenFile {
    std::string name;
};
struct RefuseDrop {
    bool wereMany = false;  // on a question, which takes one
};
struct AddItem {
    std::string repeatPath;
};
struct RemoveItem {
    std::string itemPath;
};
struct ToggleItem {
    std::string itemPath;
};
struct GoToSection {
    std::size_t section = 0;
};
struct ShowSection {  // it was scrolled to
    std::size_t section = 0;
};
struct GoToNextProblem {};
struct SaveForm {};
struct LeaveForm {};
struct AskKeepWarning {
    std::string path;
};
struct KeepWarning {};
struct OpenHistory {
    Id record;
};

// The part of the history that only the server has.
struct FetchOlder {};

// Taking a change back: first it is shown what that means.
struct AskUndo {
    std::string change;
};
struct DropUndo {};
struct ConfirmUndo {};

// Things that cannot be undone are asked about first.
enum class Question { None, DropDraft, DeleteRecord };
struct Ask {
    Question question = Question::None;
};
struct Answer {
    bool yes = false;
};

struct SelectConflict {
    std::size_t index = 0;
};
struct ChooseSide {
    std::size_t side = 0;
};
struct Decide {};

struct SelectDuplicate {
    std::size_t index = 0;
};
struct ChooseSurvivor {
    std::size_t side = 0;
};
// Whose answer stands in a row where the two differ; the same again: later.
struct ChooseAnswer {
    std::size_t row = 0, side = 0;
};
struct DecideDuplicate {
    bool merge = true;  // false: they are not the same
};

struct BeginSync {};
struct StopSync {};
struct BeginStick {};  // exchange bundles with the folder of a USB stick

struct ChangePreferences {
    Preferences preferences;
};
struct Tick {
    std::int64_t now = 0;  // Unix seconds
};
struct DismissToast {};

using Action =
    std::variant<GoTo, TypeText, Arrived, SubmitEnrolment, ChooseForm, ToggleConflicts,
                 ToggleUnsent, ChooseArea, SortRecords, ShowRows, SelectRow, OpenRow, AddRecord,
                 EditRecord, SetAnswer, FocusField, TypeFile, AttachFile, OpenFile, RefuseDrop,
                 AddItem, RemoveItem, ToggleItem, GoToSection, ShowSection, GoToNextProblem,
                 SaveForm, LeaveForm, AskKeepWarning, KeepWarning, OpenHistory, FetchOlder, AskUndo,
                 DropUndo, ConfirmUndo, Ask, Answer, SelectConflict, ChooseSide, Decide,
                 SelectDuplicate, ChooseSurvivor, ChooseAnswer, DecideDuplicate, BeginSync,
                 StopSync, BeginStick, ChangePreferences, Tick, DismissToast>;

// What a frame collected, in order.
class Actions {
  public:
    template <class A>
    void add(A action) {
        list_.emplace_back(std::move(action));
    }
    std::vector<Action> take() { return std::exchange(list_, {}); }
    bool empty() const { return list_.empty(); }

  private:
    std::vector<Action> list_;
};

}  // namespace sotay::app
