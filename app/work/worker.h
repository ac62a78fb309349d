#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "app/state/reply.h"
#include "app/state/request.h"
#include "app/work/desk.h"
#include "app/work/queue.h"

namespace sotay::app {

// One thread that owns notebook and sync. Requests go in by one queue, replies come out by another;
// nothing else is shared. While the network is waited for, the thread goes on with what the screens
// ask.
class Worker {
  public:
    // Opens the notebook on the new thread; when that fails the first reply says so. `wake` is
    // called on that thread whenever replies are waiting.
    Worker(DeskOptions options, std::function<void()> wake);
    // Finishes what was asked, drafts and saves first of all; a sync is stopped, to go on another
    // time.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void ask(Requests requests);
    std::vector<Reply> take() { return replies_.takeAll(); }

  private:
    void run(const DeskOptions& options);

    Queue<Request> requests_;
    Queue<Reply> replies_;
    std::function<void()> wake_;
    std::jthread thread_;
};

}  // namespace sotay::app
