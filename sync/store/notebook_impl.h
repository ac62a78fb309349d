#pragma once

#include <set>

#include "sync/bundle.h"
#include "sync/store/chain_map.h"
#include "sync/store/duplicate_finder.h"
#include "sync/store/notebook.h"
#include "sync/store/stores.h"

namespace sotay {

// What a notebook's functions share; split over notebook*.cpp by subject.
struct Notebook::Impl {
    Impl(const std::filesystem::path& file, Surroundings outside);

    void load();     // what is kept in memory of the settings
    void refresh();  // another program may have written
    Seen cursor();
    Seen seenOf(const Id& record);  // how far what this laptop shows of a record goes
    std::int64_t number(const std::string& name);
    void setNumber(const std::string& name, std::int64_t value);
    Identity identity();

    // The next change of this laptop's chain, not yet stored.
    Change draftChange(const std::string& formId, const Id& record, Seen seen);
    // Appends changes to the chain and merges them. Call within a Work.
    Id append(std::vector<Change> changes);
    // The same for changes that each make a new record: sealed and packed side by side.
    void appendNew(std::span<const LentChange> changes);
    std::uint32_t ownTip() const;
    // Seals what is unsent into batches that each fit one request. Gives those of edits that it
    // made, by the height of their first change, so that they need not be read again to be sent.
    std::map<std::uint32_t, Batch> seal();

    // What was appended since, as long as it is not much, so that sealing need not read it again.
    void keepUnsealed(ChangeRef first, const std::vector<Change>& changes,
                      const std::vector<Id>& ids);
    void forgetUnsealed();
    // All from this height on; nothing when not all of it is at hand.
    std::vector<StoredChange> takeUnsealed(std::uint32_t from);
    std::vector<StoredChange> unsealed;
    std::size_t unsealedSize = 0;  // in bytes, roughly

    // A sealed batch as it is said to this server: compact when that is shorter.
    // `sealed`: the same, when it is at hand.
    std::string said(const ChangeStore::StoredFrame& frame, const SyncRequest& request,
                     const Batch* sealed = nullptr);

    // An officer may say more in an open conflict, but not close it: takes the writes to disputed
    // cells out of `change` into one that stands beside the other side's heads. Nothing for
    // supervisors, or without a dispute.
    std::optional<Change> opinionIn(const RecordState& state, Change& change);
    // As if the other laptops' sides of these conflicts had not been seen.
    Seen seenBelow(Seen seen, const std::vector<ChangeRef>& sides);
    // Did this laptop write to the record since its chain had this height?
    bool isChangedSince(std::uint32_t tip, const RecordStore::Whole& whole);

    bool isOfficer();  // one whose decisions the server would not take
    // One change for each record whose repeat items it writes to, the record itself last. What was
    // merged into a record keeps its items, so that separating them loses nothing.
    std::vector<Change> splitByOwner(Change change, const RecordHeads& known);
    // Whoever may decide and writes a field answers what was asked about it again.
    void answerQuestions(Change& change, const RecordHeads& heads);

    // Resolutions (notebook_decisions.cpp)
    Status decideValues(const Conflict& conflict, const Decision& decision, Change& change);
    Status decideDelete(const Conflict& conflict, const Decision& decision, Change& change);
    Status decideRule(const Conflict& conflict, const Decision& decision, Change& change);
    Result<Write> typedWrite(const std::string& formId, const Cell& cell, const std::string& typed);

    // Duplicates (notebook_duplicates.cpp)
    std::vector<Conflict> allDuplicates();
    Conflict duplicateView(const DuplicatePair& pair);
    Result<Id> decideDuplicate(const Conflict& pair, const Decision& decision);
    // The changes that merge and that separate; the survivor's is the last.
    std::vector<Change> mergeChanges(const std::string& formId, const Id& from, const Id& into,
                                     const std::string& reason);
    std::vector<Change> separateChanges(const std::string& formId, const Id& record,
                                        const std::string& reason);

    // Undo (notebook_undo.cpp): the plan, and the changes that carry it out.
    struct Undoing {
        UndoPlan plan;
        std::vector<Change> changes;
    };
    std::optional<StoredChange> changeNamed(const Id& change);
    Result<Undoing> undoing(const Id& change, const std::string& reason);

    std::vector<Conflict> conflictsOf(const Id& record);
    std::vector<Conflict> openConflicts();  // all kinds but duplicates; judge meetings before
    // The record of each conflict that somebody was shown: whoever decides it need not look through
    // all that are open.
    std::map<Id, Id> shownOn;
    void noteShown(const std::vector<Conflict>& conflicts);
    void judgeMeetings();  // looks where changes met since somebody asked last
    // The value that a field had when a snapshot brought the record, for conflicts whose base is
    // not held here.
    void fillBases(std::vector<Conflict>& conflicts);

    // Files (notebook_attachments.cpp)
    std::uint64_t backedUpTo();  // the log's number, as the server said last
    std::vector<AttachmentOffer> unsentFiles();
    // What the server says of them. Call within a Work.
    AttachmentsMoved noteStandings(std::span<const AttachmentStanding> standing,
                                   std::uint32_t incarnation);

    SyncRequest newRequest();  // without batches
    void addHeld(SyncRequest& request);
    // What a reply says, wherever it came from. Call within a Work.
    void applyReply(const SyncRequest& request, OpenedReply& opened, Received& received);
    void receiveDirectory(const Directory& directory);
    void receiveAcks(const SyncRequest& request, const SyncReply& reply, Received& received);
    // What a copy of this laptop did above here in the server's branch came before it was known
    // that the own chain is the same up to here.
    void shareWithCopy(ChangeRef remote);
    void keepSnapshot(const SyncReply& reply);  // applied when it is whole
    void receiveSnapshot(const SyncReply& reply);
    // Was this change in the snapshot's state of its record already?
    bool isInSnapshot(const Id& record, std::uint64_t number);
    // Records that went out of this laptop's areas (notebook_areas.cpp)
    AreaStanding areas();
    AreaStanding areasSaid();  // to the server
    void setAreas(const AreaStanding& standing);
    bool worksEverywhere();  // and holds all that is there
    // Are its records whole for the areas that the server last told of?
    bool isInItsAreas();
    void tellAreas(const AreaScope& told);
    void receiveAreas(const SyncReply& reply);
    void receiveLeft(const SyncReply& reply);
    bool hasLeft(const Id& record);
    void comesBack(const Id& record);
    // What a feed brings of those that come back: they are made again from all their changes, also
    // from those that are stored here already.
    class Returning {
      public:
        explicit Returning(Impl& impl) : impl_(impl) {}
        // A reply. `isWhole`: every record in its feed comes with all its changes, whatever is here
        // of it.
        void begin(bool isWhole);
        bool isAny() const { return isAny_; }
        bool takes(const Change& change, ChangeRef ref);
        void finish();  // own changes are not in the feed: the server knows that they are here

      private:
        Impl& impl_;
        bool isWhole_ = false, isAny_ = false;
        std::map<Id, std::set<ChangeRef>> taken_;  // of each that came back
    };
    // What is to be known of the replies before, where several are applied at once.
    struct Arriving {
        explicit Arriving(Impl& impl) : returning(impl) {}
        Returning returning;
        std::map<Id, bool> wereHere;        // was the record here before the first of them?
        std::vector<std::vector<Id>> news;  // which were not, in order in each
    };
    void receiveFeed(const SyncReply& reply, FeedReader& feed, Received& received,
                     Arriving& arriving);
    // Takes those off the screens of which nothing is unsent, and no draft.
    void putAwayLeft();
    std::set<Id> putAway();          // those that are off the screens
    void takeOut(const Id& record);  // one of them is needed again
    // Makes records from the changes and snapshots that are held, in the order of the log.
    void derive(RecordStore& into, const std::function<bool(const Id&)>& wants);
    void showNumbered(bool isAll);  // brings the columns of open conflicts in step
    // Stores the changes of a feed or a history; gives where they stand.
    // `frame`: the packed batch of just this run, when it came so; it is kept as it is.
    std::vector<ChangeStore::Spliced> receiveChanges(std::span<const Run> runs,
                                                     std::span<const Id> ids,
                                                     const ChangeStore::GiveChanges& changes,
                                                     std::uint32_t incarnation,
                                                     std::string_view frame = {});
    std::vector<ChangeStore::Spliced> receiveRun(Run run, const ChangeStore::GiveChanges& changes,
                                                 std::span<const Id> ids, std::string_view frame);
    // Changes with numbers above `upTo` are left to the feed, which merges them.
    void receiveHistory(const std::string& bytes, std::uint64_t upTo);
    void receiveOldNumbers(const SyncReply& reply);
    void admitted(std::uint32_t height, std::uint32_t count);  // own changes, out of quarantine

    // After a break of the log (notebook_recovery.cpp): hands back what the server may lack, then
    // receives the new log beside the old one, and goes over to it when it is whole.
    bool isRecovering();
    bool isWithin(std::uint64_t top);  // has heard of no number above it
    void beginRecovery(std::uint32_t incarnation);
    void nameSnapshotsLocally();
    void continueRecovery(const SyncRequest& request, const SyncReply& reply,
                          std::string_view framed, Received& received);
    void finishRecovery(const SyncReply& last, Received& received);
    void addRecovery(SyncRequest& request, std::size_t limit);
    // The numbers that the changes of a batch had, for the server that lost them.
    std::vector<BatchNumbers> numbersOf(std::uint32_t firstHeight, std::uint32_t count);
    void keepReply(const SyncReply& reply, std::string_view framed);
    void dropBackedUp(const SyncReply& reply);

    // Bundles (notebook_bundles.cpp)
    std::vector<SyncRequest> bundledRequests(BundleMade& made);
    BundleRead carry(const Bundle& bundle, std::string_view file);
    Result<BundleRead> applyAnswer(const Bundle& bundle);
    // How a reply that came by bundle stands to what this laptop has.
    enum class Fit { Old, Next, Gap, Break, OfAnotherCopy };
    Fit fitOf(const BundledReply& piece, const SyncReply& reply);
    // Is it in the areas, or on the way to others, where it was when it asked?
    bool standsAsAsked(const BundledReply& piece, const SyncReply& reply);
    void receiveReceipts(const BundledReply& piece, const SyncReply& reply, BundleRead& read);

    bool insertSnapshotRecord(RecordStore& into, const SnapshotRecord& record,
                              bool isLocal = false);

    Identity lastIdentity;  // as it was read last, for when the disk refuses
    Surroundings surroundings;
    Stores stores;
    DuplicateFinder duplicates;
    ChainMap chains;
    KeyPair keys;
    std::uint64_t reloads = 0;     // of the stores, when load was called
    std::uint32_t own = 0;         // this laptop's branch; 0 before its first change
    std::uint64_t programRun = 0;  // drawn when the notebook was opened: see Change::run
    std::uint64_t runCount = 0;
    // Records with changes that the server has not taken; read when somebody asks.
    const std::set<Id>& unsentRecords();
    std::set<Id> unsent;
    bool isUnsentKnown = false;
    struct Sent {
        std::uint32_t firstHeight, count;
    };
    bool mustSayInFull = false;     // the server did not understand a compact batch
    std::vector<Sent> lastRequest;  // the batches of the request that nextRequest made last
    std::vector<Sent> numbered;     // own changes that got their numbers from the reply at hand
};

}  // namespace sotay
