#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/result.h"
#include "sync/command_document.h"
#include "sync/messages.h"

namespace sotay {

class Workspace;

// What an administrator does beside the running server. Each returns the document that is printed.
Result<Document> addUser(Workspace& workspace, const std::string& name, Role role,
                         const std::vector<std::string>& areas);
Result<Document> moveUser(Workspace& workspace, const std::string& name,
                          const std::vector<std::string>& areas);
Result<Document> listUsers(const Workspace& workspace);
Result<Document> makeEnrolmentCode(Workspace& workspace, const std::string& userName, int days);
// "ok" is false when the form was refused; "problems" say why.
Result<Document> publishForm(Workspace& workspace, const std::string& file);
// A file as assets/areas has them; a person who works in an area works in all below it.
Result<Document> importAreas(Workspace& workspace, const std::string& file);
Result<Document> listForms(const Workspace& workspace);
Result<Document> listDevices(const Workspace& workspace);
Result<Document> revokeDevice(Workspace& workspace, std::uint32_t device);
Result<Document> listQuarantine(const Workspace& workspace);
Result<Document> admitFromQuarantine(Workspace& workspace, std::uint64_t number);
Result<Document> refuseFromQuarantine(Workspace& workspace, std::uint64_t number);
Result<Document> backUp(const Workspace& workspace, const std::string& file);
// Puts a backup in the place of `databaseFile`; no server may run on it.
Result<Document> restoreWorkspace(const std::string& databaseFile, const std::string& backup);
// Takes in a bundle that a laptop made; the answer is written to `answerFile`, unless that is "".
Result<Document> importBundle(Workspace& workspace, const std::string& file,
                              const std::string& answerFile);
// Writes what a laptop would receive now, for it to import.
Result<Document> exportBundle(Workspace& workspace, std::uint32_t device, const std::string& file);
// {"attachments":[{"attachment","bytes","backed_up"}]}
Result<Document> listAttachments(const Workspace& workspace);
Result<Document> getAttachment(const Workspace& workspace, const std::string& name,
                               const std::string& file);
Result<Document> nameWorkspace(Workspace& workspace, const std::string& name);
Result<Document> describeWorkspace(const Workspace& workspace);

}  // namespace sotay
