#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/state/action.h"
#include "app/state/conflicts.h"
#include "app/state/duplicates.h"
#include "app/state/form_filling.h"
#include "app/state/history.h"
#include "app/state/preferences.h"
#include "app/state/record_list.h"
#include "app/state/standing.h"
#include "app/state/sync_view.h"

namespace sotay::app {

struct EnrolmentState {
    std::string server, code, device;
    bool busy = false;
    std::string problem;  // a key of the texts; "" when there is none
    std::string why;      // a key too, of the reason in it
};

// One sentence at the bottom, for a few seconds.
struct Toast {
    std::string key;  // of the texts
    std::map<std::string, std::string> parts;
    bool isProblem = false;
    std::uint64_t serial = 0;
};

// All that the screens show. Only update() changes it (update.h); screens read it.
struct State {
    Screen screen = Screen::Welcome;
    bool opened = false;      // the notebook was read: before that nothing is known
    std::string openProblem;  // why the notebook cannot be opened: what the disk said
    Preferences preferences;
    std::int64_t now = 0;  // Unix seconds, to the minute that is shown
    int zoneMinutes = 7 * 60;
    Standing standing;
    Network network = Network::Unknown;  // as the last try showed
    std::vector<FormEntry> forms;
    EnrolmentState enrolment;
    RecordListState records;
    bool opening = false;  // a record was asked for and is on its way
    std::optional<FormFilling> filling;
    HistoryState history;
    ConflictsState conflicts;
    DuplicatesState duplicates;
    SyncState sync;
    Question question = Question::None;
    std::optional<Toast> toast;
    std::uint64_t toasts = 0;  // how many there were

    const FormEntry* form(const std::string& id) const {
        for (const FormEntry& entry : forms)
            if (entry.id == id) return &entry;
        return nullptr;
    }
    bool mayDecide() const { return standing.role != Role::Officer; }
};

}  // namespace sotay::app
