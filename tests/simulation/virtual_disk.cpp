#include "tests/simulation/virtual_disk.h"

#include <sqlite3.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

namespace sotay::sim::disk {
namespace {

struct Pending {
    std::int64_t offset = 0;
    std::string bytes;
    bool isTruncation = false;
};

// Shared by all files of one database.
struct Machine {
    bool isKilled = false, hasFailed = false;
    std::uint32_t flushesLeft = UINT32_MAX;
};
struct Kept {
    std::string durable;
    std::vector<Pending> pending;
    bool isDeleted = false;
};
std::map<std::string, std::shared_ptr<Machine>> machines;
std::map<std::string, Kept> files;
sqlite3_vfs* real = nullptr;

struct File {
    sqlite3_file base;
    Machine* machine;  // null: a temporary file
    Kept* kept;
    sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

std::string databaseOf(const std::string& path) {
    for (const char* end : {"-wal", "-journal", "-shm"})
        if (path.size() > std::strlen(end) && path.ends_with(end))
            return path.substr(0, path.size() - std::strlen(end));
    return path;
}

std::string readAll(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void writeAll(const std::string& path, const std::string& bytes) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void perform(std::string& to, const Pending& pending) {
    auto offset = static_cast<std::size_t>(pending.offset);
    if (pending.isTruncation) return to.resize(offset);
    if (to.size() < offset + pending.bytes.size()) to.resize(offset + pending.bytes.size());
    std::memcpy(to.data() + offset, pending.bytes.data(), pending.bytes.size());
}

int closeFile(sqlite3_file* file) { return of(file)->below()->pMethods->xClose(of(file)->below()); }
int readFile(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    return of(file)->below()->pMethods->xRead(of(file)->below(), to, count, at);
}
int writeFile(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    File* here = of(file);
    if (here->machine) {
        if (here->machine->isKilled) return SQLITE_OK;
        if (here->machine->hasFailed) return SQLITE_IOERR_WRITE;
        here->kept->pending.push_back(
            {at, std::string(static_cast<const char*>(from), static_cast<std::size_t>(count)),
             false});
    }
    return here->below()->pMethods->xWrite(here->below(), from, count, at);
}
int truncateFile(sqlite3_file* file, sqlite3_int64 size) {
    File* here = of(file);
    if (here->machine) {
        if (here->machine->isKilled) return SQLITE_OK;
        if (here->machine->hasFailed) return SQLITE_IOERR_TRUNCATE;
        here->kept->pending.push_back({size, {}, true});
    }
    return here->below()->pMethods->xTruncate(here->below(), size);
}
int syncFile(sqlite3_file* file, int) {
    File* here = of(file);
    if (!here->machine || here->machine->isKilled) return SQLITE_OK;
    if (here->machine->hasFailed) return SQLITE_IOERR_FSYNC;
    if (here->machine->flushesLeft == 0) {
        here->machine->hasFailed = true;
        return SQLITE_IOERR_FSYNC;
    }
    if (here->machine->flushesLeft != UINT32_MAX) --here->machine->flushesLeft;
    for (const Pending& pending : here->kept->pending) perform(here->kept->durable, pending);
    here->kept->pending.clear();
    here->kept->isDeleted = false;
    return SQLITE_OK;
}
int sizeOfFile(sqlite3_file* file, sqlite3_int64* size) {
    return of(file)->below()->pMethods->xFileSize(of(file)->below(), size);
}
int lockFile(sqlite3_file* file, int kind) {
    return of(file)->below()->pMethods->xLock(of(file)->below(), kind);
}
int unlockFile(sqlite3_file* file, int kind) {
    return of(file)->below()->pMethods->xUnlock(of(file)->below(), kind);
}
int checkLock(sqlite3_file* file, int* out) {
    return of(file)->below()->pMethods->xCheckReservedLock(of(file)->below(), out);
}
int controlFile(sqlite3_file* file, int what, void* with) {
    return of(file)->below()->pMethods->xFileControl(of(file)->below(), what, with);
}
int sectorSize(sqlite3_file* file) {
    return of(file)->below()->pMethods->xSectorSize(of(file)->below());
}
int traits(sqlite3_file* file) {
    return of(file)->below()->pMethods->xDeviceCharacteristics(of(file)->below());
}
int shmMap(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
    return of(file)->below()->pMethods->xShmMap(of(file)->below(), page, size, extend, to);
}
int shmLock(sqlite3_file* file, int offset, int n, int flags) {
    return of(file)->below()->pMethods->xShmLock(of(file)->below(), offset, n, flags);
}
void shmBarrier(sqlite3_file* file) { of(file)->below()->pMethods->xShmBarrier(of(file)->below()); }
int shmUnmap(sqlite3_file* file, int remove) {
    return of(file)->below()->pMethods->xShmUnmap(of(file)->below(), remove);
}

const sqlite3_io_methods kMethods = {2,           closeFile,  readFile, writeFile,  truncateFile,
                                     syncFile,    sizeOfFile, lockFile, unlockFile, checkLock,
                                     controlFile, sectorSize, traits,   shmMap,     shmLock,
                                     shmBarrier,  shmUnmap,   nullptr,  nullptr};

int openFile(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
    File* here = of(file);
    here->base.pMethods = nullptr;
    here->machine = nullptr;
    here->kept = nullptr;
    constexpr int kOurs = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL;
    const bool isOurs = name && (flags & kOurs);
    if (isOurs) {
        auto& machine = machines[databaseOf(name)];
        if (!machine) machine = std::make_shared<Machine>();
        here->machine = machine.get();
        auto [kept, isNew] = files.try_emplace(name);
        if (isNew) kept->second.durable = readAll(name);
        here->kept = &kept->second;
    }
    int result = real->xOpen(real, name, here->below(), flags, outFlags);
    if (here->below()->pMethods) here->base.pMethods = &kMethods;
    return result;
}

int deleteFile(sqlite3_vfs*, const char* name, int syncFolder) {
    auto machine = machines.find(databaseOf(name));
    if (machine != machines.end()) {
        if (machine->second->isKilled) return SQLITE_OK;
        if (machine->second->hasFailed) return SQLITE_IOERR_DELETE;
    }
    auto kept = files.find(name);
    if (kept != files.end()) kept->second = Kept{{}, {}, true};
    return real->xDelete(real, name, syncFolder);
}

}  // namespace

void use() {
    static sqlite3_vfs vfs;
    if (real) return;
    sqlite3_initialize();
    real = sqlite3_vfs_find(nullptr);
    vfs = *real;
    vfs.pNext = nullptr;
    vfs.zName = "simulation";
    vfs.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    vfs.xOpen = openFile;
    vfs.xDelete = deleteFile;
    sqlite3_vfs_register(&vfs, 1);
}

void kill(const std::filesystem::path& database) {
    auto machine = machines.find(database.string());
    if (machine != machines.end()) machine->second->isKilled = true;
}

void revive(const std::filesystem::path& database) {
    machines.erase(database.string());
    files.erase(database.string());
    files.erase(database.string() + "-wal");
}

void losePower(const std::filesystem::path& database, std::uint32_t chance) {
    for (const std::string& path : {database.string(), database.string() + "-wal"}) {
        auto found = files.find(path);
        if (found == files.end()) continue;
        Kept& kept = found->second;
        std::size_t keep = chance % 3 == 0   ? 0
                           : chance % 3 == 1 ? kept.pending.size() / 2
                                             : kept.pending.size();
        for (std::size_t i = 0; i < keep; ++i) perform(kept.durable, kept.pending[i]);
        if (kept.isDeleted && keep == 0)
            std::filesystem::remove(path);
        else
            writeAll(path, kept.durable);
    }
    std::filesystem::remove(database.string() + "-shm");
    revive(database);
}

void failAfter(const std::filesystem::path& database, std::uint32_t flushes) {
    auto& machine = machines[database.string()];
    if (!machine) machine = std::make_shared<Machine>();
    if (!machine->hasFailed) machine->flushesLeft = flushes;
}

bool hasFailed(const std::filesystem::path& database) {
    auto machine = machines.find(database.string());
    return machine != machines.end() && machine->second->hasFailed;
}

Image copy(const std::filesystem::path& database) {
    return {readAll(database.string()), readAll(database.string() + "-wal")};
}

void put(const Image& image, const std::filesystem::path& database) {
    revive(database);
    std::filesystem::remove(database.string() + "-shm");
    std::filesystem::remove(database.string() + "-wal");
    writeAll(database.string(), image.database);
    if (!image.wal.empty()) writeAll(database.string() + "-wal", image.wal);
}

}  // namespace sotay::sim::disk
