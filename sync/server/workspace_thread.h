#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "schema/result.h"
#include "sync/messages.h"

namespace sotay {

class Workspace;
struct ReadAhead;

// When what a sync brought is merged into the records (Workspace::catchUp): as soon as it was
// answered and nothing else waits, or by whatever is done with the workspace next.
enum class Merging { AfterAnswers, WithNextWork };

// The one thread that has a workspace. Others leave work with it and wait.
class WorkspaceThread {
  public:
    // What came of one sync. `isKnown` is false when its token named no device that may sync.
    struct Synced {
        bool isKnown = false;
        Result<SyncReply> reply;
    };

    WorkspaceThread(Workspace& workspace, Merging merging);  // the workspace must outlive it
    ~WorkspaceThread();                                      // does what was left with it first
    WorkspaceThread(const WorkspaceThread&) = delete;
    WorkspaceThread& operator=(const WorkspaceThread&) = delete;

    // All syncs that wait when the thread is free share one transaction. Any thread.
    std::future<Synced> sync(std::string token, SyncRequest request);
    // Runs `work` with the workspace, in the order in which such work came. It must not throw. Any
    // thread.
    void run(std::function<void(Workspace&)> work);

    std::uint64_t commits() const;  // transactions that syncs shared, so far; any thread

  private:
    struct Waiting {
        std::string token;
        SyncRequest request;
        std::promise<Synced> synced;
        std::shared_ptr<ReadAhead> ahead = {};  // lent from the request
    };
    void live();
    void syncTogether(std::vector<Waiting> waiting);
    bool isAwaited() const;
    void readAwaited();

    Workspace& workspace_;
    const Merging merging_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Waiting> syncs_;                          // guarded by mutex_
    std::vector<std::function<void(Workspace&)>> works_;  // guarded by mutex_
    std::uint64_t commits_ = 0;                           // guarded by mutex_
    bool isOver_ = false;                                 // guarded by mutex_
    std::thread thread_;                                  // last, as it uses the rest
};

}  // namespace sotay
