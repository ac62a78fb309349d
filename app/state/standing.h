#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schema/form.h"

namespace sotay::app {

enum class Role { Officer, Supervisor, Administrator };
enum class Network { Unknown, Offline, Online };

// What the notebook knows about itself: what the status bar and the settings show, always true.
struct Standing {
    bool enrolled = false;
    std::string person, organisation, device, server, notebookFile;
    std::vector<std::string> areas;  // codes; "*" is all
    Role role = Role::Officer;
    std::uint64_t records = 0, waiting = 0, conflicts = 0;  // `waiting`: changes not sent
    std::uint64_t filesWaiting = 0;                         // attachments not sent
    std::optional<std::int64_t> savedAt, syncedAt;          // Unix seconds
    std::optional<std::int64_t>
        clockAheadSeconds;  // this laptop against the server, at the last sync

    bool operator==(const Standing&) const = default;
};

// A form that the notebook holds, in its newest version.
struct FormEntry {
    std::string id;
    std::uint32_t version = 0;
    std::shared_ptr<const Form> form;  // immutable: worker and window both read it
};

}  // namespace sotay::app
