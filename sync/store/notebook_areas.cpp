#include <algorithm>

#include "schema/mutant.h"
#include "sync/store/notebook_impl.h"

// Records that went out of this laptop's areas. What was typed about them here and is not sent yet
// keeps them: they are put away when the server has it. Their changes stay in the batches that they
// came in, and tell what people had seen.

namespace sotay {

AreaStanding Notebook::Impl::areas() {
    const std::string bytes = stores.database.setting("areas");
    if (bytes.empty()) return {};
    auto standing = decodeAreas(bytes);
    if (!standing.ok()) throw SQLite::Exception(standing.error().message);
    return std::move(*standing);
}

AreaStanding Notebook::Impl::areasSaid() {
    AreaStanding said = areas();
    // From before laptops took this down.
    if (said.scope.codes.empty()) said.scope.fingerprint = kAreasUnknown;
    return said;
}

void Notebook::Impl::setAreas(const AreaStanding& standing) {
    stores.database.setSetting("areas", encodeAreas(standing));
}

bool Notebook::Impl::worksEverywhere() {
    const AreaStanding standing = areas();
    const auto& codes = standing.scope.codes;
    return standing.position == 0 && std::find(codes.begin(), codes.end(), "*") != codes.end();
}

bool Notebook::Impl::isInItsAreas() {
    const std::string told = stores.database.setting("areas.told");
    return told.empty() || told == stores.database.setting("areas");
}

void Notebook::Impl::tellAreas(const AreaScope& told) {
    AreaStanding there;
    there.scope = told;
    stores.database.setSetting("areas.told", encodeAreas(there));
    const bool hasNothing =
        cursor().number == 0 && number("snapshot.position") == 0 && !isRecovering();
    if (hasNothing) setAreas(there);
}

void Notebook::Impl::receiveAreas(const SyncReply& reply) {
    if (reply.areas.empty()) return;
    AreaStanding standing = areasSaid();
    follow(standing, reply.areas.front());
    setAreas(standing);
}

bool Notebook::Impl::hasLeft(const Id& record) {
    auto& find = stores.database.statement("SELECT 1 FROM left_records WHERE record=?");
    bindId(find, 1, record);
    const bool isThere = find.executeStep();
    find.reset();
    return isThere;
}

Seen Notebook::Impl::seenOf(const Id& record) {
    auto& find =
        stores.database.statement("SELECT incarnation,number FROM left_records WHERE record=?");
    bindId(find, 1, record);
    Seen seen = cursor();
    if (find.executeStep())
        seen = {find.getColumn(0).getUInt(),
                static_cast<std::uint64_t>(find.getColumn(1).getInt64())};
    find.reset();
    return seen;
}

void Notebook::Impl::takeOut(const Id& record) {
    if (!hasLeft(record)) return;
    derive(stores.records, [&](const Id& each) { return each == record; });
}

std::set<Id> Notebook::Impl::putAway() {
    std::set<Id> away;
    SQLite::Statement find(stores.database.raw(), "SELECT form_id,record FROM left_records");
    while (find.executeStep()) {
        const Id record = idColumn(find, 1);
        if (!stores.records.createdBy(find.getColumn(0).getString(), record)) away.insert(record);
    }
    return away;
}

void Notebook::Impl::Returning::begin(bool isWhole) {
    isWhole_ = isWhole;
    isAny_ =
        isWhole || !taken_.empty() ||
        impl_.stores.database.raw().execAndGet("SELECT count(*) FROM left_records").getInt() > 0;
}

bool Notebook::Impl::Returning::takes(const Change& change, ChangeRef ref) {
    if (!isAny_) return false;
    const bool hasLeft = impl_.hasLeft(change.record);
    if (hasLeft || !taken_.contains(change.record)) {
        if (!isWhole_ && !hasLeft) return false;
        impl_.comesBack(change.record);
        // Nor does a snapshot's state of it stand any more.
        auto& ahead = impl_.stores.database.statement("DELETE FROM ahead WHERE record=?");
        bindId(ahead, 1, change.record);
        ahead.exec();
        impl_.stores.records.erase(change.form.formId, change.record);
        taken_[change.record].clear();
    }
    return taken_[change.record].insert(ref).second;
}

void Notebook::Impl::Returning::finish() {
    if (taken_.empty()) return;
    for (const auto& change : impl_.stores.changes.range(impl_.own, 1, impl_.ownTip()))
        if (auto taken = taken_.find(change.change.record);
            taken != taken_.end() && taken->second.insert(change.ref).second)
            impl_.stores.merge(change.change, change.ref);
}

void Notebook::Impl::comesBack(const Id& record) {
    auto& forget = stores.database.statement("DELETE FROM left_records WHERE record=?");
    bindId(forget, 1, record);
    forget.exec();
}

void Notebook::Impl::receiveLeft(const SyncReply& reply) {
    for (const LeftRecord& left : reply.left) {
        // One that never was here cannot leave.
        if (!stores.records.createdBy(left.formId, left.record)) continue;
        // What is done to it from now on does not come here, so it is not seen either.
        auto& put = stores.database.statement(
            "INSERT OR IGNORE INTO left_records(record,form_id,incarnation,number) "
            "VALUES(?,?,?,?)");
        const Seen seen = cursor();
        bindId(put, 1, left.record);
        put.bind(2, left.formId);
        put.bind(3, seen.incarnation);
        put.bind(4, static_cast<std::int64_t>(seen.number));
        put.exec();
    }
}

void Notebook::Impl::putAwayLeft() {
    std::vector<LeftRecord> all;
    auto& find = stores.database.statement(
        "SELECT form_id,record FROM left_records WHERE record NOT IN (SELECT record FROM drafts)");
    while (find.executeStep()) all.push_back({find.getColumn(0).getString(), idColumn(find, 1)});
    find.reset();
    if (all.empty()) return;
    isUnsentKnown = false;
    for (const LeftRecord& left : all) {
        const bool isKept =
            unsentRecords().contains(left.record) && !mutant(Mutant::LeavingPurgesUnsent);
        if (isKept || !stores.records.createdBy(left.formId, left.record)) continue;
        stores.records.erase(left.formId, left.record);
    }
}

}  // namespace sotay
