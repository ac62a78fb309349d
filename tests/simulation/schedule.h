#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sotay::sim {

enum class Level : std::uint8_t { Fast, Full };

// What happens in one step. `laptop`, `record` and `a`, `b`, `c` are numbers that the player takes
// modulo what there is, so that a schedule stays one when steps are taken out of it.
enum class Deed : std::uint8_t {
    Create,
    Open,
    Save,  // of what was opened on this laptop, if anything
    Edit,  // opened and saved at once
    Remove,
    Restore,
    Resolve,
    Sync,
    FetchHistory,
    KeepImage,       // a backup copy of a laptop is made
    PutImage,        // a laptop gets what a backup copy holds
    Clone,           // a laptop's disk is copied into another laptop
    Crash,           // of the program
    PowerCut,        // what was not flushed is gone, or a part of it
    PowerFailsSoon,  // in the middle of the next deed of this laptop
    ServerCrash,
    ServerPowerCut,
    ServerBackup,
    ServerRestore,
    SyncTogether,  // two laptops in one transaction of the server
    Publish,       // the next version of the form
    ImportForm,    // a laptop gets the next version before it is published
    Revoke,
    Admit,
    Refuse,
    Move,           // of a record, to another area
    MovePerson,     // who works in other areas from now on
    WriteStick,     // a laptop writes a bundle
    ReadStick,      // a laptop is given one, of whomever
    StickToServer,  // the administrator reads one, and writes the answer
    ForgeBundle,
    Forge,  // somebody hands in changes in another's name
    Bomb,   // and a message that unpacks to more than is allowed
    ClockJumps,
    Count
};
std::string_view deedName(Deed deed);

struct Step {
    Deed deed = Deed::Sync;
    std::uint8_t laptop = 0, record = 0;
    std::uint32_t a = 0, b = 0, c = 0;
};

// What a schedule is about: the fewer the places that people write to, the more often they meet.
enum class Focus : std::uint8_t {
    Everything,
    OneAnswer,
    TwoAnswers,  // which are always given together, so that a decision is about both
    Items,
    // On the full level alone:
    NewAnswers,  // to questions of a version that not everybody has yet
    FirstSync,   // of a laptop, piece by piece, while the others go on
    Areas        // of people and of records, which change while laptops sync piece by piece
};

constexpr std::uint64_t kOtherClocksEvery = 8;  // schedules one is played again with other clocks

struct Schedule {
    std::uint64_t seed = 0;
    Level level = Level::Fast;
    Focus focus = Focus::Everything;
    std::size_t records = 1;   // at most
    bool hasAreas = false;     // records and people are moved between areas
    std::uint64_t clocks = 0;  // what the clocks show is drawn from this alone
    std::vector<Step> steps;
};

// Which schedules are drawn: of all foci as they come, or of one.
struct Kind {
    Kind(Level of, std::optional<Focus> about = {}) : level(of), focus(about) {}
    Level level;
    std::optional<Focus> focus;
};
Schedule drawSchedule(std::uint64_t seed, Kind kind);
constexpr int kFoci = 7;
std::string_view focusName(Focus focus);

}  // namespace sotay::sim
