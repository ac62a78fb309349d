#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace sotay {

// How a program ended, and what it printed to standard output.
struct Ended {
    int exitCode = -1;  // -1: a signal ended it
    bool wasKilled = false;
    std::string output;
    nlohmann::json document() const;  // the output as JSON; null when it is none
};

// Runs a program to its end. With `killAfter` a timer that it inherits ends it there and then, like
// SIGKILL, wherever it is: no handler runs, nothing is flushed.
Ended runProgram(const std::vector<std::string>& command,
                 std::optional<std::chrono::microseconds> killAfter = {});

// A sotayd on loopback over one database; it may be killed and started again on the same port.
class ServerProgram {
  public:
    ServerProgram(std::filesystem::path program, std::filesystem::path database);
    ~ServerProgram();
    ServerProgram(const ServerProgram&) = delete;

    std::string start();  // returns the URL when it answers; "" when it would not start
    void kill();          // SIGKILL
    // An administrator's command on the same database, with --json.
    nlohmann::json administer(std::vector<std::string> arguments) const;

  private:
    std::string program_, database_, url_;
    pid_t process_ = -1;
    int output_ = -1;
};

}  // namespace sotay
