#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "app/state/reply.h"
#include "app/state/request.h"
#include "sync/channel.h"
#include "sync/store/notebook.h"

namespace sotay::app {

// Where the desk gets a way to a server from: HTTP in life, a function call in tests.
using ChannelMaker = std::function<Result<std::unique_ptr<Channel>>(const std::string& server,
                                                                    const std::string& caFile)>;

struct DeskOptions {
    std::filesystem::path notebook;
    Preferences preferences;  // until the notebook holds some
    std::string caFile;       // of the server to enrol at
    int zoneMinutes = 7 * 60;
    std::function<std::vector<std::string>()> sticks;  // folders of those plugged in; may be null
    // Shows a file in the program that the desktop has for it: could it be started? May be null.
    std::function<bool(const std::filesystem::path&)> viewer;
};

// What is done with a notebook for the screens: takes a request, does it, and gives replies. Owns
// the notebook and the records that are open for editing. One thread; carryOut() may be called
// again from inside a sync's channel, so that saving goes on while a slow network is waited for.
class Desk {
  public:
    using Report = std::function<void(Reply)>;

    static Result<std::unique_ptr<Desk>> open(DeskOptions options, Surroundings surroundings,
                                              ChannelMaker channels, Report report);
    ~Desk();

    void carryOut(const Request& request);
    // Ends a sync after the chunk that is under way.
    void stopSync() { stopping_ = true; }
    bool isSyncing() const { return syncing_; }

  private:
    Desk(DeskOptions options, Surroundings surroundings, ChannelMaker channels, Report report);

    void take(const ReadStanding& request);
    void take(const ReadForms& request);
    void take(const EnrolLaptop& request);
    void take(const ReadRows& request);
    void take(const OpenRecord& request);
    void take(const StartRecord& request);
    void take(const StoreDraft& request);
    void take(const DropDraft& request);
    void take(const StoreRecord& request);
    void take(const DeleteRecord& request);
    void take(const TakeFile& request);
    void take(const ShowFile& request);
    void take(const CloseRecord& request);
    void take(const ReadHistory& request);
    void take(const FetchHistory& request);
    void take(const ReadConflicts& request);
    void take(const ResolveConflict& request);
    void take(const ReadDuplicates& request);
    void take(const ResolveDuplicate& request);
    void take(const ReadUndo& request);
    void take(const UndoChange& request);
    void take(const ReadWaiting& request);
    void take(const StartSync& request);
    void take(const CancelSync& request);
    void take(const FindSticks& request);
    void take(const ExchangeStick& request);
    void take(const StorePreferences& request);

    void failed(Task task, const Error& error);
    void reportStanding();
    Standing standing() const;
    Result<FormEntry> formEntry(const std::string& formId) const;
    void keepAgain(const Id& record, FormSession& session) const;
    void show(sotay::OpenRecord opened, const Draft* draft, const std::string& language);
    SessionContext sessionContext(const Form& form, const std::string& language) const;
    std::optional<Draft> draftOf(const Id& record) const;
    AttachedFile attachedFile(const std::string& name) const;
    std::vector<AttachedFile> filesOf(const FormSession& session) const;

    DeskOptions options_;
    Surroundings surroundings_;
    ChannelMaker channels_;
    Report report_;
    std::unique_ptr<Notebook> notebook_;
    std::map<Id, sotay::OpenRecord> open_;
    bool standingSent_ = false;
    bool syncing_ = false, stopping_ = false;
};

}  // namespace sotay::app
