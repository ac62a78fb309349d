#pragma once

#include <deque>
#include <map>
#include <set>

#include "sync/bundle.h"
#include "sync/store/opened_batch.h"
#include "sync/store/stores.h"
#include "sync/store/workspace.h"

namespace sotay {

// What the server's functions share; split over workspace*.cpp by subject.
struct Workspace::Impl {
    Impl(const std::filesystem::path& file, Surroundings outside);

    std::int64_t nowSeconds() const { return surroundings.nowMs() / 1000; }
    std::int64_t number(const std::string& name);
    void setNumber(const std::string& name, std::int64_t value);

    // The directory: users, devices and forms, each with the version at which it changed last.
    void changedInDirectory(const std::string& kind, std::string_view key);
    Directory directorySince(std::uint64_t version);

    // Areas: every code that a person with these codes works in. "*" stays.
    std::set<std::string> reach(const std::vector<std::string>& areas);
    // InvalidInput when areas are known here, and one of these is not among them.
    Status checkAreas(const std::vector<std::string>& codes);
    const Field* areaField(const std::string& formId);  // null: the form asks for none
    void addAreasOf(const std::string& formId, const Id& record, std::set<std::string>& areas);
    // A record and those that are one with it by merging.
    std::vector<Id> familyOf(const std::string& formId, const Id& record);
    // Does somebody who works in these areas hold the record?
    bool isFor(const std::set<std::string>& reach, const std::string& formId, const Id& record);
    // The same, as the author of a change knew the record's area.
    bool wasFor(const std::set<std::string>& reach, const LentChange& change, ChangeRef ref);
    // Could somebody else hold the record after this change?
    bool mayMove(const Change& change);
    // Is there such a change with a higher number?
    bool movesAfter(const std::string& formId, const Id& record, std::uint64_t number);
    // What a laptop is given: what its own areas hold, and of that only what its person's areas do.
    struct Reader {
        std::set<std::string> holds;
        std::optional<std::set<std::string>> within;
    };
    Reader readerOf(const Caller& caller, const SyncRequest& request);
    bool isFor(const Reader& reader, const std::string& formId, const Id& record);
    // Changes of a person's areas (workspace_scope.cpp)
    AreaScope scopeOf(const std::vector<std::string>& codes);
    // Nothing when areas were joined or split since: what the codes reached then is not known.
    std::optional<std::set<std::string>> reachOf(const AreaScope& scope);
    bool areasChangedSince(const Caller& caller, std::uint64_t directory);
    // A laptop that has not heard of its new areas yet hears of them first, and of nothing else.
    bool mustSayAreas(const Caller& caller, const SyncRequest& request);
    bool mustGoOver(const Caller& caller, const SyncRequest& request);
    // The next step of it.
    void goOver(const Caller& caller, const SyncRequest& request, SyncReply& reply);
    std::string objectionToArea(const UserInfo& author, const LentChange& change, ChangeRef ref);
    void tellAdmitted(const Caller& caller, const std::set<std::string>& reach,
                      const StoredChange& change, SyncReply& reply);
    // Tells a reader which records went out of the areas.
    void tellLeft(const std::set<std::string>& reach, const Change& change, SyncReply& reply);
    void tellLeft(const std::set<std::string>& reach, std::uint64_t number, SyncReply& reply);
    void tellLeft(const std::set<std::string>& reach, const std::string& formId, const Id& record,
                  SyncReply& reply);

    // Taking in (workspace_receive.cpp)
    // Begins to read the next batches, those that are said in full, beside what this thread does.
    void readOn(const SyncRequest& request, ReadAhead& ahead);
    std::shared_ptr<ReadAhead> readAhead(const SyncRequest& request);
    // Takes new records in at once; false, and nothing done, when they must be looked at one by
    // one.
    bool takeRows(const Caller& caller, const DeviceInfo& device, OpenedBatch& opened,
                  std::span<const ChangeStore::Spliced> placed);
    Acknowledgement take(const Caller& caller, const SyncRequest& request, const std::string& frame,
                         BatchOpening opening, std::span<const BatchNumbers> numbers);
    // All of one call but its answer: `reply` gets the acknowledgements. Call within a Work.
    // `ahead`: what is being read of it; may be null.
    Status takeRequest(const Caller& caller, const SyncRequest& request,
                       std::shared_ptr<ReadAhead> ahead, SyncReply& reply,
                       std::vector<NumberRange>& acknowledged);
    // Opens a compact batch; nothing when it does not say what its laptop signed.
    std::optional<OpenedBatch> expand(const Caller& caller, const SyncRequest& request,
                                      const std::string& frame);
    struct Continuation {
        ChangeRef parent;          // what the first change follows; height 0: it starts a chain
        std::uint32_t branch = 0;  // 0: not there yet
    };
    Result<Continuation> continuationOf(const Run& run);
    // Why a change may not be applied; "" when it may.
    std::string objection(const Caller& caller, const DeviceInfo& device, const LentChange& change,
                          ChangeRef ref);
    // What only supervisors and administrators may do.
    std::string officersObjection(const LentChange& change, ChangeRef ref);
    // What the new ones among these get: a number and a place in the backlog, or quarantine. Uses
    // up what it takes.
    void takeChanges(const Caller& caller, const DeviceInfo& device, std::vector<Change>& changes,
                     std::span<const ChangeStore::Spliced> placed);
    // Do the answers stay the same when what waits in the backlog is merged after them? What is
    // given to somebody who does not work everywhere depends on where records lie.
    bool mayAnswerFirst(std::span<const SyncCall> calls);
    void putInLog(ChangeRef ref);  // with the next number
    void applyToLog(const Change& change, ChangeRef ref);
    void quarantineChange(ChangeRef ref, const std::string& reason);
    std::string quarantineReason(ChangeRef ref);  // "": it is not in quarantine
    std::int64_t quarantineCount();               // of all that ever came there
    std::set<Id> recordsInQuarantine();           // of what was not admitted

    // Bundles (workspace_bundles.cpp)
    std::optional<Caller> callerOf(const PublicKey& device);
    // What a laptop asked last, over the network or by bundle; its own changes up to height `taken`
    // need no receipt.
    void keepAsked(const Caller& caller, const SyncRequest& asked, const SyncReply& reply);
    void keepAsked(const Caller& caller, SyncRequest asked, std::uint32_t taken, const Id& bundle);
    void fillReceipts(const PublicKey& device, std::uint32_t taken, std::vector<Receipt>& receipts,
                      SyncReply& reply);

    // Files (workspace_attachments.cpp)
    void takeAttachments(const Caller& caller, const AttachmentRequest& request,
                         AttachmentReply& reply);
    // What a laptop told of last in a bundle, and how that stands.
    void keepOffered(const Caller& caller, std::vector<AttachmentOffer> offers);
    std::string filesOffered(const Caller& caller);  // an AttachmentReply, or ""
    void giveAttachments(const AttachmentRequest& request, AttachmentReply& reply);

    // After a restore (workspace_restore.cpp)
    void beginIncarnation();               // of the log, which forks here
    void publishAs(const FormInfo& form);  // in the version that it had
    // Takes what a laptop hands back: forks, and replies that this server signed in an earlier
    // life.
    void takeBack(const SyncRequest& request);
    void takeBackReply(const std::string& framed);
    void takeBackDirectory(const Directory& directory);
    // Numbers that another incarnation gave. Those that were not known go to `news`: the changes
    // may have been seen by somebody whose changes were merged already.
    void learn(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
               std::uint64_t number, std::vector<ChangeRef>& news);
    void mergeAgain(const std::vector<ChangeRef>& news);
    void learnFork(const SignedFork& fork);
    // Does the request come from before a break of the log?
    bool isStale(const SyncRequest& request);
    bool followsUnknown(const SyncRequest& request);
    // And does its laptop not know of it yet, or of the newest of several?
    bool isLate(const SyncRequest& request);
    // Has the laptop received more of this very log than there is?
    Status logGap(const SyncRequest& request) const;
    void tellLore(std::uint64_t after, SyncReply& reply);
    void tellOldNumbers(ChangeRef first, std::uint32_t count, SyncReply& reply);

    // Giving out (workspace_feed.cpp)
    void fillFeed(const Caller& caller, const SyncRequest& request,
                  const std::vector<NumberRange>& acknowledged, SyncReply& reply);
    void giveTo(const std::set<std::string>& reach, std::uint64_t number, StoredChange change,
                const std::function<void(StoredChange)>& give);
    void giveReturning(const std::set<std::string>& reach, std::uint64_t number, ChangeRef ref,
                       const std::function<void(StoredChange)>& give);
    bool fillSnapshot(const Reader& reader, const SyncRequest& request, SyncReply& reply);
    void describeBranch(std::uint32_t branch, std::vector<BranchNote>& notes);

    Surroundings surroundings;
    Stores stores;
    KeyPair keys;
    std::map<std::vector<std::string>, std::set<std::string>>
        reaches;                    // of areas; cleared when areas change
    std::uint64_t reachesAsOf = 0;  // Stores::reloads
    std::int64_t rowsAhead = 0;     // up to which what is read ahead has row numbers
};

// The batches of a request that are being read while those before are taken in, or while what came
// before the request is merged.
struct ReadAhead {
    std::deque<BatchOpening> next;
    std::size_t begun = 0;  // of all batches
    std::int64_t row = 0;   // new records get the row numbers from here on
};

// About how many bytes a change takes when it is given.
std::size_t roughSize(const Change& change);

// The stored changes as runs of one feed batch. `number` of 0 is left out of the log's order.
Batch batchOf(const std::vector<StoredChange>& changes, const Causality& causality);

}  // namespace sotay
