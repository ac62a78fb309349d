#pragma once

#include <memory>
#include <string>

#include "sync/channel.h"

namespace sotay {
class Workspace;
}

namespace sotay::sim {

// sotayd's own connection and service on a wire of memory: what a laptop's request becomes on the
// way in and on the way out is what it becomes in life, but for the sockets.
class HttpLoopback {
  public:
    explicit HttpLoopback(Workspace& workspace);
    ~HttpLoopback();

    // The bytes of a request as a laptop sends it.
    static std::string request(const std::string& path, const std::string& token,
                               std::string_view body);
    // Hands bytes in, `piece` at a time, then closes; what came back.
    std::string send(std::string bytes, std::size_t piece);
    // Offline when these bytes are no whole answer.
    static Result<Exchange> answer(std::string_view bytes, std::size_t sent);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sotay::sim
