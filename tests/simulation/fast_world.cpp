#include "tests/simulation/fast_world.h"

#include <algorithm>

#include "tests/simulation/frames.h"
#include "tests/simulation/touches.h"

namespace sotay::sim {
namespace {

constexpr std::uint64_t kPackedEvery = 16;  // schedules one packs its messages
constexpr std::int64_t kYear = 365 * 86400;

Id numbered(std::uint64_t kind, std::uint64_t number) {
    Id id;
    for (std::size_t i = 0; i < 8; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(kind >> (8 * i));
        id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    }
    return id;
}

}  // namespace

std::unique_ptr<World> fastWorld(Tap& tap, const Schedule& schedule) {
    return std::make_unique<FastWorld>(tap, schedule);
}

FastWorld::FastWorld(Tap& tap, const Schedule& schedule)
    : World(tap), server_(chains_), dice_(schedule.seed) {
    packFrames(schedule.seed % kPackedEvery == 0);
    if (dice_.oneIn(2)) feedLimit_ = 1 + dice_.below(6);
    if (dice_.oneIn(2)) sealLimit_ = 1 + dice_.below(3);
    if (dice_.oneIn(2)) batchLimit_ = 1 + dice_.below(3);
    Dice watch(schedule.clocks);
    for (Role role :
         {Role::Supervisor, Role::Officer, Role::Officer, Role::Supervisor, Role::Administrator}) {
        Person person;
        person.role = role;
        person.id = numbered(1, people_.size() + 1);
        person.key[0] = static_cast<std::uint8_t>(people_.size() + 1);
        people_.push_back(person);
        if (role == Role::Administrator) continue;  // the auditor
        laptops_.emplace_back(chains_);
        laptops_.back().person = people_.size() - 1;
        laptops_.back().run = dice_.next();
        if (watch.oneIn(2))
            laptops_.back().clock = (static_cast<std::int64_t>(watch.below(120)) - 46) * kYear;
    }
}

Id FastWorld::newId() { return numbered(2, ++ids_); }

Change FastWorld::draft(Laptop& laptop, const Id& record, Seen seen) {
    Change change;
    change.author = people_[laptop.person].id;
    change.device = people_[laptop.person].key;
    change.form = {"coop", 1, 77};
    change.record = record;
    change.seen = seen;
    change.wallSeconds = ++nowSeconds_ + laptop.clock;
    change.run = laptop.run;
    change.runCount = ++laptop.runCount;
    return change;
}

Id FastWorld::append(Laptop& laptop, Change change) {
    canonicalise(change);
    Batch batch;
    batch.changes = {std::move(change)};
    Run run;
    run.device = people_[laptop.person].key;
    run.prev = laptop.tip;
    run.count = 1;
    batch.runs = {run};
    Id id = linkChanges(batch)[0];
    laptop.tip = id;
    if (chains_.find(id)) return id;  // the harness sees that it is not new
    ChangeRef ref = chains_.add(std::move(batch.changes[0]), id);
    laptop.own.push_back(ref);
    laptop.store.merge(ref);
    return id;
}

Id FastWorld::openNew(std::size_t laptop) {
    Id record = newId();
    Opened opened;
    opened.seen = laptops_[laptop].cursor;
    opened.own = laptops_[laptop].own.size();
    opened.isNew = true;
    laptops_[laptop].opened[record] = std::move(opened);
    return record;
}

Screen FastWorld::screenOf(Laptop& laptop, const Id& record) {
    Screen screen;
    auto found = laptop.store.records().find(record);
    if (found == laptop.store.records().end()) return screen;
    RecordVerdict verdict = laptop.store.judge(record);
    screen.isThere = true;
    screen.isDeleted = verdict.isDeleted;
    screen.hasWholeHistory = !laptop.isSnapshot;
    auto isDeleted = [&](const Id& item) {
        return std::find(verdict.deletedItems.begin(), verdict.deletedItems.end(), item) !=
               verdict.deletedItems.end();
    };
    for (const auto& [cell, heads] : found->second) {
        if (cell.ordinal == kAlive || isDeleted(cell.item)) continue;
        // What was said of an item whose making lies in quarantine waits for it.
        if (!cell.item.isNil() && !found->second.contains({cell.item, kPlace})) continue;
        std::string value = provisional(heads, laptop.store.causality())->value.toString();
        if (cell.ordinal == kPlace)
            screen.items.emplace_back(cell.item, value);
        else if (!value.empty())
            screen.values[cell] = value;
    }
    std::sort(screen.items.begin(), screen.items.end(), [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second < b.second : a.first < b.first;
    });
    screen.conflicts = conflictsIn(laptop, record, verdict);
    if (auto* changes = laptop.store.changesOf(record))
        for (ChangeRef ref : *changes) screen.changes.push_back(chains_.at(ref).id);
    return screen;
}

Screen FastWorld::look(std::size_t laptop, const Id& record) {
    return screenOf(laptops_[laptop], record);
}

Screen FastWorld::open(std::size_t laptop, const Id& record) {
    Laptop& here = laptops_[laptop];
    Screen screen = screenOf(here, record);
    if (!screen.isThere) return screen;
    Opened opened;
    opened.seen = here.cursor;
    opened.own = here.own.size();
    opened.isDeleted = screen.isDeleted;
    for (const auto& [cell, value] : screen.values) {
        const Heads& heads = here.store.records().at(record).at(cell);
        opened.values[cell] = provisional(heads, here.store.causality())->value;
    }
    opened.items = screen.items;
    here.opened[record] = std::move(opened);
    return screen;
}

std::vector<ShownConflict> FastWorld::conflictsIn(const Laptop& laptop, const Id& record,
                                                  const RecordVerdict& verdict) const {
    std::vector<ShownConflict> all;
    for (const OpenConflict& open : verdict.conflicts) {
        std::vector<Id> heads;
        for (ChangeRef ref : open.heads) heads.push_back(chains_.at(ref).id);
        ShownConflict conflict{conflictId(record, open, heads), record, open.item, open.kind, {}};
        for (const Cell& cell : open.cells) {
            ShownField field{cell, {}};
            const Heads& cellHeads = laptop.store.records().at(record).at(cell);
            for (ChangeRef ref : open.heads) {
                auto head = std::find_if(cellHeads.begin(), cellHeads.end(),
                                         [&](const Head& each) { return each.change == ref; });
                const bool hasSay = head != cellHeads.end();
                // Of a deletion the others are those who did not know of it.
                if (hasSay || open.kind == ConflictKind::Delete)
                    field.heads.emplace_back(chains_.at(ref).id,
                                             hasSay ? head->value.toString() : "1");
            }
            conflict.fields.push_back(std::move(field));
        }
        all.push_back(std::move(conflict));
    }
    return all;
}

std::vector<ShownConflict> FastWorld::conflicts(std::size_t laptop) {
    std::vector<ShownConflict> all;
    for (const auto& [record, heads] : laptops_[laptop].store.records())
        for (auto& conflict :
             conflictsIn(laptops_[laptop], record, laptops_[laptop].store.judge(heads)))
            all.push_back(std::move(conflict));
    return all;
}

// As Notebook does it: an officer's say in an open conflict stands beside the other side's.
Seen FastWorld::seenBelow(const Laptop& laptop, Seen seen,
                          const std::vector<ChangeRef>& sides) const {
    for (ChangeRef side : sides)
        if (std::find(laptop.own.begin(), laptop.own.end(), side) == laptop.own.end())
            if (auto number = laptop.store.causality().number(side))
                seen.number = std::min(seen.number, *number - 1);
    return seen;
}

std::optional<Change> FastWorld::opinionIn(Laptop& laptop, Change& change) {
    auto found = laptop.store.records().find(change.record);
    if (people_[laptop.person].role != Role::Officer || found == laptop.store.records().end())
        return {};
    std::set<Cell> disputed;
    std::vector<ChangeRef> concerned;
    const auto conflicts = laptop.store.judge(change.record).conflicts;
    for (const Write& write : change.writes) {
        auto sides = sidesOf(write, conflicts, found->second, laptop.store.causality());
        if (!sides.empty()) disputed.insert(write.cell);
        concerned.insert(concerned.end(), sides.begin(), sides.end());
    }
    if (disputed.empty()) return {};
    Change opinion = draft(laptop, change.record, seenBelow(laptop, change.seen, concerned));
    auto isDisputed = [&](const Write& write) { return disputed.contains(write.cell); };
    std::copy_if(change.writes.begin(), change.writes.end(), std::back_inserter(opinion.writes),
                 isDisputed);
    std::erase_if(change.writes, isDisputed);
    return opinion;
}

Done FastWorld::save(std::size_t laptop, const Id& record, const std::vector<Touch>& touches) {
    Laptop& here = laptops_[laptop];
    Opened opened = std::move(here.opened[record]);
    here.opened.erase(record);
    for (std::size_t i = opened.own; i < here.own.size(); ++i)
        if (chains_.at(here.own[i]).change.record == record)
            return {false, "changed since it was opened", {}};
    std::map<Cell, Value> writes;
    for (const Touch& touch : touches) {
        if (touch.kind == Touch::Kind::RemoveItem) {
            writes[{touch.item, kAlive}] = Value::integer(0);
        } else if (touch.kind == Touch::Kind::Answer) {
            Cell cell{touch.item, ordinal(touch.question)};
            auto value = parseValue(questionType(touch.question), touch.typed);
            if (!value.ok()) return {false, value.error().message, {}};
            auto before = opened.values.find(cell);
            if (*value == (before == opened.values.end() ? Value() : before->second))
                writes.erase(cell);
            else
                writes[cell] = *value;
        } else {
            auto now = std::find_if(opened.items.begin(), opened.items.end(),
                                    [&](const auto& item) { return item.first == touch.item; });
            if (now == opened.items.end() || now->second != touch.position)
                writes[{touch.item, kPlace}] = Value::text(touch.position);
        }
    }
    if (opened.isDeleted) writes[{Id{}, kAlive}] = Value::integer(1);
    if (writes.empty() && !opened.isNew) return {true, "", {}};
    Change change = draft(here, record, opened.seen);
    for (const auto& [cell, value] : writes) change.writes.push_back({cell, value});
    Done done{true, "", {}};
    if (auto opinion = opinionIn(here, change))
        done.changes.push_back(append(here, std::move(*opinion)));
    if (!change.writes.empty() || done.changes.empty())
        done.changes.push_back(append(here, std::move(change)));
    return done;
}

Done FastWorld::mark(std::size_t laptop, const Id& record, std::int64_t alive) {
    Laptop& here = laptops_[laptop];
    Change change = draft(here, record, here.cursor);
    change.writes = {{{Id{}, kAlive}, Value::integer(alive)}};
    // An officer's deletion stands beside what is in question.
    if (alive == 0 && role(laptop) == Role::Officer)
        change.seen = seenBelow(here, change.seen,
                                sidesOf(change.writes.front(), here.store.judge(record).conflicts,
                                        here.store.records().at(record), here.store.causality()));
    return {true, "", {append(here, std::move(change))}};
}

Done FastWorld::resolve(std::size_t laptop, const Id& conflict, const Decision& decision) {
    Laptop& here = laptops_[laptop];
    if (role(laptop) == Role::Officer) return {false, "only a supervisor settles", {}};
    for (const ShownConflict& open : conflicts(laptop)) {
        if (open.id != conflict) continue;
        Change change = draft(here, open.record, here.cursor);
        const RecordHeads& heads = here.store.records().at(open.record);
        for (const ShownField& field : open.fields) {
            auto isMeant = [&](const auto& head) { return head.first == decision.change; };
            if (decision.kind == Decision::Kind::TakeChange &&
                std::none_of(field.heads.begin(), field.heads.end(), isMeant))
                continue;
            Value value = Value::integer(decision.kind == Decision::Kind::Delete ? 0 : 1);
            if (decision.kind == Decision::Kind::UseValue) {
                auto question = static_cast<Question>(field.cell.ordinal - kFirstField);
                value = *parseValue(questionType(question), decision.value);
            }
            if (decision.kind == Decision::Kind::TakeChange)
                for (const Head& head : heads.at(field.cell))
                    if (chains_.at(head.change).id == decision.change) value = head.value;
            change.writes.push_back({field.cell, value});
        }
        return {true, "", {append(here, std::move(change))}};
    }
    return {false, "this conflict is no more", {}};
}

std::size_t FastWorld::keepImage(std::size_t laptop) {
    images_.push_back(laptops_[laptop]);
    images_.back().opened.clear();
    return images_.size() - 1;
}

void FastWorld::putImage(std::size_t image, std::size_t laptop) {
    laptops_[laptop] = images_[image];
    laptops_[laptop].run = dice_.next();
}

std::size_t FastWorld::clone(std::size_t laptop) {
    laptops_.push_back(laptops_[laptop]);
    laptops_.back().opened.clear();
    laptops_.back().run = dice_.next();
    return laptops_.size() - 1;
}

}  // namespace sotay::sim
