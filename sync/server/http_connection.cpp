#include "sync/server/http_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace sotay {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kWritePiece = 16 * 1024;
constexpr std::size_t kLongestLoggedPath = 64;

std::string bearerToken(const http::request<http::string_body>& message) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto field = message[http::field::authorization];
    const std::string_view text(field.data(), field.size());
    if (text.size() < kScheme.size() ||
        !boost::beast::iequals(field.substr(0, kScheme.size()), "Bearer "))
        return {};
    return std::string(text.substr(kScheme.size()));
}

// Only the headers without which a client could not read the answer: each byte counts on 2G. That
// leaves out Date, which HTTP asks of servers that have a clock that they vouch for; ours travels
// inside the messages.
std::string headOf(const HttpResponse& response, bool keepAlive) {
    const auto phrase = http::obsolete_reason(static_cast<http::status>(response.status));
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\n", response.status,
                    std::string_view(phrase.data(), phrase.size()), response.body.size());
    if (!response.contentType.empty())
        head += fmt::format("Content-Type: {}\r\n", response.contentType);
    if (!keepAlive) head += "Connection: close\r\n";
    return head + "\r\n";
}

HttpResponse runHandler(const HttpHandler& handler, const HttpRequest& request) {
    try {
        return handler(request);
    } catch (...) {  // out of memory, most likely: this request fails, the server goes on
        return {500, "text/plain", "The server could not answer this request."};
    }
}

}  // namespace

struct HttpConnection::Parsing {
    http::request_parser<http::string_body> parser;
    Refusal refusal;           // status 0: none
    std::size_t promised = 0;  // of HttpShared::bodyBytesTogether
    HttpShared& shared;

    explicit Parsing(HttpShared& all) : shared(all) {
        parser.header_limit(static_cast<std::uint32_t>(all.limits.headerBytes));
        parser.body_limit(boost::none);  // known once the path is
        parser.eager(false);
    }
    Parsing(const Parsing&) = delete;
    Parsing& operator=(const Parsing&) = delete;
    ~Parsing() { shared.bodyBytesTogether -= promised; }

    std::string path() const {
        const auto target = parser.get().target();
        return std::string(target.substr(0, target.find('?')));
    }
    bool keepsAlive() const { return parser.get().version() == 11 && parser.get().keep_alive(); }
    bool expectsContinue() const {
        return boost::beast::iequals(parser.get()[http::field::expect], "100-continue");
    }
    bool admitBody();
};

// Decides from the headers alone whether the body may come, before there is memory for it.
bool HttpConnection::Parsing::admitBody() {
    const auto target = parser.get().target();
    if (target.empty() || target.front() != '/') {
        refusal = {400, "The request names no path."};
        return false;
    }
    const auto own = shared.limits.bodyBytesOf.find(path());
    const std::size_t limit =
        own == shared.limits.bodyBytesOf.end() ? shared.limits.bodyBytes : own->second;
    const auto length = parser.content_length();
    if (length && *length > limit) {
        refusal = {413, fmt::format("A request here has at most {} bytes.", limit)};
        return false;
    }
    const std::size_t expected = parser.is_done() ? 0
                                 : length         ? static_cast<std::size_t>(*length)
                                                  : limit;
    if (shared.bodyBytesTogether + expected > shared.limits.bodyBytesTogether) {
        refusal = {503, "The server is busy: try again in a minute."};
        return false;
    }
    promised = expected;
    shared.bodyBytesTogether += expected;
    parser.body_limit(limit);
    return true;
}

HttpConnection::HttpConnection(std::unique_ptr<ByteStream> stream, std::string peer,
                               HttpShared& shared)
    : stream_(std::move(stream)),
      peer_(std::move(peer)),
      shared_(shared),
      timer_(stream_->socket().get_executor()),
      deadline_(steady_clock::time_point::max()),
      armedFor_(steady_clock::time_point::max()),
      idleSince_(steady_clock::now()),
      lastMoment_(steady_clock::time_point::max()) {}

asio::awaitable<void> HttpConnection::run() {
    const auto self = shared_from_this();  // lives as long as this coroutine does
    setDeadline(shared_.limits.handshake);
    if (co_await stream_->open()) {
        buffer_.resize(shared_.limits.headerBytes);
        while (co_await serveOne()) {
        }
    }
    timer_.cancel();
    close();
}

void HttpConnection::close() {
    boost::system::error_code ignored;
    stream_->socket().close(ignored);
}

void HttpConnection::windDown() {
    if (idle_) {
        close();
        return;
    }
    lastMoment_ = steady_clock::now() + shared_.limits.grace;
    if (deadline_ != steady_clock::time_point::max()) setDeadlineAt(deadline_);
}

asio::awaitable<bool> HttpConnection::serveOne() {
    waitForRequest();
    if (begin_ == end_ && co_await fill() != Fill::Bytes) co_return false;
    idle_ = false;
    const auto started = steady_clock::now();
    const bool isFirst = !std::exchange(served_, true);
    // A new connection's time began when it was made, so that silence does not buy it more.
    if (!isFirst) setDeadline(shared_.limits.head);

    Parsing parsing(shared_);
    const bool isWhole = co_await readHead(parsing) && co_await readBody(parsing);
    if (parsing.refusal.status != 0) co_return co_await refuse(std::move(parsing.refusal));
    if (!isWhole) co_return false;

    auto& message = parsing.parser.get();
    HttpRequest request{std::string(message.method_string()), parsing.path(), bearerToken(message),
                        std::move(message.body()), peer_};
    nlohmann::json line{{"event", "request"},
                        {"method", request.method},
                        {"path", request.path.substr(0, kLongestLoggedPath)},
                        {"in", request.body.size()}};
    const bool isHead = message.method() == http::verb::head;
    noDeadline();
    const HttpResponse response = co_await askHandler(std::move(request));
    shared_.requests.fetch_add(1, std::memory_order_relaxed);

    const bool keepAlive = parsing.keepsAlive() && !shared_.stopping;
    const bool isSent = co_await answer(response, isHead, keepAlive);
    line["status"] = response.status;
    line["out"] = response.body.size();
    line["ms"] =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - started)
            .count();
    if (!isSent) line["cut"] = true;
    shared_.logLine(line.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
    co_return isSent&& keepAlive;
}

asio::awaitable<bool> HttpConnection::readHead(Parsing& parsing) {
    while (!parsing.parser.is_header_done()) {
        boost::system::error_code failure;
        if (begin_ != end_)
            begin_ += parsing.parser.put(asio::buffer(&buffer_[begin_], end_ - begin_), failure);
        if (parsing.parser.is_header_done()) break;
        if (failure == http::error::header_limit) {
            parsing.refusal = {431, "The headers are too long."};
            co_return false;
        }
        if (failure && failure != http::error::need_more) {
            parsing.refusal = {400, "This is not a request of HTTP/1.1."};
            co_return false;
        }
        const Fill filled = co_await fill();
        if (filled == Fill::Full) parsing.refusal = {431, "The headers are too long."};
        if (filled != Fill::Bytes) co_return false;
    }
    if (!parsing.admitBody()) co_return false;
    if (parsing.expectsContinue() && !parsing.parser.is_done() && begin_ == end_)
        co_return co_await writeAll("HTTP/1.1 100 Continue\r\n\r\n");
    co_return true;
}

asio::awaitable<bool> HttpConnection::readBody(Parsing& parsing) {
    const auto started = steady_clock::now();
    std::size_t received = 0;
    parsing.parser.eager(true);
    while (!parsing.parser.is_done()) {
        boost::system::error_code failure;
        if (begin_ != end_) {
            const std::size_t taken =
                parsing.parser.put(asio::buffer(&buffer_[begin_], end_ - begin_), failure);
            begin_ += taken;
            received += taken;
        }
        if (parsing.parser.is_done()) break;
        if (failure == http::error::body_limit) {
            parsing.refusal = {413, "The request is too large."};
            co_return false;
        }
        const bool needsMore = !failure || failure == http::error::need_more;
        setDeadlineAt(started + shared_.limits.body + earned(received));
        const Fill filled = needsMore ? co_await fill() : Fill::Full;
        if (filled == Fill::Full) parsing.refusal = {400, "The request's body is malformed."};
        if (filled != Fill::Bytes) co_return false;
    }
    co_return true;
}

// Runs the handler on a worker and comes back to this connection's thread with the answer.
asio::awaitable<HttpResponse> HttpConnection::askHandler(HttpRequest request) {
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(HttpResponse)>(
        [this](auto&& done, HttpRequest asked) {
            auto back = asio::get_associated_executor(done, stream_->socket().get_executor());
            // The guard keeps the thread that moves bytes alive until the answer has come back to
            // it.
            asio::post(*shared_.workers, [&handler = shared_.handler, asked = std::move(asked),
                                          done = std::forward<decltype(done)>(done),
                                          guard = asio::make_work_guard(back)]() mutable {
                HttpResponse response = runHandler(handler, asked);
                asio::post(guard.get_executor(),
                           [done = std::move(done), response = std::move(response)]() mutable {
                               std::move(done)(std::move(response));
                           });
            });
        },
        asio::use_awaitable, std::move(request));
}

asio::awaitable<bool> HttpConnection::answer(const HttpResponse& response, bool isHead,
                                             bool keepAlive) {
    std::string bytes = headOf(response, keepAlive);
    if (!isHead) bytes += response.body;
    lastSent_ = bytes.size();
    co_return co_await writeAll(bytes);
}

// Says why, then reads on for a while: closing over unread bytes would make the network drop the
// answer.
asio::awaitable<bool> HttpConnection::refuse(Refusal refusal) {
    const HttpResponse response{refusal.status, "text/plain", std::move(refusal.why)};
    shared_.logLine(fmt::format(R"({{"event":"refused","status":{}}})", response.status));
    if (!co_await answer(response, false, false)) co_return false;
    boost::system::error_code ignored;
    stream_->socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    setDeadline(shared_.limits.lingering);
    do {
        begin_ = end_ = 0;
    } while (co_await fill() == Fill::Bytes);
    co_return false;
}

asio::awaitable<bool> HttpConnection::writeAll(std::string_view bytes) {
    const auto started = steady_clock::now();
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        setDeadlineAt(started + shared_.limits.write + earned(sent));
        const std::string_view piece = bytes.substr(sent, kWritePiece);
        const std::size_t count = co_await stream_->write(asio::buffer(piece.data(), piece.size()));
        if (count == 0) co_return false;
        sent += count;
        shared_.bytesSent.fetch_add(count, std::memory_order_relaxed);
    }
    co_return true;
}

asio::awaitable<HttpConnection::Fill> HttpConnection::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), &buffer_[begin_ == buffer_.size() ? 0 : begin_],
                     end_ - begin_);
        end_ -= std::exchange(begin_, 0);
    }
    if (end_ == buffer_.size()) co_return Fill::Full;
    const std::size_t count =
        co_await stream_->read(asio::buffer(&buffer_[end_], buffer_.size() - end_));
    if (count == 0) co_return Fill::Over;
    end_ += count;
    shared_.bytesReceived.fetch_add(count, std::memory_order_relaxed);
    co_return Fill::Bytes;
}

void HttpConnection::waitForRequest() {
    idle_ = begin_ == end_;
    idleSince_ = steady_clock::now();
    // The last answer may still wait in the kernel for a slow network, so its time is added.
    if (served_)
        setDeadline(shared_.limits.idle + earned(lastSent_));
    else
        setDeadline(shared_.limits.head);
}

std::chrono::milliseconds HttpConnection::earned(std::size_t bytes) const {
    return std::chrono::milliseconds(bytes * 1000 / shared_.limits.bytesPerSecond);
}

void HttpConnection::setDeadline(steady_clock::duration fromNow) {
    setDeadlineAt(steady_clock::now() + fromNow);
}

// Moving a deadline later costs nothing: the timer finds out when it fires.
void HttpConnection::setDeadlineAt(steady_clock::time_point when) {
    deadline_ = std::min(when, lastMoment_);
    if (deadline_ < armedFor_) armTimer();
}

void HttpConnection::noDeadline() { deadline_ = steady_clock::time_point::max(); }

void HttpConnection::armTimer() {
    armedFor_ = deadline_;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
        const auto self = weak.lock();
        if (cancelled || !self) return;
        self->armedFor_ = steady_clock::time_point::max();
        if (steady_clock::now() >= self->deadline_)
            self->close();
        else if (self->deadline_ != steady_clock::time_point::max())
            self->armTimer();
    });
}

}  // namespace sotay
