#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace sotay {

// One thing that a program had its disk do.
struct DiskOperation {
    enum class Kind { Create, Write, Truncate, Sync, SyncFolder, Delete } kind = Kind::Write;
    std::string disk;        // of which machine
    std::string name;        // of the file, as it was called when it was opened
    std::uint64_t node = 0;  // which file it is, under whatever name
    std::uint64_t offset = 0;
    std::string bytes;       // Write
    std::uint64_t size = 0;  // Truncate
    std::string text() const;
};

// How a machine stops.
enum class Cut {
    Killed,   // the process ends: the operating system has all that was written
    Dropped,  // the power goes: nothing is there but what was synced
    Part,     // the power goes: any part of what was not synced is there, written in any order
    Torn      // the power goes: all is there, but of the last write half a sector is missing
};
constexpr Cut kAllCuts[] = {Cut::Killed, Cut::Dropped, Cut::Part, Cut::Torn};
const char* cutName(Cut cut);

// One machine's disk: its files, and what of them would survive a power cut. Contents reach the
// platter when their file is synced; names (creations and deletions) when their folder is.
class MemoryDisk {
  public:
    using Files = std::map<std::string, std::string>;
    MemoryDisk() = default;
    explicit MemoryDisk(const Files& files);  // all on the platter

    void apply(const DiskOperation& operation);
    // What is found when the machine starts again.
    Files after(Cut cut, std::mt19937_64& chance) const;

    bool has(const std::string& name) const { return names_.contains(name); }
    std::uint64_t nodeOf(const std::string& name) const { return names_.at(name); }
    const std::string& content(std::uint64_t node) const { return nodes_.at(node).current; }
    std::uint64_t freeNode() const { return nextNode_; }

  private:
    struct Node {
        std::string synced, current;
        std::vector<DiskOperation> unsynced;
    };
    static void write(std::string& content, const DiskOperation& operation);
    std::string partOf(const Node& node, std::mt19937_64& chance) const;
    void tearLast(std::map<std::uint64_t, std::string>& contents) const;

    std::map<std::uint64_t, Node> nodes_;
    std::map<std::string, std::uint64_t> names_, syncedNames_;
    std::vector<DiskOperation> unsyncedNames_;
    std::uint64_t nextNode_ = 1, lastWritten_ = 0;
};

// When and how the disks of a world refuse to work.
struct DiskFault {
    enum class Kind { None, ErrorOnce, ErrorsFrom, FullFrom } kind = Kind::None;
    std::uint64_t call = 0;  // the call that fails first, counted from when the fault was set
};
const char* faultName(DiskFault::Kind kind);

// The disks of all machines of a world. A file belongs to the disk that its name begins with:
// "lan.db-wal" is on "lan". What is done to them is written to `journal` when there is one.
class DiskSet {
  public:
    std::map<std::string, MemoryDisk> disks;
    std::vector<DiskOperation>* journal = nullptr;
    bool syncsLie = false;  // a disk that says "synced" and has not: what this harness must notice

    void setFault(DiskFault fault);
    // The first call that the fault refused, if any; counted from when it was set.
    std::optional<std::uint64_t> struck() const { return struck_; }

    void perform(DiskOperation operation);
    // The SQLite error to answer a call with, or 0. `grows`: a write past the end of its file.
    int failure(int error, bool grows);
    static std::string diskOf(const std::string& name) { return name.substr(0, name.find('.')); }

  private:
    DiskFault fault_;
    std::uint64_t calls_ = 0;
    std::optional<std::uint64_t> struck_;
};

// While one lives, all files that SQLite opens on this thread are on these disks; registers the
// file system with SQLite as its default when first used. Mounts nest.
class Mounted {
  public:
    explicit Mounted(DiskSet& disks);
    ~Mounted();
    Mounted(const Mounted&) = delete;

  private:
    DiskSet* before_;
};

// While one lives, SQLite opens real files. No other thread may use SQLite meanwhile.
class Unmounted {
  public:
    Unmounted();
    ~Unmounted();
    Unmounted(const Unmounted&) = delete;
};

}  // namespace sotay
