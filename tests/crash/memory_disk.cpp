#include "tests/crash/memory_disk.h"

#include <sqlite3.h>

#include <algorithm>

namespace sotay {
namespace {

constexpr std::uint64_t kSector = 512;

}  // namespace

std::string DiskOperation::text() const {
    switch (kind) {
        case Kind::Create:
            return "create " + name;
        case Kind::Write:
            return "write " + std::to_string(bytes.size()) + " bytes at " + std::to_string(offset) +
                   " of " + name;
        case Kind::Truncate:
            return "cut " + name + " to " + std::to_string(size) + " bytes";
        case Kind::Sync:
            return "sync " + name;
        case Kind::SyncFolder:
            return "sync the folder of " + name;
        case Kind::Delete:
            return "delete " + name;
    }
    return {};
}

const char* cutName(Cut cut) {
    constexpr const char* names[] = {"killed", "dropped", "part", "torn"};
    return names[static_cast<int>(cut)];
}

const char* faultName(DiskFault::Kind kind) {
    constexpr const char* names[] = {"none", "one error", "errors", "full"};
    return names[static_cast<int>(kind)];
}

MemoryDisk::MemoryDisk(const Files& files) {
    for (const auto& [name, content] : files) {
        nodes_[nextNode_] = {content, content, {}};
        names_[name] = syncedNames_[name] = nextNode_++;
    }
}

void MemoryDisk::write(std::string& content, const DiskOperation& operation) {
    if (operation.kind == DiskOperation::Kind::Truncate) {
        content.resize(operation.size);
        return;
    }
    const std::uint64_t end = operation.offset + operation.bytes.size();
    if (content.size() < end) content.resize(end);
    std::copy(operation.bytes.begin(), operation.bytes.end(),
              content.begin() + static_cast<std::ptrdiff_t>(operation.offset));
}

void MemoryDisk::apply(const DiskOperation& operation) {
    using Kind = DiskOperation::Kind;
    switch (operation.kind) {
        case Kind::Create:
            nodes_[operation.node];
            names_[operation.name] = operation.node;
            nextNode_ = std::max(nextNode_, operation.node + 1);
            unsyncedNames_.push_back(operation);
            break;
        case Kind::Delete:
            names_.erase(operation.name);
            unsyncedNames_.push_back(operation);
            break;
        case Kind::Write:
        case Kind::Truncate: {
            Node& node = nodes_[operation.node];
            write(node.current, operation);
            node.unsynced.push_back(operation);
            if (operation.kind == Kind::Write) lastWritten_ = operation.node;
            break;
        }
        case Kind::Sync: {
            Node& node = nodes_[operation.node];
            node.synced = node.current;
            node.unsynced.clear();
            break;
        }
        case Kind::SyncFolder:
            syncedNames_ = names_;
            unsyncedNames_.clear();
            break;
    }
}

// Each unsynced write is there or not, whole or in some of its sectors, in any order.
std::string MemoryDisk::partOf(const Node& node, std::mt19937_64& chance) const {
    std::string content = node.synced;
    auto unsynced = node.unsynced;
    std::shuffle(unsynced.begin(), unsynced.end(), chance);
    const std::uint64_t share = 1 + chance() % 9;  // tenths
    for (const DiskOperation& operation : unsynced) {
        if (chance() % 10 >= share) continue;
        if (operation.kind == DiskOperation::Kind::Truncate || chance() % 2 == 0) {
            write(content, operation);
            continue;
        }
        for (std::uint64_t at = 0; at < operation.bytes.size();) {
            const std::uint64_t sectorEnd = ((operation.offset + at) / kSector + 1) * kSector;
            const std::uint64_t end =
                std::min<std::uint64_t>(operation.bytes.size(), sectorEnd - operation.offset);
            if (chance() % 10 < share) {
                DiskOperation sector = operation;
                sector.offset += at;
                sector.bytes = operation.bytes.substr(at, end - at);
                write(content, sector);
            }
            at = end;
        }
    }
    return content;
}

void MemoryDisk::tearLast(std::map<std::uint64_t, std::string>& contents) const {
    auto node = nodes_.find(lastWritten_);
    if (node == nodes_.end() || node->second.unsynced.empty()) return;
    std::string content = node->second.synced;
    const auto& unsynced = node->second.unsynced;
    auto last = unsynced.end();
    for (auto at = unsynced.begin(); at != unsynced.end(); ++at)
        if (at->kind == DiskOperation::Kind::Write) last = at;
    for (auto at = unsynced.begin(); at != unsynced.end(); ++at) {
        DiskOperation operation = *at;
        if (at == last) {
            const std::uint64_t end = operation.offset + operation.bytes.size();
            const std::uint64_t sector =
                std::max(operation.offset, (end - 1) / kSector * kSector);  // the last one
            operation.bytes.resize(sector - operation.offset + (end - sector) / 2);
        }
        write(content, operation);
    }
    contents[lastWritten_] = content;
}

MemoryDisk::Files MemoryDisk::after(Cut cut, std::mt19937_64& chance) const {
    auto names = cut == Cut::Dropped || cut == Cut::Part ? syncedNames_ : names_;
    if (cut == Cut::Part) {
        // File systems keep the order of names: some first ones of them are there.
        std::size_t kept = chance() % (unsyncedNames_.size() + 1);
        for (std::size_t i = 0; i < kept; ++i) {
            const DiskOperation& operation = unsyncedNames_[i];
            if (operation.kind == DiskOperation::Kind::Create)
                names[operation.name] = operation.node;
            else
                names.erase(operation.name);
        }
    }
    std::map<std::uint64_t, std::string> contents;
    for (const auto& [name, number] : names) {
        const Node& node = nodes_.at(number);
        contents[number] = cut == Cut::Dropped ? node.synced
                           : cut == Cut::Part  ? partOf(node, chance)
                                               : node.current;
    }
    if (cut == Cut::Torn) tearLast(contents);
    Files files;
    for (const auto& [name, number] : names) files[name] = contents[number];
    return files;
}

void DiskSet::setFault(DiskFault fault) {
    fault_ = fault;
    calls_ = 0;
    struck_.reset();
}

void DiskSet::perform(DiskOperation operation) {
    const bool isSync = operation.kind == DiskOperation::Kind::Sync;
    if (isSync && syncsLie) return;
    operation.disk = diskOf(operation.name);
    disks[operation.disk].apply(operation);
    if (journal) journal->push_back(std::move(operation));
}

int DiskSet::failure(int error, bool grows) {
    const std::uint64_t call = calls_++;
    bool strikes = false;
    switch (fault_.kind) {
        case DiskFault::Kind::None:
            break;
        case DiskFault::Kind::ErrorOnce:
            strikes = call == fault_.call;
            break;
        case DiskFault::Kind::ErrorsFrom:
            strikes = call >= fault_.call;
            break;
        case DiskFault::Kind::FullFrom:
            strikes = grows && call >= fault_.call;
            error = SQLITE_FULL;
            break;
    }
    if (strikes && !struck_) struck_ = call;
    return strikes ? error : 0;
}

}  // namespace sotay
