#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sotay {

// A client that sends exactly the bytes it is told to, to see what a server does with them. Blocks.
class RawClient {
  public:
    explicit RawClient(const std::string& address);  // "127.0.0.1:43211"
    ~RawClient();
    RawClient(RawClient&&) noexcept;

    bool isConnected() const;
    void send(std::string_view bytes);  // what the server no longer takes is dropped
    void sayNoMore();                   // half-closes
    std::string readAnswer();  // one whole answer by its Content-Length; what there was, at the end
    std::string readToEnd();   // until the server closes

  private:
    struct Socket;
    std::unique_ptr<Socket> socket_;
};

std::string postRequest(std::string_view path, std::string_view body, std::string_view token = {});

}  // namespace sotay
