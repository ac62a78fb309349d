#include "sync/store/form_tables.h"

#include <set>

namespace sotay {
namespace {

const char* sqlType(ValueType type) {
    switch (type) {
        case ValueType::Integer:
            return "INTEGER";
        case ValueType::Decimal:
            return "REAL";
        case ValueType::Text:
        case ValueType::Choices:
            break;
    }
    return "TEXT";
}

void addSlot(FormTable& table, Ordinal ordinal, const std::string& column, ValueType type) {
    table.slots.push_back({ordinal, sqlName(column), type, {}, {}, {}});
    if (ordinal >= table.slotAt.size()) table.slotAt.resize(ordinal + 1);
    table.slotAt[ordinal] = static_cast<std::uint32_t>(table.slots.size());
}

void addStatements(FormTable& table) {
    std::string names = "_id,_created,_heads,_rest,", marks = "?,?,?,?,?";
    names += table.isItems ? "_record" : "_changed";
    for (const auto& slot : table.slots) {
        names += "," + slot.column;
        marks += ",?";
    }
    table.insertSql = "INSERT INTO " + table.name + "(" + names + ") VALUES(" + marks + ")" +
                      (table.isItems ? " ON CONFLICT(_id) DO NOTHING" : "");
    table.isHereSql = "SELECT 1 FROM " + table.name + " WHERE _id=?";
    for (const auto& slot : table.slots) table.columnsSql += "," + slot.column;
    const std::string from = table.columnsSql + " FROM " + table.name;
    table.readSql = table.isItems
                        ? "SELECT _n,_id,_created,_heads,_rest" + from + " WHERE _record=?"
                        : "SELECT " + std::string(kStateColumns) + from + " WHERE _id=?";
    for (auto& slot : table.slots) {
        if (!table.isItems) slot.editSql = table.editSql({&slot});
        slot.findSql = table.findSql({&slot});
        slot.updateSql = table.updateSql({&slot});
    }
}

FormTable describe(const std::string& name, bool isItems, Ordinal repeat,
                   const FieldTable& fields) {
    FormTable table;
    table.name = sqlName(name);
    table.isItems = isItems;
    table.repeat = repeat;
    addSlot(table, kAlive, "_alive", ValueType::Integer);
    if (isItems) addSlot(table, kPlace, "_place", ValueType::Text);
    for (const Field& field : fields.fields)
        if (!field.isRepeat && field.repeat == repeat && table.slots.size() < kMaxFieldColumns)
            addSlot(table, field.ordinal, field.column, field.type);
    addStatements(table);
    return table;
}

std::set<std::string> columnsOf(Database& database, const FormTable& table) {
    std::set<std::string> present;
    SQLite::Statement info(database.raw(), "SELECT name FROM pragma_table_info(?)");
    info.bind(1, bareName(table.name));
    while (info.executeStep()) present.insert(sqlName(info.getColumn(0).getString()));
    return present;
}

// Records are found by an index that need not be unique, so that SQLite takes whole rows over
// (row_image.h); the merge itself never makes two of one id.
void createTable(Database& database, const FormTable& table) {
    const char* own =
        table.isItems ? "_record INTEGER NOT NULL"
                      : "_deleted INTEGER NOT NULL DEFAULT 0, _changed INTEGER NOT NULL DEFAULT 0,"
                        " _conflicts INTEGER NOT NULL DEFAULT 0, _history BLOB";
    // With all columns at once: SQLite reads its whole schema again for each that is added.
    std::string columns;
    for (const auto& slot : table.slots) columns += "," + slot.column + " " + sqlType(slot.type);
    database.run("CREATE TABLE IF NOT EXISTS " + table.name +
                 "(_n INTEGER PRIMARY KEY, _id BLOB NOT NULL" + (table.isItems ? " UNIQUE" : "") +
                 ", " + own + ", _created INTEGER NOT NULL, _heads BLOB, _rest BLOB" + columns +
                 ")");
}

// Tables of older versions had a unique id.
void dropUnique(Database& database, const FormTable& table) {
    SQLite::Statement unique(database.raw(), "SELECT 1 FROM pragma_index_list(?) WHERE origin='u'");
    unique.bind(1, bareName(table.name));
    if (!unique.executeStep()) return;
    unique.reset();
    std::string columns;
    for (const std::string& column : columnsOf(database, table))
        columns += (columns.empty() ? "" : ",") + column;
    const std::string old = sqlName(bareName(table.name) + "#unique");
    database.run("SAVEPOINT drop_unique");
    try {
        database.run("ALTER TABLE " + table.name + " RENAME TO " + old);
        createTable(database, table);
        database.run("INSERT INTO " + table.name + "(" + columns + ") SELECT " + columns +
                     " FROM " + old + " ORDER BY _n");
        database.run("DROP TABLE " + old);
    } catch (...) {
        database.run("ROLLBACK TO drop_unique");
        database.run("RELEASE drop_unique");
        throw;
    }
    database.run("RELEASE drop_unique");
}

void create(Database& database, const FormTable& table) {
    createTable(database, table);
    const std::set<std::string> present = columnsOf(database, table);
    for (const auto& slot : table.slots)
        if (!present.contains(slot.column))
            database.run("ALTER TABLE " + table.name + " ADD COLUMN " + slot.column + " " +
                         sqlType(slot.type));
    if (table.isItems) return;
    dropUnique(database, table);
    database.run("CREATE INDEX IF NOT EXISTS " + sqlName(bareName(table.name) + "#id") + " ON " +
                 table.name + "(_id)");
}

}  // namespace

std::string FormTable::editSql(const std::vector<const Slot*>& edited) const {
    auto merged = [](int part) { return "=sotay_merged(" + std::to_string(part) + ")"; };
    std::string sql = "UPDATE " + name + " SET _heads" + merged(kMergedHeads) + ",_rest" +
                      merged(kMergedRest) + ",_changed" + merged(kMergedChanged) + ",_history" +
                      merged(kMergedHistory);
    std::string read = "_n,_created,_heads,_rest,_alive,_conflicts,_history,_changed";
    for (std::size_t i = 0; i < edited.size(); ++i) {
        sql += "," + edited[i]->column + merged(kMergedSlots + static_cast<int>(i));
        read += "," + edited[i]->column;
    }
    // By its number it is one row at most, and SQLite keeps no journal of the statement.
    return sql + " WHERE _n=(SELECT _n FROM " + name + " WHERE _id=?) AND sotay_merge(" + read +
           ")";
}

std::string FormTable::findSql(const std::vector<const Slot*>& wanted) const {
    std::string sql = "SELECT _n,_created,_heads,_rest,_alive";
    if (!isItems) sql += ",_conflicts,_history";
    for (const Slot* slot : wanted) sql += "," + slot->column;
    return sql + " FROM " + name + " WHERE _id=?";
}

std::string FormTable::updateSql(const std::vector<const Slot*>& changed) const {
    std::string sql = "UPDATE " + name + " SET _heads=?,_rest=?";
    if (!isItems) sql += ",_changed=max(_changed,?),_history=?";
    for (const Slot* slot : changed) sql += "," + slot->column + "=?";
    return sql + " WHERE _n=?";
}

bool fitsColumn(std::uint8_t tag, ValueType type) {
    if (tag == kIntegerTag) return type == ValueType::Integer;
    if (tag == kDecimalTag) return type == ValueType::Decimal;
    return tag == kEmptyTag || type == ValueType::Text || type == ValueType::Choices;
}

FormTables prepareTables(Database& database, const FieldTable& fields) {
    FormTables tables;
    tables.formId = fields.formId;
    tables.fields = fields;
    std::string base = "form_" + fields.formId;
    tables.records = describe(base, false, 0, fields);
    tables.search = sqlName(base + "#search");
    tables.insertSearchSql =
        "INSERT INTO " + tables.search + "(n,folded,changed,conflicts,deleted) VALUES(?,?,?,0,0)";
    create(database, tables.records);
    database.run("CREATE TABLE IF NOT EXISTS " + tables.search +
                 "(n INTEGER PRIMARY KEY, folded TEXT NOT NULL, changed INTEGER NOT NULL, "
                 "conflicts INTEGER NOT NULL,"
                 " deleted INTEGER NOT NULL)");
    for (const Field& field : fields.fields) {
        if (field.ordinal >= tables.known.size()) tables.known.resize(field.ordinal + 1);
        tables.known[field.ordinal] = true;
        if (field.isRepeat) {
            FormTable items = describe(base + field.path, true, field.ordinal, fields);
            create(database, items);
            database.run("CREATE INDEX IF NOT EXISTS " + sqlName(base + field.path + "#record") +
                         " ON " + items.name + "(_record)");
            tables.items[field.ordinal] = std::move(items);
        } else if (field.summary && field.repeat == 0 && !field.retired) {
            tables.summary.push_back(field);
            if (field.ordinal >= tables.inSummary.size())
                tables.inSummary.resize(field.ordinal + 1);
            tables.inSummary[field.ordinal] = true;
        }
    }
    return tables;
}

}  // namespace sotay
