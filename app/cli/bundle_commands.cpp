#include "app/cli/bundle_commands.h"

#include <nlohmann/json.hpp>

#include "app/cli/files.h"
#include "sync/client/stick.h"
#include "sync/store/notebook.h"

namespace sotay {
namespace {

const char* kindName(BundleRead::Kind kind) {
    switch (kind) {
        case BundleRead::Kind::Answer:
            return "answer";
        case BundleRead::Kind::ForServer:
            return "for_server";
        case BundleRead::Kind::ForLaptop:
            return "for_laptop";
    }
    return "answer";
}

Document readDocument(const BundleRead& read) {
    return {{"kind", kindName(read.kind)},
            {"device", read.deviceName},
            {"acknowledged", read.acknowledged},
            {"pulled", read.pulled},
            {"quarantined", read.quarantined},
            {"files_taken", read.filesTaken},
            {"is_news", read.isNews},
            {"must_export_again", read.mustExportAgain}};
}

}  // namespace

Result<Document> exportBundle(Notebook& notebook, const std::string& file) {
    const auto made = notebook.exportBundle();
    if (!made.ok()) return made.error();
    if (auto done = writeOutput(file, made->file); !done.ok()) return done.error();
    std::uint64_t waiting = 0;  // those go with `bundle exchange`
    for (const AttachmentHeld& each : notebook.attachments()) waiting += !each.isAtServer;
    return Document{{"bundle", file},
                    {"changes", made->changes},
                    {"bytes", made->file.size()},
                    {"files_waiting", waiting}};
}

Result<Document> importBundle(Notebook& notebook, const std::string& file) {
    const auto bytes = readInput(file);
    if (!bytes.ok()) return bytes.error();
    const auto read = notebook.importBundle(*bytes);
    if (!read.ok()) return Error{read.error().code, file + ": " + read.error().message};
    return readDocument(*read);
}

Result<Document> exchangeFolder(Notebook& notebook, const std::string& folder) {
    const auto exchange = exchangeBundles(notebook, fileNamed(folder));
    if (!exchange.ok()) return exchange.error();
    Document read = Document::array();
    bool isWhole = true;
    for (const auto& each : exchange->read) {
        Document line =
            each.error ? Document{{"error", each.error->message}} : readDocument(each.read);
        line["file"] = each.file;
        isWhole = isWhole && !each.error;
        read.push_back(std::move(line));
    }
    return Document{{"ok", isWhole},
                    {"read", std::move(read)},
                    {"written", exchange->written},
                    {"changes", exchange->changes},
                    {"files", exchange->files}};
}

Result<Document> listCarried(const Notebook& notebook) {
    Document all = Document::array();
    for (const CarriedBundle& each : notebook.carried())
        all.push_back({{"for", each.isForServer ? "server" : "laptop"},
                       {"device", each.deviceName},
                       {"pieces", each.pieces},
                       {"delivered", each.delivered},
                       {"refusal", each.refusal},
                       {"at", timeDocument(each.receivedSeconds)}});
    return Document{{"carried", std::move(all)}};
}

}  // namespace sotay
