#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/client/client.h"
#include "sync/store/notebook.h"
#include "sync/store/workspace.h"
#include "tests/simulation/http_loopback.h"
#include "tests/simulation/virtual_disk.h"
#include "tests/simulation/world.h"

namespace sotay::sim {

// What every schedule of the full level starts from: a server with the first version of the form
// and some people, and their laptops, enrolled and synced once. Made once for a program.
struct Province {
    struct Person {
        std::string name;
        Role role;
        std::string area;  // "*": all
        disk::Image laptop;
    };
    std::vector<Person> people;  // the last two are the auditors'
    disk::Image server;
    std::vector<std::string> forms;  // the workbooks of all versions
    FieldTable fields;               // after the last version
    std::filesystem::path folder;    // for files of the schedule being played
};
const Province& province();

// The real notebooks and the real server, on real files under a disk that can lose what was not
// flushed, talking through the real messages and sotayd's HTTP.
class FullWorld final : public World {
  public:
    FullWorld(Tap& tap, const Schedule& schedule);
    ~FullWorld() override;

    std::size_t laptops() const override { return laptops_.size(); }
    Role role(std::size_t laptop) const override;
    bool isRevoked(std::size_t laptop) const override;
    std::vector<std::string> areas(std::size_t laptop) const override;
    void movePerson(std::size_t laptop, std::uint32_t to) override;
    bool worksIn(std::size_t laptop, const std::string& area) const override;
    Ordinal ordinal(Question question) const override;
    bool asks(std::size_t laptop, Question question) override;
    bool knows(std::size_t laptop, Question question) override;
    std::size_t logOf(std::size_t laptop) override;
    Id newId() override;
    void clockJumps(std::size_t laptop, std::uint32_t by) override;
    Id openNew(std::size_t laptop) override;
    Screen open(std::size_t laptop, const Id& record) override;
    Screen look(std::size_t laptop, const Id& record) override;
    Done save(std::size_t laptop, const Id& record, const std::vector<Touch>& touches) override;
    Done remove(std::size_t laptop, const Id& record) override;
    Done restore(std::size_t laptop, const Id& record) override;
    std::vector<ShownConflict> conflicts(std::size_t laptop) override;
    Done resolve(std::size_t laptop, const Id& conflict, const Decision& decision) override;
    Done sync(std::size_t laptop, Fault fault, std::uint32_t at) override;
    Done syncTogether(std::size_t one, std::size_t other) override;
    Done fetchHistory(std::size_t laptop, const Id& record) override;
    Done writeStick(std::size_t laptop) override;
    Done readStick(std::size_t laptop, std::uint32_t which) override;
    Done stickToServer(std::uint32_t which, bool wantsAnswer) override;
    bool forgeBundle(std::size_t laptop, std::uint32_t how) override;
    std::size_t keepImage(std::size_t laptop) override;
    void putImage(std::size_t image, std::size_t laptop) override;
    std::size_t clone(std::size_t laptop) override;
    void crash(std::size_t laptop) override;
    void powerCut(std::size_t laptop, std::uint32_t chance) override;
    void powerFailsSoon(std::size_t laptop, std::uint32_t flushes) override;
    bool isPowerless(std::size_t laptop) const override;
    void serverCrash() override;
    void serverPowerCut(std::uint32_t chance) override;
    void serverBackup() override;
    bool serverRestore(std::uint32_t which) override;
    void publish() override;
    void publishWhatIsUsed() override;
    void importForm(std::size_t laptop) override;
    void revoke(std::size_t laptop) override;
    Id admit(std::uint32_t which) override;
    Id refuse(std::uint32_t which) override;
    std::vector<Id> inQuarantine() override;
    bool forge(std::size_t laptop) override;
    bool bomb() override;
    std::string stateHash(std::size_t laptop) override;
    std::string serverHash() override;
    bool rebuildsAlike(std::size_t laptop) override;
    bool rebuildsQuickly() const override { return false; }
    bool serverRebuildsAlike() override;
    std::uint64_t unsent(std::size_t laptop) override;
    std::size_t auditor(bool bySnapshot) override;

  private:
    // Where a laptop stands in what the server tells it.
    struct Standing {
        Seen cursor;
        std::uint64_t snapshotPosition = 0;
        // On its way between areas; none: it is in those that it was told of.
        std::vector<AreaScope> scope, next;
        std::uint64_t areaPosition = 0;
        bool operator==(const Standing&) const = default;
    };
    // What a reply brings; it counts once the laptop has it on its disk.
    struct Delivery {
        Seen cursor;  // after it
        std::uint64_t snapshotPosition = 0;
        std::optional<AreaStep> step;  // or of one before it in a bundle
        bool isSnapshot = false;
        std::uint64_t asOf = 0;  // of the records that it brings
        std::vector<Id> changes, records, left;
    };
    // What a laptop keeps aside until it is whole: a log that the server's restore began, and the
    // pieces of a snapshot.
    struct Aside {
        std::uint32_t incarnation = 0;
        std::vector<Delivery> deliveries, snapshot;
    };
    struct Laptop {
        std::size_t person = 0;
        std::filesystem::path file;
        std::unique_ptr<Notebook> notebook;
        std::map<Id, OpenRecord> opened;
        std::int64_t clock = 0;            // ahead of the world's, in ms
        std::vector<Delivery> deliveries;  // on their way
        std::vector<Delivery> behind;      // the last that a sync took in: on disk with the next
        Aside aside;
        std::string oldRequest;  // an earlier message, as it went over the wire
        std::string lastReply;   // of the server, as it came
    };
    struct Image {
        std::size_t person = 0;
        disk::Image disk;
        Aside aside;
    };
    using Log = std::map<std::uint64_t, Id>;
    struct Backup {
        disk::Image disk;
        Log log;
    };
    class Wire;

    void start(Laptop& laptop);
    void stop(Laptop& laptop);
    void startServer(SyncLimits limits);
    void stopServer();
    Surroundings surroundings(std::function<std::int64_t()> clock, SyncLimits limits);
    Screen screenOf(Laptop& laptop, const OpenRecord& opened);
    std::vector<ShownConflict> shown(const std::vector<Conflict>& conflicts) const;
    Done changesMade(Laptop& laptop, const Id& record, const Status& status);
    std::vector<Id> historyOf(Laptop& laptop, const Id& record, bool* isWhole = nullptr);
    // The request and the server's answer to it, as heard on the wire.
    void hear(const SyncRequest& request, const SyncReply& reply);
    void hearReturned(const std::string& framed);
    void taken(const Id& change, std::uint64_t number);
    // The server's log as it tells it itself, for what was said too shortly to be read along.
    void readLog();
    void expectDelivery(Laptop& laptop, const SyncReply& reply);
    void arrived(Laptop& laptop);  // all that was on its way
    void tellArrived(std::size_t laptop, const Delivery& delivery);
    // After the power came back, or a bundle was read: what of it is on the disk?
    void settleDeliveries(Laptop& laptop);
    std::optional<Standing> standing(Laptop& laptop);
    static bool isReached(const Delivery& delivery, const Standing& now);
    std::size_t numberOf(const Laptop& laptop) const;
    void afterFault(Laptop& laptop, Fault fault);
    std::string rechunked(Laptop& laptop, std::string_view body) const;

    const Province& province_;
    std::int64_t nowMs_ = 1'790'000'000'000;
    std::int64_t serverClock_ = 0;
    std::uint64_t seed_, ids_ = 0;
    SyncLimits limits_;
    std::filesystem::path folder_, serverFile_;
    std::unique_ptr<Workspace> server_;
    std::unique_ptr<HttpLoopback> http_;
    std::vector<std::unique_ptr<Laptop>> laptops_;
    std::vector<Image> images_;
    Log log_;
    std::vector<std::uint32_t> incarnations_{0};
    std::optional<Backup> backup_;
    std::vector<Id> records_;
    std::set<Id> made_;                // changes, as far as they were ever shown
    std::vector<std::string> sticks_;  // every bundle that was written
    std::size_t auditors_ = 0;
};

}  // namespace sotay::sim
