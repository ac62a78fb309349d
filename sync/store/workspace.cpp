#include <algorithm>
#include <cstring>
#include <sstream>

#include "schema/mutant.h"
#include "schema/xlsform.h"
#include "sync/codec/crypto.h"
#include "sync/store/form_use.h"
#include "sync/store/workspace_impl.h"

namespace sotay {
namespace {

const std::vector<std::string>& migrations() {
    static const std::vector<std::string> all = {
        R"(
        CREATE TABLE directory_items(kind TEXT NOT NULL, key BLOB NOT NULL, version INTEGER NOT NULL, PRIMARY KEY(kind,key)) WITHOUT ROWID;
        CREATE TABLE enrolment_codes(hash BLOB PRIMARY KEY, user BLOB NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE enrolled(number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, token_hash BLOB NOT NULL UNIQUE,
                              enrolled INTEGER NOT NULL, last_sync INTEGER NOT NULL, clock_offset INTEGER NOT NULL);
        CREATE TABLE quarantine(number INTEGER PRIMARY KEY, branch INTEGER NOT NULL, height INTEGER NOT NULL, reason TEXT NOT NULL,
                                received INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE(branch,height));
        CREATE TABLE lore(version INTEGER PRIMARY KEY AUTOINCREMENT, branch INTEGER NOT NULL, height INTEGER NOT NULL,
                          count INTEGER NOT NULL, incarnation INTEGER NOT NULL, number INTEGER NOT NULL);
        CREATE TABLE areas(code TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT NOT NULL) WITHOUT ROWID;
    )",
        R"(
        ALTER TABLE enrolled ADD COLUMN asked BLOB;
        ALTER TABLE enrolled ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE enrolled ADD COLUMN bundle BLOB;
    )",
        std::string(AttachmentStore::migration()) + "ALTER TABLE enrolled ADD COLUMN files BLOB;",
        // Ids are no longer unique. form_tables.cpp makes the tables anew when they are opened;
        // a version of its own has the file copied before that.
        ""};
    return all;
}

template <class Bytes>
std::string asText(const Bytes& bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string codeHash(const std::string& code) {
    // People type codes in any case, with or without the hyphens.
    std::string plain;
    for (char c : code)
        if (c != '-' && c != ' ')
            plain += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return asText(hash256("sotay enrolment " + plain));
}

std::string tokenHash(const std::string& token) { return asText(hash256("sotay token " + token)); }

}  // namespace

Workspace::Impl::Impl(const std::filesystem::path& file, Surroundings outside)
    : surroundings(std::move(outside)), stores(file, migrations()) {
    if (mutant(Mutant::AcknowledgedBeforeFlush)) stores.database.run("PRAGMA synchronous=OFF");
    std::string secret = stores.database.setting("server.secret");
    if (secret.empty()) {
        keys = newKeyPair();
        Work work(stores);
        stores.database.setSetting("server.public", asText(keys.publicKey));
        stores.database.setSetting("server.secret", asText(keys.secretKey));
        setNumber("directory", 1);
        work.commit();
    } else {
        std::string open = stores.database.setting("server.public");
        std::memcpy(keys.publicKey.data(), open.data(),
                    std::min(open.size(), keys.publicKey.size()));
        std::memcpy(keys.secretKey.data(), secret.data(),
                    std::min(secret.size(), keys.secretKey.size()));
    }
}

std::int64_t Workspace::Impl::number(const std::string& name) {
    std::string text = stores.database.setting(name, "0");
    return text.empty() ? 0 : std::stoll(text);
}

void Workspace::Impl::setNumber(const std::string& name, std::int64_t value) {
    stores.database.setSetting(name, std::to_string(value));
}

void Workspace::Impl::changedInDirectory(const std::string& kind, std::string_view key) {
    std::int64_t version = number("directory") + 1;
    setNumber("directory", version);
    auto& put = stores.database.statement(
        "INSERT OR REPLACE INTO directory_items(kind,key,version) VALUES(?,?,?)");
    put.bind(1, kind);
    put.bind(2, key.data(), static_cast<int>(key.size()));
    put.bind(3, version);
    put.exec();
}

Directory Workspace::Impl::directorySince(std::uint64_t version) {
    Directory directory;
    auto now = static_cast<std::uint64_t>(number("directory"));
    if (now == version) return directory;
    directory.version = now;
    directory.workspace = stores.database.setting("workspace.name");
    auto& items = stores.database.statement(
        "SELECT kind,key FROM directory_items WHERE version>? ORDER BY version");
    items.bind(1, static_cast<std::int64_t>(version));
    while (items.executeStep()) {
        std::string kind = items.getColumn(0).getString(), key = bytesColumn(items, 1);
        if (kind == "user") {
            if (auto id = Id::parse(key))
                if (auto* user = stores.people.user(*id)) directory.users.push_back(*user);
        } else if (kind == "device") {
            PublicKey device{};
            std::memcpy(device.data(), key.data(), std::min(key.size(), device.size()));
            if (auto* info = stores.people.device(device)) directory.devices.push_back(*info);
        } else if (kind == "form") {
            const FieldTable* table = stores.forms.fields(key);
            if (table)
                directory.forms.push_back({key, table->version,
                                           stores.forms.workbook(key, table->version),
                                           encodeFieldTable(*table)});
        }
    }
    items.reset();
    return directory;
}

Workspace::Workspace(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Workspace::~Workspace() = default;

Result<std::unique_ptr<Workspace>> Workspace::open(const std::filesystem::path& file,
                                                   Surroundings surroundings) {
    return guarded([&]() -> Result<std::unique_ptr<Workspace>> {
        if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
        return std::unique_ptr<Workspace>(
            new Workspace(std::make_unique<Impl>(file, std::move(surroundings))));
    });
}

Status Workspace::setName(const std::string& name) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        impl_->stores.database.setSetting("workspace.name", normaliseText(name));
        impl_->setNumber("directory", impl_->number("directory") + 1);
        work.commit();
        return {};
    });
}

std::string Workspace::name() const {
    auto name = guarded(
        [&]() -> Result<std::string> { return impl_->stores.database.setting("workspace.name"); });
    return name.ok() ? *name : std::string();
}

Result<UserInfo> Workspace::addUser(const std::string& name, Role role,
                                    const std::vector<std::string>& areas) {
    return guarded([&]() -> Result<UserInfo> {
        Work work(impl_->stores);
        UserInfo user{impl_->surroundings.newId(), normaliseText(name), role, areas};
        if (user.name.empty()) return Error{Code::InvalidInput, "A user needs a name."};
        if (impl_->stores.people.userNamed(user.name))
            return Error{Code::Rejected, "There is a user \"" + user.name + "\" already."};
        if (areas.empty()) user.areas = {"*"};
        if (auto checked = impl_->checkAreas(user.areas); !checked.ok()) return checked.error();
        impl_->stores.people.put(user);
        impl_->changedInDirectory("user", user.id.toString());
        work.commit();
        return user;
    });
}

Result<UserInfo> Workspace::moveUser(const std::string& name,
                                     const std::vector<std::string>& areas) {
    return guarded([&]() -> Result<UserInfo> {
        Work work(impl_->stores);
        impl_->stores.refresh();
        const UserInfo* known = impl_->stores.people.userNamed(normaliseText(name));
        if (!known) return Error{Code::NotFound, "There is no user \"" + name + "\"."};
        UserInfo user = *known;
        if (areas.empty())
            return Error{Code::InvalidInput, "A user works in one area at least; * is all."};
        if (auto checked = impl_->checkAreas(areas); !checked.ok()) return checked.error();
        user.areas = areas;
        impl_->stores.people.put(user);
        impl_->changedInDirectory("user", user.id.toString());
        work.commit();
        return user;
    });
}

std::vector<UserInfo> Workspace::users() const {
    auto users = guarded([&]() -> Result<std::vector<UserInfo>> {
        impl_->stores.refresh();
        return impl_->stores.people.users();
    });
    return users.ok() ? *users : std::vector<UserInfo>();
}

Result<EnrolmentCode> Workspace::newEnrolmentCode(const std::string& userName,
                                                  std::int64_t validSeconds) {
    return guarded([&]() -> Result<EnrolmentCode> {
        Work work(impl_->stores);
        auto* user = impl_->stores.people.userNamed(normaliseText(userName));
        if (!user) return Error{Code::NotFound, "There is no user \"" + userName + "\"."};
        EnrolmentCode code{randomCode(), impl_->nowSeconds() + validSeconds};
        auto& put = impl_->stores.database.statement(
            "INSERT INTO enrolment_codes(hash,user,expires,used) VALUES(?,?,?,0)");
        bindBytes(put, 1, codeHash(code.code));
        bindId(put, 2, user->id);
        put.bind(3, code.expiresSeconds);
        put.exec();
        work.commit();
        return code;
    });
}

Result<EnrolReply> Workspace::enrol(const EnrolRequest& request) {
    return guarded([&]() -> Result<EnrolReply> {
        Work work(impl_->stores);
        Database& database = impl_->stores.database;
        auto& find =
            database.statement("SELECT user,expires,used FROM enrolment_codes WHERE hash=?");
        bindBytes(find, 1, codeHash(request.code));
        if (!find.executeStep())
            return Error{
                Code::Rejected,
                "This code is not known. Check it letter by letter, or ask for a new one."};
        Id userId = idColumn(find, 0);
        bool isExpired = find.getColumn(1).getInt64() < impl_->nowSeconds(),
             isUsed = find.getColumn(2).getInt() != 0;
        find.reset();
        // The same laptop may ask again: the first answer can have been lost on the way.
        const DeviceInfo* known = impl_->stores.people.device(request.device);
        if (isUsed && (!known || known->user != userId))
            return Error{Code::Rejected,
                         "This code was used already; each laptop needs a code of its own."};
        if (isExpired)
            return Error{Code::Rejected,
                         "This code is too old. Ask the administrator for a new one."};
        auto* user = impl_->stores.people.user(userId);
        if (!user)
            return Error{Code::Rejected, "The person whom this code was for is no longer here."};
        if (known && known->isRevoked)
            return Error{Code::Rejected, "This laptop was locked out by the administrator."};
        EnrolReply reply{randomToken(), *user, database.setting("workspace.name"),
                         impl_->keys.publicKey};
        auto& used = database.statement("UPDATE enrolment_codes SET used=1 WHERE hash=?");
        bindBytes(used, 1, codeHash(request.code));
        used.exec();
        auto& put = database.statement(
            "INSERT INTO enrolled(key,token_hash,enrolled,last_sync,clock_offset) VALUES(?,?,?,0,0)"
            " ON CONFLICT(key) DO UPDATE SET token_hash=excluded.token_hash");
        put.bind(1, request.device.data(), static_cast<int>(request.device.size()));
        bindBytes(put, 2, tokenHash(reply.token));
        put.bind(3, impl_->nowSeconds());
        put.exec();
        std::string name = normaliseText(request.deviceName);
        impl_->stores.people.put(
            DeviceInfo{request.device, userId, name.empty() ? "laptop" : name, false});
        impl_->changedInDirectory("device", asText(request.device));
        work.commit();
        return reply;
    });
}

bool Workspace::isKnown(const std::string& token) const {
    auto known = guarded([&]() -> Result<bool> {
        auto& find = impl_->stores.database.statement("SELECT 1 FROM enrolled WHERE token_hash=?");
        bindBytes(find, 1, tokenHash(token));
        const bool isThere = find.executeStep();
        find.reset();
        return isThere;
    });
    return known.ok() && *known;
}

Result<Caller> Workspace::authenticate(const std::string& token) const {
    return guarded([&]() -> Result<Caller> {
        impl_->stores.refresh();
        auto& find =
            impl_->stores.database.statement("SELECT number,key FROM enrolled WHERE token_hash=?");
        bindBytes(find, 1, tokenHash(token));
        if (!find.executeStep())
            return Error{Code::Rejected,
                         "The server does not know this laptop. Enrol it again with a new code; "
                         "nothing on it is lost."};
        Caller caller;
        caller.device = find.getColumn(0).getUInt();
        std::string key = bytesColumn(find, 1);
        find.reset();
        std::memcpy(caller.key.data(), key.data(), std::min(key.size(), caller.key.size()));
        const DeviceInfo* device = impl_->stores.people.device(caller.key);
        const UserInfo* user = device ? impl_->stores.people.user(device->user) : nullptr;
        if (!user) return Error{Code::Rejected, "The person of this laptop is no longer here."};
        caller.user = *user;
        caller.isRevoked = device->isRevoked;
        return caller;
    });
}

std::vector<DeviceListing> Workspace::devices() const {
    auto devices = guarded([&]() -> Result<std::vector<DeviceListing>> {
        impl_->stores.refresh();
        std::vector<DeviceListing> all;
        auto& find = impl_->stores.database.statement(
            "SELECT number,key,enrolled,last_sync,clock_offset FROM enrolled ORDER BY number");
        while (find.executeStep()) {
            DeviceListing listing;
            listing.number = find.getColumn(0).getUInt();
            std::string key = bytesColumn(find, 1);
            PublicKey device{};
            std::memcpy(device.data(), key.data(), std::min(key.size(), device.size()));
            if (auto* info = impl_->stores.people.device(device)) {
                listing.device = *info;
                if (auto* user = impl_->stores.people.user(info->user))
                    listing.userName = user->name;
            }
            listing.enrolledSeconds = find.getColumn(2).getInt64();
            listing.lastSyncSeconds = find.getColumn(3).getInt64();
            listing.clockOffset = find.getColumn(4).getInt64();
            listing.hasForked = impl_->stores.changes.branchesOf(device).size() > 1;
            all.push_back(std::move(listing));
        }
        return all;
    });
    return devices.ok() ? *devices : std::vector<DeviceListing>();
}

Status Workspace::revoke(std::uint32_t device) {
    return guarded([&]() -> Status {
        for (const DeviceListing& listing : devices()) {
            if (listing.number != device) continue;
            Work work(impl_->stores);
            DeviceInfo info = listing.device;
            info.isRevoked = true;
            impl_->stores.people.put(info);
            impl_->changedInDirectory("device", asText(info.key));
            work.commit();
            return {};
        }
        return Error{Code::NotFound, "There is no device " + std::to_string(device) + "."};
    });
}

Result<std::uint64_t> Workspace::importAreas(std::string_view csv) {
    return guarded([&]() -> Result<std::uint64_t> {
        Work work(impl_->stores);
        std::istringstream lines{std::string(csv)};
        std::string line;
        std::getline(lines, line);
        if (line.rfind("code,name,full_name,level,kind,parent_code", 0) != 0)
            return Error{Code::InvalidInput,
                         "The first line must be code,name,full_name,level,kind,parent_code."};
        std::uint64_t count = 0;
        for (int row = 2; std::getline(lines, line); ++row) {
            if (!line.empty() && line.back() == '\r') line.pop_back();
            if (line.empty()) continue;
            std::vector<std::string> cells(1);
            bool inQuotes = false;
            for (char c : line) {
                if (c == '"')
                    inQuotes = !inQuotes;
                else if (c == ',' && !inQuotes)
                    cells.emplace_back();
                else
                    cells.back() += c;
            }
            if (cells.size() != 6 || cells[0].empty())
                return Error{Code::InvalidInput,
                             "Line " + std::to_string(row) + " does not have the six columns."};
            auto& put = impl_->stores.database.statement(
                "INSERT OR REPLACE INTO areas(code,name,parent) VALUES(?,?,?)");
            put.bind(1, cells[0]);
            put.bind(2, normaliseText(cells[2]));
            put.bind(3, cells[5]);
            put.exec();
            ++count;
        }
        impl_->changedInDirectory("areas", "all");
        work.commit();
        impl_->reaches.clear();
        return count;
    });
}

Result<PublishedForm> Workspace::publish(std::string_view xlsx, const std::string& name) {
    return guarded([&]() -> Result<PublishedForm> {
        auto reading = readForm(std::as_bytes(std::span(xlsx.data(), xlsx.size())), name);
        PublishedForm published;
        published.problems = reading.problems;
        if (!reading.form) {
            published.isNew = false;
            return published;
        }
        Work work(impl_->stores);
        FormStore& forms = impl_->stores.forms;
        published.formId = reading.form->id;
        published.title = reading.form->title;
        std::uint32_t newest = forms.newestVersion(published.formId);
        published.isNew = newest == 0 || forms.workbook(published.formId, newest) != xlsx;
        if (published.isNew) {
            for (Problem& change : changesForRecords(impl_->stores, *reading.form))
                published.problems.push_back(std::move(change));
            const FieldTable* known = forms.fields(published.formId);
            FieldTable table = extendFields(known ? *known : FieldTable{}, *reading.form);
            impl_->stores.putForm(table, published.title, reading.form->versionText,
                                  std::string(xlsx));
            impl_->changedInDirectory("form", published.formId);
        }
        published.version = forms.newestVersion(published.formId);
        work.commit();
        return published;
    });
}

void Workspace::Impl::publishAs(const FormInfo& form) {
    auto table = decodeFieldTable(form.fieldTable);
    if (!table.ok()) throw SQLite::Exception(table.error().message);
    auto reading =
        readForm(std::as_bytes(std::span(form.xlsx.data(), form.xlsx.size())), form.formId);
    stores.putForm(*table, reading.form ? reading.form->title : form.formId,
                   reading.form ? reading.form->versionText : "", form.xlsx);
    changedInDirectory("form", form.formId);
}

std::vector<FormSummary> Workspace::forms() const {
    auto all = guarded([&]() -> Result<std::vector<FormSummary>> {
        impl_->stores.refresh();
        std::vector<FormSummary> list;
        FormStore& forms = impl_->stores.forms;
        for (const std::string& id : forms.ids())
            list.push_back({id, forms.title(id), forms.label(id), forms.newestVersion(id),
                            impl_->stores.records.count(id)});
        return list;
    });
    return all.ok() ? *all : std::vector<FormSummary>();
}

}  // namespace sotay
