#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace sotay {

// Work that a second thread does while this one goes on with SQLite: hashing, packing, reading
// batches. It may touch only what it is given, and nothing that this thread writes meanwhile. The
// future waits for it when it goes away, so what is lent must be declared before it.
template <class Work>
auto aside(Work work) -> std::future<decltype(work())> {
    try {
        return std::async(std::launch::async, work);
    } catch (const std::system_error&) {
        return std::async(std::launch::deferred, work);  // no thread is to be had
    }
}

// Packed bytes whose reading is worth a thread.
constexpr std::size_t kWorthThread = 4096;

// How many pieces are read ahead while one is worked on.
constexpr std::size_t kReadAhead = 2;

// The same for what is too little to be worth a thread: done when somebody asks for it.
template <class Work>
auto asideIf(bool isMuch, Work work) -> std::future<decltype(work())> {
    return isMuch ? aside(std::move(work)) : std::async(std::launch::deferred, std::move(work));
}

// Pieces that helpers make in their order while somebody works on those before: as many helpers as
// leave a processor to that one. What no helper has begun is made by whoever takes it, so nobody
// waits for a thread that does not run, and everything is made when there are none.
template <class Piece>
class MadeAhead {
  public:
    // `make(i)` may run in any thread, also beside others; what it throws, take(i) throws.
    MadeAhead(std::size_t count, bool isMuch, std::function<Piece(std::size_t)> make)
        : count_(count), make_(std::move(make)), begun_(new std::atomic<bool>[count]()) {
        made_.resize(count);
        if (!isMuch) return;
        const std::size_t processors = std::max(std::thread::hardware_concurrency(), 2u);
        const std::size_t helpers = std::min({count, kReadAhead, processors - 1});
        for (std::size_t i = 0; i < count; ++i) ready_.push_back(made_[i].get_future());
        for (std::size_t i = 0; i < helpers; ++i) helpers_.push_back(aside([this] { help(); }));
    }
    MadeAhead(const MadeAhead&) = delete;
    ~MadeAhead() { isOver_ = true; }  // waits for the pieces that are being made

    Piece take(std::size_t i) { return begun_[i].exchange(true) ? ready_[i].get() : make_(i); }

  private:
    void help() {
        for (std::size_t i = 0; i < count_ && !isOver_; ++i) {
            if (begun_[i].exchange(true)) continue;
            try {
                made_[i].set_value(make_(i));
            } catch (...) {
                made_[i].set_exception(std::current_exception());
            }
        }
    }

    const std::size_t count_;
    const std::function<Piece(std::size_t)> make_;
    const std::unique_ptr<std::atomic<bool>[]> begun_;
    std::vector<std::promise<Piece>> made_;
    std::vector<std::future<Piece>> ready_;
    std::atomic<bool> isOver_ = false;
    std::vector<std::future<void>> helpers_;  // last, so that they end first
};

}  // namespace sotay
