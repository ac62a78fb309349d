#include "tests/simulation/http_loopback.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <charconv>
#include <cstring>

#include "sync/server/http_connection.h"
#include "sync/server/service.h"

namespace sotay::sim {
namespace {

namespace asio = boost::asio;

// Both directions of one connection, in memory.
class MemoryStream final : public ByteStream {
  public:
    MemoryStream(asio::io_context& context, std::string in, std::size_t piece, std::string& out)
        : socket_(context), in_(std::move(in)), piece_(piece), out_(out) {}

    asio::awaitable<bool> open() override { co_return true; }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        std::size_t count = std::min({into.size(), piece_, in_.size() - at_});
        if (count > 0) std::memcpy(into.data(), in_.data() + at_, count);
        at_ += count;
        co_return count;
    }
    asio::awaitable<std::size_t> write(asio::const_buffer some) override {
        out_.append(static_cast<const char*>(some.data()), some.size());
        co_return some.size();
    }
    asio::ip::tcp::socket& socket() override { return socket_; }

  private:
    asio::ip::tcp::socket socket_;  // never opened
    std::string in_;
    std::size_t at_ = 0, piece_;
    std::string& out_;
};

}  // namespace

struct HttpLoopback::Impl {
    // Records are merged with the next work, so that a server can stop before it, and the workspace
    // be looked at between requests.
    explicit Impl(Workspace& workspace) : service(workspace, Merging::WithNextWork), workers(1) {
        shared.handler = [this](const HttpRequest& asked) { return service.answer(asked); };
        shared.limits.bodyBytes = 16u << 20;
        shared.workers = &workers;
    }
    Service service;
    asio::thread_pool workers;
    HttpShared shared;
    asio::io_context context;
};

HttpLoopback::HttpLoopback(Workspace& workspace) : impl_(std::make_unique<Impl>(workspace)) {}
HttpLoopback::~HttpLoopback() { impl_->workers.join(); }

std::string HttpLoopback::request(const std::string& path, const std::string& token,
                                  std::string_view body) {
    std::string head = "POST " + path + " HTTP/1.1\r\nHost: server\r\n";
    if (!token.empty()) head += "Authorization: Bearer " + token + "\r\n";
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return head + std::string(body);
}

std::string HttpLoopback::send(std::string bytes, std::size_t piece) {
    std::string out;
    auto connection = std::make_shared<HttpConnection>(
        std::make_unique<MemoryStream>(impl_->context, std::move(bytes),
                                       std::max<std::size_t>(1, piece), out),
        "laptop", impl_->shared);
    asio::co_spawn(impl_->context, connection->run(), asio::detached);
    impl_->context.restart();
    impl_->context.run();
    return out;
}

Result<Exchange> HttpLoopback::answer(std::string_view bytes, std::size_t sent) {
    const Error cut{Code::Offline, "The connection broke."};
    auto headEnd = bytes.find("\r\n\r\n");
    constexpr std::string_view kLength = "Content-Length: ";
    auto length = bytes.find(kLength);
    if (headEnd == std::string_view::npos || length > headEnd || !bytes.starts_with("HTTP/1.1 "))
        return cut;
    Exchange exchange;
    std::size_t size = 0;
    std::from_chars(bytes.data() + 9, bytes.data() + 12, exchange.status);
    std::from_chars(bytes.data() + length + kLength.size(), bytes.data() + headEnd, size);
    if (bytes.size() - headEnd - 4 < size) return cut;
    exchange.body = bytes.substr(headEnd + 4, size);
    exchange.bytesSent = sent;
    exchange.bytesReceived = bytes.size();
    return exchange;
}

}  // namespace sotay::sim
