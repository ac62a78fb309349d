#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "schema/result.h"

namespace sotay::platform {

// A sotayd of our own on loopback, for the story: its database in a folder that the caller gives.
// Stops with it.
class ServerProcess {
  public:
    ServerProcess(std::filesystem::path program, std::filesystem::path database)
        : program_(std::move(program)), database_(std::move(database)) {}
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    // Runs one administrator's command to its end; what it printed.
    Result<std::string> administer(std::vector<std::string> arguments) const;
    // Starts serving. The address, "http://127.0.0.1:40123".
    Result<std::string> serve();
    // The value of a member in the JSON document that a command printed; "" when it has none.
    static std::string member(const std::string& document, const std::string& name);

  private:
    std::vector<std::string> commandLine(std::vector<std::string> arguments) const;

    std::filesystem::path program_, database_;
    pid_t process_ = -1;
    int output_ = -1;
};

}  // namespace sotay::platform
