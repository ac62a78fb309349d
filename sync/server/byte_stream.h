#pragma once

// Internal to this folder: brings Asio with it.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>

namespace sotay {

// A connection's bytes, in the clear or by TLS. Virtual so that only its two kinds instantiate
// Asio's operations, which are slow to compile. Every operation ends early when the socket is
// closed.
class ByteStream {
  public:
    virtual ~ByteStream() = default;
    virtual boost::asio::awaitable<bool>
    open() = 0;  // the handshake; false: there is no connection
    virtual boost::asio::awaitable<std::size_t> read(
        boost::asio::mutable_buffer into) = 0;  // 0: over
    virtual boost::asio::awaitable<std::size_t> write(
        boost::asio::const_buffer some) = 0;  // 0: over
    virtual boost::asio::ip::tcp::socket& socket() = 0;
};

std::unique_ptr<ByteStream> plainStream(boost::asio::ip::tcp::socket socket);
// `context` must outlive the stream.
std::unique_ptr<ByteStream> tlsStream(boost::asio::ip::tcp::socket socket,
                                      boost::asio::ssl::context& context);

}  // namespace sotay
