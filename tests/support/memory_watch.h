#pragma once

#include <cstddef>
#include <functional>

namespace sotay {

// The most bytes that `work` held at once beyond what was held before, on whichever threads. Known
// to the builds with AddressSanitizer, whose allocator tells; 0 in the others. One at a time.
std::size_t mostHeldDuring(const std::function<void()>& work);
bool canWatchMemory();

}  // namespace sotay
