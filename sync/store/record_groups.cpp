#include <algorithm>

#include "sync/store/record_store.h"

// Records that are one by merging, in the store. The marks are kept in a map in memory and in the
// table
//   redirects  record -> target, as the kMergedInto cells say
// which is derived from the records as the search table is.

namespace sotay {

void RecordStore::loadMarks() {
    database_.run(
        "CREATE TABLE IF NOT EXISTS redirects(record BLOB PRIMARY KEY, form_id TEXT NOT NULL, "
        "target BLOB NOT NULL) WITHOUT ROWID");
    database_.run(
        "CREATE TABLE IF NOT EXISTS met(record BLOB PRIMARY KEY, form_id TEXT NOT NULL, broken "
        "INTEGER NOT NULL) WITHOUT ROWID");
    redirects_.clear();
    SQLite::Statement all(database_.raw(), "SELECT form_id,record,target FROM redirects");
    while (all.executeStep())
        redirects_[all.getColumn(0).getString()].set(idColumn(all, 1), idColumn(all, 2));
    hasMarks_ = database_.raw().execAndGet("SELECT EXISTS(SELECT 1 FROM met)").getInt() != 0;
    isTracking_ = false;
    touched_.clear();
}

Redirects::IsHere RecordStore::isHere(const std::string& formId) {
    const FormTables* tables = this->tables(formId);
    return [this, tables](const Id& record) {
        auto& find = database_.statement("SELECT 1 FROM " + tables->records.name + " WHERE _id=?");
        bindId(find, 1, record);
        bool found = find.executeStep();
        find.reset();
        return found;
    };
}

bool RecordStore::isInFamily(const std::string& formId, const Id& record) const {
    auto found = redirects_.find(formId);
    return found != redirects_.end() &&
           (found->second.hasMark(record) || found->second.isTarget(record));
}

Id RecordStore::survivorOf(const std::string& formId, const Id& record) {
    if (!isInFamily(formId, record)) return record;
    return redirects_[formId].survivor(record, isHere(formId));
}

std::vector<Id> RecordStore::mergedInto(const std::string& formId, const Id& survivor) {
    if (!isInFamily(formId, survivor)) return {};
    return redirects_[formId].mergedInto(survivor, isHere(formId));
}

std::vector<Id> RecordStore::marksBetween(const std::string& formId, const Id& record) {
    if (!isInFamily(formId, record)) return {};
    return redirects_[formId].marksBetween(record, isHere(formId));
}

void RecordStore::noteRedirect(const FormTables& tables, const Id& record) {
    auto family = [&](std::set<Id>& into) {
        const Id survivor = survivorOf(tables.formId, record);
        into.insert({record, survivor});
        for (const Id& id : mergedInto(tables.formId, survivor)) into.insert(id);
    };
    std::set<Id> concerned;
    family(concerned);
    auto state = this->state(tables.formId, record);
    std::optional<Id> target;
    if (state)
        if (auto mark = state->heads.find({Id{}, kMergedInto}); mark != state->heads.end())
            target = Id::parse(provisional(mark->second, changes_.causality())->value.toString());
    if (target == record) target.reset();
    redirects_[tables.formId].set(record, target.value_or(Id{}));
    auto& write = database_.statement(
        target ? "INSERT OR REPLACE INTO redirects(record,form_id,target) VALUES(?,?,?)"
               : "DELETE FROM redirects WHERE record=?");
    bindId(write, 1, record);
    if (target) {
        write.bind(2, tables.formId);
        bindId(write, 3, *target);
    }
    write.exec();
    family(concerned);
    for (const Id& id : concerned) {
        recountOne(tables, id);
        if (isTracking_) touched_.push_back(id);
    }
}

RecordStore::Whole RecordStore::whole(RecordState state) {
    Whole whole;
    whole.state = std::move(state);
    const std::string& formId = whole.state.formId;
    if (!isInFamily(formId, whole.state.id) || isMerged(formId, whole.state.id)) return whole;
    const auto here = isHere(formId);
    std::vector<std::vector<Id>> paths;
    for (const Id& id : mergedInto(formId, whole.state.id)) {
        auto part = this->state(formId, id);
        if (!part) continue;
        auto verdict = judgeRecord(part->heads, changes_.causality(),
                                   [this](ChangeRef ref) { return seenOf(ref); });
        if (verdict.isDeleted) continue;
        whole.parts.push_back(std::move(*part));
        paths.push_back(redirects_[formId].path(id, here));
    }
    std::vector<JoinedPart> parts{{whole.state.id, &whole.state.heads, {whole.state.id}}};
    for (std::size_t i = 0; i < whole.parts.size(); ++i) {
        parts.push_back({whole.parts[i].id, &whole.parts[i].heads, paths[i]});
        for (const auto& [cell, heads] : whole.parts[i].heads)
            if (!cell.item.isNil()) whole.ownerOf[cell.item] = whole.parts[i].id;
    }
    whole.state.heads =
        joinHeads(parts, changes_.causality(), [this](ChangeRef ref) { return seenOf(ref); });
    return whole;
}

std::optional<Id> RecordStore::ownerOf(const std::string& formId, const Id& item) {
    const FormTables* tables = this->tables(formId);
    if (!tables) return {};
    for (const auto& [repeat, table] : tables->items) {
        auto& find =
            database_.statement("SELECT r._id FROM " + table.name + " i JOIN " +
                                tables->records.name + " r ON r._n=i._record WHERE i._id=?");
        bindId(find, 1, item);
        std::optional<Id> owner;
        if (find.executeStep()) owner = idColumn(find, 0);
        find.reset();
        if (owner) return owner;
    }
    return {};
}

RecordVerdict RecordStore::judge(const RecordState& state) {
    auto verdict = judgeRecord(state.heads, changes_.causality(),
                               [this](ChangeRef ref) { return seenOf(ref); });
    if (!isMerged(state.formId, state.id)) return verdict;
    // What its answers disagree in is asked on the record that shows them; here remain whether it
    // is there at all, and where it belongs.
    std::erase_if(verdict.conflicts, [](const OpenConflict& conflict) {
        bool isOwn = std::any_of(
            conflict.cells.begin(), conflict.cells.end(),
            [](const Cell& cell) { return cell.item.isNil() && cell.ordinal < kFirstField; });
        return !isOwn;
    });
    return verdict;
}

void RecordStore::recount(const FormTables& tables, const Id& record) {
    recountOne(tables, record);
    const Id survivor = survivorOf(tables.formId, record);
    if (survivor != record) recountOne(tables, survivor);
}

void RecordStore::recountOne(const FormTables& tables, const Id& record) {
    settle(tables.formId, record);
    auto& find = database_.statement("SELECT _n,_heads,_conflicts,_deleted,_alive,_rest FROM " +
                                     tables.records.name + " WHERE _id=?");
    bindId(find, 1, record);
    const bool isHere = find.executeStep();
    const auto row = isHere ? find.getColumn(0).getInt64() : 0;
    const HeadMap named = isHere ? decodeHeads(bytesColumn(find, 1)) : HeadMap();
    const std::uint32_t counted = isHere ? find.getColumn(2).getUInt() : 0;
    const int hidden = isHere ? find.getColumn(3).getInt() : 0;
    const bool hasAlive = isHere && !find.getColumn(4).isNull();
    const RestMap rest = isHere ? decodeRest(bytesColumn(find, 5)) : RestMap();
    find.reset();
    if (!isHere) return;
    // Mostly only some fields are in dispute: then the others need not be read.
    auto isField = [](const auto& entry) {
        return entry.first >= kFirstField && (entry.first & kQuestion) == 0;
    };
    const bool isPlain = !hasAlive && !isInFamily(tables.formId, record) &&
                         std::all_of(named.begin(), named.end(), isField) &&
                         std::all_of(rest.begin(), rest.end(), isField);
    RecordState state;
    if (isPlain) {
        state.id = record;
        state.formId = tables.formId;
        for (const auto& [ordinal, heads] : named)
            if (heads.size() > 1) state.heads[{Id{}, ordinal}] = heads;
        readItems(tables, row, state.heads);
    } else {
        state = std::move(*this->state(tables.formId, record));
    }
    const bool merged = isMerged(tables.formId, record);
    RecordVerdict verdict = judge(merged ? state : whole(std::move(state)).state);
    // A list leaves out what is deleted (1) and what is shown with another record (2).
    const int deleted = merged ? 2 : verdict.isDeleted ? 1 : 0;
    const auto count = static_cast<std::uint32_t>(verdict.conflicts.size());
    if (count != counted || deleted != hidden) {
        auto& update = database_.statement("UPDATE " + tables.records.name +
                                           " SET _conflicts=?,_deleted=? WHERE _n=?");
        update.bind(1, count);
        update.bind(2, deleted);
        update.bind(3, row);
        update.exec();
    }
    showCount(tables, record, row, count, deleted);
}

}  // namespace sotay
