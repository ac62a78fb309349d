#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "sync/channel.h"

namespace sotay {

struct HttpChannelOptions {
    std::string server;  // "https://sotay.quangtri.gov.vn", "http://127.0.0.1:8080"; a path is kept
                         // as prefix
    std::string caFile;  // PEM of certificates to trust instead of the system's; "": the system's
    std::chrono::seconds connectTimeout{30};
    // There is no limit on the whole time: a slow network is no failure. Only a stalled one is.
    std::chrono::seconds stalledAfter{90};
    std::size_t largestAnswer = 64 * 1024 * 1024;
    // Set by any thread to end a request under way, within a second. May be null; must outlive the
    // channel.
    const std::atomic<bool>* cancel = nullptr;
};

// The way to the server by HTTP/1.1 with libcurl. Keeps its connection, so that the second request
// saves the handshakes. Certificates are always verified; redirects are not followed, as they would
// carry the token elsewhere. One thread at a time.
class HttpChannel : public Channel {
  public:
    // Opens no connection yet. InvalidInput when `server` is no address of a server.
    static Result<std::unique_ptr<HttpChannel>> open(HttpChannelOptions options);
    ~HttpChannel() override;

    // Offline with a sentence for an officer when the server cannot be reached, is not trusted, or
    // the connection broke or was cancelled; Corrupt when the answer is larger than allowed. An
    // answer of any status, refusals too, is an Exchange.
    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override;
    bool mayRunBeside() const override { return true; }
    Result<Exchange> get(const std::string& path, const std::string& token);

  private:
    struct Handle;
    explicit HttpChannel(std::unique_ptr<Handle> handle);
    std::unique_ptr<Handle> handle_;
};

}  // namespace sotay
