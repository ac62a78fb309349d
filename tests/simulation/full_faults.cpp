#include <algorithm>
#include <stdexcept>

#include "sync/codec/batch.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/frame.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/full_world.h"

namespace sotay::sim {
namespace {

constexpr const char* kSyncPath = "/v1/sync";

}  // namespace

std::size_t FullWorld::keepImage(std::size_t laptop) {
    const Laptop& here = *laptops_[laptop];
    images_.push_back({here.person, disk::copy(here.file), here.aside});
    return images_.size() - 1;
}

void FullWorld::putImage(std::size_t image, std::size_t laptop) {
    Laptop& here = *laptops_[laptop];
    stop(here);
    disk::put(images_[image].disk, here.file);
    here.person = images_[image].person;
    here.oldRequest.clear();
    here.deliveries.clear();
    here.lastReply.clear();
    here.aside = images_[image].aside;
    start(here);
}

std::size_t FullWorld::clone(std::size_t laptop) {
    auto copy = std::make_unique<Laptop>();
    copy->person = laptops_[laptop]->person;
    copy->clock = laptops_[laptop]->clock;
    copy->aside = laptops_[laptop]->aside;
    copy->file = folder_ / ("laptop" + std::to_string(laptops_.size()) + ".db");
    disk::put(disk::copy(laptops_[laptop]->file), copy->file);
    start(*copy);
    laptops_.push_back(std::move(copy));
    return laptops_.size() - 1;
}

void FullWorld::crash(std::size_t laptop) {
    Laptop& here = *laptops_[laptop];
    if (disk::hasFailed(here.file)) return;
    stop(here);
    disk::revive(here.file);
    start(here);
}

void FullWorld::powerCut(std::size_t laptop, std::uint32_t chance) {
    Laptop& here = *laptops_[laptop];
    stop(here);
    disk::losePower(here.file, chance);
    start(here);
    settleDeliveries(here);
}

void FullWorld::powerFailsSoon(std::size_t laptop, std::uint32_t flushes) {
    disk::failAfter(laptops_[laptop]->file, flushes);
}

bool FullWorld::isPowerless(std::size_t laptop) const {
    return disk::hasFailed(laptops_[laptop]->file);
}

void FullWorld::serverCrash() {
    disk::kill(serverFile_);
    stopServer();
    disk::revive(serverFile_);
    startServer(limits_);
}

void FullWorld::serverPowerCut(std::uint32_t chance) {
    disk::kill(serverFile_);
    stopServer();
    disk::losePower(serverFile_, chance);
    startServer(limits_);
}

void FullWorld::serverBackup() {
    const auto file = folder_ / "backup.db";
    std::filesystem::remove(file);
    Status done = server_->backup(file);
    if (!done.ok()) throw std::runtime_error(done.error().message);
    backup_ = Backup{disk::copy(file), log_};
    disk::revive(file);
}

// From the newest backup: what an older one lacks laptops need not keep for the server any more.
bool FullWorld::serverRestore(std::uint32_t) {
    if (!backup_) return false;
    const auto file = folder_ / "backup.db";
    disk::put(backup_->disk, file);
    disk::kill(serverFile_);
    stopServer();
    disk::revive(serverFile_);
    Status done = Workspace::restore(
        serverFile_, file,
        surroundings([this] { return (nowMs_ += 300) + serverClock_; }, limits_));
    if (!done.ok()) throw std::runtime_error(done.error().message);
    for (const auto& path : {file, std::filesystem::path(serverFile_.string() + ".restored")})
        disk::revive(path);
    startServer(limits_);
    incarnations_.push_back(server_->status().incarnation);
    log_ = backup_->log;
    if (server_->status().changes != log_.size())
        throw std::runtime_error("the restored log has another length than the backup's");
    for (const auto& [number, change] : log_) tap_.taken(change, number);
    return true;
}

void FullWorld::publish() {
    auto forms = server_->forms();
    const std::size_t version = forms.empty() ? 0 : forms.front().version;
    if (version == province_.forms.size()) return;
    auto published = server_->publish(province_.forms[version], "coop");
    if (!published.ok()) throw std::runtime_error(published.error().message);
}

void FullWorld::publishWhatIsUsed() {
    std::uint32_t used = 0;
    for (const auto& laptop : laptops_)
        if (auto fields = laptop->notebook->fields("coop"); fields.ok())
            used = std::max(used, fields->version);
    for (auto forms = server_->forms(); forms.empty() || forms.front().version < used;
         forms = server_->forms())
        publish();
}

void FullWorld::importForm(std::size_t laptop) {
    auto& notebook = *laptops_[laptop]->notebook;
    auto fields = notebook.fields("coop");
    if (!fields.ok() || fields->version >= province_.forms.size()) return;
    auto imported = notebook.importForm(province_.forms[fields->version], "coop");
    if (!imported.ok() && !isPowerless(laptop)) throw std::runtime_error(imported.error().message);
}

void FullWorld::revoke(std::size_t laptop) {
    const PublicKey key = laptops_[laptop]->notebook->deviceKeys().publicKey;
    for (const DeviceListing& device : server_->devices()) {
        if (device.device.key != key) continue;
        Status revoked = server_->revoke(device.number);
        if (!revoked.ok()) throw std::runtime_error(revoked.error().message);
    }
}

Id FullWorld::admit(std::uint32_t which) {
    auto waiting = server_->quarantine();
    std::erase_if(waiting, [](const auto& each) { return each.state != "waiting"; });
    if (waiting.empty()) return {};
    const auto& one = waiting[which % waiting.size()];
    Status admitted = server_->admit(one.number);
    if (!admitted.ok() && admitted.error().code == Code::Rejected)
        return {};  // its version is to be published first
    if (!admitted.ok()) throw std::runtime_error(admitted.error().message);
    taken(one.change, server_->status().changes);
    return one.change;
}

Id FullWorld::refuse(std::uint32_t which) {
    auto waiting = server_->quarantine();
    std::erase_if(waiting, [](const auto& each) { return each.state != "waiting"; });
    if (waiting.empty()) return {};
    const auto& one = waiting[which % waiting.size()];
    Status refused = server_->refuse(one.number);
    if (!refused.ok()) throw std::runtime_error(refused.error().message);
    return one.change;
}

std::vector<Id> FullWorld::inQuarantine() {
    std::vector<Id> ids;
    for (const auto& each : server_->quarantine())
        if (each.state != "admitted") ids.push_back(each.change);
    return ids;
}

// Whoever has a token, but not the key of the laptop that the changes name.
bool FullWorld::forge(std::size_t laptop) {
    Laptop& here = *laptops_[laptop];
    auto request = here.notebook->nextRequest();
    if (!request.ok()) return false;
    Batch batch;
    Change change;
    if (!request->batches.empty() && !isCompact(request->batches[0])) {
        auto bytes = unpackFrame(request->batches[0]);
        auto decoded = bytes.ok() ? decodeBatch(*bytes) : Result<DecodedBatch>(bytes.error());
        if (!decoded.ok()) return false;
        change = decoded->batch.changes.front();
        change.runCount += 1000;
    } else {
        change.author = here.notebook->identity().user.id;
        change.device = here.notebook->deviceKeys().publicKey;
        change.record = newId();
        change.form = {"coop", 1, 0};
    }
    batch.changes = {change};
    Run run;
    run.device = change.device;
    run.prev = change.prev;
    run.count = 1;
    batch.runs = {run};
    auto ids = linkChanges(batch);
    if (ids_ % 2) batch.runs[0].signature = sign(sealedBytes(ids[0]), newKeyPair().secretKey);
    request->batches = {packFrame(encodeBatch(batch))};
    SyncCall call{*server_->authenticate(here.notebook->identity().token), *request};
    // A request from before a restore is answered, but what it brings is not looked at.
    auto reply = server_->sync({&call, 1}).front();
    return reply.ok() && !reply->acks.empty();
}

bool FullWorld::bomb() {
    static const std::string body = packFrame(std::string(kMaxMessageBytes + 1000, 'a'));
    return unpackFrame(body).ok() ||
           HttpLoopback::answer(http_->send(HttpLoopback::request(kSyncPath, "", body), 4096), 0)
                   ->status != 400;
}

std::size_t FullWorld::auditor(bool bySnapshot) {
    auto laptop = std::make_unique<Laptop>();
    laptop->person = province_.people.size() - 2 + auditors_++ % 2;
    laptop->file = folder_ / ("auditor" + std::to_string(auditors_) + ".db");
    disk::put(province_.people[laptop->person].laptop, laptop->file);
    start(*laptop);
    laptops_.push_back(std::move(laptop));
    SyncLimits before = limits_;
    limits_.snapshotPays = bySnapshot ? 1 : 1'000'000;
    serverCrash();
    Done done = sync(laptops_.size() - 1, Fault::None, 0);
    limits_ = before;
    if (!done.ok) throw std::runtime_error("the auditor cannot sync: " + done.why);
    return laptops_.size() - 1;
}

}  // namespace sotay::sim
