#include "tests/crash/crash_world.h"

#include <sqlite3.h>

#include <fstream>
#include <set>
#include <sstream>

#include "sync/codec/crypto.h"
#include "tests/support/temporary_folder.h"

namespace sotay {
namespace {

constexpr std::int64_t kStartMs = 1'790'000'000'000;

// The server as sotayd has it, without the sockets.
class NearChannel : public Channel {
  public:
    NearChannel(Workspace& server, const std::function<void()>& between)
        : server_(server), between_(between) {}

    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override {
        if (between_) between_();
        Exchange exchange;
        exchange.body = path == "/v1/enroll"        ? enrolled(body, exchange.status)
                        : path == "/v1/bundle"      ? bundled(body, exchange.status)
                        : path == "/v1/attachments" ? attached(token, body, exchange.status)
                                                    : synced(token, body, exchange.status);
        if (between_) between_();
        return exchange;
    }

  private:
    template <class Reply>
    static std::string finish(const Result<Reply>& reply, int& status) {
        status = reply.ok() ? 200 : reply.error().code == Code::Io ? 500 : 403;
        return reply.ok() ? encodeMessage(*reply)
                          : encodeMessage(Refusal{reply.error().code, reply.error().message});
    }
    std::string enrolled(std::string_view body, int& status) {
        auto request = decodeMessage<EnrolRequest>(body);
        return finish(request.ok() ? server_.enrol(*request) : Result<EnrolReply>(request.error()),
                      status);
    }
    std::string bundled(std::string_view body, int& status) {
        auto taken = server_.takePiece(body);
        Result<std::string> answer = std::string();
        if (!taken.ok())
            answer = taken.error();
        else if (taken->isLast)
            answer = server_.exportBundle(taken->device);
        if (!answer.ok()) return finish(Result<SyncReply>(answer.error()), status);
        status = 200;
        return *answer;
    }
    std::string attached(const std::string& token, std::string_view body, int& status) {
        auto caller = server_.authenticate(token);
        auto request = decodeAttachmentRequest(body);
        if (!caller.ok()) return finish(Result<SyncReply>(caller.error()), status);
        if (!request.ok()) return finish(Result<SyncReply>(request.error()), status);
        return finish(server_.takeAttachments(*caller, *request), status);
    }
    std::string synced(const std::string& token, std::string_view body, int& status) {
        auto caller = server_.authenticate(token);
        auto request = decodeMessage<SyncRequest>(body);
        if (!caller.ok()) return finish(Result<SyncReply>(caller.error()), status);
        if (!request.ok()) return finish(Result<SyncReply>(request.error()), status);
        SyncCall call{*caller, std::move(*request)};
        return finish(server_.sync({&call, 1}).front(), status);
    }
    Workspace& server_;
    const std::function<void()>& between_;
};

std::string userLine(const UserInfo& user) {
    std::string line =
        "user " + user.id.toString() + ' ' + user.name + ' ' + std::string(roleName(user.role));
    for (const std::string& area : user.areas) line += ' ' + area;
    return line + '\n';
}

std::string answersText(const OpenRecord& opened) {
    std::string text = opened.isDeleted ? " deleted" : "";
    for (const auto& [key, items] : opened.answers.items)
        for (const RepeatItem& item : items)
            text += "\n  item " + key.path + ' ' + item.id.toString() + ' ' + item.position;
    for (const auto& [key, value] : opened.answers.values) {
        text += "\n  " + key.path;
        for (const Id& item : key.items) text += '/' + item.toString();
        text += " = " + value.toString();
    }
    return text;
}

std::string conflictText(const Conflict& conflict) {
    std::string text = "conflict " + std::string(conflictKindName(conflict.kind)) + ' ' +
                       conflict.record.toString();
    for (const ConflictField& field : conflict.fields) {
        text += "\n  " + field.path + " was " + field.base.toString();
        for (const ConflictHead& head : field.heads)
            text += " | " + head.value.toString() + " by " + head.origin.authorName + " number " +
                    std::to_string(head.origin.number);
    }
    return text + '\n';
}

std::vector<std::string> oldMigrations(std::size_t count) {
    std::vector<std::string> all = {
        "CREATE TABLE things(n INTEGER PRIMARY KEY, name TEXT NOT NULL);",
        "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size=length(name);",
        "CREATE INDEX things_by_name ON things(name); UPDATE things SET name=name||'.';"};
    all.resize(count);
    return all;
}

ListQuery everything(const std::string& formId) {
    ListQuery query;
    query.formId = formId;
    query.limit = 1'000'000;
    return query;
}

}  // namespace

CrashWorld::CrashWorld(std::map<std::string, MemoryDisk> from) : mounted_(disks) {
    disks.disks = std::move(from);
    beginStep(0);
}

CrashWorld::~CrashWorld() = default;

void CrashWorld::beginStep(std::size_t number) {
    nowMs_ = kStartMs + static_cast<std::int64_t>(number) * 60'000;
    ids_ = number * 1'000'000;
}

Surroundings CrashWorld::surroundings() {
    return {[this] { return nowMs_; },
            [this] {
                std::array<std::uint8_t, 10> bytes{};
                ++ids_;
                for (int i = 0; i < 8; ++i)
                    bytes[static_cast<std::size_t>(9 - i)] =
                        static_cast<std::uint8_t>(ids_ >> (8 * i));
                return timeOrderedId(nowMs_, bytes);
            }};
}

Status CrashWorld::open(const std::string& machine) {
    if (isOpen(machine)) return {};
    if (machine == kServer) {
        auto opened = Workspace::open("server.db", surroundings());
        if (!opened.ok()) return opened.error();
        server_ = std::move(*opened);
        return {};
    }
    if (machine == kOld)
        return guarded([&]() -> Status {
            auto old = std::make_unique<Database>("old.db");
            old->migrate(oldMigrations(3));
            old_ = std::move(old);
            return {};
        });
    auto opened = Notebook::open(machine + ".db", surroundings());
    if (!opened.ok()) return opened.error();
    laptops_[machine] = std::move(*opened);
    return {};
}

void CrashWorld::close(const std::string& machine) {
    if (machine == kServer) server_.reset();
    if (machine == kOld) old_.reset();
    laptops_.erase(machine);
}

bool CrashWorld::isOpen(const std::string& machine) const {
    if (machine == kOld) return old_ != nullptr;
    return machine == kServer ? server_ != nullptr : laptops_.contains(machine);
}

Status CrashWorld::makeOldFile() {
    return guarded([&]() -> Status {
        Database old("old.db");
        old.migrate(oldMigrations(1));
        Transaction transaction(old);
        for (int i = 0; i < 300; ++i)
            old.run("INSERT INTO things(name) VALUES('thing number " + std::to_string(i) + "')");
        transaction.commit();
        return {};
    });
}

Result<bool> CrashWorld::rebuildAndCompare(const std::string& machine) {
    if (machine == kOld) return true;
    return machine == kServer ? server_->rebuildAndCompare() : laptop(machine).rebuildAndCompare();
}

Status CrashWorld::sync(const std::string& machine) {
    NearChannel channel(*server_, between);
    auto synced = syncNotebook(laptop(machine), channel);
    if (!synced.ok()) return synced.error();
    if (!synced->filesTrouble.empty()) return Error{Code::Io, synced->filesTrouble};
    return {};
}

Status CrashWorld::fetch(const std::string& machine, const std::string& attachment) {
    NearChannel channel(*server_, between);
    return fetchAttachment(laptop(machine), channel, attachment);
}

// By the server's own restore, which moves real files.
bool CrashWorld::restoreServer() {
    std::mt19937_64 chance;
    MemoryDisk& disk = disks.disks[kServer];
    MemoryDisk::Files files = disk.after(Cut::Killed, chance);
    TemporaryFolder outside;
    for (const char* name : {"server.db", "server.backup"})
        std::ofstream(outside / name, std::ios::binary) << files[name];
    const Unmounted real;
    if (!Workspace::restore(outside / "server.db", outside / "server.backup", surroundings()).ok())
        return false;
    std::ostringstream restored;
    restored << std::ifstream(outside / "server.db", std::ios::binary).rdbuf();
    disk = MemoryDisk({{"server.db", restored.str()}});
    return true;
}

Status CrashWorld::enrolLaptop(const std::string& machine, const std::string& code) {
    NearChannel channel(*server_, between);
    return enrol(laptop(machine), channel, "near", "", code, "laptop of " + machine);
}

Result<std::string> CrashWorld::state(const std::string& machine) {
    if (machine == kOld) return oldState();
    std::string text = machine == kServer ? serverState() : laptopState(laptop(machine));
    auto hash = machine == kServer ? server_->stateHash() : laptop(machine).stateHash();
    if (!hash.ok()) return hash.error();
    text += "hash " + toHex(reinterpret_cast<const std::uint8_t*>(hash->data()), hash->size());
    if (machine != kServer) return text;
    text += kNotes;
    for (const DeviceListing& device : server_->devices())
        text += device.device.name + ' ' + std::to_string(device.lastSyncSeconds) + '\n';
    return text;
}

std::string CrashWorld::oldState() {
    auto& version = old_->statement("PRAGMA user_version");
    version.executeStep();
    std::string text = "version " + version.getColumn(0).getString();
    version.reset();
    auto& things = old_->statement("SELECT count(*),sum(length(name)),sum(size) FROM things");
    things.executeStep();
    for (int i = 0; i < 3; ++i) text += ' ' + things.getColumn(i).getString();
    things.reset();
    return text + " copy " + copyState("old.db.before-3");
}

// "none" when there is none, or one that a crash left empty.
std::string CrashWorld::copyState(const std::string& file) {
    MemoryDisk& disk = disks.disks[DiskSet::diskOf(file)];
    if (!disk.has(file)) return "none";
    std::mt19937_64 chance;
    DiskSet apart;
    apart.disks[DiskSet::diskOf(file)] = MemoryDisk(disk.after(Cut::Killed, chance));
    FileContent content = readFileOf(apart, file);
    if (content.check != "ok") return "damaged: " + content.check;
    return content.tables.empty() ? "none" : "whole";
}

std::string CrashWorld::serverState() {
    std::string text = server_->name() + "\nbackup " + copyState("server.backup") + '\n';
    for (const UserInfo& user : server_->users()) text += userLine(user);
    for (const DeviceListing& device : server_->devices())
        text += "device " + device.device.name + ' ' + device.userName + ' ' +
                std::to_string(device.enrolledSeconds) +
                (device.device.isRevoked ? " out\n" : "\n");
    for (const AttachmentHeld& file : server_->attachments())
        text += "file " + file.name + (file.isBackedUp ? " backed up\n" : "\n");
    for (const QuarantineListing& listing : server_->quarantine())
        text += "quarantine " + std::to_string(listing.number) + ' ' + listing.reason + ' ' +
                listing.state + '\n';
    WorkspaceStatus status = server_->status();
    text += "changes " + std::to_string(status.changes) + " conflicts " +
            std::to_string(status.conflicts) + " incarnation " +
            std::to_string(status.incarnation) + '\n';
    for (const FormSummary& form : server_->forms()) {
        text += "form " + form.formId + ' ' + std::to_string(form.version) + ' ' + form.title +
                ' ' + std::to_string(form.records) + '\n';
        auto page = server_->list(everything(form.formId));
        if (!page.ok()) return "the list fails: " + page.error().message;
        for (const RecordRow& row : page->rows) {
            text += "record " + row.id.toString() + ' ' + row.title;
            auto opened = server_->openRecord(row.id);
            text += (opened.ok() ? answersText(*opened) : opened.error().message) + '\n';
        }
    }
    return text;
}

std::string CrashWorld::laptopState(Notebook& notebook) {
    Identity who = notebook.identity();
    std::string text = who.server + ' ' + who.workspace + ' ' + who.deviceName + ' ' +
                       who.user.name + ' ' + who.user.id.toString() + '\n';
    for (const UserInfo& user : notebook.users()) text += userLine(user);
    // They are listed by key, and a laptop that crashes while its file is made draws another.
    std::set<std::string> devices;
    for (const DeviceInfo& device : notebook.devices()) devices.insert(device.name);
    for (const std::string& device : devices) text += "device " + device + '\n';
    NotebookStatus status = notebook.status();
    text += "unsent " + std::to_string(status.unsentChanges) + " quarantined " +
            std::to_string(status.quarantined) + " cursor " + std::to_string(status.cursor.number) +
            " synced " + std::to_string(status.lastSyncSeconds) + " saved " +
            std::to_string(status.lastSavedMs) + " theme " +
            notebook.setting("theme").value_or("none") + '\n';
    for (const AttachmentHeld& file : notebook.attachments())
        text += "file " + file.name + (file.isHere ? " here " : " not here ") +
                std::to_string(file.bytesSent) + (file.isAtServer ? " sent " : " ") + file.refusal +
                '\n';
    for (const CarriedBundle& each : notebook.carried())
        text += "carried of " + each.deviceName + ' ' + std::to_string(each.delivered) + '/' +
                std::to_string(each.pieces) + ' ' + each.refusal + '\n';
    auto drafts = notebook.drafts();
    if (!drafts.ok()) return "the drafts fail: " + drafts.error().message;
    for (const Draft& draft : *drafts) {
        text += "draft " + draft.record.toString() + ' ' + std::to_string(draft.savedMs);
        for (const auto& [path, typed] : draft.typed) text += ' ' + path + '=' + typed;
        text += '\n';
    }
    for (const FormSummary& form : notebook.forms()) {
        text += "form " + form.formId + ' ' + std::to_string(form.version) + ' ' + form.title +
                ' ' + std::to_string(form.records) + '\n';
        auto page = notebook.list(everything(form.formId));
        if (!page.ok()) return "the list fails: " + page.error().message;
        for (const RecordRow& row : page->rows) {
            text += "record " + row.id.toString() + ' ' + row.title + ' ' +
                    std::to_string(row.conflicts) + (row.isUnsent ? " unsent" : "");
            auto opened = notebook.openRecord(row.id);
            text += (opened.ok() ? answersText(*opened) : opened.error().message);
            auto history = notebook.history(row.id);
            if (history.ok())
                for (const HistoryEntry& entry : history->entries)
                    text += "\n  by " + entry.origin.authorName + " number " +
                            std::to_string(entry.origin.number) + ' ' + entry.reason;
            text += '\n';
        }
    }
    auto conflicts = notebook.conflicts();
    if (!conflicts.ok()) return "the conflicts fail: " + conflicts.error().message;
    for (const Conflict& conflict : *conflicts) text += conflictText(conflict);
    return text;
}

namespace {

// The text of all rows that a query gives.
std::string rowsOf(sqlite3* database, const std::string& sql, std::vector<std::string>* firsts) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
        return std::string("cannot be read: ") + sqlite3_errmsg(database);
    std::string text;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
            std::string cell(bytes ? bytes : "",
                             static_cast<std::size_t>(sqlite3_column_bytes(statement, i)));
            if (firsts && i == 0) firsts->push_back(cell);
            text += std::to_string(sqlite3_column_type(statement, i)) + ':' + cell + '|';
        }
        text += '\n';
    }
    if (result != SQLITE_DONE) text += std::string("cannot be read: ") + sqlite3_errmsg(database);
    sqlite3_finalize(statement);
    return text;
}

// The rows of those columns that a condition is true of; "" when there are none.
std::string columnsOf(sqlite3* database, const std::string& table, const std::string& condition) {
    std::vector<std::string> columns;
    rowsOf(database,
           "SELECT '\"'||name||'\"' FROM pragma_table_info('" + table + "') WHERE " + condition,
           &columns);
    if (columns.empty()) return {};
    std::string all;
    for (const std::string& column : columns) all += (all.empty() ? "" : ",") + column;
    return rowsOf(database, "SELECT " + all + " FROM \"" + table + '"', nullptr);
}

}  // namespace

void takeBackToVersion1(DiskSet& disks, const std::string& file) {
    Mounted mounted(disks);
    const bool isServer = file.starts_with(CrashWorld::kServer);
    const char* later = isServer ? "ALTER TABLE enrolled DROP COLUMN asked;"
                                   "ALTER TABLE enrolled DROP COLUMN taken;"
                                   "ALTER TABLE enrolled DROP COLUMN bundle;"
                                   "ALTER TABLE enrolled DROP COLUMN files;"
                                 : "DROP TABLE carried; DROP TABLE left_records;";
    Database database(file);
    database.run(std::string(later) +
                 "DROP TABLE attachments; DROP TABLE attachment_arrivals;"
                 "DROP TABLE attachment_parts; PRAGMA user_version=1;");
}

FileContent readFileOf(DiskSet& disks, const std::string& file) {
    Mounted mounted(disks);
    FileContent content;
    sqlite3* database = nullptr;
    if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        nullptr) != SQLITE_OK) {
        content.check = "cannot be opened";
    } else {
        std::vector<std::string> tables;
        content.tables =
            rowsOf(database, "SELECT name,sql FROM sqlite_schema WHERE type='table' ORDER BY name",
                   &tables);
        const char* noted = "name IN ('last_sync','clock_offset','asked','bundle')";
        for (const std::string& table : tables) {
            const bool hasNotes = table == "enrolled";
            content.tables +=
                table + '\n' +
                columnsOf(database, table, hasNotes ? "NOT " + std::string(noted) : "1");
        }
        content.tables += CrashWorld::kNotes + columnsOf(database, "enrolled", noted);
        content.check = rowsOf(database, "PRAGMA integrity_check", nullptr);
        if (content.check == "3:ok|\n") content.check = "ok";
        if (content.tables.find("cannot be read: ") != std::string::npos)
            content.check = "its tables cannot be read";
    }
    sqlite3_close(database);
    return content;
}

}  // namespace sotay
