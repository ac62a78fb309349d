#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace sotay::app {

// Values handed from one thread to another, in order. All functions from any thread.
template <class T>
class Queue {
  public:
    void push(T value) {
        {
            std::scoped_lock lock(mutex_);
            values_.push_back(std::move(value));
        }
        changed_.notify_one();
    }
    // Nobody will push any more: next() gives what is left, then nothing.
    void close() {
        {
            std::scoped_lock lock(mutex_);
            closed_ = true;
        }
        changed_.notify_one();
    }
    // Wakes a next() that waits, once, without giving it a value.
    void nudge() {
        {
            std::scoped_lock lock(mutex_);
            nudged_ = true;
        }
        changed_.notify_one();
    }

    // Waits for a value. Nothing after a nudge, or when the queue is closed and empty.
    std::optional<T> next() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !values_.empty() || closed_ || nudged_; });
        nudged_ = false;
        if (values_.empty()) return {};
        T value = std::move(values_.front());
        values_.pop_front();
        return value;
    }
    std::vector<T> takeAll() {
        std::scoped_lock lock(mutex_);
        std::vector<T> all(std::make_move_iterator(values_.begin()),
                           std::make_move_iterator(values_.end()));
        values_.clear();
        return all;
    }
    bool isClosed() {
        std::scoped_lock lock(mutex_);
        return closed_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<T> values_;
    bool closed_ = false;
    bool nudged_ = false;
};

}  // namespace sotay::app
