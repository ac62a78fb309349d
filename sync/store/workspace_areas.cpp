#include <algorithm>
#include <utility>

#include "schema/mutant.h"
#include "sync/store/workspace_impl.h"

// Who holds which records. A record is for everybody who works in an area where somebody says that
// it lies: while its area is in dispute, for the people of both.

namespace sotay {

std::set<std::string> Workspace::Impl::reach(const std::vector<std::string>& areas) {
    // Another process may have imported areas.
    if (std::exchange(reachesAsOf, stores.reloads()) != stores.reloads()) reaches.clear();
    auto known = reaches.find(areas);
    if (known != reaches.end()) return known->second;
    std::set<std::string> all(areas.begin(), areas.end());
    std::vector<std::string> open(areas.begin(), areas.end());
    while (!open.empty()) {
        std::string parent = open.back();
        open.pop_back();
        SQLite::Statement below(stores.database.raw(), "SELECT code FROM areas WHERE parent=?");
        below.bind(1, parent);
        while (below.executeStep()) {
            std::string code = below.getColumn(0).getString();
            if (all.insert(code).second) open.push_back(code);
        }
    }
    return reaches[areas] = all;
}

Status Workspace::Impl::checkAreas(const std::vector<std::string>& codes) {
    if (stores.database.raw().execAndGet("SELECT count(*) FROM areas").getInt64() == 0) return {};
    for (const std::string& code : codes) {
        auto& find = stores.database.statement("SELECT 1 FROM areas WHERE code=?");
        find.bind(1, code);
        const bool isThere = find.executeStep();
        find.reset();
        if (!isThere && code != "*")
            return Error{Code::InvalidInput, "There is no area with the code " + code + "."};
    }
    return {};
}

const Field* Workspace::Impl::areaField(const std::string& formId) {
    const FormTables* tables = stores.records.tables(formId);
    const Field* area = tables ? tables->fields.areaField() : nullptr;
    return area && area->repeat == 0 ? area : nullptr;
}

void Workspace::Impl::addAreasOf(const std::string& formId, const Id& record,
                                 std::set<std::string>& areas) {
    const FormTables* tables = stores.records.tables(formId);
    const Field* area = areaField(formId);
    auto* slot = area ? tables->records.slot(area->ordinal) : nullptr;
    if (!slot) return;
    stores.records.settle(formId, record);
    auto& find = stores.database.statement("SELECT _conflicts," + slot->column + " FROM " +
                                           tables->records.name + " WHERE _id=?");
    bindId(find, 1, record);
    const bool isThere = find.executeStep();
    const bool isDisputed = isThere && find.getColumn(0).getInt() > 0;
    if (isThere) areas.insert(bytesColumn(find, 1));
    find.reset();
    if (!isDisputed) return;
    const auto state = stores.records.state(formId, record);
    const auto heads =
        state ? state->heads.find({Id{}, area->ordinal}) : RecordHeads::const_iterator();
    if (!state || heads == state->heads.end()) return;
    for (const Head& head : heads->second) areas.insert(head.value.toString());
}

std::vector<Id> Workspace::Impl::familyOf(const std::string& formId, const Id& record) {
    if (!stores.records.isInFamily(formId, record)) return {record};
    const Id survivor = stores.records.survivorOf(formId, record);
    std::vector<Id> family = stores.records.mergedInto(formId, survivor);
    family.push_back(survivor);
    return family;
}

bool Workspace::Impl::isFor(const std::set<std::string>& reach, const std::string& formId,
                            const Id& record) {
    if (reach.contains("*")) return true;
    std::set<std::string> areas;
    for (const Id& each : familyOf(formId, record)) addAreasOf(formId, each, areas);
    // One that nobody has placed yet is for everybody.
    return areas.empty() || std::any_of(areas.begin(), areas.end(), [&](const std::string& code) {
               return code.empty() || reach.contains(code);
           });
}

bool Workspace::Impl::mayMove(const Change& change) {
    const Field* area = areaField(change.form.formId);
    return std::any_of(change.writes.begin(), change.writes.end(), [&](const Write& write) {
        return write.cell.item.isNil() &&
               ((area && write.cell.ordinal == area->ordinal) || write.cell.ordinal == kAlive ||
                write.cell.ordinal == kMergedInto || write.cell.ordinal == kAbsorbed);
    });
}

bool Workspace::Impl::movesAfter(const std::string& formId, const Id& record,
                                 std::uint64_t number) {
    const Field* area = areaField(formId);
    for (const Id& each : familyOf(formId, record)) {
        const auto state = stores.records.state(formId, each);
        if (!state) continue;
        // Of what is deleted no dispute about its area is left.
        for (Ordinal ordinal : {area ? area->ordinal : kAlive, kAlive, kMergedInto, kAbsorbed}) {
            auto heads = state->heads.find({Id{}, ordinal});
            if (heads == state->heads.end()) continue;
            for (const Head& head : heads->second)
                if (stores.changes.causality().number(head.change).value_or(0) > number)
                    return true;
        }
    }
    return false;
}

bool Workspace::Impl::wasFor(const std::set<std::string>& reach, const LentChange& change,
                             ChangeRef ref) {
    const Field* area = areaField(change.form.formId);
    const auto state =
        area ? stores.records.state(change.form.formId, change.record) : std::nullopt;
    if (!state) return true;
    // The areas as its author knew them: a move on another laptop takes nobody's work away.
    const Causality& causality = stores.changes.causality();
    std::vector<Head> known;
    for (const StoredChange& earlier : stores.view.changesOf(*state)) {
        if (earlier.ref == ref || !causality.inPast(earlier.ref, ref, change.seen)) continue;
        for (const Write& write : earlier.change.writes) {
            if (write.cell != Cell{Id{}, area->ordinal}) continue;
            std::erase_if(known, [&](const Head& head) {
                return causality.inPast(head.change, earlier.ref, earlier.change.seen);
            });
            known.push_back({earlier.ref, write.value});
        }
    }
    return known.empty() || std::any_of(known.begin(), known.end(), [&](const Head& head) {
               return head.value.isEmpty() || reach.contains(head.value.toString());
           });
}

std::string Workspace::Impl::objectionToArea(const UserInfo& author, const LentChange& change,
                                             ChangeRef ref) {
    const std::set<std::string> reach = this->reach(author.areas);
    if (reach.contains("*")) return {};
    const std::string& formId = change.form.formId;
    const Field* area = areaField(formId);
    for (const LentWrite& write : change.writes) {
        if (!area || write.item || write.ordinal != area->ordinal || write.isEmpty()) continue;
        const std::string code = write.value().toString();
        if (!reach.contains(code))
            return "The record is in the area " + code + ", where its author does not work.";
    }
    if (isFor(reach, formId, change.record) || wasFor(reach, change, ref)) return {};
    std::set<std::string> areas;
    addAreasOf(formId, change.record, areas);
    return "The record is in the area " + (areas.empty() ? std::string() : *areas.begin()) +
           ", where its author does not work.";
}

// Gives a change to a reader of these areas, if it is for them. What may have just entered, a
// record or others that are one with it by merging, comes with all that was done to it elsewhere.
// So does what enters further on in the log: nothing comes before what its author had seen.
void Workspace::Impl::giveTo(const std::set<std::string>& reach, std::uint64_t number,
                             StoredChange change, const std::function<void(StoredChange)>& give) {
    const std::string& formId = change.change.form.formId;
    if (!isFor(reach, formId, change.change.record)) return;
    const bool mayEnter =
        !reach.contains("*") &&
        (mayMove(change.change) || movesAfter(formId, change.change.record, number));
    if (mayEnter && !mutant(Mutant::MoveHidesHistory)) {
        std::vector<StoredChange> before;
        for (const Id& each : familyOf(formId, change.change.record))
            if (auto state = stores.records.state(formId, each))
                for (auto& earlier : stores.view.changesOf(*state))
                    if (stores.changes.causality().number(earlier.ref).value_or(UINT64_MAX) <
                        number)
                        before.push_back(std::move(earlier));
        for (StoredChange& earlier : before) give(std::move(earlier));
    }
    give(std::move(change));
}

// The reader has this change, but may lack others' of the record, which it brought back: when they
// were passed the record lay elsewhere.
void Workspace::Impl::giveReturning(const std::set<std::string>& reach, std::uint64_t number,
                                    ChangeRef ref, const std::function<void(StoredChange)>& give) {
    const auto record = stores.changes.recordAt(number);
    const auto formId = record ? stores.records.formOf(*record) : std::nullopt;
    if (!formId || stores.records.createdBy(*formId, *record) == ref) return;
    auto change = stores.changes.find(ref);
    if (change && mayMove(change->change)) giveTo(reach, number, std::move(*change), give);
}

// The caller's own change, out of quarantine, is not given where its record is not: but that it is
// in the log.
void Workspace::Impl::tellAdmitted(const Caller& caller, const std::set<std::string>& reach,
                                   const StoredChange& change, SyncReply& reply) {
    const Change& own = change.change;
    if (own.device != caller.key || isFor(reach, own.form.formId, own.record)) return;
    reply.oldNumbers.push_back({own.device, change.ref.height, 1, change.id,
                                stores.changes.incarnation(),
                                stores.changes.causality().number(change.ref).value_or(0)});
}

void Workspace::Impl::tellLeft(const std::set<std::string>& reach, const Change& change,
                               SyncReply& reply) {
    if (reach.contains("*") || !mayMove(change)) return;
    for (const Id& each : familyOf(change.form.formId, change.record))
        tellLeft(reach, change.form.formId, each, reply);
}

// One's own change is out of one's areas when the administrator admitted it.
void Workspace::Impl::tellLeft(const std::set<std::string>& reach, std::uint64_t number,
                               SyncReply& reply) {
    const auto record = stores.changes.recordAt(number);
    const auto formId = record ? stores.records.formOf(*record) : std::nullopt;
    if (formId) tellLeft(reach, *formId, *record, reply);
}

void Workspace::Impl::tellLeft(const std::set<std::string>& reach, const std::string& formId,
                               const Id& record, SyncReply& reply) {
    if (isFor(reach, formId, record)) return;
    const LeftRecord left{formId, record};
    if (std::find(reply.left.begin(), reply.left.end(), left) == reply.left.end())
        reply.left.push_back(left);
}

}  // namespace sotay
