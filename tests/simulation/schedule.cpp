#include "tests/simulation/schedule.h"

#include <array>
#include <string_view>

#include "tests/simulation/dice.h"

namespace sotay::sim {
namespace {

struct Weight {
    Deed deed;
    std::uint32_t fast, full;  // how often; 0: not on that level
};
constexpr Weight kWeights[] = {
    {Deed::Create, 4, 4},        {Deed::Open, 14, 12},         {Deed::Save, 16, 14},
    {Deed::Edit, 14, 14},        {Deed::Remove, 3, 3},         {Deed::Restore, 1, 1},
    {Deed::Resolve, 8, 8},       {Deed::Sync, 26, 26},         {Deed::FetchHistory, 0, 1},
    {Deed::KeepImage, 2, 2},     {Deed::PutImage, 2, 2},       {Deed::Clone, 2, 2},
    {Deed::Crash, 0, 1},         {Deed::PowerCut, 0, 2},       {Deed::PowerFailsSoon, 0, 2},
    {Deed::ServerCrash, 0, 1},   {Deed::ServerPowerCut, 0, 1}, {Deed::ServerBackup, 2, 2},
    {Deed::ServerRestore, 2, 2}, {Deed::SyncTogether, 0, 1},   {Deed::Publish, 0, 1},
    {Deed::ImportForm, 0, 1},    {Deed::Revoke, 1, 1},         {Deed::Admit, 1, 1},
    {Deed::Refuse, 1, 1},        {Deed::Move, 0, 3},           {Deed::WriteStick, 0, 3},
    {Deed::ReadStick, 0, 3},     {Deed::StickToServer, 0, 3},  {Deed::ForgeBundle, 0, 1},
    {Deed::Forge, 1, 1},         {Deed::Bomb, 1, 1},           {Deed::ClockJumps, 0, 1},
};

// Deeds that mean little without each other come or stay away together.
bool isOfSticks(Deed deed) {
    return deed == Deed::WriteStick || deed == Deed::ReadStick || deed == Deed::StickToServer ||
           deed == Deed::ForgeBundle;
}
bool isOfBackups(Deed deed) { return deed == Deed::ServerBackup || deed == Deed::ServerRestore; }

constexpr std::array<std::string_view, static_cast<std::size_t>(Deed::Count)> kNames = {
    "create",
    "open",
    "save",
    "edit",
    "remove",
    "restore",
    "resolve",
    "sync",
    "fetch history",
    "keep image",
    "put image",
    "clone",
    "crash",
    "power cut",
    "power fails soon",
    "server crash",
    "server power cut",
    "server backup",
    "server restore",
    "sync together",
    "publish",
    "import form",
    "revoke",
    "admit",
    "refuse",
    "move",
    "write stick",
    "read stick",
    "stick to server",
    "forge bundle",
    "forge",
    "bomb",
    "clock jumps"};

}  // namespace

std::string_view deedName(Deed deed) { return kNames[static_cast<std::size_t>(deed)]; }

Schedule drawSchedule(std::uint64_t seed, Level level) {
    Dice dice(seed * 2 + (level == Level::Full ? 1 : 0));
    Schedule schedule;
    schedule.seed = seed;
    schedule.level = level;
    schedule.clocks = seed;
    const std::uint32_t theme = dice.below(8);
    if (theme == 0) schedule.focus = Focus::OneAnswer;
    if (theme == 1) schedule.focus = Focus::Items;
    schedule.records = schedule.focus == Focus::Everything ? 1 + seed % 4 : 1;
    schedule.hasAreas = level == Level::Full && dice.oneIn(2);
    const bool hasSticks = dice.oneIn(2), hasBackups = dice.oneIn(2);
    // Each schedule leaves some kinds of deeds out, so that the others meet more often.
    std::uint32_t total = 0;
    std::vector<std::pair<Deed, std::uint32_t>> deeds;
    for (const Weight& weight : kWeights) {
        std::uint32_t often = level == Level::Fast ? weight.fast : weight.full;
        const bool isPaired =
            isOfSticks(weight.deed) || isOfBackups(weight.deed) || weight.deed == Deed::Move;
        if (often > 0 && often < 4 && !isPaired && dice.oneIn(2)) often = 0;
        if (often > 0 && often < 4 && dice.oneIn(3)) often *= 4;
        if (isOfSticks(weight.deed) && !hasSticks) often = 0;
        if (isOfBackups(weight.deed) && !hasBackups) often = 0;
        if (weight.deed == Deed::Move && !schedule.hasAreas) often = 0;
        total += often;
        deeds.emplace_back(weight.deed, often);
    }
    const std::uint32_t length = 12 + dice.below(level == Level::Fast ? 28 : 48);
    for (std::uint32_t i = 0; i < length; ++i) {
        std::uint32_t drawn = dice.below(total);
        auto deed = deeds.begin();
        for (; drawn >= deed->second; ++deed) drawn -= deed->second;
        Step step;
        step.deed = deed->first;
        step.laptop = static_cast<std::uint8_t>(dice.below(60));
        step.record = static_cast<std::uint8_t>(dice.below(60));
        step.a = static_cast<std::uint32_t>(dice.next());
        step.b = static_cast<std::uint32_t>(dice.next());
        step.c = static_cast<std::uint32_t>(dice.next());
        schedule.steps.push_back(step);
    }
    return schedule;
}

}  // namespace sotay::sim
