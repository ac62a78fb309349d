#include "tests/bench/plain.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "tests/bench/measure.h"

namespace sotay::bench {
namespace {

constexpr std::size_t kPerTransaction = 500;

SQLite::Database fresh(const std::filesystem::path& file) {
    std::filesystem::remove(file);
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA journal_mode=WAL");
    database.exec("PRAGMA synchronous=FULL");
    return database;
}

void bindAs(SQLite::Statement& statement, int index, const std::string& type,
            const std::string& value) {
    if (type == "INTEGER")
        statement.bind(index, static_cast<std::int64_t>(std::stoll(value)));
    else if (type == "REAL")
        statement.bind(index, std::stod(value));
    else
        statement.bindNoCopy(index, value);
}

// Ids that grow with time, as a notebook's do.
std::string idOf(std::size_t record) {
    char id[64];
    std::snprintf(id, sizeof id, "01900000-0000-7000-8000-%012zx", record);
    return id;
}

void createWide(SQLite::Database& database, const SyncWork& work) {
    std::string columns;
    for (const auto& field : work.fields) columns += ", " + field.name + " " + field.type;
    database.exec("CREATE TABLE records(id TEXT PRIMARY KEY" + columns + ")");
}

void insertWide(SQLite::Database& database, const SyncWork& work, std::size_t records) {
    std::string marks;
    for (std::size_t i = 0; i < work.fields.size(); ++i) marks += ",?";
    SQLite::Statement insert(database, "INSERT INTO records VALUES(?" + marks + ")");
    for (std::size_t i = 0; i < records; ++i) {
        if (i % kPerTransaction == 0) database.exec("BEGIN");
        insert.reset();
        std::string id = idOf(i);
        insert.bind(1, id);
        for (std::size_t k = 0; k < work.fields.size(); ++k)
            bindAs(insert, static_cast<int>(k + 2), work.fields[k].type,
                   work.records[i % work.records.size()][k]);
        insert.exec();
        if ((i + 1) % kPerTransaction == 0 || i + 1 == records) database.exec("COMMIT");
    }
}

}  // namespace

double plainWide(const SyncWork& work, const std::filesystem::path& file, std::size_t records) {
    auto database = fresh(file);
    createWide(database, work);
    return seconds([&] { insertWide(database, work, records); });
}

double plainOps(const SyncWork& work, const std::filesystem::path& file) {
    auto database = fresh(file);
    database.exec(
        "CREATE TABLE ops(n INTEGER PRIMARY KEY, id TEXT, field TEXT, value, at INTEGER)");
    SQLite::Statement insert(database, "INSERT INTO ops(id,field,value,at) VALUES(?,?,?,?)");
    return seconds([&] {
        for (std::size_t i = 0; i < work.records.size(); ++i) {
            if (i % kPerTransaction == 0) database.exec("BEGIN");
            std::string id = idOf(i);
            for (std::size_t k = 0; k < work.fields.size(); ++k) {
                insert.reset();
                insert.bindNoCopy(1, id);
                insert.bindNoCopy(2, work.fields[k].name);
                bindAs(insert, 3, work.fields[k].type, work.records[i][k]);
                insert.bind(4, static_cast<std::int64_t>(i));
                insert.exec();
            }
            if ((i + 1) % kPerTransaction == 0 || i + 1 == work.records.size())
                database.exec("COMMIT");
        }
    });
}

double plainUpdates(const SyncWork& work, const std::filesystem::path& file) {
    auto database = fresh(file);
    createWide(database, work);
    insertWide(database, work, work.records.size());
    std::vector<std::unique_ptr<SQLite::Statement>> updates;
    for (const auto& field : work.fields)
        updates.push_back(std::make_unique<SQLite::Statement>(
            database, "UPDATE records SET " + field.name + "=? WHERE id=?"));
    return seconds([&] {
        std::size_t done = 0;
        for (const auto& laptop : work.edits)
            for (const auto& edit : laptop) {
                if (done % kPerTransaction == 0) database.exec("BEGIN");
                auto& update = *updates[edit.field];
                update.reset();
                bindAs(update, 1, work.fields[edit.field].type, edit.value);
                update.bind(2, idOf(edit.record));
                update.exec();
                if (++done % kPerTransaction == 0) database.exec("COMMIT");
            }
        if (done % kPerTransaction) database.exec("COMMIT");
    });
}

}  // namespace sotay::bench
