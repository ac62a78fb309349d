#include "app/cli/attachment_commands.h"

#include <nlohmann/json.hpp>

#include "app/cli/files.h"
#include "app/cli/record_commands.h"
#include "app/cli/sync_commands.h"
#include "sync/store/notebook.h"

namespace sotay {

Result<Document> addAttachment(Notebook& notebook, const std::string& file) {
    const auto name = notebook.addAttachment(fileNamed(file));
    if (!name.ok()) return name.error();
    return Document{{"attachment", *name}};
}

Result<Document> attachFile(Notebook& notebook, const std::string& record, const std::string& path,
                            const std::string& file) {
    const auto name = notebook.addAttachment(fileNamed(file));
    if (!name.ok()) return name.error();
    auto done = setAnswers(notebook, {record, {path + "=" + *name}, {}});
    if (!done.ok()) return done.error();
    (*done)["attachment"] = *name;
    return done;
}

Result<Document> getAttachment(Notebook& notebook, const std::string& name,
                               const std::string& file) {
    auto done = notebook.writeAttachment(name, fileNamed(file));
    if (!done.ok() && done.error().code == Code::NotFound) {
        if (auto fetched = fetchNamedAttachment(notebook, name); !fetched.ok())
            return fetched.error();
        done = notebook.writeAttachment(name, fileNamed(file));
    }
    if (!done.ok()) return done.error();
    std::error_code unknown;
    const auto size = std::filesystem::file_size(fileNamed(file), unknown);
    return Document{{"attachment", name}, {"file", file}, {"bytes", unknown ? 0 : size}};
}

Result<Document> listAttachments(const Notebook& notebook) {
    Document all = Document::array();
    for (const AttachmentHeld& each : notebook.attachments())
        all.push_back({{"attachment", each.name},
                       {"bytes", each.size},
                       {"here", each.isHere},
                       {"at_server", each.isAtServer},
                       {"backed_up", each.isBackedUp},
                       {"sent", each.bytesSent},
                       {"refusal", each.refusal}});
    return Document{{"attachments", std::move(all)}};
}

Result<Document> freeAttachments(Notebook& notebook) {
    const auto bytes = notebook.freeAttachments();
    if (!bytes.ok()) return bytes.error();
    return Document{{"bytes", *bytes}};
}

}  // namespace sotay
