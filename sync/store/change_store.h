#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sync/causality.h"
#include "sync/codec/batch.h"
#include "sync/codec/compact_batch.h"
#include "sync/store/database.h"

namespace sotay {

// Whose chain a branch is, and what it grew out of.
struct BranchInfo {
    std::uint32_t branch = 0;
    PublicKey device{};
    ChangeRef parent;       // height 0: it starts a chain
    std::uint32_t tip = 0;  // height of its last change
    Id tipId;
};

// A change as it is stored, with what the store knows about it.
struct StoredChange {
    Change change;
    Id id;
    ChangeRef ref;
    std::int64_t receivedSeconds = 0, clockOffset = 0;
};

// All changes that a store holds, in batches, and the causality between them. Tables:
//   branches  see BranchInfo
//   batches   consecutive changes of one branch: the frame of an encoded batch of one run
//   places    which numbers the log gave: runs of (branch, height) to number, for each incarnation
//   forks     where incarnations of the log forked
// Throws SQLite::Exception, as all of sync/store inside.
class ChangeStore {
  public:
    static const char* migration1();
    explicit ChangeStore(Database& database);
    void load();  // reads branches, places and forks; after opening, and after a rollback

    const Causality& causality() const { return causality_; }
    std::uint32_t incarnation() const { return causality_.incarnation(); }
    const BranchInfo* branch(std::uint32_t branch) const;
    std::vector<BranchInfo> branchesOf(const PublicKey& device) const;
    std::uint32_t addBranch(const PublicKey& device, ChangeRef parent);
    // It turned out to leave its parent at this height, above what was known of it.
    void growsAt(std::uint32_t branch, std::uint32_t parentHeight);
    std::size_t branchCount() const { return branches_.size(); }

    // Stores one run as a batch. Its changes follow `first.height - 1` of the branch. Grows the
    // branch's tip when they come after it; a gap before them is allowed (a laptop holds only what
    // its areas need).
    void append(ChangeRef first, const Run& run, std::span<const Change> changes,
                std::span<const Id> ids);
    // The same, packed already: `frame` holds just the `run.count` changes, the last is `last`.
    void keep(ChangeRef first, const Run& run, std::string_view frame, const Id& last);
    // Numbers count at once; rows are written when a run ends, at the latest by flushPlaces, before
    // the commit.
    void place(ChangeRef first, std::uint32_t count, std::uint64_t number,
               std::uint32_t incarnation);
    void flushPlaces();
    // Notes a fork of the log, with the server's signature of it (messages.h); a known one stays.
    // True when it was news.
    bool fork(const LogFork& fork, std::string_view signature);
    struct SignedFork {
        LogFork fork;
        std::string signature;
    };
    std::vector<SignedFork> forks();
    // The log goes on in this incarnation.
    void setIncarnation(std::uint32_t incarnation);

    // Puts a run where its chain wants it, from height `first` on: what is held already is left,
    // gaps are filled, and what differs from what is held grows a branch beside it. `branch` is any
    // branch of which the change before the run is part; 0 starts a chain. `run` gives device,
    // prev, receivedSeconds and clockOffset; `frame`: the packed batch of just these changes, when
    // the caller has it. `changes` is asked only when they must be packed here.
    using GiveChanges = std::function<std::span<const Change>()>;
    struct Spliced {
        ChangeRef ref;
        bool isNew = false;
    };
    // Do all of them follow each other on one branch, and none was here before?
    static bool isOneNewRun(std::span<const Spliced> placed);
    std::vector<Spliced> splice(std::uint32_t branch, std::uint32_t first, const Run& run,
                                const GiveChanges& changes, std::span<const Id> ids,
                                std::string_view frame = {});
    // The branch on which a height of this one lies, down its parents.
    ChangeRef owner(ChangeRef ref) const;
    // The branch of a device that holds this change, or else its predecessor `prev`; else the
    // device's first chain, when that has a gap there; 0: none. `first` is its height.
    std::uint32_t branchFor(const PublicKey& device, std::uint32_t first, const Id& id,
                            const Id& prev);
    std::uint32_t branchWithGap(const PublicKey& device, std::uint32_t height);
    // The change of a device at this height that has this id, on whichever branch.
    std::optional<ChangeRef> at(const PublicKey& device, std::uint32_t height, const Id& id);

    // One change, or nothing when it is not held here.
    std::optional<StoredChange> find(ChangeRef ref);
    // The same without a copy, lent until the next call.
    const Change* peek(ChangeRef ref);
    bool holds(ChangeRef ref);
    // Which record the change with this number is of; cheaper than the change itself.
    std::optional<Id> recordAt(std::uint64_t number);
    // The texts of the changes from this number of the log on, as far as they are held one after
    // the other, at most `most` (codec/compact_batch.h). Count 0 when the first is not.
    SharedTexts sharedTexts(std::uint64_t number, std::uint32_t most);
    // All changes of a branch that are held, first..last, in order; batches as they were stored.
    std::vector<StoredChange> range(std::uint32_t branch, std::uint32_t first, std::uint32_t last);
    // Where in the branches of a device a change with this id stands.
    std::optional<ChangeRef> findId(const PublicKey& device, const Id& id);

    // Which changes the log of an incarnation (this store's, unless said) holds from number `first`
    // on, in its order, in runs.
    struct PlacedRun {
        ChangeRef first;
        std::uint32_t count;
        std::uint64_t number;
    };
    std::vector<PlacedRun> log(std::uint64_t first, std::uint64_t last) {
        return log(first, last, incarnation());
    }
    std::vector<PlacedRun> log(std::uint64_t first, std::uint64_t last, std::uint32_t incarnation);
    // The change that has this number in the log of this store.
    std::optional<ChangeRef> placeOf(std::uint64_t number);
    std::uint64_t lastNumber() const { return lastNumber_; }

    // The stored batches that hold changes first..last of a branch, as frames.
    struct StoredFrame {
        std::uint32_t firstHeight, count;
        std::int64_t receivedSeconds, clockOffset;
        std::string bytes;
    };
    std::vector<StoredFrame> frames(std::uint32_t branch, std::uint32_t first, std::uint32_t last);
    // The stored batch that begins here, if it holds at most `most` changes.
    std::optional<StoredFrame> frameAt(ChangeRef first, std::uint32_t most);
    // The server took in the batches that begin among these changes, when its clock showed
    // `seconds`.
    void taken(ChangeRef first, std::uint32_t count, std::int64_t seconds,
               std::int64_t clockOffset);
    // Makes a batch begin at this height; false when one does already, or none is there.
    bool split(std::uint32_t branch, std::uint32_t height);
    // Unsent changes are single batches; sealing joins them. Replaces the batches
    // first..first+count-1.
    void replace(ChangeRef first, const Run& run, std::span<const Change> changes,
                 std::span<const Id> ids);

  private:
    void readLastNumber();
    struct Decoded {
        std::uint32_t branch = 0, first = 0;
        DecodedBatch batch;
    };
    Decoded decode(std::uint32_t branch, SQLite::Statement& from);
    const Decoded* decoded(std::uint32_t branch, std::uint32_t height);

    Database& database_;
    Causality causality_;
    std::map<std::uint32_t, BranchInfo> branches_;
    std::uint64_t lastNumber_ = 0;
    struct PendingPlace {
        ChangeRef first;
        std::uint32_t count = 0, incarnation = 0;
        std::uint64_t number = 0;
    } pending_;
    PlacedRun lastPlace_{};  // where placeOf looked last; a run is never taken back
    struct BatchRecords {
        std::uint32_t branch = 0, first = 0;
        std::vector<Id> records;
    };
    std::vector<BatchRecords> records_;  // for recordAt; 16 bytes a change
    std::vector<Decoded> cache_;  // the batches that were read last; few, since a batch is large
};

}  // namespace sotay
