#include "sync/server/admin_commands.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "sync/server/serving_lock.h"
#include "sync/store/durable_file.h"
#include "sync/store/workspace.h"

namespace sotay {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr const char* kStale =
    "The bundle was made before the workspace came back from a backup. Give the laptop the answer "
    "and let it make a new one; nothing on it is lost.";

Document userDocument(const UserInfo& user) {
    return {{"id", user.id.toString()},
            {"name", user.name},
            {"role", roleName(user.role)},
            {"areas", user.areas}};
}

Result<std::string> fileBytes(const std::string& file) {
    std::ifstream stream(std::filesystem::path(file), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream) return Error{Code::NotFound, fmt::format("{} cannot be read.", file)};
    return bytes;
}

}  // namespace

Result<Document> addUser(Workspace& workspace, const std::string& name, Role role,
                         const std::vector<std::string>& areas) {
    const auto user = workspace.addUser(name, role, areas);
    if (!user.ok()) return user.error();
    return userDocument(*user);
}

Result<Document> moveUser(Workspace& workspace, const std::string& name,
                          const std::vector<std::string>& areas) {
    const auto user = workspace.moveUser(name, areas);
    if (!user.ok()) return user.error();
    return userDocument(*user);
}

Result<Document> listUsers(const Workspace& workspace) {
    Document users = Document::array();
    for (const UserInfo& user : workspace.users()) users.push_back(userDocument(user));
    return Document{{"users", std::move(users)}};
}

Result<Document> makeEnrolmentCode(Workspace& workspace, const std::string& userName, int days) {
    const auto code = workspace.newEnrolmentCode(userName, days * kSecondsPerDay);
    if (!code.ok()) return code.error();
    return Document{{"code", code->code}, {"expires", timeDocument(code->expiresSeconds)}};
}

Result<Document> importAreas(Workspace& workspace, const std::string& file) {
    const auto bytes = fileBytes(file);
    if (!bytes.ok()) return bytes.error();
    const auto count = workspace.importAreas(*bytes);
    if (!count.ok()) return count.error();
    return Document{{"areas", *count}};
}

Result<Document> publishForm(Workspace& workspace, const std::string& file) {
    const auto bytes = fileBytes(file);
    if (!bytes.ok()) return bytes.error();
    const auto form = workspace.publish(*bytes, std::filesystem::path(file).stem().string());
    if (!form.ok()) return form.error();
    Document problems = Document::array();
    for (const Problem& problem : form->problems) problems.push_back(problemDocument(problem));
    return Document{{"ok", !hasErrors(form->problems)},
                    {"form_id", form->formId},
                    {"title", form->title},
                    {"version", form->version},
                    {"is_new", form->isNew},
                    {"problems", std::move(problems)}};
}

Result<Document> listForms(const Workspace& workspace) {
    Document forms = Document::array();
    for (const FormSummary& form : workspace.forms())
        forms.push_back({{"form_id", form.formId},
                         {"title", form.title},
                         {"version", form.version},
                         {"label", form.label},
                         {"records", form.records}});
    return Document{{"forms", std::move(forms)}};
}

Result<Document> listDevices(const Workspace& workspace) {
    Document devices = Document::array();
    for (const DeviceListing& listing : workspace.devices())
        devices.push_back({{"id", listing.number},
                           {"name", listing.device.name},
                           {"user", listing.userName},
                           {"enrolled", timeDocument(listing.enrolledSeconds)},
                           {"last_sync", timeDocument(listing.lastSyncSeconds)},
                           {"clock_offset", listing.clockOffset},
                           {"revoked", listing.device.isRevoked},
                           {"forked", listing.hasForked}});
    return Document{{"devices", std::move(devices)}};
}

Result<Document> revokeDevice(Workspace& workspace, std::uint32_t device) {
    if (auto done = workspace.revoke(device); !done.ok()) return done.error();
    return Document{{"revoked", device}};
}

Result<Document> listQuarantine(const Workspace& workspace) {
    Document listings = Document::array();
    for (const QuarantineListing& listing : workspace.quarantine())
        listings.push_back({{"id", listing.number},
                            {"state", listing.state},
                            {"user", listing.userName},
                            {"device", listing.deviceName},
                            {"form", listing.formId},
                            {"record", listing.record.toString()},
                            {"change", listing.change.toString()},
                            {"at", timeDocument(listing.wallSeconds)},
                            {"received", timeDocument(listing.receivedSeconds)},
                            {"reason", listing.reason}});
    return Document{{"quarantine", std::move(listings)}};
}

Result<Document> admitFromQuarantine(Workspace& workspace, std::uint64_t number) {
    if (auto done = workspace.admit(number); !done.ok()) return done.error();
    return Document{{"admitted", number}};
}

Result<Document> refuseFromQuarantine(Workspace& workspace, std::uint64_t number) {
    if (auto done = workspace.refuse(number); !done.ok()) return done.error();
    return Document{{"refused", number}};
}

Result<Document> backUp(const Workspace& workspace, const std::string& file) {
    if (auto done = workspace.backup(file); !done.ok()) return done.error();
    std::error_code unknown;
    const auto size = std::filesystem::file_size(file, unknown);
    return Document{{"backup", file}, {"bytes", unknown ? 0 : size}};
}

Result<Document> restoreWorkspace(const std::string& databaseFile, const std::string& backup) {
    const ServingLock lock(databaseFile);
    if (!lock.isHeld())
        return Error{Code::Rejected, "A sotayd serves this workspace. Stop it first."};
    if (auto done = Workspace::restore(databaseFile, backup, realSurroundings()); !done.ok())
        return done.error();
    auto workspace = Workspace::open(databaseFile, realSurroundings());
    if (!workspace.ok()) return workspace.error();
    const WorkspaceStatus status = (*workspace)->status();
    return Document{{"restored", backup},
                    {"records", status.records},
                    {"changes", status.changes},
                    {"incarnation", status.incarnation}};
}

Result<Document> importBundle(Workspace& workspace, const std::string& file,
                              const std::string& answerFile) {
    const auto bytes = fileBytes(file);
    if (!bytes.ok()) return bytes.error();
    const auto taken = workspace.importBundle(*bytes);
    if (!taken.ok()) return Error{taken.error().code, file + ": " + taken.error().message};
    if (!answerFile.empty())
        if (auto made = exportBundle(workspace, taken->device, answerFile); !made.ok())
            return made.error();
    return Document{{"device", taken->device}, {"device_name", taken->deviceName},
                    {"user", taken->userName}, {"changes", taken->changes},
                    {"answer", answerFile},    {"quarantined", taken->quarantined},
                    {"ok", !taken->isStale},   {"message", taken->isStale ? kStale : ""}};
}

Result<Document> exportBundle(Workspace& workspace, std::uint32_t device, const std::string& file) {
    const auto bundle = workspace.exportBundle(device);
    if (!bundle.ok()) return bundle.error();
    if (auto done = writeDurably(std::filesystem::path(file), *bundle); !done.ok())
        return done.error();
    return Document{{"device", device}, {"bundle", file}, {"bytes", bundle->size()}};
}

Result<Document> listAttachments(const Workspace& workspace) {
    Document all = Document::array();
    for (const AttachmentHeld& each : workspace.attachments())
        all.push_back(
            {{"attachment", each.name}, {"bytes", each.size}, {"backed_up", each.isBackedUp}});
    return Document{{"attachments", std::move(all)}};
}

Result<Document> getAttachment(const Workspace& workspace, const std::string& name,
                               const std::string& file) {
    if (auto done = workspace.writeAttachment(name, std::filesystem::path(file)); !done.ok())
        return done.error();
    return Document{{"attachment", name}, {"file", file}};
}

Result<Document> nameWorkspace(Workspace& workspace, const std::string& name) {
    if (auto done = workspace.setName(name); !done.ok()) return done.error();
    return Document{{"workspace", workspace.name()}};
}

Result<Document> describeWorkspace(const Workspace& workspace) {
    const WorkspaceStatus status = workspace.status();
    const auto hash = workspace.stateHash();
    if (!hash.ok()) return hash.error();
    return Document{{"workspace", workspace.name()},     {"users", status.users},
                    {"devices", status.devices},         {"forms", status.forms},
                    {"records", status.records},         {"changes", status.changes},
                    {"conflicts", status.conflicts},     {"quarantined", status.quarantined},
                    {"incarnation", status.incarnation}, {"state_hash", *hash}};
}

}  // namespace sotay
