#include "sync/client/stick.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sync/store/durable_file.h"
#include "sync/store/notebook.h"

namespace sotay {
namespace {

constexpr const char* kEnding = ".sotay";

std::string textOf(const std::filesystem::path& path) {
    const auto name = path.u8string();
    return {name.begin(), name.end()};
}

// A laptop's name as part of a file's, which any file system takes. Two laptops may have one name,
// so some of the key goes with it.
std::filesystem::path fileName(const std::string& device, const PublicKey& key, const char* what) {
    std::string name;
    for (char c : device) {
        const bool isSafe = static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') ||
                            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
        name += isSafe ? c : '_';
    }
    name += "." + toHex(key.data(), 4) + "." + what + kEnding;
    return std::u8string(name.begin(), name.end());
}

Result<std::string> bytesOf(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream) return Error{Code::Io, "The file cannot be read; is the stick damaged?"};
    return bytes;
}

}  // namespace

Result<StickExchange> exchangeBundles(Notebook& notebook, const std::filesystem::path& folder) {
    std::error_code problem;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem))
        if (at->path().extension() == kEnding) files.push_back(at->path());
    if (problem) return Error{Code::NotFound, "The folder " + textOf(folder) + " cannot be read."};
    std::sort(files.begin(), files.end());

    const Identity who = notebook.identity();
    const auto own = folder / fileName(who.deviceName, who.device, "to-server");
    StickExchange exchange;
    for (const auto& file : files) {
        if (file == own) continue;
        StickExchange::FileRead entry;
        entry.file = textOf(file.filename());
        const auto bytes = bytesOf(file);
        auto read = bytes.ok() ? notebook.importBundle(*bytes) : Result<BundleRead>(bytes.error());
        if (read.ok())
            entry.read = std::move(*read);
        else
            entry.error = read.error();
        exchange.read.push_back(std::move(entry));
    }

    const auto made = notebook.exportBundle();
    if (!made.ok()) return made.error();
    exchange.changes = made->changes;
    if (auto done = writeDurably(own, made->file); !done.ok()) return done.error();
    exchange.written.push_back(textOf(own.filename()));
    auto answers = notebook.carriedAnswers();
    if (!answers.ok()) return answers.error();
    for (const auto& answer : *answers) {
        const auto file = folder / fileName(answer.of.deviceName, answer.of.device, "answer");
        if (auto done = writeDurably(file, answer.file); !done.ok()) return done.error();
        exchange.written.push_back(textOf(file.filename()));
    }
    return exchange;
}

}  // namespace sotay
