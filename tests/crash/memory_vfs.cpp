// The memory disks as SQLite's file system (https://www.sqlite.org/vfs.html). It promises what the
// one for Unix promises: sectors of 4096 bytes, and that a write changes nothing beside itself. One
// connection a file at a time, so locks always succeed.
#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <new>

#include "tests/crash/memory_disk.h"

namespace sotay {
namespace {

thread_local DiskSet* mounted = nullptr;
sqlite3_vfs* original = nullptr;

struct OpenFile {
    sqlite3_file base;
    DiskSet* disks;  // null: a nameless file that nobody sees again
    MemoryDisk* disk;
    std::uint64_t node;
    bool syncsFolder;
    std::string* name;
    std::string* nameless;
    std::vector<std::unique_ptr<char[]>>* shared;
};
OpenFile& fileOf(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
const std::string& contentOf(const OpenFile& file) {
    return file.disks ? file.disk->content(file.node) : *file.nameless;
}

int closeFile(sqlite3_file* handle) {
    OpenFile& file = fileOf(handle);
    delete file.name;
    delete file.nameless;
    delete file.shared;
    return SQLITE_OK;
}

int readFile(sqlite3_file* handle, void* to, int count, sqlite3_int64 offset) {
    OpenFile& file = fileOf(handle);
    if (file.disks)
        if (int failed = file.disks->failure(SQLITE_IOERR_READ, false)) return failed;
    const std::string& content = contentOf(file);
    const auto from = static_cast<std::size_t>(offset), wanted = static_cast<std::size_t>(count);
    const std::size_t there = from < content.size() ? std::min(wanted, content.size() - from) : 0;
    if (there > 0) std::memcpy(to, content.data() + from, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int writeFile(sqlite3_file* handle, const void* bytes, int count, sqlite3_int64 offset) {
    OpenFile& file = fileOf(handle);
    DiskOperation write;
    write.offset = static_cast<std::uint64_t>(offset);
    write.bytes.assign(static_cast<const char*>(bytes), static_cast<std::size_t>(count));
    if (!file.disks) {
        file.nameless->resize(std::max(file.nameless->size(), write.offset + write.bytes.size()));
        std::memcpy(file.nameless->data() + offset, bytes, static_cast<std::size_t>(count));
        return SQLITE_OK;
    }
    const bool grows = write.offset + write.bytes.size() > contentOf(file).size();
    if (int failed = file.disks->failure(SQLITE_IOERR_WRITE, grows)) return failed;
    write.name = *file.name;
    write.node = file.node;
    file.disks->perform(std::move(write));
    return SQLITE_OK;
}

int truncateFile(sqlite3_file* handle, sqlite3_int64 size) {
    OpenFile& file = fileOf(handle);
    if (!file.disks) {
        file.nameless->resize(static_cast<std::size_t>(size));
        return SQLITE_OK;
    }
    if (int failed = file.disks->failure(SQLITE_IOERR_TRUNCATE, false)) return failed;
    DiskOperation truncate;
    truncate.kind = DiskOperation::Kind::Truncate;
    truncate.size = static_cast<std::uint64_t>(size);
    truncate.name = *file.name;
    truncate.node = file.node;
    file.disks->perform(std::move(truncate));
    return SQLITE_OK;
}

int syncFile(sqlite3_file* handle, int) {
    OpenFile& file = fileOf(handle);
    if (!file.disks) return SQLITE_OK;
    if (int failed = file.disks->failure(SQLITE_IOERR_FSYNC, false)) return failed;
    DiskOperation sync;
    sync.kind = DiskOperation::Kind::Sync;
    sync.name = *file.name;
    sync.node = file.node;
    file.disks->perform(sync);
    if (!file.syncsFolder) return SQLITE_OK;
    sync.kind = DiskOperation::Kind::SyncFolder;
    file.disks->perform(sync);
    file.syncsFolder = false;
    return SQLITE_OK;
}

int sizeOfFile(sqlite3_file* handle, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(contentOf(fileOf(handle)).size());
    return SQLITE_OK;
}

int lockFile(sqlite3_file*, int) { return SQLITE_OK; }
int isReserved(sqlite3_file*, int* is) {
    *is = 0;
    return SQLITE_OK;
}
int controlFile(sqlite3_file*, int operation, void* argument) {
    if (operation != SQLITE_FCNTL_POWERSAFE_OVERWRITE) return SQLITE_NOTFOUND;
    *static_cast<int*>(argument) = 1;
    return SQLITE_OK;
}
int sectorSize(sqlite3_file*) { return 4096; }
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

// The index of the write-ahead log lives as long as its only connection.
int mapShared(sqlite3_file* handle, int page, int size, int extend, void volatile** to) {
    OpenFile& file = fileOf(handle);
    auto& pages = *file.shared;
    const auto index = static_cast<std::size_t>(page);
    *to = nullptr;
    if (index >= pages.size() && !extend) return SQLITE_OK;
    while (index >= pages.size())
        pages.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
    *to = pages[index].get();
    return SQLITE_OK;
}
int lockShared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void barrierShared(sqlite3_file*) {}
int unmapShared(sqlite3_file* handle, int) {
    fileOf(handle).shared->clear();
    return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    2,          closeFile,     readFile,    writeFile,   truncateFile, syncFile,        sizeOfFile,
    lockFile,   lockFile,      isReserved,  controlFile, sectorSize,   characteristics, mapShared,
    lockShared, barrierShared, unmapShared, nullptr,     nullptr};

int openFile(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags, int* outFlags) {
    if (!mounted) return SQLITE_CANTOPEN;
    OpenFile& file = *new (handle) OpenFile{};
    if (outFlags) *outFlags = flags;
    if (!name) {
        file.nameless = new std::string;
    } else {
        if (int failed = mounted->failure(SQLITE_CANTOPEN, false)) return failed;
        file.disks = mounted;
        file.disk = &mounted->disks[DiskSet::diskOf(name)];
        if (!file.disk->has(name)) {
            if (!(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
            DiskOperation create;
            create.kind = DiskOperation::Kind::Create;
            create.name = name;
            create.node = file.disk->freeNode();
            mounted->perform(std::move(create));
            // As the file system for Unix has it: a journal's first sync syncs its folder too.
            file.syncsFolder = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL |
                                         SQLITE_OPEN_SUPER_JOURNAL)) != 0;
        }
        file.node = file.disk->nodeOf(name);
        file.name = new std::string(name);
    }
    file.shared = new std::vector<std::unique_ptr<char[]>>;
    file.base.pMethods = &kMethods;
    return SQLITE_OK;
}

int deleteFile(sqlite3_vfs*, const char* name, int syncsFolder) {
    if (!mounted) return SQLITE_IOERR_DELETE;
    if (int failed = mounted->failure(SQLITE_IOERR_DELETE, false)) return failed;
    if (!mounted->disks[DiskSet::diskOf(name)].has(name)) return SQLITE_IOERR_DELETE_NOENT;
    DiskOperation remove;
    remove.kind = DiskOperation::Kind::Delete;
    remove.name = name;
    mounted->perform(remove);
    if (!syncsFolder) return SQLITE_OK;
    remove.kind = DiskOperation::Kind::SyncFolder;
    mounted->perform(remove);
    return SQLITE_OK;
}

int accessFile(sqlite3_vfs*, const char* name, int flags, int* out) {
    *out = 0;
    if (!mounted) return SQLITE_OK;
    const MemoryDisk& disk = mounted->disks[DiskSet::diskOf(name)];
    if (disk.has(name))
        *out = flags != SQLITE_ACCESS_EXISTS || !disk.content(disk.nodeOf(name)).empty();
    return SQLITE_OK;
}

int fullName(sqlite3_vfs*, const char* name, int room, char* out) {
    sqlite3_snprintf(room, out, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int count, char* out) {
    return original->xRandomness(original, count, out);
}
int sleepFor(sqlite3_vfs*, int microseconds) { return microseconds; }
int currentTime(sqlite3_vfs*, double* now) { return original->xCurrentTime(original, now); }
int lastError(sqlite3_vfs*, int, char*) { return 0; }
int currentTimeInt64(sqlite3_vfs*, sqlite3_int64* now) {
    return original->xCurrentTimeInt64(original, now);
}

sqlite3_vfs vfs{};

void registerOnce() {
    static const bool isRegistered = [] {
        original = sqlite3_vfs_find(nullptr);
        vfs.iVersion = 2;
        vfs.szOsFile = sizeof(OpenFile);
        vfs.mxPathname = 512;
        vfs.zName = "memory-disks";
        vfs.xOpen = openFile;
        vfs.xDelete = deleteFile;
        vfs.xAccess = accessFile;
        vfs.xFullPathname = fullName;
        vfs.xRandomness = randomness;
        vfs.xSleep = sleepFor;
        vfs.xCurrentTime = currentTime;
        vfs.xGetLastError = lastError;
        vfs.xCurrentTimeInt64 = currentTimeInt64;
        return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
    }();
    static_cast<void>(isRegistered);
}

}  // namespace

Mounted::Mounted(DiskSet& disks) : before_(mounted) {
    registerOnce();
    mounted = &disks;
}

Mounted::~Mounted() { mounted = before_; }

Unmounted::Unmounted() {
    registerOnce();
    sqlite3_vfs_register(original, 1);
}

Unmounted::~Unmounted() { sqlite3_vfs_register(&vfs, 1); }

}  // namespace sotay
