#include "sync/store/record_store.h"

#include <algorithm>

#include "schema/mutant.h"
#include "sync/place.h"
#include "sync/store/record_edits.h"

namespace sotay {

RecordStore::RecordStore(Database& database, FormStore& forms, ChangeStore& changes)
    : database_(database),
      forms_(forms),
      changes_(changes),
      editor_(std::make_unique<Editor>(*this)) {}

RecordStore::~RecordStore() = default;

void RecordStore::load() {
    tables_.clear();
    imagePlans_.clear();
    editedRows_.clear();
    remade_.clear();
    late_.clear();
    for (const std::string& id : forms_.ids()) prepare(id);
    loadMarks();
}

void RecordStore::prepare(const std::string& formId) {
    if (const FieldTable* fields = forms_.fields(formId))
        tables_[formId] = prepareTables(database_, *fields);
    imagePlans_.erase(formId);
}

const FormTables* RecordStore::tables(const std::string& formId) const {
    auto found = tables_.find(formId);
    return found == tables_.end() ? nullptr : &found->second;
}

bool RecordStore::knows(const Change& change) const {
    const FormTables* tables = this->tables(change.form.formId);
    return tables &&
           std::all_of(change.writes.begin(), change.writes.end(),
                       [&](const Write& write) { return tables->knows(write.cell.ordinal); });
}

bool RecordStore::apply(const Change& change, ChangeRef ref) {
    const FormTables* tables = this->tables(change.form.formId);
    if (tables && mutant(Mutant::UnknownFieldDropped) && !knows(change)) {
        Change rest = change;
        std::erase_if(rest.writes,
                      [&](const Write& write) { return !tables->knows(write.cell.ordinal); });
        return apply(rest, ref);
    }
    if (!tables || !knows(change)) return false;
    if (isEdit(*tables, change) && applyEdit(*tables, change, ref)) return true;

    // The writes are ordered by item, the record itself first.
    std::vector<const Write*> own;
    std::size_t at = 0;
    for (; at < change.writes.size() && change.writes[at].cell.item.isNil(); ++at)
        own.push_back(&change.writes[at]);
    Touched touched = writeRow(*tables, tables->records, change.record, 0, own, change, ref);

    while (at < change.writes.size()) {
        const Id item = change.writes[at].cell.item;
        std::vector<const Write*> writes;
        for (; at < change.writes.size() && change.writes[at].cell.item == item; ++at)
            writes.push_back(&change.writes[at]);
        const FormTable* table = itemTable(*tables, item, writes);
        if (!table)
            continue;  // an item that no repeat knows: the change itself is kept, and shown in the
                       // history
        touched.mayConflict |=
            writeRow(*tables, *table, item, touched.row, writes, change, ref).mayConflict;
        // An item within an item may have been deleted with that one.
        if (!touched.isNew) touched.mayConflict |= tables->fields.byOrdinal(table->repeat)->repeat;
    }
    if (touched.isNew) insertSearch(*tables, touched.row, own, change.wallSeconds);
    noteApplied(*tables, change, touched, own);
    return true;
}

void RecordStore::noteApplied(const FormTables& tables, const Change& change,
                              const Touched& touched, const std::vector<const Write*>& own) {
    if (!touched.isNew) {
        // Edits come in the order of the records, which is mostly that of their rows.
        auto& rows = editedRows_[tables.formId];
        std::int64_t& changed =
            rows.try_emplace(rows.end(), touched.row, change.wallSeconds)->second;
        changed = std::max(changed, change.wallSeconds);
        if (touched.summaryChanged) refold(tables, touched.row);
    }
    if (touched.cameLate)
        remakeLater(tables, change.record);
    else if (touched.mayConflict || isInFamily(tables.formId, change.record))
        recount(tables, change.record);
    const bool isMarked = std::any_of(own.begin(), own.end(), [](const Write* write) {
        return write->cell.ordinal == kMergedInto;
    });
    const bool isFamily = isInFamily(tables.formId, change.record);
    if (isMarked || (isFamily && (touched.isNew || touched.cameLate)))
        noteRedirect(tables, change.record);
    if (!touched.isNew) noteMeeting(tables, change, touched.met);
    if (isTracking_) touched_.push_back(change.record);
}

const FormTable* RecordStore::itemTable(const FormTables& tables, const Id& item,
                                        const std::vector<const Write*>& writes) {
    for (const Write* write : writes) {
        Ordinal repeat = 0;
        if (write->cell.ordinal == kPlace) {
            if (auto place = Place::fromValue(write->value)) repeat = place->repeat;
        } else if (const Field* field = tables.fields.byOrdinal(write->cell.ordinal)) {
            repeat = field->repeat;
        }
        auto found = tables.items.find(repeat);
        if (found != tables.items.end()) return &found->second;
    }
    for (const auto& [repeat, table] : tables.items) {
        auto& find = database_.statement("SELECT 1 FROM " + table.name + " WHERE _id=?");
        bindId(find, 1, item);
        bool isHere = find.executeStep();
        find.reset();
        if (isHere) return &table;
    }
    return nullptr;
}

RecordStore::Touched RecordStore::writeRow(const FormTables& tables, const FormTable& table,
                                           const Id& id, std::int64_t record,
                                           const std::vector<const Write*>& writes,
                                           const Change& change, ChangeRef ref) {
    Touched touched;
    // A change that writes much of a row is likely its first: then looking for it is spared.
    const bool isLikelyNew = 2 * writes.size() > table.slots.size();
    auto row = isLikelyNew ? std::nullopt : readRow(table, id, writes);
    touched.isNew = !row && insertRow(table, id, record, writes, change, ref);
    if (!row && !touched.isNew) row = readRow(table, id, writes);
    if (row) {
        updateRow(table, *row, writes, change, ref);
        compareTo(*row, writes, change, ref, touched);
        if (!table.isItems)
            for (const Write* write : writes)
                touched.summaryChanged |= tables.isInSummary(write->cell.ordinal);
        touched.row = row->n;
        touched.mayConflict = row->mayConflict;
    } else {
        touched.row = database_.lastRow();
        // A deletion can come before what it deletes.
        touched.mayConflict = std::any_of(writes.begin(), writes.end(), [](const Write* write) {
            return write->cell.ordinal == kAlive;
        });
    }
    return touched;
}

std::optional<RecordStore::Row> RecordStore::readRow(const FormTable& table, const Id& id,
                                                     const std::vector<const Write*>& writes) {
    std::vector<const FormTable::Slot*> slots;
    for (const Write* write : writes)
        if (auto* slot = table.slot(write->cell.ordinal)) slots.push_back(slot);
    auto& find = slots.size() == 1 ? database_.statement(slots[0]->findSql)
                                   : database_.statement(table.findSql(slots));
    bindId(find, 1, id);
    if (!find.executeStep()) {
        find.reset();
        return {};
    }
    Row row;
    row.n = find.getColumn(0).getInt64();
    row.created = unpackRef(find.getColumn(1).getInt64());
    row.heads = decodeHeads(bytesColumn(find, 2));
    row.rest = decodeRest(bytesColumn(find, 3));
    row.hasAlive = !find.getColumn(4).isNull();
    int column = 5;
    row.isItem = table.isItems;
    if (!table.isItems) {
        row.conflicts = find.getColumn(column++).getUInt();
        row.history = bytesColumn(find, column++);
    }
    for (auto* slot : slots) row.values[slot->ordinal] = valueColumn(find, column++, slot->type);
    for (const auto& [ordinal, value] : row.rest) row.values[ordinal] = value;
    find.reset();
    return row;
}

bool RecordStore::insertRow(const FormTable& table, const Id& id, std::int64_t record,
                            const std::vector<const Write*>& writes, const Change& change,
                            ChangeRef ref) {
    constexpr int kBeforeSlots = 5;
    HeadMap heads;
    RestMap rest;
    if (!table.isItems) {
        auto& find = database_.statement(table.isHereSql);
        bindId(find, 1, id);
        const bool isHere = find.executeStep();
        find.reset();
        if (isHere) return false;
    }
    auto& insert = database_.statement(table.insertSql);
    for (const Write* write : writes) {
        auto* slot = table.slot(write->cell.ordinal);
        if (mutant(Mutant::ClearingNotWritten) && write->value.isEmpty()) continue;
        if (write->value.isEmpty())  // cleared, which is not the same as never written
            heads[write->cell.ordinal] = {{ref, Value()}};
        else if (slot && fitsColumn(write->value, slot->type))
            bindValue(insert, kBeforeSlots + static_cast<int>(table.slotAt[slot->ordinal]),
                      write->value);
        else
            rest[write->cell.ordinal] = write->value;
    }
    bindId(insert, 1, id);
    insert.bind(2, packRef(ref));
    bindBytes(insert, 3, encodeHeads(heads));
    bindBytes(insert, 4, encodeRest(rest));
    insert.bind(5, table.isItems ? record : change.wallSeconds);
    return insert.exec() > 0;
}

void RecordStore::updateRow(const FormTable& table, Row& row,
                            const std::vector<const Write*>& writes, const Change& change,
                            ChangeRef ref) {
    mergeInto(row, table, writes, change, ref);
    std::vector<const FormTable::Slot*> slots;
    for (const Write* write : writes)
        if (auto* slot = table.slot(write->cell.ordinal)) slots.push_back(slot);
    auto& update = slots.size() == 1 ? database_.statement(slots[0]->updateSql)
                                     : database_.statement(table.updateSql(slots));
    bindBytes(update, 1, encodeHeads(row.heads));
    bindBytes(update, 2, encodeRest(row.rest));
    int at = 3;
    if (!table.isItems) {
        update.bind(at++, change.wallSeconds);
        bindBytes(update, at++, row.history + encodeRefs({ref}));
    }
    for (auto* slot : slots) bindValue(update, at++, row.values[slot->ordinal]);
    update.bind(at, row.n);
    update.exec();
}

void RecordStore::insertSearch(const FormTables& tables, std::int64_t row,
                               const std::vector<const Write*>& writes, std::int64_t changed) {
    std::string text;
    for (const Field& field : tables.summary)
        for (const Write* write : writes)
            if (write->cell.ordinal == field.ordinal && fitsColumn(write->value, field.type))
                addFolded(text, write->value);
    auto& insert = database_.statement(tables.insertSearchSql);
    insert.bind(1, row);
    insert.bindNoCopy(2, text);
    insert.bind(3, changed);
    insert.exec();
}

void RecordStore::addFolded(std::string& text, const Value& value) {
    if (!value.isEmpty()) text += foldText(value.toString()) + "\n";
}

bool RecordStore::remake(const FormTables& tables, const Id& record) {
    late_.erase({tables.formId, record});
    auto state = readRecord(tables, record);
    if (!state) return true;
    std::vector<ChangeRef> refs = state->history;
    refs.push_back(state->created);
    std::vector<StoredChange> changes;
    for (ChangeRef ref : refs) {
        auto change = changes_.find(ref);
        if (!change) break;
        changes.push_back(std::move(*change));
    }
    std::vector<Applied> applied;
    for (const StoredChange& change : changes) applied.push_back({change.ref, &change.change});
    bool isWhole = changes.size() == refs.size();
    std::sort(refs.begin(), refs.end());
    for (const auto& [cell, heads] : state->heads)
        for (const Head& head : heads)
            isWhole = isWhole && std::binary_search(refs.begin(), refs.end(), head.change);
    if (isWhole)
        state->heads = headsOf(applied, changes_.causality());
    else  // only its state came here, with a snapshot: what its heads tell of each other
        for (auto& [cell, heads] : state->heads) {
            const Heads all = heads;
            std::erase_if(heads, [&](const Head& x) {
                return std::any_of(all.begin(), all.end(), [&](const Head& y) {
                    if (y.change == x.change) return false;
                    if (changes_.causality().inChain(x.change, y.change)) return true;
                    return changes_.holds(y.change) &&
                           changes_.causality().inLog(x.change, seenOf(y.change));
                });
            });
        }
    erase(tables.formId, record);
    insert(*state);
    // What met here, its rules were never asked about.
    for (const StoredChange& change : changes) noteMeeting(tables, change.change, true);
    recount(tables, record);
    return isWhole;
}

void RecordStore::remakeLater(const FormTables& tables, const Id& record) {
    // What only came with a snapshot is judged by its heads alone, one change after the other.
    if (remade_.contains({tables.formId, record}))
        late_.insert({tables.formId, record});
    else if (remake(tables, record))
        remade_.insert({tables.formId, record});
}

void RecordStore::settle(const std::string& formId, const Id& record) {
    const FormTables* tables = late_.contains({formId, record}) ? this->tables(formId) : nullptr;
    if (tables) remake(*tables, record);
}

void RecordStore::settle() {
    while (!late_.empty()) {
        const auto [formId, record] = *late_.begin();
        settle(formId, record);
    }
}

void RecordStore::mergeAgain(const std::string& formId, const Id& record) {
    if (const FormTables* tables = this->tables(formId)) remake(*tables, record);
}

// All its changes but the one that the row names.
void RecordStore::writeHistory(const FormTables& tables, std::int64_t row, ChangeRef created,
                               const RecordState& state) {
    std::vector<ChangeRef> history = state.history;
    if (state.created.height > 0) history.push_back(state.created);
    std::erase(history, created);
    if (history.empty()) return;
    auto& update =
        database_.statement("UPDATE " + tables.records.name + " SET _history=? WHERE _n=?");
    bindBytes(update, 1, encodeRefs(history));
    update.bind(2, row);
    update.exec();
}

void RecordStore::insert(const RecordState& state) {
    const FormTables* tables = this->tables(state.formId);
    if (!tables)
        throw SQLite::Exception("The snapshot has records of a form that is not here: " +
                                state.formId);
    // Which change came first is a matter of storage only; the one with most heads saves the most
    // bytes.
    std::map<ChangeRef, std::size_t> uses;
    for (const auto& [cell, heads] : state.heads)
        for (const Head& head : heads) ++uses[head.change];
    ChangeRef created;
    std::size_t most = 0;
    for (const auto& [ref, n] : uses)
        if (n > most) std::tie(created, most) = std::tie(ref, n);

    std::map<Id, std::vector<Cell>> rows;
    rows[Id{}];
    for (const auto& [cell, heads] : state.heads) rows[cell.item].push_back(cell);
    std::int64_t recordRow = 0;
    for (const auto& [item, cells] : rows) {
        std::vector<Write> all;
        HeadMap heads;
        for (const Cell& cell : cells) {
            const Heads& ofCell = state.heads.at(cell);
            Value value = provisional(ofCell, changes_.causality())->value;
            if (ofCell.size() > 1 || ofCell[0].change != created || value.isEmpty())
                heads[cell.ordinal] = ofCell;
            all.push_back({cell, value});
        }
        std::vector<const Write*> writes;
        for (const Write& write : all) writes.push_back(&write);
        // A cleared answer may be all that is known of an item.
        const FormTable* table = item.isNil() ? &tables->records : itemTable(*tables, item, writes);
        if (!table) continue;
        std::erase_if(writes, [](const Write* write) { return write->value.isEmpty(); });
        Change change;
        change.wallSeconds = state.changedSeconds;
        insertRow(*table, item.isNil() ? state.id : item, recordRow, writes, change, created);
        std::int64_t row = database_.lastRow();
        if (!heads.empty()) {
            auto& update =
                database_.statement("UPDATE " + table->name + " SET _heads=? WHERE _n=?");
            bindBytes(update, 1, encodeHeads(heads));
            update.bind(2, row);
            update.exec();
        }
        if (item.isNil()) {
            recordRow = row;
            insertSearch(*tables, row, writes, state.changedSeconds);
        }
    }
    writeHistory(*tables, recordRow, created, state);
    recount(*tables, state.id);
    if (state.heads.contains({Id{}, kMergedInto}) || isInFamily(state.formId, state.id))
        noteRedirect(*tables, state.id);
    if (isTracking_) touched_.push_back(state.id);
}

}  // namespace sotay
