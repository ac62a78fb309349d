#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace sotay {

// What came back for one request.
struct Exchange {
    int status = 0;  // HTTP status
    std::string body;
    std::uint64_t bytesSent = 0;      // with headers
    std::uint64_t bytesReceived = 0;  // with headers
};

// One way to the server: HTTP in life, a function call or a faulty wire in tests. One thread at a
// time.
class Channel {
  public:
    virtual ~Channel() = default;
    // Sends `body` to `path` ("/v1/sync"), as the device that `token` names ("" before enrolment).
    // Offline when there was no whole answer; the request may all the same have been carried out.
    virtual Result<Exchange> post(const std::string& path, const std::string& token,
                                  std::string_view body) = 0;
    // May another thread post while the one that owns the notebook goes on with it?
    virtual bool mayRunBeside() const { return false; }
};

}  // namespace sotay
