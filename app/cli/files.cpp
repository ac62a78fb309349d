#include "app/cli/files.h"

#include <fmt/format.h>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "sync/store/durable_file.h"

namespace sotay {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::filesystem::path dataFolder() {
#ifdef _WIN32
    return environment("LOCALAPPDATA");
#else
    if (const auto data = environment("XDG_DATA_HOME"); data.starts_with('/')) return data;
    const auto home = environment("HOME");
    return home.empty() ? std::filesystem::path()
                        : std::filesystem::path(home) / ".local" / "share";
#endif
}

}  // namespace

std::filesystem::path fileNamed(const std::string& name) {
    return std::u8string(name.begin(), name.end());
}

Result<std::string> readInput(const std::string& name) {
    using Bytes = std::istreambuf_iterator<char>;
    if (name == "-") return std::string(Bytes(std::cin), Bytes());
    std::ifstream file(fileNamed(name), std::ios::binary);
    if (!file) return Error{Code::NotFound, fmt::format("There is no file {} to read.", name)};
    std::string bytes{Bytes(file), Bytes()};
    if (file.bad()) return Error{Code::Io, fmt::format("{} cannot be read.", name)};
    return bytes;
}

Status writeOutput(const std::string& name, std::string_view bytes) {
    const Error failure{Code::Io, fmt::format("{} cannot be written.", name)};
    if (name == "-") {
        std::cout.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
        return std::cout ? Status() : failure;
    }
    return writeDurably(fileNamed(name), bytes).ok() ? Status() : failure;
}

Result<std::filesystem::path> defaultNotebook() {
    const auto data = dataFolder();
    if (data.empty())
        return Error{Code::InvalidInput, "There is no home folder here: give --notebook FILE."};
    const auto folder = data / "sotay";
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        return Error{Code::Io, fmt::format("The folder {} cannot be made.", nameOf(folder))};
    return folder / "notebook.db";
}

bool isWatched() {
#ifdef _WIN32
    return _isatty(_fileno(stderr)) != 0;
#else
    return ::isatty(STDERR_FILENO) != 0;
#endif
}

}  // namespace sotay
