#include "tests/support/programs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace sotay {
namespace {

struct Started {
    pid_t process = -1;
    int output = -1;
};

Started startProgram(const std::vector<std::string>& command,
                     std::optional<std::chrono::microseconds> killAfter) {
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return {};
    pid_t process = fork();
    if (process == 0) {
        dup2(ends[1], STDOUT_FILENO);
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDERR_FILENO);
        if (killAfter) {
            // The timer outlives exec; SIGALRM ends a program that does not handle it.
            itimerval timer{};
            timer.it_value.tv_sec = killAfter->count() / 1'000'000;
            timer.it_value.tv_usec = killAfter->count() % 1'000'000;
            setitimer(ITIMER_REAL, &timer, nullptr);
        }
        execv(arguments[0], arguments.data());
        _exit(127);
    }
    close(ends[1]);
    return {process, ends[0]};
}

}  // namespace

nlohmann::json Ended::document() const { return nlohmann::json::parse(output, nullptr, false); }

Ended runProgram(const std::vector<std::string>& command,
                 std::optional<std::chrono::microseconds> killAfter) {
    Ended ended;
    Started started = startProgram(command, killAfter);
    if (started.process < 0) return ended;
    char buffer[4096];
    for (ssize_t n = 0; (n = read(started.output, buffer, sizeof buffer)) > 0;)
        ended.output.append(buffer, static_cast<std::size_t>(n));
    close(started.output);
    int status = 0;
    waitpid(started.process, &status, 0);
    if (WIFEXITED(status)) ended.exitCode = WEXITSTATUS(status);
    ended.wasKilled = WIFSIGNALED(status);
    return ended;
}

ServerProgram::ServerProgram(std::filesystem::path program, std::filesystem::path database)
    : program_(program.string()), database_("sqlite:" + database.string()) {}

ServerProgram::~ServerProgram() { kill(); }

std::string ServerProgram::start() {
    kill();
    // The first start takes any port; later ones the same, so that laptops find it again.
    std::string listen = url_.empty() ? "127.0.0.1:0" : url_.substr(std::string("http://").size());
    Started started = startProgram({program_, "serve", "--db", database_, "--listen", listen}, {});
    process_ = started.process;
    output_ = started.output;
    std::string line;
    for (char c = 0; read(output_, &c, 1) == 1 && c != '\n';) line += c;
    const std::string words = "listening on ";
    if (line.rfind(words, 0) != 0) return "";
    return url_ = line.substr(words.size());
}

void ServerProgram::kill() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    close(output_);
    process_ = -1;
}

nlohmann::json ServerProgram::administer(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program_);
    arguments.insert(arguments.end(), {"--db", database_, "--json"});
    return runProgram(arguments).document();
}

}  // namespace sotay
