#include "sync/store/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <system_error>

namespace sotay {
namespace {

Error failure(const std::filesystem::path& file) {
    return {Code::Io, nameOf(file) + " cannot be written."};
}

bool syncs(const std::filesystem::path& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0) return false;
    const bool isSynced = ::fsync(file) == 0;
    ::close(file);
    return isSynced;
}

bool syncsFolderOf(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    return syncs(folder, O_RDONLY | O_DIRECTORY);
}

}  // namespace

std::string nameOf(const std::filesystem::path& file) {
    const auto name = file.u8string();
    return {name.begin(), name.end()};
}

Status makeDurable(const std::filesystem::path& file) {
    if (!syncs(file, O_RDONLY) || !syncsFolderOf(file)) return failure(file);
    return {};
}

Status renameDurably(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code problem;
    std::filesystem::rename(from, to, problem);
    if (problem || !syncsFolderOf(to)) return failure(to);
    return {};
}

Status writeDurably(const std::filesystem::path& file, std::string_view bytes) {
    return writeDurably(file, [&](std::ostream& to) {
        to.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    });
}

Status writeDurably(const std::filesystem::path& file,
                    const std::function<void(std::ostream&)>& write) {
    auto beside = file;
    beside += ".part";
    std::ofstream stream(beside, std::ios::binary | std::ios::trunc);
    write(stream);
    stream.close();
    if (stream && syncs(beside, O_RDONLY))
        if (auto done = renameDurably(beside, file); done.ok()) return done;
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    return failure(file);
}

}  // namespace sotay
