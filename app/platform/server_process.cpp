#include "app/platform/server_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <nlohmann/json.hpp>

extern char** environ;

namespace sotay::platform {
namespace {

struct Child {
    pid_t process = -1;
    int output = -1;
};

Result<Child> start(const std::vector<std::string>& command) {
    std::array<int, 2> pipe{};
    if (pipe2(pipe.data(), O_CLOEXEC) != 0) return Error{Code::Io, "No pipe can be made."};
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pipe[1], STDOUT_FILENO);
    std::vector<char*> arguments;
    for (const std::string& part : command) arguments.push_back(const_cast<char*>(part.c_str()));
    arguments.push_back(nullptr);
    Child child;
    int problem =
        posix_spawn(&child.process, arguments[0], &files, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    close(pipe[1]);
    child.output = pipe[0];
    if (problem == 0) return child;
    close(pipe[0]);
    return Error{Code::NotFound, "Cannot start " + command.front() + "."};
}

std::string readAll(int file) {
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = read(file, part.data(), part.size())) > 0;)
        text.append(part.data(), static_cast<std::size_t>(got));
    return text;
}

std::string readLine(int file) {
    std::string line;
    for (char c = 0; read(file, &c, 1) == 1 && c != '\n';) line += c;
    return line;
}

}  // namespace

ServerProcess::~ServerProcess() {
    if (process_ > 0) {
        kill(process_, SIGTERM);
        waitpid(process_, nullptr, 0);
    }
    if (output_ >= 0) close(output_);
}

std::vector<std::string> ServerProcess::commandLine(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {program_.string(), "--db", "sqlite:" + database_.string(),
                                        "--json"};
    command.insert(command.end(), std::make_move_iterator(arguments.begin()),
                   std::make_move_iterator(arguments.end()));
    return command;
}

Result<std::string> ServerProcess::administer(std::vector<std::string> arguments) const {
    std::vector<std::string> command = commandLine(std::move(arguments));
    auto child = start(command);
    if (!child.ok()) return child.error();
    std::string printed = readAll(child->output);
    close(child->output);
    int status = 0;
    waitpid(child->process, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return printed;
    return Error{Code::Rejected, command.back() + " failed: " + printed};
}

Result<std::string> ServerProcess::serve() {
    auto child = start(commandLine({"serve", "--listen", "127.0.0.1:0"}));
    if (!child.ok()) return child.error();
    process_ = child->process;
    output_ = child->output;
    std::string address = member(readLine(output_), "listening");
    if (address.empty()) return Error{Code::Io, "The server did not start."};
    return address;
}

std::string ServerProcess::member(const std::string& document, const std::string& name) {
    auto parsed = nlohmann::json::parse(document, nullptr, false);
    if (!parsed.is_object() || !parsed.contains(name) || !parsed[name].is_string()) return {};
    return parsed[name].get<std::string>();
}

}  // namespace sotay::platform
