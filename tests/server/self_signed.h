#pragma once

#include <filesystem>

namespace sotay {

// A key and a certificate for 127.0.0.1 that vouches for itself, made anew for each test and
// removed with it.
class SelfSigned {
  public:
    SelfSigned();
    ~SelfSigned();
    SelfSigned(const SelfSigned&) = delete;
    SelfSigned& operator=(const SelfSigned&) = delete;

    std::filesystem::path certificate, privateKey;

  private:
    std::filesystem::path folder_;
};

}  // namespace sotay
