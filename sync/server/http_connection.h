#pragma once

// Internal to this folder: brings Asio with it.

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sync/server/byte_stream.h"
#include "sync/server/http_server.h"

namespace sotay {

// What all connections of a server share. Touched on the thread that moves bytes only, but for the
// counts.
struct HttpShared {
    HttpLimits limits;
    HttpHandler handler;
    std::function<void(std::string_view)> log;
    boost::asio::thread_pool* workers = nullptr;
    std::size_t bodyBytesTogether = 0;  // promised to requests being read or answered
    bool stopping = false;
    std::atomic<std::uint64_t> requests{0}, bytesReceived{0}, bytesSent{0};

    void logLine(std::string_view line) const {
        if (log) log(line);
    }
};

// One client's connection: request after request until one side has had enough. It is shared by its
// coroutine, which lives as long as the connection does, and its timer's callbacks, which look
// whether it still lives.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
  public:
    // `shared` must outlive it.
    HttpConnection(std::unique_ptr<ByteStream> stream, std::string peer, HttpShared& shared);

    boost::asio::awaitable<void> run();  // until the connection is over
    void close();                        // at once; run() then ends
    void windDown();                     // the server stops: closes when idle, else soon

    bool isIdle() const { return idle_; }  // no byte of a request has come that is not answered
    std::chrono::steady_clock::time_point idleSince() const { return idleSince_; }

  private:
    struct Parsing;
    struct Refusal {
        int status = 0;
        std::string why;
    };
    enum class Fill { Bytes, Full, Over };

    boost::asio::awaitable<bool> serveOne();  // false: no further request will come
    boost::asio::awaitable<bool> readHead(Parsing& parsing);
    boost::asio::awaitable<bool> readBody(Parsing& parsing);
    boost::asio::awaitable<HttpResponse> askHandler(HttpRequest request);
    boost::asio::awaitable<bool> answer(const HttpResponse& response, bool isHead, bool keepAlive);
    boost::asio::awaitable<bool> refuse(Refusal refusal);
    boost::asio::awaitable<bool> writeAll(std::string_view bytes);
    boost::asio::awaitable<Fill> fill();
    void waitForRequest();
    void setDeadline(std::chrono::steady_clock::duration fromNow);
    void setDeadlineAt(std::chrono::steady_clock::time_point when);
    void noDeadline();
    void armTimer();
    std::chrono::milliseconds earned(
        std::size_t bytes) const;  // the time that so many bytes may take

    std::unique_ptr<ByteStream> stream_;
    std::string peer_;
    HttpShared& shared_;
    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point deadline_, armedFor_, idleSince_;
    std::chrono::steady_clock::time_point
        lastMoment_;            // no deadline is later; set when the server stops
    std::vector<char> buffer_;  // bytes read and not yet parsed: [begin_, end_)
    std::size_t begin_ = 0, end_ = 0;
    std::size_t lastSent_ = 0;  // size of the last answer; it may still be on its way
    bool idle_ = true;
    bool served_ = false;  // at least one request
};

}  // namespace sotay
