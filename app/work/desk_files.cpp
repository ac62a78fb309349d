#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "app/state/form_filling.h"
#include "app/work/desk.h"
#include "sync/client/client.h"

namespace sotay::app {
namespace {

// A path as people give one: typed or pasted, in quotes perhaps, or a file manager's file URI.
std::filesystem::path pathGiven(std::string_view given) {
    const std::string_view around = " \t\r\n\"'";
    const std::size_t first = given.find_first_not_of(around);
    if (first == std::string_view::npos) return {};
    given = given.substr(first, given.find_last_not_of(around) - first + 1);
    constexpr std::string_view kScheme = "file://";
    std::u8string path;
    if (!given.starts_with(kScheme)) {
        path.assign(given.begin(), given.end());
        return path;
    }
    given.remove_prefix(kScheme.size());
    for (std::size_t i = 0; i < given.size(); ++i) {
        unsigned byte = static_cast<unsigned char>(given[i]);
        if (byte == '%' && i + 2 < given.size()) {
            const char* digits = given.data() + i + 1;
            if (std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) i += 2;
        }
        path += static_cast<char8_t>(byte);
    }
    return path;
}

// What a viewer only shows. Anything else that somebody attached might be run by opening it.
bool isOnlyShown(const std::filesystem::path& file) {
    static constexpr std::array kShown = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".bmp",
                                          ".pdf", ".mp3",  ".m4a", ".ogg", ".wav",  ".amr",  ".mp4",
                                          ".3gp", ".webm", ".mov", ".txt", ".csv"};
    return std::find(kShown.begin(), kShown.end(), file.extension().string()) != kShown.end();
}

}  // namespace

AttachedFile Desk::attachedFile(const std::string& name) const {
    AttachedFile file{name, 0, false, true, false};
    for (const AttachmentHeld& held : notebook_->attachments())
        if (held.name == name)
            file = {name, held.size, held.isHere, held.isAtServer, !held.refusal.empty()};
    return file;
}

std::vector<AttachedFile> Desk::filesOf(const FormSession& session) const {
    std::vector<AttachedFile> files;
    for (const NodeView& line : session.view())
        if (line.node && isFileQuestion(*line.node) && !line.value.empty())
            files.push_back(attachedFile(line.value));
    return files;
}

void Desk::take(const TakeFile& request) {
    const auto name = notebook_->addAttachment(pathGiven(request.file));
    if (!name.ok()) return failed(Task::TakeFile, name.error());
    report_(FileTaken{request.record, request.question, attachedFile(*name)});
}

void Desk::take(const ShowFile& request) {
    const std::filesystem::path folder = options_.notebook.parent_path() / "opened-files";
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem)
        return failed(Task::ShowFile, {Code::Io, "The folder of opened files cannot be made."});
    const std::filesystem::path file = folder / request.name;
    auto written = notebook_->writeAttachment(request.name, file);
    if (!written.ok() && written.error().code == Code::NotFound) {
        const Identity who = notebook_->identity();
        auto channel = channels_(who.server, who.caFile);
        if (!channel.ok()) return failed(Task::ShowFile, channel.error());
        auto fetched = fetchAttachment(*notebook_, **channel, request.name, nullptr);
        if (!fetched.ok()) return failed(Task::ShowFile, fetched.error());
        written = notebook_->writeAttachment(request.name, file);
    }
    if (!written.ok()) return failed(Task::ShowFile, written.error());
    const bool isOpen = isOnlyShown(file) && options_.viewer && options_.viewer(file);
    report_(FileShown{attachedFile(request.name), file.string(), isOpen});
}

}  // namespace sotay::app
