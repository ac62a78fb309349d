#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "schema/id.h"
#include "schema/result.h"
#include "schema/value.h"
#include "sync/store/aside.h"
#include "sync/store/written.h"

namespace sotay {

// One SQLite file, opened as laptops and server need it: WAL, synchronous=FULL, waiting for other
// writers. Inside sync/store SQLiteCpp's exceptions pass freely; Notebook and Workspace turn them
// into errors with `guarded` before they leave the folder. One thread.
class Database {
  public:
    explicit Database(const std::filesystem::path& file);

    // A prepared statement, kept for next time, reset and without bindings. Lent until the next
    // call with the same text.
    SQLite::Statement& statement(const std::string& sql);
    void run(const std::string& sql) { database_.exec(sql); }
    std::int64_t lastRow() { return database_.getLastInsertRowid(); }
    int changedRows() { return database_.getChanges(); }
    SQLite::Database& raw() { return database_; }

    // What a transaction wrote behind goes to the disk while others go on: it is there when this
    // returns. The next transaction that writes waits for it too. Throws when the disk refused.
    void awaitBehind();

    // Applies the migrations that the file lacks, in one transaction, after copying a file that has
    // data to FILE.before-N. `migrations[i]` brings version i to i+1.
    void migrate(const std::vector<std::string>& migrations);

    // A copy of all that is committed, on disk when this returns; a crash in between leaves none of
    // it. (VACUUM INTO of SQLite 3.40 does not sync what it writes.) Replaces what `file` held.
    void copyTo(const std::filesystem::path& file);

    // A whole SQLite file in memory, to be read under the name `image` until the next one, at the
    // longest to the end of the transaction.
    void showImage(std::string file);
    void hideImage();

    std::string setting(const std::string& name, const std::string& otherwise = {});
    void setSetting(const std::string& name, std::string_view value);

  private:
    friend class Transaction;
    // From the next commit on; only between transactions. Throws, and changes nothing, when SQLite
    // cannot.
    void write(Written written);
    void syncBehind(bool isMuch);

    std::filesystem::path file_;
    std::string image_;  // outlives the database, which reads it in place
    SQLite::Database database_;
    bool hasImage_ = false;
    // An INSERT of hundreds of columns is asked for with each row: its ends tell it well enough.
    struct TextHash {
        std::size_t operator()(const std::string& sql) const;
    };
    std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>, TextHash> statements_;
    Written written_ = Written::Now;
    Aside<int> behind_;  // last, so that the file is open as long as it goes on
};

// BEGIN IMMEDIATE, so that whoever writes knows from the start; rolls back unless committed.
class Transaction {
  public:
    explicit Transaction(Database& database, Written written = Written::Now);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    void commit();

  private:
    Database& database_;
    const Written written_;
    const int changesBefore_;
    bool isOpen_ = true;
};

void bindId(SQLite::Statement& statement, int index, const Id& id);
void bindBytes(SQLite::Statement& statement, int index,
               std::string_view bytes);  // copied; empty: NULL
void bindValue(SQLite::Statement& statement, int index,
               const Value& value);  // text is lent until the step
Id idColumn(SQLite::Statement& statement, int index);
std::string bytesColumn(SQLite::Statement& statement, int index);
std::array<std::uint8_t, 32> keyColumn(SQLite::Statement& statement, int index);  // or a hash
Value valueColumn(SQLite::Statement& statement, int index, ValueType type);

// Quotes a name for SQL; takes the quotes off again.
std::string sqlName(std::string_view name);
std::string bareName(std::string_view quoted);

Error storeError(const std::exception& problem);

// Runs `work`; what it throws becomes an error.
template <class Work>
auto guarded(Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::exception& problem) {
        return storeError(problem);
    }
}

}  // namespace sotay
