#pragma once

#include <cstdint>
#include <string>

namespace sotay::app {

// The file that answers a question for a picture, a recording or another file. The answer is its
// name; the content is beside the records and may still be on the way.
struct AttachedFile {
    std::string name;
    std::uint64_t bytes = 0;  // 0: this laptop never had it
    bool isHere = false;      // its content is on this laptop
    bool isAtServer = true;
    bool isRefused = false;  // the server does not take it
};

}  // namespace sotay::app
