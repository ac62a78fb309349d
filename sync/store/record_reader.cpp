#include <algorithm>

#include "sync/codec/crypto.h"
#include "sync/codec/serialize.h"
#include "sync/store/record_edits.h"

namespace sotay {
namespace {

constexpr int kStateHeads = 7;  // index of _heads in kStateColumns; _rest and the fields follow

}  // namespace

// Reads `_heads`, `_rest` and all fields, which start at `firstColumn`, as the heads of their
// cells.
void RecordStore::readHeads(const FormTable& table, SQLite::Statement& from, int firstColumn,
                            const Id& item, RecordHeads& heads) {
    HeadMap named = decodeHeads(bytesColumn(from, firstColumn));
    RestMap values = decodeRest(bytesColumn(from, firstColumn + 1));
    ChangeRef created = unpackRef(from.getColumn(2).getInt64());
    int column = firstColumn + 2;
    for (const auto& slot : table.slots) {
        Value value = valueColumn(from, column++, slot.type);
        if (!value.isEmpty()) values[slot.ordinal] = std::move(value);
    }
    for (auto& [ordinal, entry] : named) {
        if (entry.size() == 1)
            entry[0].value = values.contains(ordinal) ? values[ordinal] : Value();
        heads[{item, ordinal}] = entry;
    }
    for (auto& [ordinal, value] : values)
        if (!named.contains(ordinal)) heads[{item, ordinal}] = {{created, std::move(value)}};
}

void RecordStore::readItems(const FormTables& tables, std::int64_t row, RecordHeads& heads) {
    for (const auto& [repeat, table] : tables.items) {
        auto& items = database_.statement(table.readSql);
        items.bind(1, row);
        while (items.executeStep()) readHeads(table, items, 3, idColumn(items, 1), heads);
        items.reset();
    }
}

RecordState RecordStore::readState(const FormTables& tables, SQLite::Statement& from) {
    RecordState state;
    state.formId = tables.formId;
    state.row = from.getColumn(0).getInt64();
    state.id = idColumn(from, 1);
    state.created = unpackRef(from.getColumn(2).getInt64());
    state.changedSeconds = from.getColumn(3).getInt64();
    state.conflicts = from.getColumn(4).getUInt();
    state.isDeleted = from.getColumn(5).getInt() != 0;
    state.history = decodeRefs(bytesColumn(from, 6));
    readHeads(tables.records, from, kStateHeads, Id{}, state.heads);
    readItems(tables, state.row, state.heads);
    return state;
}

std::optional<RecordState> RecordStore::state(const std::string& formId, const Id& record) {
    const FormTables* tables = this->tables(formId);
    if (!tables) return {};
    settle(formId, record);
    return readRecord(*tables, record);
}

std::optional<RecordState> RecordStore::readRecord(const FormTables& tables, const Id& record) {
    auto& find = database_.statement(tables.records.readSql);
    bindId(find, 1, record);
    std::optional<RecordState> found;
    if (find.executeStep()) found = readState(tables, find);
    find.reset();
    return found;
}

std::optional<ChangeRef> RecordStore::createdBy(const std::string& formId, const Id& record) {
    const FormTables* tables = this->tables(formId);
    if (!tables) return {};
    auto& find =
        database_.statement("SELECT _created FROM " + tables->records.name + " WHERE _id=?");
    bindId(find, 1, record);
    std::optional<ChangeRef> created;
    if (find.executeStep()) created = unpackRef(find.getColumn(0).getInt64());
    find.reset();
    return created;
}

std::optional<std::string> RecordStore::formOf(const Id& record) {
    for (const auto& [formId, tables] : tables_) {
        auto& find = database_.statement("SELECT 1 FROM " + tables.records.name + " WHERE _id=?");
        bindId(find, 1, record);
        bool isHere = find.executeStep();
        find.reset();
        if (isHere) return formId;
    }
    return {};
}

std::optional<RecordState> RecordStore::state(const Id& record) {
    auto formId = formOf(record);
    if (!formId) return {};
    return state(*formId, record);
}

Seen RecordStore::seenOf(ChangeRef ref) {
    if (auto* change = changes_.peek(ref)) return change->seen;
    // Known from a snapshot only: its author had at least not seen itself.
    auto number = changes_.causality().number(ref);
    return {changes_.incarnation(), number ? *number - 1 : 0};
}

std::vector<std::pair<std::string, Id>> RecordStore::inConflict(
    const std::function<bool(ChangeRef)>& isWanted) {
    settle();
    std::vector<std::pair<std::string, Id>> found;
    for (const auto& [formId, tables] : tables_) {
        auto& find = database_.statement("SELECT r._id,r._created,r._history FROM " +
                                         tables.search + " s JOIN " + tables.records.name +
                                         " r ON r._n=s.n WHERE s.conflicts>0 ORDER BY s.n");
        while (find.executeStep()) {
            if (isWanted) {
                std::vector<ChangeRef> changes = decodeRefs(bytesColumn(find, 2));
                changes.push_back(unpackRef(find.getColumn(1).getInt64()));
                if (std::none_of(changes.begin(), changes.end(), isWanted)) continue;
            }
            found.emplace_back(formId, idColumn(find, 0));
        }
        find.reset();
    }
    return found;
}

void RecordStore::each(const std::string& formId,
                       const std::function<void(const RecordState&)>& use) {
    const FormTables* tables = this->tables(formId);
    if (!tables) return;
    settle();
    // A statement of its own: `use` may run the cached ones.
    SQLite::Statement all(database_.raw(), std::string("SELECT ") + kStateColumns +
                                               tables->records.columnsSql + " FROM " +
                                               tables->records.name + " ORDER BY _id");
    while (all.executeStep()) use(readState(*tables, all));
}

std::uint64_t RecordStore::count(const std::string& formId) {
    const FormTables* tables = this->tables(formId);
    return tables ? countOf(tables->search + " WHERE deleted=0") : 0;
}

std::uint64_t RecordStore::countWithDeleted(const std::string& formId) {
    // SQLite counts the entries of the smallest index.
    const FormTables* tables = this->tables(formId);
    return tables ? countOf(tables->records.name) : 0;
}

std::uint64_t RecordStore::countOf(const std::string& rows) {
    settle();
    auto& count = database_.statement("SELECT count(*) FROM " + rows);
    const std::int64_t n = count.executeStep() ? count.getColumn(0).getInt64() : 0;
    count.reset();
    return static_cast<std::uint64_t>(n);
}

std::string RecordStore::stateHash() {
    std::string hashes;
    const Causality& causality = changes_.causality();
    for (const auto& entry : tables_) {
        const std::string& formId = entry.first;
        each(formId, [&](const RecordState& state) {
            std::string bytes;
            CanonicalOutputArchive ar(bytes);
            ar(formId, state.id.bytes, state.conflicts, state.isDeleted);
            for (const auto& [cell, heads] : state.heads) {
                std::vector<std::pair<std::uint64_t, const Value*>> named;
                for (const Head& head : heads)
                    named.emplace_back(causality.number(head.change).value_or(0), &head.value);
                std::sort(named.begin(), named.end(), [](const auto& a, const auto& b) {
                    return a.first != b.first ? a.first < b.first : *a.second < *b.second;
                });
                ar(cell);
                for (const auto& [number, value] : named) ar(number, *value);
            }
            auto hash = hash256(bytes);
            hashes.append(hash.begin(), hash.end());
        });
    }
    auto hash = hash256(hashes);
    return toHex(hash.data(), hash.size());
}

void RecordStore::refresh(const std::string& formId, const Id& record) {
    auto state = this->state(formId, record);
    if (!state) return;
    const FormTables& tables = *this->tables(formId);
    bool summaryChanges = false;
    for (const auto& [cell, heads] : state->heads) {
        if (heads.size() < 2) continue;
        summaryChanges |= tables.isInSummary(cell.ordinal);
        const FormTable* table =
            cell.item.isNil() ? &tables.records : itemTable(tables, cell.item, {});
        if (table)
            show(*table, cell.item.isNil() ? record : cell.item, cell.ordinal,
                 provisional(heads, changes_.causality())->value);
    }
    if (summaryChanges) refold(tables, state->row);
    if (state->heads.contains({Id{}, kMergedInto})) noteRedirect(tables, record);
    if (isTracking_) touched_.push_back(record);
}

void RecordStore::addHistory(const std::string& formId, const Id& record,
                             std::span<const ChangeRef> refs) {
    const FormTables* tables = this->tables(formId);
    if (!tables) return;
    settle(formId, record);
    auto& find = database_.statement("SELECT _n,_created,_history FROM " + tables->records.name +
                                     " WHERE _id=?");
    bindId(find, 1, record);
    const bool isHere = find.executeStep();
    const std::int64_t row = isHere ? find.getColumn(0).getInt64() : 0;
    const ChangeRef created = isHere ? unpackRef(find.getColumn(1).getInt64()) : ChangeRef{};
    const std::string history = isHere ? bytesColumn(find, 2) : std::string();
    find.reset();
    if (!isHere) return;
    const std::vector<ChangeRef> before = decodeRefs(history);
    std::set<ChangeRef> known(before.begin(), before.end());
    known.insert(created);
    std::vector<ChangeRef> news;
    for (ChangeRef ref : refs)
        if (known.insert(ref).second) news.push_back(ref);
    if (!news.empty()) {
        auto& update =
            database_.statement("UPDATE " + tables->records.name + " SET _history=? WHERE _n=?");
        bindBytes(update, 1, history + encodeRefs(news));
        update.bind(2, row);
        update.exec();
    }
    // They came with a state that held them: what they met there, its rules were never asked about.
    for (ChangeRef ref : refs)
        if (auto* change = changes_.peek(ref)) noteMeeting(*tables, *change, true);
    recount(*tables, record);
}

void RecordStore::erase(const std::string& formId, const Id& record) {
    late_.erase({formId, record});
    remade_.erase({formId, record});
    const FormTables* known = this->tables(formId);
    auto state = known ? readRecord(*known, record) : std::nullopt;
    if (!state) return;
    const FormTables& tables = *known;
    auto remove = [&](const std::string& from) {
        auto& statement = database_.statement("DELETE FROM " + from + "=?");
        statement.bind(1, state->row);
        statement.exec();
    };
    for (const auto& [repeat, table] : tables.items) remove(table.name + " WHERE _record");
    remove(tables.search + " WHERE n");
    if (auto edited = editedRows_.find(formId); edited != editedRows_.end())
        edited->second.erase(state->row);
    remove(tables.records.name + " WHERE _n");
    if (state->heads.contains({Id{}, kMergedInto}) || isInFamily(formId, record))
        noteRedirect(tables, record);
    if (isTracking_) touched_.push_back(record);
}

void RecordStore::refold(const FormTables& tables, std::int64_t row) {
    std::string sql, text;
    std::vector<ValueType> types;
    for (const Field& field : tables.summary)
        if (auto* slot = tables.records.slot(field.ordinal)) {
            sql += (sql.empty() ? "" : ",") + slot->column;
            types.push_back(slot->type);
        }
    if (sql.empty()) return;
    auto& read =
        database_.statement("SELECT " + sql + " FROM " + tables.records.name + " WHERE _n=?");
    read.bind(1, row);
    if (read.executeStep())
        for (std::size_t i = 0; i < types.size(); ++i)
            addFolded(text, valueColumn(read, static_cast<int>(i), types[i]));
    read.reset();
    auto& update = database_.statement("UPDATE " + tables.search + " SET folded=? WHERE n=?");
    update.bind(1, text);
    update.bind(2, row);
    update.exec();
}

void RecordStore::flush() {
    settle();
    remade_.clear();
    for (auto& [formId, rows] : editedRows_) {
        const FormTables* tables = this->tables(formId);
        if (!tables) continue;
        editor_->showChanged(*tables, rows);
    }
    editedRows_.clear();
}

void RecordStore::show(const FormTable& table, const Id& id, Ordinal ordinal, const Value& value) {
    const Write shown{{Id{}, ordinal}, value};
    auto row = readRow(table, id, {&shown});
    auto* slot = table.slot(ordinal);
    if (!row || row->values[ordinal] == value) return;
    bool inColumn = slot && fitsColumn(value, slot->type);
    row->rest.erase(ordinal);
    if (!inColumn && !value.isEmpty()) row->rest[ordinal] = value;
    std::string sql = "UPDATE " + table.name + " SET _rest=?";
    if (slot) sql += "," + slot->column + "=?3";
    auto& update = database_.statement(sql + " WHERE _n=?2");
    bindBytes(update, 1, encodeRest(row->rest));
    update.bind(2, row->n);
    const Value ofColumn = inColumn ? value : Value();
    if (slot) bindValue(update, 3, ofColumn);
    update.exec();
}

}  // namespace sotay
