#pragma once

#include <cstddef>
#include <future>
#include <system_error>

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

}  // namespace sotay
