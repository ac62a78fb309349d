#include "sync/server/byte_stream.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace sotay {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

template <class Stream>
asio::awaitable<std::size_t> readFrom(Stream& stream, asio::mutable_buffer into) {
    boost::system::error_code failure;
    const std::size_t count =
        co_await stream.async_read_some(into, asio::redirect_error(asio::use_awaitable, failure));
    co_return failure ? 0 : count;
}

template <class Stream>
asio::awaitable<std::size_t> writeTo(Stream& stream, asio::const_buffer some) {
    boost::system::error_code failure;
    const std::size_t count =
        co_await stream.async_write_some(some, asio::redirect_error(asio::use_awaitable, failure));
    co_return failure ? 0 : count;
}

class PlainStream final : public ByteStream {
  public:
    explicit PlainStream(tcp::socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<bool> open() override { co_return socket_.is_open(); }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return readFrom(socket_, into);
    }
    asio::awaitable<std::size_t> write(asio::const_buffer some) override {
        return writeTo(socket_, some);
    }
    tcp::socket& socket() override { return socket_; }

  private:
    tcp::socket socket_;
};

// Says no goodbye of TLS's own at the end: every answer states its length, so a cut one is noticed.
class TlsStream final : public ByteStream {
  public:
    TlsStream(tcp::socket socket, asio::ssl::context& context)
        : stream_(std::move(socket), context) {}

    asio::awaitable<bool> open() override {
        boost::system::error_code failure;
        co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, failure));
        co_return !failure;
    }
    asio::awaitable<std::size_t> read(asio::mutable_buffer into) override {
        return readFrom(stream_, into);
    }
    asio::awaitable<std::size_t> write(asio::const_buffer some) override {
        return writeTo(stream_, some);
    }
    tcp::socket& socket() override { return stream_.next_layer(); }

  private:
    asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<ByteStream> plainStream(tcp::socket socket) {
    return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<ByteStream> tlsStream(tcp::socket socket, asio::ssl::context& context) {
    return std::make_unique<TlsStream>(std::move(socket), context);
}

}  // namespace sotay
