#include <doctest/doctest.h>

#include <algorithm>

#include "sync/store/database.h"
#include "tests/crash/crash_world.h"

using namespace sotay;

// What SQLite's log gathers before it is written.

namespace {

constexpr const char* kFile = "lan.db";

// A file whose commits do not wait for the disk, so that nothing but the commit itself has the log
// written; with room in memory for few pages, so that many are written before the commit and some
// of them again.
struct Small {
    DiskSet disks;
    std::unique_ptr<Mounted> mounted = std::make_unique<Mounted>(disks);
    std::unique_ptr<Database> database = std::make_unique<Database>(kFile);

    Small() {
        database->run("PRAGMA synchronous=NORMAL");
        database->run("PRAGMA cache_size=2");
        database->run("CREATE TABLE members(n INTEGER PRIMARY KEY, name TEXT)");
    }
    ~Small() { mounted.reset(); }
    void add(int first, int count) {
        for (int n = first; n < first + count; ++n)
            database->run("INSERT INTO members VALUES(" + std::to_string(n) +
                          ",'xã viên'||hex(zeroblob(700)))");
    }
    // What is found when the program is stopped now.
    FileContent stopped() {
        std::mt19937_64 chance;
        DiskSet left;
        left.disks["lan"] = MemoryDisk(disks.disks["lan"].after(Cut::Killed, chance));
        return readFileOf(left, kFile);
    }
    std::size_t membersNamed(const FileContent& content, const std::string& name) {
        std::size_t count = 0;
        for (std::size_t at = 0; (at = content.tables.find(name, at)) != std::string::npos; ++at)
            ++count;
        return count;
    }
};

}  // namespace

TEST_CASE("log: what was committed is in the file when the program is stopped right after") {
    for (int count : {1, 5, 40, 300}) {
        CAPTURE(count);
        Small small;
        small.database->run("BEGIN");
        small.add(0, count);
        small.database->run("UPDATE members SET name='đổi tên '||name");
        CHECK(small.membersNamed(small.stopped(), "xã viên") == 0);
        small.database->run("COMMIT");
        const FileContent left = small.stopped();
        CHECK(left.check == "ok");
        CHECK(small.membersNamed(left, "đổi tên xã viên") == static_cast<std::size_t>(count));
    }
}

TEST_CASE("log: work that was taken back leaves nothing, and what comes after it is whole") {
    Small small;
    small.add(0, 30);
    for (int round = 1; round <= 3; ++round) {
        small.database->run("BEGIN");
        small.add(100 * round, 90);
        small.database->run("ROLLBACK");
        small.add(1000 * round, 3);
        const FileContent left = small.stopped();
        CHECK(left.check == "ok");
        CHECK(small.membersNamed(left, "xã viên") == static_cast<std::size_t>(30 + 3 * round));
    }
    small.database->run("PRAGMA wal_checkpoint(RESTART)");
    small.add(9000, 3);  // the log begins again
    CHECK(small.membersNamed(small.stopped(), "xã viên") == 42);
}

TEST_CASE("log: the pages of a commit are written together") {
    Small small;
    small.database->run("PRAGMA cache_size=1000");
    std::vector<DiskOperation> journal;
    small.disks.journal = &journal;
    small.database->run("BEGIN");
    small.add(0, 200);
    small.database->run("COMMIT");
    small.disks.journal = nullptr;
    std::size_t writes = 0, bytes = 0;
    for (const DiskOperation& each : journal)
        if (each.kind == DiskOperation::Kind::Write && each.name == "lan.db-wal") {
            ++writes;
            bytes += each.bytes.size();
        }
    CHECK(bytes > 200 * 1400);
    CHECK(writes < bytes / 32'000);
}

TEST_CASE("log: a disk that is full is told, and the next commit goes through") {
    Small small;
    small.add(0, 10);
    small.disks.setFault({DiskFault::Kind::FullFrom, 1});
    CHECK_THROWS_AS(small.add(10, 60), SQLite::Exception);
    small.disks.setFault({});
    small.add(500, 5);
    const FileContent left = small.stopped();
    CHECK(left.check == "ok");
    CHECK(small.membersNamed(left, "xã viên") == 15);
}
