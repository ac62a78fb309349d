#include "tests/simulation/schedule.h"

#include <array>
#include <string_view>

#include "tests/simulation/dice.h"
#include "tests/simulation/world.h"

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
    {Deed::Refuse, 1, 1},        {Deed::Move, 0, 3},           {Deed::MovePerson, 0, 2},
    {Deed::WriteStick, 0, 3},    {Deed::ReadStick, 0, 3},      {Deed::StickToServer, 0, 3},
    {Deed::ForgeBundle, 0, 1},   {Deed::Forge, 1, 1},          {Deed::Bomb, 1, 1},
    {Deed::ClockJumps, 0, 1},
};

// Deeds that mean little without each other come or stay away together.
bool isOfSticks(Deed deed) {
    return deed == Deed::WriteStick || deed == Deed::ReadStick || deed == Deed::StickToServer ||
           deed == Deed::ForgeBundle;
}
bool isOfAreas(Deed deed) { return deed == Deed::Move || deed == Deed::MovePerson; }
bool isOfBackups(Deed deed) { return deed == Deed::ServerBackup || deed == Deed::ServerRestore; }

Focus drawFocus(Dice& dice, Level level) {
    static constexpr Focus kDrawn[] = {Focus::OneAnswer,  Focus::TwoAnswers, Focus::Items,
                                       Focus::NewAnswers, Focus::FirstSync,  Focus::Areas};
    const std::uint32_t kinds = level == Level::Full ? 6 : 3, drawn = dice.below(10);
    return drawn < kinds ? kDrawn[drawn] : Focus::Everything;
}

// How often a deed is done where the schedule is about this.
std::uint32_t howOften(Focus focus, Deed deed, std::uint32_t usually) {
    switch (deed) {
        case Deed::ImportForm:
            return focus == Focus::NewAnswers ? 12 : usually;
        case Deed::Publish:
            return focus == Focus::NewAnswers ? 5 : usually;
        case Deed::Admit:
            return focus == Focus::NewAnswers ? 8 : usually;
        case Deed::Resolve:
            return focus == Focus::TwoAnswers ? 3 * usually : usually;
        case Deed::Sync:
            return focus == Focus::FirstSync ? 2 * usually : usually;
        case Deed::Clone:
            return focus == Focus::FirstSync ? 0 : usually;
        case Deed::Move:
            return focus == Focus::Areas ? 3 * usually : usually;
        case Deed::MovePerson:
            return focus == Focus::Areas ? 6 * usually : usually;
        default:
            return usually;
    }
}

// One of the laptops does nothing but sync, late, and mostly but one message both ways. The
// others send what they did at once, and half of the time know what the others did before.
constexpr std::uint8_t kAdministrator = 3, kOfficer = 1, kAtFirst = 4;
void addFirstSync(std::vector<Step>& steps, Step step, std::uint8_t newcomer, bool isLate) {
    if (isLate && step.deed == Deed::Sync) {
        step.laptop = newcomer;
        // Now and then the power goes when some of it has come.
        const bool losesPower = step.c % 4 == 0;
        step.a = 2;
        step.b = static_cast<std::uint32_t>(losesPower ? Fault::PowerCut : Fault::Stopped);
        step.c = losesPower ? 2 : 0;
    } else if (step.laptop % kAtFirst == newcomer) {
        --step.laptop;
    }
    const bool isSaved = step.deed == Deed::Edit || step.deed == Deed::Save;
    Step undisturbed = step;
    undisturbed.deed = Deed::Sync;
    undisturbed.a = 0;
    if (isSaved && step.b % 2) steps.push_back(undisturbed);
    steps.push_back(step);
    if (isSaved) steps.push_back(undisturbed);
}

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
    "move person",
    "write stick",
    "read stick",
    "stick to server",
    "forge bundle",
    "forge",
    "bomb",
    "clock jumps"};

}  // namespace

std::string_view deedName(Deed deed) { return kNames[static_cast<std::size_t>(deed)]; }

std::string_view focusName(Focus focus) {
    static constexpr std::array<std::string_view, kFoci> kWords = {
        "everything", "one answer", "two answers", "items", "new answers", "first sync", "areas"};
    return kWords[static_cast<std::size_t>(focus)];
}

Schedule drawSchedule(std::uint64_t seed, Kind kind) {
    const Level level = kind.level;
    Dice dice(seed * 2 + (level == Level::Full ? 1 : 0));
    Schedule schedule;
    schedule.seed = seed;
    schedule.level = level;
    schedule.clocks = seed;
    const Focus drawn = drawFocus(dice, level);
    schedule.focus = kind.focus.value_or(drawn);
    const bool isWide = schedule.focus == Focus::Everything ||
                        schedule.focus == Focus::NewAnswers || schedule.focus == Focus::FirstSync;
    const bool isAboutAreas = schedule.focus == Focus::Areas;
    schedule.records = isWide ? 1 + seed % 4 : isAboutAreas ? 2 + seed % 5 : 1;
    schedule.hasAreas = (level == Level::Full && dice.oneIn(2)) || isAboutAreas;
    // Half of the schedules about areas begin with an officer's first sync.
    const bool hasNewcomer = schedule.focus == Focus::FirstSync || (isAboutAreas && dice.oneIn(2));
    const bool hasSticks = dice.oneIn(2), hasBackups = dice.oneIn(2);
    // Each schedule leaves some kinds of deeds out, so that the others meet more often.
    std::uint32_t total = 0;
    std::vector<std::pair<Deed, std::uint32_t>> deeds;
    for (const Weight& weight : kWeights) {
        std::uint32_t often =
            howOften(schedule.focus, weight.deed, level == Level::Fast ? weight.fast : weight.full);
        const bool isPaired =
            isOfSticks(weight.deed) || isOfBackups(weight.deed) || isOfAreas(weight.deed);
        if (often > 0 && often < 4 && !isPaired && dice.oneIn(2)) often = 0;
        if (often > 0 && often < 4 && dice.oneIn(3)) often *= 4;
        if (isOfSticks(weight.deed) && !hasSticks) often = 0;
        if (isOfBackups(weight.deed) && !hasBackups) often = 0;
        if (isOfAreas(weight.deed) && !schedule.hasAreas) often = 0;
        total += often;
        deeds.emplace_back(weight.deed, often);
    }
    const std::uint32_t length = 12 + dice.below(level == Level::Fast ? 28 : 48);
    for (std::uint32_t i = 0; i < length; ++i) {
        std::uint32_t left = dice.below(total);
        auto deed = deeds.begin();
        for (; left >= deed->second; ++deed) left -= deed->second;
        Step step;
        step.deed = deed->first;
        step.laptop = static_cast<std::uint8_t>(dice.below(60));
        step.record = static_cast<std::uint8_t>(dice.below(60));
        step.a = static_cast<std::uint32_t>(dice.next());
        step.b = static_cast<std::uint32_t>(dice.next());
        step.c = static_cast<std::uint32_t>(dice.next());
        if (isAboutAreas && step.deed == Deed::Sync && step.a % 2) {
            step.a = 2;
            step.b = static_cast<std::uint32_t>(Fault::Stopped);
        }
        if (hasNewcomer)
            addFirstSync(schedule.steps, step, isAboutAreas ? kOfficer : kAdministrator,
                         i > length / 3);
        else
            schedule.steps.push_back(step);
    }
    return schedule;
}

}  // namespace sotay::sim
