#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace sotay {

// What a helper is for. As many work as leave a processor to whoever handed them the work: one more
// pushes that one off its own, often for milliseconds. Those that wait for the server or the disk
// need none.
enum class Helper : std::uint8_t { Works, Waits };

// Hands work to one of a few threads that stay as long as the program. What a thread once needed it
// has for the next piece: with a thread for each piece, each kept some megabytes of the allocator's
// for good, and there were more the longer a sync took. If no thread is to be had, nothing happens.
void handToHelper(Helper helper, std::function<void()> work);
std::size_t workingHelpers();  // how many there are at most

// What a helper works out while this thread goes on. It may touch only what it is given, and
// nothing that this thread writes meanwhile. When it goes away it waits for a helper that has
// begun, and what none has begun is not done, so what is lent must be declared before it.
template <class Outcome>
class Aside {
  public:
    Aside() = default;
    template <class Work>
    Aside(bool isMuch, Helper helper, Work work) : task_(std::make_shared<Task>(std::move(work))) {
        outcome_ = task_->work.get_future();
        if (isMuch) handToHelper(helper, [task = task_] { task->begin(); });
    }
    Aside(Aside&&) noexcept = default;
    Aside& operator=(Aside&& other) noexcept {
        drop();
        task_ = std::move(other.task_);
        outcome_ = std::move(other.outcome_);
        return *this;
    }
    ~Aside() { drop(); }

    bool valid() const { return outcome_.valid(); }

    // Once. What no helper has begun is done here and now, so nobody waits for a thread that is
    // busy with something else. Throws what the work threw.
    Outcome get() {
        const std::shared_ptr<Task> task = std::move(task_);
        task->begin();
        return std::exchange(outcome_, {}).get();
    }

  private:
    struct Task {
        explicit Task(std::function<Outcome()> given) : work(std::move(given)) {}
        void begin() {
            if (!isBegun.exchange(true)) work();
        }
        std::packaged_task<Outcome()> work;
        std::atomic<bool> isBegun = false;
    };
    void drop() {
        if (task_ && task_->isBegun.exchange(true)) outcome_.wait();
    }

    std::shared_ptr<Task> task_;
    std::future<Outcome> outcome_;
};

template <class Work>
auto aside(Work work, Helper helper = Helper::Works) -> Aside<decltype(work())> {
    return {true, helper, std::move(work)};
}

// Packed bytes whose reading is worth a helper.
constexpr std::size_t kWorthHelper = 4096;

// How many pieces are read ahead while one is worked on.
constexpr std::size_t kReadAhead = 2;

// The same for what may be too little to be worth a helper: that is done when somebody asks for it.
template <class Work>
auto asideIf(bool isMuch, Work work, Helper helper = Helper::Works) -> Aside<decltype(work())> {
    return {isMuch, helper, std::move(work)};
}

// Pieces that helpers make in their order while somebody works on those before. What no helper has
// begun is made by whoever takes it, so nobody waits for a thread that does not run, and everything
// is made when there are none.
template <class Piece>
class MadeAhead {
  public:
    // `make(i)` may run in any thread, also beside others; what it throws, take(i) throws.
    MadeAhead(std::size_t count, bool isMuch, std::function<Piece(std::size_t)> make)
        : count_(count), make_(std::move(make)), begun_(new std::atomic<bool>[count]()) {
        made_.resize(count);
        if (!isMuch) return;
        const std::size_t helpers = std::min({count, kReadAhead, workingHelpers()});
        for (std::size_t i = 0; i < count; ++i) ready_.push_back(made_[i].get_future());
        for (std::size_t i = 0; i < helpers; ++i) helpers_.push_back(aside([this] { help(); }));
    }
    MadeAhead(const MadeAhead&) = delete;
    ~MadeAhead() { isOver_ = true; }  // waits for the pieces that are being made

    // Once for each. While a helper makes it, this thread makes those after it.
    Piece take(std::size_t i) {
        if (!begun_[i].exchange(true)) return make_(i);
        for (std::size_t later = i + 1; later < count_ && !isMade(i); ++later) begin(later);
        return ready_[i].get();
    }

  private:
    void begin(std::size_t i) {
        if (begun_[i].exchange(true)) return;
        try {
            made_[i].set_value(make_(i));
        } catch (...) {
            made_[i].set_exception(std::current_exception());
        }
    }
    bool isMade(std::size_t i) const {
        return ready_[i].wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }
    void help() {
        for (std::size_t i = 0; i < count_ && !isOver_; ++i) begin(i);
    }

    const std::size_t count_;
    const std::function<Piece(std::size_t)> make_;
    const std::unique_ptr<std::atomic<bool>[]> begun_;
    std::vector<std::promise<Piece>> made_;
    std::vector<std::future<Piece>> ready_;
    std::atomic<bool> isOver_ = false;
    std::vector<Aside<void>> helpers_;  // last, so that they end first
};

}  // namespace sotay
