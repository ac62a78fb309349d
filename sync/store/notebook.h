#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "schema/fields.h"
#include "schema/form.h"
#include "schema/problem.h"
#include "schema/result.h"
#include "schema/session.h"
#include "sync/attachment.h"
#include "sync/codec/crypto.h"
#include "sync/conflict.h"
#include "sync/messages.h"
#include "sync/store/bundles.h"
#include "sync/store/opened_reply.h"
#include "sync/store/written.h"

namespace sotay {

// How much goes at a time. A simulation has smaller ones, so that little data makes many pieces.
struct SyncLimits {
    std::size_t requestBytes = kChunkBytes;  // packed changes in one request
    std::size_t sealedChanges = 2000;        // at most, in one batch
    std::size_t feedBytes = 900u << 10;      // unpacked, roughly, in one reply
    std::uint32_t passedOn = 32;             // a sealed batch of so many goes on unopened
    std::uint64_t snapshotPays = 500;        // a log shorter than this is sent as it is
    bool compactEdits = true;                // said by what the server knows (compact_batch.h)
};

// Where a notebook takes time and chance from.
struct Surroundings {
    std::function<std::int64_t()> nowMs;  // Unix time
    std::function<Id()> newId;            // time-ordered
    SyncLimits limits = {};
};
Surroundings realSurroundings();

struct Identity {
    bool isEnrolled = false;
    UserInfo user;
    PublicKey device{};
    std::string deviceName, server, workspace, token, caFile;
    PublicKey serverKey{};
};

struct FormSummary {
    std::string formId, title, label;  // label: the author's version text
    std::uint32_t version = 0;
    std::uint64_t records = 0;
};

// What importing a form gives: remarks for its author, what changes for records that exist among
// them.
struct ImportedForm : FormSummary {
    Problems problems;
};

// A line of the record list. `summary` holds the values of the form's summary fields, in their
// order.
struct RecordRow {
    Id id;
    std::string title;  // the first summary value, or a short form of the id
    std::vector<std::string> summary;
    std::uint32_t conflicts = 0;
    bool isUnsent = false;
    std::int64_t changedSeconds = 0;  // newest change by any clock
};
struct ListQuery {
    std::string formId;
    std::string search;  // words, accents ignored; all must occur
    std::vector<std::pair<std::string, std::string>> where;  // path = value
    bool onlyConflicts = false, onlyUnsent = false;
    enum class Sort { Newest, Title, Oldest } sort = Sort::Newest;
    std::uint64_t limit = 100, offset = 0;
};
struct ListPage {
    std::uint64_t total = 0;           // that match, not only on this page
    std::vector<std::string> columns;  // paths of the summary fields
    std::vector<RecordRow> rows;
};

// A record as it was opened for editing: what was on the screen, and what had been seen by then.
struct OpenRecord {
    Id record;
    std::string formId;
    bool isNew = false;
    bool isDeleted = false;
    Answers answers;
    Seen seen;              // pinned here, used when saved
    std::uint32_t tip = 0;  // height of this laptop's chain when it was opened
    std::uint32_t conflicts = 0;
};

struct HistoryField {
    std::string path;
    Value before, after;
    std::string note;
};
struct HistoryEntry {
    Origin origin;
    enum class Kind {
        Creation,
        Edit,
        Deletion,
        Restoration,
        Resolution,
        Undo,        // of the change `undoes`
        Merge,       // `other` was merged into this record
        Separation,  // and is on its own again
        Distinct     // somebody said that `other` is no duplicate of this
    } kind = Kind::Edit;
    Id record;                // the record itself, or one that is merged into it...
    std::string recordTitle;  // ...and then what that one is called
    Id undoes, other;
    std::string otherTitle;
    bool isParallel = false;  // made without knowing of another change that stands beside it
    std::vector<HistoryField> fields;
    std::string reason;
};
struct History {
    std::vector<HistoryEntry> entries;  // oldest first
    bool isComplete = true;             // false: the older part is on the server only
};

// What undoing a change means, before it is done.
struct UndoPlan {
    enum class Stop {
        None,
        NotYours,      // somebody else's, and this person is an officer
        Decision,      // a supervisor's to take back
        LaterChanges,  // `later` would be lost unseen: undo those first
        Incomplete     // what stood before is on the server only: fetch the history
    } stop = Stop::None;
    Id record;
    bool needsReason = false;
    bool reopens = false;              // a question that was decided is open again
    Id separates;                      // nil, or the record that becomes one of its own again
    bool deletes = false;              // the record itself
    std::vector<HistoryField> fields;  // as they are, and as they will be
    struct Later {
        Origin origin;
        std::string path;
    };
    std::vector<Later> later;
};

// Text as typed in a form that was not saved yet.
struct Draft {
    Id record;
    std::string formId;
    bool isNew = false;
    std::vector<std::pair<std::string, std::string>>
        typed;  // (path with positions, text), in order of typing
    Seen seen;
    std::uint32_t tip = 0;
    std::int64_t savedMs = 0;
};

struct NotebookStatus {
    std::uint64_t records = 0, unsentChanges = 0, conflicts = 0, quarantined = 0, drafts = 0;
    std::uint64_t filesWaiting = 0;  // attachments that the server is still to get
    Seen cursor;
    std::int64_t lastSyncSeconds = 0;
    std::int64_t clockOffset = 0;  // of this laptop against the server at the last sync, in seconds
    std::int64_t lastSavedMs = 0;
};

// One laptop's notebook: a SQLite file with its records, its unsent changes, its forms. Every
// function that changes it returns after the change is on disk (WAL, synchronous=FULL), and leaves
// it as it was on failure. One thread at a time; two programs may have the file open, writers wait
// for each other.
class Notebook {
  public:
    static Result<std::unique_ptr<Notebook>> open(const std::filesystem::path& file,
                                                  Surroundings surroundings);
    ~Notebook();

    // -- who and where
    Identity identity() const;
    Status setIdentity(const std::string& server, const std::string& caFile,
                       const EnrolReply& reply, const std::string& deviceName);
    const KeyPair& deviceKeys() const;  // made with the notebook
    std::vector<UserInfo> users() const;
    std::vector<DeviceInfo> devices() const;
    std::optional<std::string> setting(const std::string& name) const;
    Status setSetting(const std::string& name, const std::string& value);

    // -- forms
    Result<ImportedForm> importForm(std::string_view xlsx, const std::string& name);
    std::vector<FormSummary> forms() const;
    Result<std::shared_ptr<const Form>> form(
        const std::string& formId) const;  // its newest version
    Result<FieldTable> fields(const std::string& formId) const;

    // -- records
    Result<ListPage> list(const ListQuery& query) const;
    OpenRecord openNew(const std::string& formId) const;
    Result<OpenRecord> openRecord(const Id& record) const;
    // Writes what differs between `opened.answers` and `answers`. Nothing differs: a nil id.
    // Rejected when the record was changed on this laptop since it was opened: show it again first.
    // Saving a deleted record brings it back.
    Result<Id> save(const OpenRecord& opened, const Answers& answers,
                    const std::vector<std::pair<AnswerKey, std::string>>& notes = {});
    // The same for many new records in one transaction.
    Result<std::vector<Id>> saveNew(const std::string& formId, std::span<const Answers> many);
    Result<Id> remove(const Id& record, const std::string& reason = {});
    Result<Id> restore(const Id& record);
    Result<History> history(const Id& record) const;
    // Of these answers, which stand although a soft check warned, and why.
    std::map<AnswerKey, std::string> keptReasons(const Id& record,
                                                 std::span<const AnswerKey> answers) const;
    std::string title(const Id& record) const;

    // -- undo (notebook_undo.cpp)
    // A new change that writes back what stood before in the fields that `change` wrote. Nothing is
    // destroyed, and an undo can be undone.
    //   - An answer goes back to what its author saw. A row that was added goes, one that was
    //     removed comes back; of the change that made a record, the record is deleted.
    //   - Of a resolution: the value that was shown before is shown again, and where the sides
    //     differed the question is open again, with the same sides (sync/question.h).
    //   - Of a merge of duplicates: the two are separate again, each with what was typed on it.
    // Rejected when other changes of the same fields came after it or stand beside it: they would
    // be lost unseen. Officers take back their own changes, and no decisions. A reason is needed
    // for a decision and for what somebody else did.
    Result<Id> undo(const Id& change, const std::string& reason);
    // What undo would do, and what keeps it from it; changes nothing.
    Result<UndoPlan> undoPlan(const Id& change) const;

    // -- drafts: written behind while somebody types, offered again after a crash
    Status saveDraft(const Draft& draft);
    Status discardDraft(const Id& record);
    Result<std::vector<Draft>> drafts() const;

    // -- conflicts
    // Value, delete and constraint conflicts; duplicates are found by looking at all records, so
    // they are asked for by themselves.
    Result<std::vector<Conflict>> conflicts() const;
    Result<std::vector<Conflict>> duplicates() const;
    Result<std::vector<Conflict>> conflictsOf(const Id& record) const;
    // Of any kind. Rejected when this person may not, or the conflict is no more (somebody decided,
    // or another head came). The answer is the change that decides; a merge makes one on each of
    // the two records, and this is the survivor's.
    Result<Id> resolve(const Id& conflict, const Decision& decision);

    // -- sync, for sync/client.h
    // Seals what is unsent into signed batches of about kChunkBytes each, as many as `limit` bytes
    // take.
    Result<SyncRequest> nextRequest(std::size_t limit = kChunkBytes);
    std::uint64_t unsentChanges() const;
    // Would this laptop still ask so, but for what it has to send? Then an answer that came
    // meanwhile is as good as a new one.
    bool asksStill(const SyncRequest& request) const;
    // Applies one reply in one transaction: all of it, or nothing. It is kept until the server is
    // backed up, to be handed back should the server lose what it said.
    struct Received {
        std::uint64_t acknowledged = 0, pulled = 0, quarantined = 0;
        bool hasMore = false;
        bool mustRepeat = false;  // the server asks for what was sent in full
        std::uint64_t cursor = 0, logEnd = 0;
    };
    // With Written::Behind a chunk of a pull may be on disk only when the next is taken in, or
    // finishWriting returned; a power cut until then brings back what was before it.
    Result<Received> receive(const SyncRequest& request, OpenedReply opened,
                             Written written = Written::Now);
    Status finishWriting();
    Result<Received> receive(const SyncRequest& request, std::string framed);
    // -- bundles (sync/bundle.h): a sync as files, for laptops without a network
    // All that is unsent, for the server. It stays unsent here until the server's answer comes, by
    // network or by bundle.
    Result<BundleMade> exportBundle();
    // Unsent files go in bundles of their own, of about 16 MB each: the next from `from` on, which
    // moves on. Nothing is left when the bundle is empty.
    Result<BundleMade> exportFiles(FilePlace& from) const;
    // Applies an answer piece by piece, as if it had come over the network; one that is old changes
    // nothing. A bundle for somebody else is kept and carried.
    Result<BundleRead> importBundle(std::string_view file);
    std::vector<CarriedBundle> carried() const;
    // Answers for other laptops, as files to be written beside each other.
    struct CarriedAnswer {
        CarriedBundle of;
        std::string file;
    };
    Result<std::vector<CarriedAnswer>> carriedAnswers() const;
    // For sync/client.h: the next piece to bring to the server, and what came of it. `answer` is
    // the bundle that the server gave back after the last piece.
    struct CarriedPiece {
        std::uint64_t bundle = 0;
        std::string sealed;
    };
    Result<std::optional<CarriedPiece>> nextCarriedPiece() const;
    Status carriedPieceTaken(std::uint64_t bundle, std::string_view answer);
    Status carriedRefused(std::uint64_t bundle, const std::string& reason);

    // -- attachments (sync/attachment.h)
    // Takes a file in and gives its name, which is then the answer of a question for a file. Its
    // content is kept until the server's backup has it, and beyond unless space is asked for.
    Result<std::string> addAttachment(const std::filesystem::path& file);
    // NotFound: it is not here, and may be fetched.
    Status writeAttachment(const std::string& name, const std::filesystem::path& to) const;
    std::vector<AttachmentHeld> attachments() const;
    Result<std::uint64_t> freeAttachments();  // bytes of what the server's backup has
    // For sync/client.h: what to send next, in a message of about kPartsAtOnce parts, or the next
    // parts of one that is `wanted`; a request without anything: all is done.
    Result<AttachmentRequest> nextAttachments(const std::string& wanted = {}) const;
    struct AttachmentsMoved {
        std::uint64_t sent = 0, refused = 0;  // files
        std::uint64_t progress = 0;           // files of which the server now knows more
        std::uint64_t received = 0;           // bytes
        bool isMissing = false;               // the server has not what was wanted
    };
    Result<AttachmentsMoved> receiveAttachments(const AttachmentRequest& request,
                                                std::string_view framed);

    // Older history of one record, as the server gave it.
    Status receiveHistory(const HistoryReply& reply);
    // Records in conflict whose sides came with a snapshot, so that nobody could say whose they
    // are before their history is fetched.
    std::vector<Id> conflictsWithoutHistory() const;

    NotebookStatus status() const;
    // BLAKE2b over the state of all records: equal in notebooks that hold the same. Reads
    // everything.
    Result<std::string> stateHash() const;
    // Derives all records again from the changes; true when the result is what was stored.
    Result<bool> rebuildAndCompare();

  private:
    struct Impl;
    explicit Notebook(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sotay
