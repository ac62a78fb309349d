#pragma once

#include <optional>

#include "sync/codec/crypto.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/fast_store.h"
#include "tests/simulation/world.h"

namespace sotay::sim {

// The engine and the codec in memory: causality, merge, judgement, batches and messages are the
// real ones; laptops and server around them are a few lines each. Keys are not used: what they
// protect from is for the full level.
class FastWorld final : public World {
  public:
    FastWorld(Tap& tap, const Schedule& schedule);

    std::size_t laptops() const override { return laptops_.size(); }
    Role role(std::size_t laptop) const override { return people_[laptops_[laptop].person].role; }
    bool isRevoked(std::size_t laptop) const override {
        return people_[laptops_[laptop].person].isRevoked;
    }
    Ordinal ordinal(Question question) const override {
        return kFirstField + static_cast<Ordinal>(question);
    }
    bool asks(std::size_t, Question) override { return true; }
    bool knows(std::size_t, Question) override { return true; }
    std::size_t logOf(std::size_t laptop) override { return laptops_[laptop].cursor.incarnation; }
    std::uint64_t version(std::size_t laptop) override {
        return laptops_[laptop].store.version() + 1;
    }
    bool isUpToDate(std::size_t laptop) override {
        const Laptop& here = laptops_[laptop];
        return here.cursor == Seen{incarnation_, log_.size()} && here.acked == here.own.size() &&
               here.numbersKnown == numbersVersion_;
    }
    Id newId() override;
    void clockJumps(std::size_t, std::uint32_t) override {}
    Id openNew(std::size_t laptop) override;
    Screen open(std::size_t laptop, const Id& record) override;
    Screen look(std::size_t laptop, const Id& record) override;
    Done save(std::size_t laptop, const Id& record, const std::vector<Touch>& touches) override;
    Done remove(std::size_t laptop, const Id& record) override { return mark(laptop, record, 0); }
    Done restore(std::size_t laptop, const Id& record) override { return mark(laptop, record, 1); }
    std::vector<ShownConflict> conflicts(std::size_t laptop) override;
    Done resolve(std::size_t laptop, const Id& conflict, const Decision& decision) override;
    Done sync(std::size_t laptop, Fault fault, std::uint32_t at) override;
    Done syncTogether(std::size_t, std::size_t) override { return {true, "", {}}; }
    Done fetchHistory(std::size_t, const Id&) override { return {true, "", {}}; }
    std::size_t keepImage(std::size_t laptop) override;
    void putImage(std::size_t image, std::size_t laptop) override;
    std::size_t clone(std::size_t laptop) override;
    void crash(std::size_t) override {}
    void powerCut(std::size_t, std::uint32_t) override {}
    void powerFailsSoon(std::size_t, std::uint32_t) override {}
    bool isPowerless(std::size_t) const override { return false; }
    void serverCrash() override {}
    void serverPowerCut(std::uint32_t) override {}
    void serverBackup() override { backups_.push_back(log_.size()); }
    bool serverRestore(std::uint32_t which) override;
    void publish() override {}
    void publishWhatIsUsed() override {}
    void importForm(std::size_t) override {}
    void revoke(std::size_t laptop) override { people_[laptops_[laptop].person].isRevoked = true; }
    Id admit(std::uint32_t which) override;
    Id refuse(std::uint32_t which) override;
    std::vector<Id> inQuarantine() override;
    bool forge(std::size_t laptop) override;
    bool bomb() override;
    std::string stateHash(std::size_t laptop) override { return laptops_[laptop].store.state(); }
    std::string serverHash() override { return server_.state(); }
    bool rebuildsAlike(std::size_t laptop) override {
        return laptops_[laptop].store.rebuildsAlike();
    }
    bool serverRebuildsAlike() override { return server_.rebuildsAlike(); }
    std::uint64_t unsent(std::size_t laptop) override {
        return laptops_[laptop].own.size() - laptops_[laptop].acked;
    }
    std::size_t auditor(bool bySnapshot) override;

  private:
    struct Person {
        Role role = Role::Officer;
        PublicKey key{};
        Id id;
        bool isRevoked = false;
    };
    struct Opened {
        Seen seen;
        std::size_t own = 0;  // length of the laptop's chain then
        std::map<Cell, Value> values;
        std::vector<std::pair<Id, std::string>> items;
        bool isNew = false, isDeleted = false;
    };
    struct Laptop {
        explicit Laptop(const Chains& chains) : store(chains) {}
        std::size_t person = 0;
        FastStore store;
        std::vector<ChangeRef> applied;  // the log as far as the cursor
        std::vector<ChangeRef> own;
        std::size_t acked = 0;
        std::map<std::uint64_t, ChangeRef> ahead;     // own changes with numbers above the cursor
        std::map<ChangeRef, std::set<Seen>> numbers;  // as far as the server told
        Seen cursor;
        Id tip;
        std::uint64_t run = 0, runCount = 0, numbersKnown = 0;
        std::int64_t clock = 0;
        std::map<Id, Opened> opened;
        std::string oldRequest;
        bool isSnapshot = false;
    };

    Screen screenOf(Laptop& laptop, const Id& record);
    std::vector<ShownConflict> conflictsIn(const Laptop& laptop, const Id& record,
                                           const RecordVerdict& verdict) const;
    Change draft(Laptop& laptop, const Id& record, Seen seen);
    Id append(Laptop& laptop, Change change);
    Seen seenBelow(const Laptop& laptop, Seen seen, const std::vector<ChangeRef>& sides) const;
    std::optional<Change> opinionIn(Laptop& laptop, Change& change);
    Done mark(std::size_t laptop, const Id& record, std::int64_t alive);

    std::string requestOf(Laptop& laptop);
    // The server's answer to the bytes of a request; "" when they are none.
    std::string answer(const std::string& bytes);
    Acknowledgement take(const std::string& batch);
    bool mayEnter(ChangeRef ref) const;
    void enter(ChangeRef ref, const std::set<Seen>& numbers);
    void receive(std::size_t laptop, const SyncReply& reply);
    // The server came back from a backup: it gets what it lacks, with the numbers that they had.
    void handBack(Laptop& laptop);
    std::uint64_t inherited(Seen cursor) const;

    Chains chains_;
    std::vector<Person> people_;
    std::vector<Laptop> laptops_, images_;
    FastStore server_;
    std::vector<ChangeRef> log_;
    std::map<ChangeRef, std::set<Seen>> numbers_;  // every number that a change ever had
    std::map<std::uint32_t, std::uint64_t> forks_;
    std::uint32_t incarnation_ = 0;
    std::uint64_t numbersVersion_ = 0;      // grows when old numbers are learnt
    std::map<ChangeRef, bool> quarantine_;  // true: refused
    std::vector<std::size_t> backups_;
    std::uint32_t feedLimit_ = 1000, sealLimit_ = 1000, batchLimit_ = 1000;
    std::uint64_t ids_ = 0;
    std::int64_t nowSeconds_ = 1'790'000'000;
    Dice dice_;
};

}  // namespace sotay::sim
