#include "sync/store/database.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>

#include "schema/mutant.h"
#include "sync/store/durable_file.h"
#include "sync/store/gathered_writes.h"

namespace sotay {
namespace {

constexpr int kBusyMs = 10'000;
// What an SQLite::Exception carries that this folder threw, about what it read or was given.
constexpr int kOwnComplaint = -1;

// Batches of changes are unpacked and let go all the time. Their memory is kept for the next ones:
// to get it from the system anew, page by page, costs as much as reading them. What one thread
// keeps no other can have, so threads that mostly wait, as those that answer requests, share.
void keepMemory() {
#ifdef __GLIBC__
    constexpr int kKept = 32 << 20, kArenas = 8;
    static const bool isKept = mallopt(M_ARENA_MAX, kArenas) != 0 &&
                               mallopt(M_MMAP_THRESHOLD, kKept) != 0 &&
                               mallopt(M_TRIM_THRESHOLD, kKept) != 0;
    (void)isKept;
#endif
}

// SQLite's count of all memory that it has takes a lock at each allocation; nobody here asks for
// it. It can only be told before SQLite is used first.
[[maybe_unused]] const int memoryIsUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);

}  // namespace

Database::Database(const std::filesystem::path& file)
    : file_(file),
      // One thread, so SQLite need not lock.
      database_(nameOf(file), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX,
                kBusyMs, gatheringFileSystem()) {
    keepMemory();
    // Of a new file. A sync writes to most pages: with half as many, each row wide, that is a sixth
    // less work than with SQLite's usual 4096 bytes.
    run("PRAGMA page_size=8192");
    run("PRAGMA journal_mode=WAL");
    if (mutant(Mutant::NormalInsteadOfFull))
        run("PRAGMA synchronous=NORMAL");
    else
        run("PRAGMA synchronous=FULL");
    run("PRAGMA foreign_keys=OFF");
    run("PRAGMA temp_store=MEMORY");
    run("PRAGMA cache_size=-16000");
    // In pages. A page that several commits write goes to the file once; 16 MB beside it at most,
    // but for one transaction that is larger.
    run("PRAGMA wal_autocheckpoint=2000");
    run("CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID");
}

std::size_t Database::TextHash::operator()(const std::string& sql) const {
    constexpr std::size_t kEnd = 64;
    const std::hash<std::string_view> hash;
    const std::string_view text = sql;
    if (text.size() <= 4 * kEnd) return hash(text);
    return hash(text.substr(0, kEnd)) * 31 + hash(text.substr(text.size() - kEnd)) + text.size();
}

SQLite::Statement& Database::statement(const std::string& sql) {
    auto& kept = statements_[sql];
    if (!kept) {
        kept = std::make_unique<SQLite::Statement>(database_, sql);
    } else {
        // What made it fail last time (a full disk) was told then, and is told again by reset().
        kept->tryReset();
        kept->clearBindings();
    }
    return *kept;
}

void Database::migrate(const std::vector<std::string>& migrations) {
    int version = database_.execAndGet("PRAGMA user_version").getInt();
    if (version > static_cast<int>(migrations.size()))
        throw SQLite::Exception(
            "The file was written by a newer program; bring this one up to date.");
    if (version == static_cast<int>(migrations.size())) return;
    if (version > 0) {
        auto copy = file_;
        copy += ".before-" + std::to_string(migrations.size());
        copyTo(copy);
    }
    Transaction transaction(*this);
    for (auto next = static_cast<std::size_t>(version); next < migrations.size(); ++next)
        run(migrations[next]);
    run("PRAGMA user_version=" + std::to_string(migrations.size()));
    transaction.commit();
}

void Database::copyTo(const std::filesystem::path& file) {
    SQLite::Database copy(nameOf(file), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyMs);
    // EXTRA: without it a power cut may bring the journal back, which undoes the copy.
    copy.exec("PRAGMA synchronous=EXTRA");
    if (SQLite::Backup(copy, database_).executeStep(-1) != SQLITE_DONE)
        throw SQLite::Exception("The copy could not be made.", SQLITE_BUSY);
}

void Database::showImage(std::string file) {
    if (!hasImage_) run("ATTACH ':memory:' AS image");
    hasImage_ = true;
    // SQLite reads the bytes where they are: the old ones must stay until it has let go of them.
    std::swap(image_, file);
    const auto size = static_cast<sqlite3_int64>(image_.size());
    sqlite3* handle = database_.getHandle();
    const int code =
        sqlite3_deserialize(handle, "image", reinterpret_cast<unsigned char*>(image_.data()), size,
                            size, SQLITE_DESERIALIZE_READONLY);
    if (code == SQLITE_OK) return;
    std::swap(image_, file);
    throw SQLite::Exception(handle, code);
}

void Database::hideImage() {
    // BEGIN IMMEDIATE would want to write to it.
    if (hasImage_) run("DETACH image");
    hasImage_ = false;
    image_ = {};
}

std::string Database::setting(const std::string& name, const std::string& otherwise) {
    auto& find = statement("SELECT value FROM settings WHERE name=?");
    find.bind(1, name);
    std::string value = find.executeStep() ? bytesColumn(find, 0) : otherwise;
    find.reset();
    return value;
}

void Database::setSetting(const std::string& name, std::string_view value) {
    auto& put = statement(
        "INSERT INTO settings(name,value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET "
        "value=excluded.value");
    put.bind(1, name);
    put.bind(2, value.data(), static_cast<int>(value.size()));
    put.exec();
}

void Database::write(Written written) {
    if (written == written_ || mutant(Mutant::NormalInsteadOfFull)) return;
    run(written == Written::Now ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    written_ = written;
}

void Database::syncBehind(bool isMuch) {
    sqlite3_file* log = nullptr;
    const int code =
        sqlite3_file_control(database_.getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code != SQLITE_OK || !log || !log->pMethods)
        throw SQLite::Exception(database_.getHandle(), code);
    behind_ = asideIf(
        isMuch,
        [file = belowGathered(log)] { return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL); },
        Helper::Waits);
}

void Database::awaitBehind() {
    if (!behind_.valid()) return;
    if (mutant(Mutant::BehindForgotten)) {
        behind_ = {};
        return;
    }
    if (const int code = behind_.get(); code != SQLITE_OK)
        throw SQLite::Exception("What was received could not be written to the disk.", code);
}

Transaction::Transaction(Database& database, Written written)
    : database_(database), written_(written), changesBefore_(database.raw().getTotalChanges()) {
    database_.hideImage();
    // Each says it anew: whatever ended badly before, nothing that was typed is written behind.
    database_.write(written_);
    database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (!isOpen_) return;
    try {
        database_.run("ROLLBACK");
        database_.hideImage();
    } catch (const SQLite::Exception&) {
        // SQLite has rolled back by itself (a full disk, an I/O error): nothing is left to undo.
    }
}

void Transaction::commit() {
    constexpr int kMuch = 256;  // rows; fewer are written in less time than a thread takes
    const int changed = database_.raw().getTotalChanges() - changesBefore_;
    // One transaction is behind at most.
    if (changed > 0) database_.awaitBehind();
    database_.run("COMMIT");
    isOpen_ = false;
    if (written_ == Written::Behind && changed > 0) database_.syncBehind(changed >= kMuch);
    try {
        database_.hideImage();
    } catch (const SQLite::Exception&) {
        // The work is done; whoever begins the next is told.
    }
}

void bindId(SQLite::Statement& statement, int index, const Id& id) {
    statement.bind(index, id.bytes.data(), static_cast<int>(id.bytes.size()));
}

void bindBytes(SQLite::Statement& statement, int index, std::string_view bytes) {
    if (bytes.empty())
        statement.bind(index);
    else
        statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

void bindValue(SQLite::Statement& statement, int index, const Value& value) {
    if (auto* text = value.asText())
        statement.bindNoCopy(index, *text);
    else if (auto* number = value.asInteger())
        statement.bind(index, static_cast<std::int64_t>(*number));
    else if (auto* decimal = value.asDecimal())
        statement.bind(index, decimal->toDouble());
    else
        statement.bind(index);
}

Id idColumn(SQLite::Statement& statement, int index) {
    Id id;
    auto column = statement.getColumn(index);
    if (column.getBytes() == static_cast<int>(id.bytes.size()))
        std::copy_n(static_cast<const std::uint8_t*>(column.getBlob()), id.bytes.size(),
                    id.bytes.begin());
    return id;
}

std::string bytesColumn(SQLite::Statement& statement, int index) {
    auto column = statement.getColumn(index);
    const void* bytes = column.getBlob();
    return bytes ? std::string(static_cast<const char*>(bytes),
                               static_cast<std::size_t>(column.getBytes()))
                 : std::string();
}

std::array<std::uint8_t, 32> keyColumn(SQLite::Statement& statement, int index) {
    std::array<std::uint8_t, 32> key{};
    const std::string bytes = bytesColumn(statement, index);
    std::copy_n(bytes.begin(), std::min(bytes.size(), key.size()), key.begin());
    return key;
}

Value valueColumn(SQLite::Statement& statement, int index, ValueType type) {
    auto column = statement.getColumn(index);
    if (column.isNull()) return {};
    switch (type) {
        case ValueType::Integer:
            return Value::integer(column.getInt64());
        case ValueType::Decimal:
            if (auto number = Decimal::fromDouble(column.getDouble()))
                return Value::decimal(*number);
            return {};
        case ValueType::Text:
        case ValueType::Choices:
            break;
    }
    return Value::text(bytesColumn(statement, index));
}

std::string sqlName(std::string_view name) {
    std::string out = "\"";
    for (char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

std::string bareName(std::string_view quoted) {
    std::string bare(quoted.substr(1, quoted.size() - 2));
    for (std::size_t at = 0; (at = bare.find("\"\"", at)) != std::string::npos; ++at)
        bare.erase(at, 1);
    return bare;
}

Error storeError(const std::exception& problem) {
    auto* sqlite = dynamic_cast<const SQLite::Exception*>(&problem);
    if (!sqlite) return {Code::Io, problem.what()};
    switch (sqlite->getErrorCode()) {
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            return {Code::Corrupt, std::string("The file is no notebook, or it is damaged: ") +
                                       problem.what() + "."};
        case SQLITE_FULL:
            return {Code::Io, "The disk is full. Nothing was lost; free some space and try again."};
        case SQLITE_CANTOPEN:
            return {
                Code::Io,
                "The file cannot be opened; check that its folder exists and may be written to."};
        case SQLITE_BUSY:
            return {Code::Io, "Another program is writing to the file. Try again."};
        case kOwnComplaint:
            return {Code::Corrupt, problem.what()};
        default:
            return {Code::Io, problem.what()};
    }
}

}  // namespace sotay
