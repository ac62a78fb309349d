#include "sync/client/stick.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sync/store/durable_file.h"
#include "sync/store/notebook.h"

namespace sotay {
namespace {

constexpr const char* kEnding = ".sotay";

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

std::filesystem::path uploadName(const Identity& who, std::size_t number) {
    std::string digits = std::to_string(number);
    digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
    return fileName(who.deviceName, who.device, ("uploads-" + digits).c_str());
}

// This laptop's own, of this turn or an earlier one.
bool isUpload(const std::filesystem::path& file, const Identity& who) {
    const std::string first = nameOf(uploadName(who, 1)), name = nameOf(file.filename());
    const std::size_t stem = first.size() - std::string_view("001.sotay").size();
    return name.compare(0, stem, first, 0, stem) == 0;
}

// Unsent attachments, each bundle held in memory only while it is written; what lies there from
// earlier turns and was received meanwhile goes.
Status writeFiles(const Notebook& notebook, const std::filesystem::path& folder,
                  const Identity& who, StickExchange& exchange) {
    FilePlace place;
    std::size_t number = 0;
    for (;;) {
        const auto made = notebook.exportFiles(place);
        if (!made.ok()) return made.error();
        if (made->file.empty()) break;
        const auto name = uploadName(who, ++number);
        if (auto done = writeDurably(folder / name, made->file); !done.ok()) return done;
        exchange.written.push_back(nameOf(name));
    }
    for (const AttachmentHeld& each : notebook.attachments())
        exchange.files += !each.isAtServer && each.refusal.empty();
    std::error_code ignored;
    while (std::filesystem::remove(folder / uploadName(who, ++number), ignored)) {
    }
    return {};
}

}  // namespace

Result<StickExchange> exchangeBundles(Notebook& notebook, const std::filesystem::path& folder) {
    std::error_code problem;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end;
         at.increment(problem))
        if (at->path().extension() == kEnding) files.push_back(at->path());
    if (problem) return Error{Code::NotFound, "The folder " + nameOf(folder) + " cannot be read."};
    std::sort(files.begin(), files.end());

    const Identity who = notebook.identity();
    const auto own = folder / fileName(who.deviceName, who.device, "to-server");
    StickExchange exchange;
    for (const auto& file : files) {
        if (file == own || isUpload(file, who)) continue;
        StickExchange::FileRead entry;
        entry.file = nameOf(file.filename());
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
    exchange.written.push_back(nameOf(own.filename()));
    if (auto done = writeFiles(notebook, folder, who, exchange); !done.ok()) return done.error();
    auto answers = notebook.carriedAnswers();
    if (!answers.ok()) return answers.error();
    for (const auto& answer : *answers) {
        const auto file = folder / fileName(answer.of.deviceName, answer.of.device, "answer");
        if (auto done = writeDurably(file, answer.file); !done.ok()) return done.error();
        exchange.written.push_back(nameOf(file.filename()));
    }
    return exchange;
}

}  // namespace sotay
