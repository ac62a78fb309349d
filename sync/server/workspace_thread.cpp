#include "sync/server/workspace_thread.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sync/store/workspace.h"

namespace sotay {

WorkspaceThread::WorkspaceThread(Workspace& workspace, Merging merging)
    : workspace_(workspace), merging_(merging), thread_([this] { live(); }) {}

WorkspaceThread::~WorkspaceThread() {
    {
        const std::lock_guard lock(mutex_);
        isOver_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::future<WorkspaceThread::Synced> WorkspaceThread::sync(std::string token, SyncRequest request) {
    Waiting waiting{std::move(token), std::move(request), {}};
    auto synced = waiting.synced.get_future();
    {
        const std::lock_guard lock(mutex_);
        syncs_.push_back(std::move(waiting));
    }
    wake_.notify_one();
    return synced;
}

void WorkspaceThread::run(std::function<void(Workspace&)> work) {
    {
        const std::lock_guard lock(mutex_);
        works_.push_back(std::move(work));
    }
    wake_.notify_one();
}

std::uint64_t WorkspaceThread::commits() const {
    const std::lock_guard lock(mutex_);
    return commits_;
}

void WorkspaceThread::live() {
    for (;;) {
        std::vector<Waiting> syncs;
        std::vector<std::function<void(Workspace&)>> works;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return isOver_ || !syncs_.empty() || !works_.empty(); });
            if (syncs_.empty() && works_.empty()) return;
            syncs.swap(syncs_);
            works.swap(works_);
            if (!syncs.empty()) ++commits_;
        }
        for (auto& work : works) work(workspace_);
        if (!syncs.empty()) syncTogether(std::move(syncs));
        // The answers are on their way. When others wait, their transaction does it; and when this
        // cannot (a full disk), the next tries again, and says so.
        if (merging_ == Merging::AfterAnswers && !isAwaited())
            (void)workspace_.catchUp([this] { readAwaited(); });
    }
}

// What comes while the last is merged is read already. Not what strangers send: that costs more
// than to ask for it.
void WorkspaceThread::readAwaited() {
    std::vector<Waiting> come;
    {
        const std::lock_guard lock(mutex_);
        come.swap(syncs_);
    }
    for (Waiting& one : come)
        if (!one.ahead && workspace_.isKnown(one.token))
            one.ahead = workspace_.readAhead(one.request);
    const std::lock_guard lock(mutex_);
    std::move(syncs_.begin(), syncs_.end(), std::back_inserter(come));
    syncs_.swap(come);
}

bool WorkspaceThread::isAwaited() const {
    const std::lock_guard lock(mutex_);
    return !syncs_.empty() || !works_.empty();
}

void WorkspaceThread::syncTogether(std::vector<Waiting> waiting) {
    std::vector<SyncCall> calls;
    std::vector<Waiting*> callers;
    for (Waiting& one : waiting) {
        auto caller = workspace_.authenticate(one.token);
        if (!caller.ok()) {
            one.synced.set_value({false, caller.error()});
            continue;
        }
        calls.push_back({std::move(*caller), std::move(one.request), std::move(one.ahead)});
        callers.push_back(&one);
    }
    if (calls.empty()) return;
    auto replies = workspace_.sync(calls);
    for (std::size_t i = 0; i < callers.size(); ++i)
        callers[i]->synced.set_value({true, std::move(replies[i])});
}

}  // namespace sotay
