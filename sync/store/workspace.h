#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "schema/problem.h"
#include "schema/result.h"
#include "sync/messages.h"
#include "sync/store/notebook.h"

namespace sotay {

// The device and the person behind a request.
struct Caller {
    std::uint32_t device = 0;  // the server's number of it
    PublicKey key{};
    UserInfo user;
    bool isRevoked =
        false;  // may still hand in what was typed (it is quarantined), and receives nothing
};
struct ReadAhead;  // batches of a request that are being read
struct SyncCall {
    Caller caller;
    SyncRequest request;
    std::shared_ptr<ReadAhead> ahead = {};  // of this request; may be null. Lent from it
};
struct EnrolmentCode {
    std::string code;
    std::int64_t expiresSeconds = 0;  // Unix time
};
struct DeviceListing {
    std::uint32_t number = 0;
    DeviceInfo device;
    std::string userName;
    std::int64_t enrolledSeconds = 0, lastSyncSeconds = 0, clockOffset = 0;
    bool hasForked = false;  // its chain has two continuations: a copied or restored laptop
};
struct QuarantineListing {
    std::uint64_t number = 0;
    Id change, record, author;
    std::string userName, deviceName, formId, reason;
    std::int64_t wallSeconds = 0, receivedSeconds = 0;
    std::string state;  // "waiting", "admitted", "refused"
};
struct PublishedForm {
    std::string formId, title;
    std::uint32_t version = 0;
    Problems problems;
    bool isNew = true;  // false: the very same workbook is the newest version already
};
struct WorkspaceStatus {
    std::uint64_t users = 0, devices = 0, forms = 0, records = 0, changes = 0, conflicts = 0,
                  quarantined = 0;
    std::uint32_t incarnation = 0;
};

// The server's database of one workspace: accounts, forms, the log, and the state of all records
// that follows from it. One thread at a time (sotayd gives it one); other processes may read and
// administer beside it.
class Workspace {
  public:
    static Result<std::unique_ptr<Workspace>> open(const std::filesystem::path& file,
                                                   Surroundings surroundings);
    ~Workspace();

    Status setName(const std::string& name);
    std::string name() const;

    // -- accounts
    Result<UserInfo> addUser(const std::string& name, Role role,
                             const std::vector<std::string>& areas);
    // From their next sync on, the laptops of this person get the records of these areas, and put
    // away those of others when nothing of them is unsent.
    Result<UserInfo> moveUser(const std::string& name, const std::vector<std::string>& areas);
    std::vector<UserInfo> users() const;
    Result<EnrolmentCode> newEnrolmentCode(const std::string& userName,
                                           std::int64_t validSeconds = 7 * 86400);
    Result<EnrolReply> enrol(const EnrolRequest& request);
    Result<Caller> authenticate(const std::string& token) const;
    std::vector<DeviceListing> devices() const;
    Status revoke(std::uint32_t device);

    // -- areas: code,name,full_name,level,kind,parent_code, as assets/areas has them. A person who
    // works in an area works in all below it.
    Result<std::uint64_t> importAreas(std::string_view csv);

    // -- forms
    Result<PublishedForm> publish(std::string_view xlsx, const std::string& name);
    std::vector<FormSummary> forms() const;

    // -- the log
    // Takes in all calls in one transaction, so that they share one disk flush; then makes the
    // replies. A call that is refused as a whole has an Error in its place and leaves nothing
    // behind.
    std::vector<Result<SyncReply>> sync(std::span<const SyncCall> calls);
    // A sync may end when its changes are in the log, before they are in the records. Whatever is
    // done next brings these in step first; this does nothing else. It calls `between` now and
    // then, where nothing may be done with the workspace but the two functions below.
    Status catchUp(const std::function<void()>& between = {});
    bool isKnown(const std::string& token) const;  // does it name a laptop that was enrolled?
    // Begins to read what a request brings, in other threads. The request's batches must stay where
    // they are as long as what is given; moving it leaves them there. May be null.
    std::shared_ptr<ReadAhead> readAhead(const SyncRequest& request);
    // -- bundles (sync/bundle.h): syncs that travel as files
    struct BundleTaken {
        std::uint32_t device = 0;
        std::string deviceName, userName;
        std::uint64_t changes = 0, quarantined = 0;  // that were not here yet
        bool isLast = true;                          // of its bundle's pieces
        bool isStale = false;  // made before this log came back from a backup: the laptop has to
                               // hear of that first, and make another
    };
    // One sealed piece, as somebody who carries it delivers it.
    Result<BundleTaken> takePiece(std::string_view sealed);
    // A whole file, piece by piece. When one is refused, those before it stay taken.
    Result<BundleTaken> importBundle(std::string_view file);
    // What a laptop would receive now, going on from what it asked last by network or by bundle.
    // About `limit` bytes; the laptop gets the rest with the next answer.
    Result<std::string> exportBundle(std::uint32_t device, std::size_t limit = SIZE_MAX);

    // -- attachments (sync/attachment.h)
    // Takes parts and gives some, in one transaction. A locked-out laptop may still hand in.
    Result<AttachmentReply> takeAttachments(const Caller& caller, const AttachmentRequest& request);
    std::vector<AttachmentHeld> attachments() const;
    Status writeAttachment(const std::string& name, const std::filesystem::path& to) const;

    Result<HistoryReply> history(const Caller& caller, const HistoryRequest& request) const;
    std::vector<QuarantineListing> quarantine() const;
    Status admit(std::uint64_t number);
    Status refuse(std::uint64_t number);

    Status backup(const std::filesystem::path& file) const;  // while running
    // Puts a backup in the place of `file`, with a new incarnation of the log; what was there is
    // kept beside it. Laptops then hand back what the backup lacks. No server may run on `file`.
    static Status restore(const std::filesystem::path& file, const std::filesystem::path& backup,
                          Surroundings surroundings);
    WorkspaceStatus status() const;
    Result<std::string> stateHash() const;
    Result<bool> rebuildAndCompare();

    // Every record of a form, for export and reports.
    Result<ListPage> list(const ListQuery& query) const;
    Result<OpenRecord> openRecord(const Id& record) const;

  private:
    struct Impl;
    explicit Workspace(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sotay
