#include "sync/store/notebook.h"

#include <chrono>
#include <cstring>

#include "schema/xlsform.h"
#include "sync/codec/batch_writer.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/frame.h"
#include "sync/store/aside.h"
#include "sync/store/form_use.h"
#include "sync/store/notebook_impl.h"

namespace sotay {
namespace {

const std::vector<std::string>& migrations() {
    static const std::vector<std::string> all = {
        std::string(ChainMap::migration1()) + R"(
        CREATE TABLE drafts(record BLOB PRIMARY KEY, form_id TEXT NOT NULL, is_new INTEGER NOT NULL, seen_incarnation INTEGER NOT NULL,
                            seen_number INTEGER NOT NULL, tip INTEGER NOT NULL, saved_ms INTEGER NOT NULL, typed BLOB NOT NULL);
        CREATE TABLE quarantined(height INTEGER PRIMARY KEY, reason TEXT NOT NULL);
        CREATE TABLE snapshots(n INTEGER PRIMARY KEY, number INTEGER NOT NULL, as_of INTEGER NOT NULL, frame BLOB NOT NULL);
        CREATE TABLE replies(n INTEGER PRIMARY KEY AUTOINCREMENT, incarnation INTEGER NOT NULL, last_number INTEGER NOT NULL, frame BLOB NOT NULL);
        CREATE TABLE ahead(record BLOB PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    )",
        R"(
        CREATE TABLE carried(n INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, for_server INTEGER NOT NULL,
                             device BLOB NOT NULL, pieces INTEGER NOT NULL, delivered INTEGER NOT NULL, refusal TEXT NOT NULL,
                             received INTEGER NOT NULL, bytes BLOB NOT NULL);
    )",
        R"(
        CREATE TABLE left_records(record BLOB PRIMARY KEY, form_id TEXT NOT NULL) WITHOUT ROWID;
    )",
        AttachmentStore::migration(),
        R"(
        ALTER TABLE left_records ADD COLUMN incarnation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE left_records ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
    )",
        // Ids are no longer unique. form_tables.cpp makes the tables anew when they are opened;
        // a version of its own has the file copied before that.
        ""};
    return all;
}

constexpr std::size_t kSealedAtOnce = 100;  // a batch that is worth a signature of its own

template <class Bytes>
std::string asText(const Bytes& bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}
template <class Bytes>
void fromText(Bytes& bytes, const std::string& text) {
    std::memcpy(bytes.data(), text.data(), std::min(bytes.size(), text.size()));
}

}  // namespace

Surroundings realSurroundings() {
    auto nowMs = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    return {nowMs, [nowMs] { return newTimeOrderedId(nowMs()); }};
}

Notebook::Impl::Impl(const std::filesystem::path& file, Surroundings outside)
    : surroundings(std::move(outside)),
      stores(file, migrations()),
      duplicates(stores.database, stores.forms, stores.records),
      chains(stores),
      programRun(randomNumber()) {
    load();
    if (!stores.database.setting("device.secret").empty()) return;
    keys = newKeyPair();
    Work work(stores);
    stores.database.setSetting("device.public", asText(keys.publicKey));
    stores.database.setSetting("device.secret", asText(keys.secretKey));
    work.commit();
}

void Notebook::Impl::load() {
    fromText(keys.publicKey, stores.database.setting("device.public"));
    fromText(keys.secretKey, stores.database.setting("device.secret"));
    own = static_cast<std::uint32_t>(number("own.branch"));
    isUnsentKnown = false;
    forgetUnsealed();
    lastIdentity = identity();
    reloads = stores.reloads();
}

const std::set<Id>& Notebook::Impl::unsentRecords() {
    if (isUnsentKnown) return unsent;
    unsent.clear();
    auto acked = static_cast<std::uint32_t>(number("own.acked"));
    for (const auto& change : stores.changes.range(own, acked + 1, ownTip()))
        unsent.insert(change.change.record);
    isUnsentKnown = true;
    return unsent;
}

void Notebook::Impl::refresh() {
    stores.refresh();
    // Another program has written, or a piece of work was undone.
    if (reloads != stores.reloads()) load();
}

Seen Notebook::Impl::cursor() {
    return {static_cast<std::uint32_t>(number("cursor.incarnation")),
            static_cast<std::uint64_t>(number("cursor.number"))};
}

std::int64_t Notebook::Impl::number(const std::string& name) {
    std::string text = stores.database.setting(name, "0");
    return text.empty() ? 0 : std::stoll(text);
}

void Notebook::Impl::setNumber(const std::string& name, std::int64_t value) {
    stores.database.setSetting(name, std::to_string(value));
}

std::uint32_t Notebook::Impl::ownTip() const {
    const BranchInfo* branch = stores.changes.branch(own);
    return branch ? branch->tip : 0;
}

Identity Notebook::Impl::identity() {
    Identity identity;
    Database& database = stores.database;
    identity.device = keys.publicKey;
    identity.token = database.setting("identity.token");
    identity.isEnrolled = !identity.token.empty();
    identity.server = database.setting("identity.server");
    identity.caFile = database.setting("identity.ca");
    identity.deviceName = database.setting("identity.device_name");
    identity.workspace = database.setting("identity.workspace");
    fromText(identity.serverKey, database.setting("identity.server_key"));
    if (auto id = Id::parse(database.setting("identity.user"))) {
        identity.user.id = *id;
        if (auto* user = stores.people.user(*id)) identity.user = *user;
    }
    return identity;
}

Change Notebook::Impl::draftChange(const std::string& formId, const Id& record, Seen seen) {
    Change change;
    if (auto id = Id::parse(stores.database.setting("identity.user"))) change.author = *id;
    change.device = keys.publicKey;
    change.form = stores.forms.newestRef(formId);
    change.record = record;
    change.seen = seen;
    change.wallSeconds = surroundings.nowMs() / 1000;
    change.run = programRun;
    change.runCount = ++runCount;
    return change;
}

Id Notebook::Impl::append(std::vector<Change> changes) {
    if (!stores.changes.branch(own)) {
        own = stores.changes.addBranch(keys.publicKey, {});
        setNumber("own.branch", own);
    }
    Batch batch;
    for (Change& change : changes) canonicalise(change);
    batch.changes = std::move(changes);
    Run chain;
    chain.device = keys.publicKey;
    chain.prev = stores.changes.branch(own)->tipId;
    chain.count = static_cast<std::uint32_t>(batch.changes.size());
    batch.runs = {chain};
    auto ids = linkChanges(batch);
    ChangeRef first{own, ownTip() + 1};
    const bool isSealed = ids.size() >= kSealedAtOnce;
    if (isSealed) {
        seal();  // what came before, so that the chain is sealed without a gap
        chain.signature = sign(sealedBytes(ids.back()), keys.secretKey);
    }
    stores.changes.append(first, chain, batch.changes, ids);
    if (isSealed)
        setNumber("own.sealed", ownTip());
    else
        keepUnsealed(first, batch.changes, ids);
    for (std::size_t i = 0; i < batch.changes.size(); ++i) {
        stores.merge(batch.changes[i], {own, first.height + static_cast<std::uint32_t>(i)});
        if (isUnsentKnown) unsent.insert(batch.changes[i].record);
    }
    setNumber("last_saved_ms", surroundings.nowMs());
    return ids.back();
}

void Notebook::Impl::appendNew(std::span<const LentChange> changes) {
    if (changes.size() < kSealedAtOnce) {
        std::vector<Change> made;
        for (const LentChange& change : changes) made.push_back(change.change({}));
        append(std::move(made));
        return;
    }
    if (!stores.changes.branch(own)) {
        own = stores.changes.addBranch(keys.publicKey, {});
        setNumber("own.branch", own);
    }
    seal();  // what came before, so that the chain is sealed without a gap
    auto gathered = aside([changes] { return BatchWriter(changes); });
    Run chain;
    chain.device = keys.publicKey;
    chain.prev = stores.changes.branch(own)->tipId;
    chain.count = static_cast<std::uint32_t>(changes.size());
    Id last = chain.prev;
    ChangeHasher hasher;
    for (const LentChange& change : changes) last = hasher.idOf(change, last);
    chain.signature = sign(sealedBytes(last), keys.secretKey);
    auto packed = aside([writer = gathered.get(), &chain]() mutable {
        return packFrame(writer.write({&chain, 1}));
    });
    // Nothing is known of these records, so the merge does not ask for the changes themselves.
    ChangeRef ref{own, ownTip()};
    const ChangeRef first{own, ref.height + 1};
    auto rows = makeRowImage(stores.records.imagePlans(), changes, stores.records.nextRow());
    const bool isMerged = rows && stores.records.insertRows(*rows, first);
    for (const LentChange& change : changes) {
        ++ref.height;
        if (!isMerged) stores.merge(change.change({}), ref);
        if (isUnsentKnown) unsent.insert(change.record);
    }
    stores.changes.keep(first, chain, packed.get(), last);
    setNumber("own.sealed", ownTip());
    setNumber("last_saved_ms", surroundings.nowMs());
}

Notebook::Notebook(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Notebook::~Notebook() = default;

Result<std::unique_ptr<Notebook>> Notebook::open(const std::filesystem::path& file,
                                                 Surroundings surroundings) {
    return guarded([&]() -> Result<std::unique_ptr<Notebook>> {
        if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
        return std::unique_ptr<Notebook>(
            new Notebook(std::make_unique<Impl>(file, std::move(surroundings))));
    });
}

Identity Notebook::identity() const {
    auto now = guarded([&]() -> Result<Identity> {
        impl_->refresh();
        return impl_->identity();
    });
    if (now.ok()) impl_->lastIdentity = *now;
    return impl_->lastIdentity;
}
const KeyPair& Notebook::deviceKeys() const { return impl_->keys; }

std::vector<UserInfo> Notebook::users() const {
    auto users = guarded([&]() -> Result<std::vector<UserInfo>> {
        impl_->refresh();
        return impl_->stores.people.users();
    });
    return users.ok() ? *users : std::vector<UserInfo>();
}

std::vector<DeviceInfo> Notebook::devices() const {
    auto devices = guarded([&]() -> Result<std::vector<DeviceInfo>> {
        impl_->refresh();
        return impl_->stores.people.devices();
    });
    return devices.ok() ? *devices : std::vector<DeviceInfo>();
}

Status Notebook::setIdentity(const std::string& server, const std::string& caFile,
                             const EnrolReply& reply, const std::string& deviceName) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        Database& database = impl_->stores.database;
        database.setSetting("identity.server", server);
        database.setSetting("identity.ca", caFile);
        database.setSetting("identity.token", reply.token);
        database.setSetting("identity.device_name", deviceName);
        database.setSetting("identity.workspace", reply.workspace);
        database.setSetting("identity.server_key", asText(reply.serverKey));
        database.setSetting("identity.user", reply.user.id.toString());
        impl_->stores.people.put(reply.user);
        work.commit();
        return {};
    });
}

std::optional<std::string> Notebook::setting(const std::string& name) const {
    auto value = guarded(
        [&]() -> Result<std::string> { return impl_->stores.database.setting("app." + name); });
    if (!value.ok() || value->empty()) return {};
    return *value;
}

Status Notebook::setSetting(const std::string& name, const std::string& value) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        impl_->stores.database.setSetting("app." + name, value);
        work.commit();
        return {};
    });
}

Result<ImportedForm> Notebook::importForm(std::string_view xlsx, const std::string& name) {
    return guarded([&]() -> Result<ImportedForm> {
        auto reading = readForm(std::as_bytes(std::span(xlsx.data(), xlsx.size())), name);
        if (!reading.form)
            return Error{Code::InvalidInput, reading.problems.empty()
                                                 ? "The workbook is no form."
                                                 : reading.problems.front().message};
        Work work(impl_->stores);
        ImportedForm imported;
        imported.problems = reading.problems;
        const FieldTable* known = impl_->stores.forms.fields(reading.form->id);
        std::uint32_t version = impl_->stores.forms.newestVersion(reading.form->id);
        if (version == 0 || impl_->stores.forms.workbook(reading.form->id, version) != xlsx) {
            for (Problem& change : changesForRecords(impl_->stores, *reading.form))
                imported.problems.push_back(std::move(change));
            FieldTable table = extendFields(known ? *known : FieldTable{}, *reading.form);
            impl_->stores.putForm(table, reading.form->title, reading.form->versionText,
                                  std::string(xlsx));
        }
        work.commit();
        imported.formId = reading.form->id;
        imported.title = reading.form->title;
        imported.label = reading.form->versionText;
        imported.version = impl_->stores.forms.newestVersion(imported.formId);
        imported.records = impl_->stores.records.count(imported.formId);
        return imported;
    });
}

std::vector<FormSummary> Notebook::forms() const {
    auto all = guarded([&]() -> Result<std::vector<FormSummary>> {
        impl_->refresh();
        std::vector<FormSummary> forms;
        FormStore& store = impl_->stores.forms;
        for (const std::string& id : store.ids())
            forms.push_back({id, store.title(id), store.label(id), store.newestVersion(id),
                             impl_->stores.records.count(id)});
        return forms;
    });
    return all.ok() ? *all : std::vector<FormSummary>();
}

Result<std::shared_ptr<const Form>> Notebook::form(const std::string& formId) const {
    return guarded(
        [&]() -> Result<std::shared_ptr<const Form>> { return impl_->stores.forms.form(formId); });
}

Result<FieldTable> Notebook::fields(const std::string& formId) const {
    return guarded([&]() -> Result<FieldTable> {
        impl_->refresh();
        const FieldTable* table = impl_->stores.forms.fields(formId);
        if (!table) return Error{Code::NotFound, "There is no form \"" + formId + "\" here."};
        return *table;
    });
}

NotebookStatus Notebook::status() const {
    auto status = guarded([&]() -> Result<NotebookStatus> {
        impl_->refresh();
        NotebookStatus now;
        Stores& stores = impl_->stores;
        impl_->judgeMeetings();
        for (const std::string& id : stores.forms.ids()) {
            now.records += stores.records.count(id);
            const FormTables* tables = stores.records.tables(id);
            auto& conflicts = stores.database.statement("SELECT ifnull(sum(conflicts),0) FROM " +
                                                        tables->search + " WHERE conflicts>0");
            if (conflicts.executeStep())
                now.conflicts += static_cast<std::uint64_t>(conflicts.getColumn(0).getInt64());
            conflicts.reset();
        }
        now.unsentChanges = unsentChanges();
        now.quarantined = static_cast<std::uint64_t>(
            stores.database.raw().execAndGet("SELECT count(*) FROM quarantined").getInt64());
        now.drafts = static_cast<std::uint64_t>(
            stores.database.raw().execAndGet("SELECT count(*) FROM drafts").getInt64());
        now.filesWaiting = stores.attachments.waiting();
        now.cursor = impl_->cursor();
        now.lastSyncSeconds = impl_->number("last_sync");
        now.clockOffset = impl_->number("clock_offset");
        now.lastSavedMs = impl_->number("last_saved_ms");
        return now;
    });
    return status.ok() ? *status : NotebookStatus{};
}

Result<std::string> Notebook::stateHash() const {
    return guarded([&]() -> Result<std::string> {
        impl_->refresh();
        return impl_->stores.records.stateHash();
    });
}

}  // namespace sotay
