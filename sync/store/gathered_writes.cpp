#include "sync/store/gathered_writes.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>

namespace sotay {
namespace {

constexpr int kFrameHeader = 24;
// Gathered bytes. With one more frame of SQLite's largest pages they stay below the 128 KiB that
// its file system for Unix writes at once.
constexpr std::size_t kMost = 56u << 10;

struct FileSystem {
    sqlite3_vfs own;  // first: SQLite hands this out
    sqlite3_vfs* below = nullptr;
    std::string name;
};

// The file below follows it in memory.
struct Log {
    sqlite3_file own;  // first: SQLite hands this out
    std::string* bytes = nullptr;
    sqlite3_int64 start = 0;  // where they belong
    sqlite3_int64 end = 0;    // of all that was written
    bool endsCommit = false;  // the page that comes next
};
constexpr std::size_t kLogSize = (sizeof(Log) + alignof(std::max_align_t) - 1) /
                                 alignof(std::max_align_t) * alignof(std::max_align_t);

Log& logOf(sqlite3_file* file) { return *reinterpret_cast<Log*>(file); }
sqlite3_file* below(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kLogSize);
}

// What could not be written is let go: whoever asked for it is told, and takes it back.
int handOn(sqlite3_file* file) {
    Log& log = logOf(file);
    if (log.bytes->empty()) return SQLITE_OK;
    const int code = below(file)->pMethods->xWrite(below(file), log.bytes->data(),
                                                   static_cast<int>(log.bytes->size()), log.start);
    log.bytes->clear();
    log.endsCommit = false;
    return code;
}

int writeLog(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    Log& log = logOf(file);
    const auto* bytes = static_cast<const char*>(data);
    const bool follows =
        !log.bytes->empty() && at == log.start + static_cast<sqlite3_int64>(log.bytes->size());
    if (!follows)
        if (const int code = handOn(file); code != SQLITE_OK) return code;
    // A frame's header is followed by its page, but for those that are written anew after others:
    // they are not gathered, nor is the log's own header, with which it begins again.
    const bool isHeader = size == kFrameHeader && at >= log.end;
    log.end = at == 0 ? size : std::max(log.end, at + size);
    if (log.bytes->empty() && !isHeader)
        return below(file)->pMethods->xWrite(below(file), data, size, at);
    try {
        if (log.bytes->empty()) log.start = at;
        log.bytes->append(bytes, static_cast<std::size_t>(size));
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
    if (isHeader) {
        // Only the last page of a commit says how many pages the file has then.
        log.endsCommit = std::any_of(bytes + 4, bytes + 8, [](char byte) { return byte != 0; });
        return SQLITE_OK;
    }
    return log.endsCommit || log.bytes->size() >= kMost ? handOn(file) : SQLITE_OK;
}

int readLog(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
    if (const int code = handOn(file); code != SQLITE_OK) return code;
    return below(file)->pMethods->xRead(below(file), into, size, at);
}

int truncateLog(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = handOn(file); code != SQLITE_OK) return code;
    return below(file)->pMethods->xTruncate(below(file), size);
}

int syncLog(sqlite3_file* file, int flags) {
    if (const int code = handOn(file); code != SQLITE_OK) return code;
    return below(file)->pMethods->xSync(below(file), flags);
}

int sizeOfLog(sqlite3_file* file, sqlite3_int64* size) {
    if (const int code = handOn(file); code != SQLITE_OK) return code;
    return below(file)->pMethods->xFileSize(below(file), size);
}

// What nobody committed may stay unwritten.
int closeLog(sqlite3_file* file) {
    delete std::exchange(logOf(file).bytes, nullptr);
    return below(file)->pMethods->xClose(below(file));
}

int lockLog(sqlite3_file* file, int level) {
    return below(file)->pMethods->xLock(below(file), level);
}
int unlockLog(sqlite3_file* file, int level) {
    return below(file)->pMethods->xUnlock(below(file), level);
}
int isLogReserved(sqlite3_file* file, int* isReserved) {
    return below(file)->pMethods->xCheckReservedLock(below(file), isReserved);
}
int controlLog(sqlite3_file* file, int what, void* with) {
    return below(file)->pMethods->xFileControl(below(file), what, with);
}
int sectorOfLog(sqlite3_file* file) { return below(file)->pMethods->xSectorSize(below(file)); }
int characterOfLog(sqlite3_file* file) {
    return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

constexpr sqlite3_io_methods kLogMethods = {
    1,       closeLog,  readLog,       writeLog,   truncateLog, syncLog,        sizeOfLog,
    lockLog, unlockLog, isLogReserved, controlLog, sectorOfLog, characterOfLog, nullptr,
    nullptr, nullptr,   nullptr,       nullptr,    nullptr};

int openFile(sqlite3_vfs* system, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    sqlite3_vfs* under = reinterpret_cast<FileSystem*>(system)->below;
    if ((flags & SQLITE_OPEN_WAL) == 0) return under->xOpen(under, name, file, flags, outFlags);
    Log* log = new (file) Log{};
    const int code = under->xOpen(under, name, below(file), flags, outFlags);
    if (!below(file)->pMethods) return code;  // it need not be closed
    log->bytes = new (std::nothrow) std::string();
    if (!log->bytes) {
        below(file)->pMethods->xClose(below(file));
        return SQLITE_NOMEM;
    }
    log->own.pMethods = &kLogMethods;
    return code;
}

}  // namespace

std::string gatheringFileSystem() {
    static std::mutex mutex;
    static auto& systems = *new std::map<sqlite3_vfs*, FileSystem>();  // SQLite never lets go
    sqlite3_vfs* under = sqlite3_vfs_find(nullptr);
    if (!under) return {};
    const std::lock_guard lock(mutex);
    auto [known, isNew] = systems.try_emplace(under);
    FileSystem& system = known->second;
    if (isNew) {
        system.below = under;
        system.name = "gathering-" + std::string(under->zName);
        system.own = *under;
        system.own.zName = system.name.c_str();
        system.own.pNext = nullptr;
        system.own.szOsFile = static_cast<int>(kLogSize) + under->szOsFile;
        system.own.xOpen = openFile;
    }
    if (sqlite3_vfs_register(&system.own, 0) != SQLITE_OK) return {};
    return system.name;
}

sqlite3_file* belowGathered(sqlite3_file* log) {
    return log->pMethods == &kLogMethods ? below(log) : log;
}

}  // namespace sotay
