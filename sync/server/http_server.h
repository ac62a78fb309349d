#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace sotay {

// One request, whole. `path` is without the query; `token` is what "Authorization: Bearer" carried,
// or ""; `peer` is the address it came from, without the port. It is for limits, never for the log.
struct HttpRequest {
    std::string method, path, token, body, peer;
};

struct HttpResponse {
    int status = 200;
    std::string contentType;  // "": no such header, which our own laptops do not need
    std::string body;
};

// Answers one request. Called on the server's own worker threads, several at a time, never on the
// thread that moves bytes, so it may wait for a disk.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// What one laptop, or a hostile crowd, may take. Times are absolute for their phase: bytes that
// trickle in do not prolong them beyond what `bytesPerSecond` earns.
struct HttpLimits {
    std::size_t headerBytes = 8 * 1024;
    std::size_t bodyBytes = 1024 * 1024;
    std::map<std::string, std::size_t> bodyBytesOf;     // by path, where it differs
    std::size_t bodyBytesTogether = 256 * 1024 * 1024;  // of all requests being read or answered
    std::size_t connections = 2000;                     // a TLS connection takes about 90 KB
    std::size_t connectionsPerAddress = 256;            // a whole office may share one address
    std::chrono::milliseconds handshake{10'000};
    std::chrono::milliseconds head{15'000};   // first byte of a request to the end of its headers
    std::chrono::milliseconds body{15'000};   // plus what the rate allows for its size
    std::chrono::milliseconds write{15'000};  // likewise
    std::chrono::milliseconds idle{75'000};   // between two requests
    std::chrono::milliseconds lingering{3'000};  // for a refused client to read why
    std::chrono::milliseconds grace{10'000};     // for requests that are under way when it stops
    std::size_t bytesPerSecond = 512;            // slower than that is not even 2G
};

struct HttpServerOptions {
    std::string listen;                           // "127.0.0.1:0", "[::]:443", "localhost:8080"
    std::string certificateFile, privateKeyFile;  // PEM; both empty: no TLS
    unsigned workers = 16;                        // threads that run handlers; they mostly wait
    HttpLimits limits;
    // One JSON object a line, without addresses, tokens or contents. Called on the server's
    // threads, one line at a time. May be null.
    std::function<void(std::string_view)> log;
};

// Since the start.
struct HttpCounts {
    std::uint64_t connectionsOpen = 0, connectionsAccepted = 0, connectionsRefused = 0;
    std::uint64_t requests = 0, bytesReceived = 0, bytesSent = 0;  // headers included, TLS not
};

// HTTP/1.1 over TCP or TLS 1.2 and later. One thread moves all bytes and never waits for one
// connection, so thousands of silent or slow ones do not hold up the next; handlers run beside it.
class HttpServer {
  public:
    // Listens and serves until stop(). Io when the address cannot be had, InvalidInput when it is
    // none or the certificate and key cannot be used.
    static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options,
                                                     HttpHandler handler);
    ~HttpServer();  // stops
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    const std::string& address() const;  // "127.0.0.1:43211", with the port that was chosen
    bool isTls() const;
    HttpCounts counts() const;  // any thread

    // Takes no more connections, closes those that ask for nothing, lets requests under way end (at
    // most `grace`, once their handler has returned), then returns. Again: nothing to do.
    void stop();

  private:
    struct Running;
    explicit HttpServer(std::unique_ptr<Running> running);
    std::unique_ptr<Running> running_;
};

}  // namespace sotay
