#include "tests/server/raw_client.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

namespace sotay {

namespace asio = boost::asio;

struct RawClient::Socket {
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    std::string unread;
    bool isConnected = false;

    bool readMore() {
        char piece[4096];
        boost::system::error_code failure;
        const std::size_t count = socket.read_some(asio::buffer(piece), failure);
        unread.append(piece, failure ? 0 : count);
        return !failure;
    }
};

RawClient::RawClient(const std::string& address) : socket_(std::make_unique<Socket>()) {
    const auto colon = address.rfind(':');
    std::uint16_t port = 0;
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
    boost::system::error_code failure;
    socket_->socket.connect({asio::ip::make_address(address.substr(0, colon)), port}, failure);
    socket_->isConnected = !failure;
}

RawClient::~RawClient() = default;
RawClient::RawClient(RawClient&&) noexcept = default;

bool RawClient::isConnected() const { return socket_->isConnected; }

void RawClient::send(std::string_view bytes) {
    boost::system::error_code refused;
    asio::write(socket_->socket, asio::buffer(bytes.data(), bytes.size()), refused);
}

void RawClient::sayNoMore() {
    boost::system::error_code ignored;
    socket_->socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

std::string RawClient::readAnswer() {
    std::string& unread = socket_->unread;
    constexpr std::string_view kLength = "Content-Length: ";
    for (;;) {
        const auto head = unread.find("\r\n\r\n");
        if (head != std::string::npos) {
            const auto at = unread.find(kLength);
            std::size_t length = 0;
            if (at < head)
                std::from_chars(&unread[at + kLength.size()], unread.data() + head, length);
            if (unread.size() >= head + 4 + length) {
                std::string answer = unread.substr(0, head + 4 + length);
                unread.erase(0, answer.size());
                return answer;
            }
        }
        if (!socket_->readMore()) return std::move(unread);
    }
}

std::string RawClient::readToEnd() {
    while (socket_->readMore()) {
    }
    return std::move(socket_->unread);
}

std::string postRequest(std::string_view path, std::string_view body, std::string_view token) {
    const std::string authorization =
        token.empty() ? "" : fmt::format("Authorization: Bearer {}\r\n", token);
    return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\n{}Content-Length: {}\r\n\r\n{}", path,
                       authorization, body.size(), body);
}

}  // namespace sotay
