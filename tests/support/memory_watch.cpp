#include "tests/support/memory_watch.h"

#include <algorithm>
#include <atomic>

#if defined(__SANITIZE_ADDRESS__)
#define SOTAY_WATCHES_MEMORY
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SOTAY_WATCHES_MEMORY
#endif
#endif

#ifdef SOTAY_WATCHES_MEMORY
// As clang's <sanitizer/allocator_interface.h> has them; g++ brings the functions without the
// header.
extern "C" {
int __sanitizer_install_malloc_and_free_hooks(void (*taken)(const volatile void*, std::size_t),
                                              void (*given)(const volatile void*));
std::size_t __sanitizer_get_allocated_size(const volatile void* at);
}
#endif

namespace sotay {

#ifdef SOTAY_WATCHES_MEMORY

namespace {

std::atomic<bool> isWatching{false};
std::atomic<std::ptrdiff_t> held{0}, most{0};

void taken(const volatile void*, std::size_t bytes) {
    if (!isWatching) return;
    const auto now = held += static_cast<std::ptrdiff_t>(bytes);
    for (auto before = most.load(); now > before && !most.compare_exchange_weak(before, now);) {
    }
}

void given(const volatile void* at) {
    if (isWatching && at != nullptr)
        held -= static_cast<std::ptrdiff_t>(__sanitizer_get_allocated_size(at));
}

}  // namespace

bool canWatchMemory() { return true; }

std::size_t mostHeldDuring(const std::function<void()>& work) {
    static const int installed = __sanitizer_install_malloc_and_free_hooks(taken, given);
    (void)installed;
    held = most = 0;
    isWatching = true;
    work();
    isWatching = false;
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(most, 0));
}

#else

bool canWatchMemory() { return false; }

std::size_t mostHeldDuring(const std::function<void()>& work) {
    work();
    return 0;
}

#endif

}  // namespace sotay
