#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/client/client.h"
#include "sync/store/database.h"
#include "sync/store/notebook.h"
#include "sync/store/workspace.h"
#include "tests/crash/memory_disk.h"

namespace sotay {

// The machines of a crash test: a server and laptops, each with a disk of its own in memory, on one
// clock that only the test moves. Ids are numbered, so that a step that is done again gives the
// same ones.
class CrashWorld {
  public:
    explicit CrashWorld(std::map<std::string, MemoryDisk> disks);
    ~CrashWorld();
    CrashWorld(const CrashWorld&) = delete;

    static constexpr const char* kServer = "server";
    static constexpr const char* kOld = "old";  // its file is of an older version
    static constexpr const char* kNotes = "\nnotes\n";
    DiskSet disks;

    // Starts a machine (its program opens its file), or stops it. Doing so twice does nothing.
    Status open(const std::string& machine);
    void close(const std::string& machine);
    bool isOpen(const std::string& machine) const;
    Notebook& laptop(const std::string& machine) { return *laptops_.at(machine); }
    Workspace& server() { return *server_; }

    Status makeOldFile();
    // Are the records what their changes say?
    Result<bool> rebuildAndCompare(const std::string& machine);
    Status sync(const std::string& laptop);
    Status fetch(const std::string& laptop, const std::string& attachment);
    // Puts "server.backup" in the place of the server's file, which is closed.
    bool restoreServer();
    Status enrolLaptop(const std::string& laptop, const std::string& code);
    // Everything that people can see of a machine's program, as text. Change ids are left out: they
    // differ when a step is done again. What the server only notes stands after kNotes.
    Result<std::string> state(const std::string& machine);

    void beginStep(std::size_t number);  // sets the clock and the ids
    // Called between the messages of a sync, when nothing is under way on any machine.
    std::function<void()> between;
    std::map<std::string, Id> named;             // what steps tell later ones
    std::map<std::string, std::string> carried;  // files that people carry about

  private:
    Surroundings surroundings();
    std::string serverState();
    std::string oldState();
    std::string copyState(const std::string& file);
    std::string laptopState(Notebook& notebook);

    Mounted mounted_;
    std::int64_t nowMs_ = 0;
    std::uint64_t ids_ = 0;
    std::unique_ptr<Workspace> server_;
    std::unique_ptr<Database> old_;
    std::map<std::string, std::unique_ptr<Notebook>> laptops_;
};

// Makes a file what version 1 of the programs would have left: without what came later.
void takeBackToVersion1(DiskSet& disks, const std::string& file);

// What a file holds, read by SQLite alone: every table, in order, and after CrashWorld::kNotes what
// the server notes of who asked; and what its check of the whole file says ("ok").
struct FileContent {
    std::string tables;
    std::string check;
};
FileContent readFileOf(DiskSet& disks, const std::string& file);

}  // namespace sotay
