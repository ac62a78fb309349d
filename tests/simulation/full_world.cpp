#include "tests/simulation/full_world.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "tests/simulation/dice.h"
#include "tests/simulation/frames.h"
#include "tests/simulation/touches.h"

namespace sotay::sim {
namespace {

constexpr std::int64_t kYearMs = 365ll * 86400 * 1000;
const AnswerKey kLoans{"/loans", {}};

AnswerKey keyOf(const Touch& touch) {
    if (isInItem(touch.question))
        return {"/loans/" + std::string(questionName(touch.question)), {touch.item}};
    return {"/" + std::string(questionName(touch.question)), {}};
}

Done failed(const Error& error) { return {false, error.message, {}}; }

}  // namespace

std::unique_ptr<World> fullWorld(Tap& tap, const Schedule& schedule) {
    return std::make_unique<FullWorld>(tap, schedule);
}

void prepare(Level level) {
    if (level == Level::Full) province();
}

FullWorld::FullWorld(Tap& tap, const Schedule& schedule)
    : World(tap), province_(province()), seed_(schedule.seed) {
    packFrames(true);
    worldDice() = Dice(seed_ ^ 0x5075A);
    Dice dice(seed_), watch(schedule.clocks);
    limits_.compactEdits = !dice.oneIn(3);
    if (dice.oneIn(2)) limits_.feedBytes = 60 + dice.below(400);
    if (dice.oneIn(2)) limits_.requestBytes = 100 + dice.below(600);
    if (dice.oneIn(2)) limits_.sealedChanges = 1 + dice.below(4);
    if (dice.oneIn(2)) limits_.passedOn = 1 + dice.below(3);
    if (dice.oneIn(3)) limits_.snapshotPays = 2 + dice.below(8);
    if (schedule.focus == Focus::FirstSync) {
        limits_.feedBytes = 1 + dice.below(60);
        limits_.passedOn = SyncLimits().passedOn;
        limits_.snapshotPays = 2;
    }
    if (schedule.focus == Focus::Areas) {
        if (!dice.oneIn(3)) limits_.feedBytes = 1 + dice.below(120);
        if (!dice.oneIn(3)) limits_.snapshotPays = 2 + dice.below(6);
    }
    // From 1980 to 2099.
    auto clock = [&] {
        return watch.oneIn(2) ? 0 : (static_cast<std::int64_t>(watch.below(120)) - 46) * kYearMs;
    };
    serverClock_ = clock();
    folder_ = province_.folder / ("run-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    serverFile_ = folder_ / "server.db";
    disk::put(province_.server, serverFile_);
    startServer(limits_);
    for (std::size_t person = 0; person + 2 < province_.people.size(); ++person) {
        auto laptop = std::make_unique<Laptop>();
        laptop->person = person;
        laptop->clock = clock();
        laptop->file = folder_ / ("laptop" + std::to_string(person) + ".db");
        disk::put(province_.people[person].laptop, laptop->file);
        start(*laptop);
        laptops_.push_back(std::move(laptop));
    }
}

FullWorld::~FullWorld() {
    // Nothing of this need reach the disk any more.
    for (auto& laptop : laptops_) disk::kill(laptop->file);
    disk::kill(serverFile_);
    for (auto& laptop : laptops_) {
        laptop->notebook.reset();
        disk::revive(laptop->file);
    }
    stopServer();
    disk::revive(serverFile_);
}

Surroundings FullWorld::surroundings(std::function<std::int64_t()> clock, SyncLimits limits) {
    Surroundings outside;
    outside.nowMs = std::move(clock);
    outside.newId = [this] { return newId(); };
    outside.limits = limits;
    return outside;
}

Id FullWorld::newId() {
    std::array<std::uint8_t, 10> drawn{};
    for (auto& byte : drawn) byte = static_cast<std::uint8_t>(worldDice().below(256));
    return timeOrderedId(nowMs_ + static_cast<std::int64_t>(++ids_), drawn);
}

void FullWorld::start(Laptop& laptop) {
    auto notebook = Notebook::open(
        laptop.file,
        surroundings([this, &laptop] { return (nowMs_ += 700) + laptop.clock; }, limits_));
    if (!notebook.ok())
        throw std::runtime_error("a notebook does not open: " + notebook.error().message);
    laptop.notebook = std::move(*notebook);
    laptop.opened.clear();
}

void FullWorld::stop(Laptop& laptop) {
    disk::kill(laptop.file);
    laptop.notebook.reset();
}

void FullWorld::startServer(SyncLimits limits) {
    auto server = Workspace::open(
        serverFile_, surroundings([this] { return (nowMs_ += 300) + serverClock_; }, limits));
    if (!server.ok())
        throw std::runtime_error("the server does not open: " + server.error().message);
    server_ = std::move(*server);
    http_ = std::make_unique<HttpLoopback>(*server_);
}

void FullWorld::stopServer() {
    http_.reset();
    server_.reset();
}

Role FullWorld::role(std::size_t laptop) const {
    return province_.people[laptops_[laptop]->person].role;
}
bool FullWorld::isRevoked(std::size_t laptop) const {
    const PublicKey key = laptops_[laptop]->notebook->deviceKeys().publicKey;
    auto devices = server_->devices();
    return std::any_of(devices.begin(), devices.end(), [&](const DeviceListing& each) {
        return each.device.key == key && each.device.isRevoked;
    });
}

std::vector<std::string> FullWorld::areas(std::size_t laptop) const {
    for (const UserInfo& user : server_->users())
        if (user.name == province_.people[laptops_[laptop]->person].name) return user.areas;
    return {};
}

bool FullWorld::worksIn(std::size_t laptop, const std::string& area) const {
    const auto codes = areas(laptop);
    return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
        return code == "*" || code == area || (code == kDistrict && isInDistrict(area));
    });
}

void FullWorld::movePerson(std::size_t laptop, std::uint32_t to) {
    using Codes = std::vector<std::string>;
    static const std::vector<Codes> kSets = {{kCommunes[0]},
                                             {kCommunes[1]},
                                             {kCommunes[0], kCommunes[1]},
                                             {kCommunes[1], kCommunes[2]},
                                             {kCommunes[2]},
                                             {kDistrict},
                                             {"*"}};
    // Officers do not work everywhere.
    const std::size_t count = kSets.size() - (role(laptop) == Role::Officer ? 1 : 0);
    auto moved =
        server_->moveUser(province_.people[laptops_[laptop]->person].name, kSets[to % count]);
    if (!moved.ok()) throw std::runtime_error(moved.error().message);
}

std::size_t FullWorld::logOf(std::size_t laptop) {
    const std::uint32_t incarnation = laptops_[laptop]->notebook->openNew("coop").seen.incarnation;
    auto place = std::find(incarnations_.begin(), incarnations_.end(), incarnation);
    if (place == incarnations_.end()) throw std::runtime_error("a laptop counts in no log");
    return static_cast<std::size_t>(place - incarnations_.begin());
}

Ordinal FullWorld::ordinal(Question question) const {
    return province_.fields
        .byPath((isInItem(question) ? "/loans/" : "/") + std::string(questionName(question)))
        ->ordinal;
}

bool FullWorld::knows(std::size_t laptop, Question question) {
    auto fields = laptops_[laptop]->notebook->fields("coop");
    return fields.ok() && fields->byOrdinal(ordinal(question));
}

bool FullWorld::asks(std::size_t laptop, Question question) {
    auto fields = laptops_[laptop]->notebook->fields("coop");
    const Field* field = fields.ok() ? fields->byOrdinal(ordinal(question)) : nullptr;
    return field && !field->retired;
}

void FullWorld::clockJumps(std::size_t laptop, std::uint32_t by) {
    laptops_[laptop]->clock = (static_cast<std::int64_t>(by % 120) - 46) * kYearMs;
}

std::vector<Id> FullWorld::historyOf(Laptop& laptop, const Id& record, bool* isWhole) {
    std::vector<Id> ids;
    auto history = laptop.notebook->history(record);
    if (!history.ok()) return ids;
    if (isWhole) *isWhole = history->isComplete;
    for (const HistoryEntry& entry : history->entries) ids.push_back(entry.origin.change);
    return ids;
}

std::vector<ShownConflict> FullWorld::shown(const std::vector<Conflict>& conflicts) const {
    std::vector<ShownConflict> all;
    for (const Conflict& conflict : conflicts) {
        ShownConflict one{conflict.id, conflict.record, conflict.item, conflict.kind, {}};
        for (const ConflictField& field : conflict.fields) {
            ShownField shownField{field.cell, {}};
            for (const ConflictHead& head : field.heads)
                shownField.heads.emplace_back(head.origin.change, head.value.toString());
            one.fields.push_back(std::move(shownField));
        }
        all.push_back(std::move(one));
    }
    return all;
}

Screen FullWorld::screenOf(Laptop& laptop, const OpenRecord& opened) {
    Screen screen;
    screen.isThere = true;
    screen.isDeleted = opened.isDeleted;
    for (const auto& [key, value] : opened.answers.values)
        if (const Field* field = province_.fields.byPath(key.path))
            screen.values[{key.items.empty() ? Id{} : key.items.back(), field->ordinal}] =
                value.toString();
    auto items = opened.answers.items.find(kLoans);
    if (items != opened.answers.items.end())
        for (const RepeatItem& item : items->second)
            screen.items.emplace_back(item.id, item.position);
    auto conflicts = laptop.notebook->conflictsOf(opened.record);
    if (conflicts.ok()) screen.conflicts = shown(*conflicts);
    screen.changes = historyOf(laptop, opened.record, &screen.hasWholeHistory);
    made_.insert(screen.changes.begin(), screen.changes.end());
    return screen;
}

Id FullWorld::openNew(std::size_t laptop) {
    OpenRecord opened = laptops_[laptop]->notebook->openNew("coop");
    Id record = opened.record;
    laptops_[laptop]->opened[record] = std::move(opened);
    records_.push_back(record);
    return record;
}

Screen FullWorld::open(std::size_t laptop, const Id& record) {
    Laptop& here = *laptops_[laptop];
    auto opened = here.notebook->openRecord(record);
    if (!opened.ok()) return {};
    here.opened[record] = *opened;
    return screenOf(here, *opened);
}

Screen FullWorld::look(std::size_t laptop, const Id& record) {
    Laptop& here = *laptops_[laptop];
    auto opened = here.notebook->openRecord(record);
    return opened.ok() ? screenOf(here, *opened) : Screen{};
}

Done FullWorld::changesMade(Laptop& laptop, const Id& record, const Status& status) {
    if (!status.ok()) return failed(status.error());
    Done done{true, "", {}};
    if (disk::hasFailed(laptop.file)) return done;
    for (const Id& id : historyOf(laptop, record))
        if (made_.insert(id).second) done.changes.push_back(id);
    return done;
}

Done FullWorld::save(std::size_t laptop, const Id& record, const std::vector<Touch>& touches) {
    Laptop& here = *laptops_[laptop];
    const OpenRecord opened = here.opened[record];
    here.opened.erase(record);
    Answers answers = opened.answers;
    for (const Touch& touch : touches) {
        auto& items = answers.items[kLoans];
        auto item = std::find_if(items.begin(), items.end(),
                                 [&](const RepeatItem& each) { return each.id == touch.item; });
        if (touch.kind == Touch::Kind::AddItem) {
            items.push_back({touch.item, touch.position});
        } else if (touch.kind == Touch::Kind::MoveItem && item != items.end()) {
            item->position = touch.position;
        } else if (touch.kind == Touch::Kind::RemoveItem && item != items.end()) {
            items.erase(item);
            std::erase_if(answers.values, [&](const auto& entry) {
                return !entry.first.items.empty() && entry.first.items.back() == touch.item;
            });
        } else if (touch.kind == Touch::Kind::Answer) {
            auto value = parseValue(questionType(touch.question), touch.typed);
            if (!value.ok()) return failed(value.error());
            if (value->isEmpty())
                answers.values.erase(keyOf(touch));
            else
                answers.values[keyOf(touch)] = *value;
        }
        if (answers.items[kLoans].empty()) answers.items.erase(kLoans);
    }
    auto saved = here.notebook->save(opened, answers);
    return changesMade(here, record, saved.ok() ? Status{} : Status{saved.error()});
}

Done FullWorld::remove(std::size_t laptop, const Id& record) {
    Laptop& here = *laptops_[laptop];
    auto done = here.notebook->remove(record, "gone");
    return changesMade(here, record, done.ok() ? Status{} : Status{done.error()});
}

Done FullWorld::restore(std::size_t laptop, const Id& record) {
    Laptop& here = *laptops_[laptop];
    auto done = here.notebook->restore(record);
    return changesMade(here, record, done.ok() ? Status{} : Status{done.error()});
}

std::vector<ShownConflict> FullWorld::conflicts(std::size_t laptop) {
    auto conflicts = laptops_[laptop]->notebook->conflicts();
    return conflicts.ok() ? shown(*conflicts) : std::vector<ShownConflict>();
}

Done FullWorld::resolve(std::size_t laptop, const Id& conflict, const Decision& decision) {
    auto id = laptops_[laptop]->notebook->resolve(conflict, decision);
    if (!id.ok()) return failed(id.error());
    made_.insert(*id);
    return {true, "", {*id}};
}

std::string FullWorld::stateHash(std::size_t laptop) {
    auto hash = laptops_[laptop]->notebook->stateHash();
    return hash.ok() ? *hash : hash.error().message;
}
std::string FullWorld::serverHash() {
    auto hash = server_->stateHash();
    return hash.ok() ? *hash : "server: " + hash.error().message;
}
bool FullWorld::rebuildsAlike(std::size_t laptop) {
    auto alike = laptops_[laptop]->notebook->rebuildAndCompare();
    if (!alike.ok()) throw std::runtime_error("rebuild: " + alike.error().message);
    return *alike;
}
bool FullWorld::serverRebuildsAlike() {
    auto alike = server_->rebuildAndCompare();
    return alike.ok() && *alike;
}
std::uint64_t FullWorld::unsent(std::size_t laptop) {
    return laptops_[laptop]->notebook->unsentChanges();
}

}  // namespace sotay::sim
