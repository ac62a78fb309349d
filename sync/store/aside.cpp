#include "sync/store/aside.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <system_error>

namespace sotay {
namespace {

constexpr std::size_t kWaiting = 2;   // one for the server, one for the disk
constexpr unsigned kMostWorking = 3;  // more would find nothing to do

class Helpers {
  public:
    explicit Helpers(std::size_t count) {
        try {
            while (threads_.size() < count)
                threads_.emplace_back([this](const std::stop_token& stop) { live(stop); });
        } catch (const std::system_error&) {
            // Fewer do as well, and whoever asks for something does it where there are none.
        }
    }

    void hand(std::function<void()> work) {
        if (threads_.empty()) return;
        {
            const std::lock_guard lock(mutex_);
            works_.push_back(std::move(work));
        }
        wake_.notify_one();
    }

  private:
    void live(const std::stop_token& stop) {
        for (;;) {
            std::function<void()> work;
            {
                std::unique_lock lock(mutex_);
                if (!wake_.wait(lock, stop, [this] { return !works_.empty(); })) return;
                work = std::move(works_.front());
                works_.pop_front();
            }
            work();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<std::function<void()>> works_;
    std::vector<std::jthread> threads_;  // last, so that they end first
};

}  // namespace

std::size_t workingHelpers() {
    return std::clamp(std::thread::hardware_concurrency(), 2u, kMostWorking + 1) - 1;
}

void handToHelper(Helper helper, std::function<void()> work) {
    static Helpers working(workingHelpers()), waiting(kWaiting);
    (helper == Helper::Waits ? waiting : working).hand(std::move(work));
}

}  // namespace sotay
