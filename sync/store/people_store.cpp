#include "sync/store/people_store.h"

#include <algorithm>

namespace sotay {
namespace {

std::string joined(const std::vector<std::string>& areas) {
    std::string text;
    for (const auto& area : areas) text += (text.empty() ? "" : " ") + area;
    return text;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    std::string word;
    for (char c : text + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    return words;
}

}  // namespace

const char* PeopleStore::migration1() {
    return R"(
        CREATE TABLE users(id BLOB PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, areas TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE devices(key BLOB PRIMARY KEY, user BLOB NOT NULL, name TEXT NOT NULL, revoked INTEGER NOT NULL) WITHOUT ROWID;
    )";
}

void PeopleStore::load() {
    users_.clear();
    devices_.clear();
    auto& users = database_.statement("SELECT id,name,role,areas FROM users");
    while (users.executeStep()) {
        UserInfo user{idColumn(users, 0), users.getColumn(1).getString(), Role::Officer,
                      split(users.getColumn(3).getString())};
        user.role = roleFrom(users.getColumn(2).getString()).value_or(Role::Officer);
        users_[user.id] = user;
    }
    auto& devices = database_.statement("SELECT key,user,name,revoked FROM devices");
    while (devices.executeStep()) {
        DeviceInfo device;
        std::string key = bytesColumn(devices, 0);
        std::copy_n(key.begin(), std::min(key.size(), device.key.size()), device.key.begin());
        device.user = idColumn(devices, 1);
        device.name = devices.getColumn(2).getString();
        device.isRevoked = devices.getColumn(3).getInt() != 0;
        devices_[device.key] = device;
    }
}

void PeopleStore::put(const UserInfo& user) {
    auto& insert =
        database_.statement("INSERT OR REPLACE INTO users(id,name,role,areas) VALUES(?,?,?,?)");
    bindId(insert, 1, user.id);
    insert.bind(2, user.name);
    insert.bind(3, std::string(roleName(user.role)));
    insert.bind(4, joined(user.areas));
    insert.exec();
    users_[user.id] = user;
}

void PeopleStore::put(const DeviceInfo& device) {
    auto& insert = database_.statement(
        "INSERT OR REPLACE INTO devices(key,user,name,revoked) VALUES(?,?,?,?)");
    insert.bind(1, device.key.data(), static_cast<int>(device.key.size()));
    bindId(insert, 2, device.user);
    insert.bind(3, device.name);
    insert.bind(4, device.isRevoked ? 1 : 0);
    insert.exec();
    devices_[device.key] = device;
}

const UserInfo* PeopleStore::user(const Id& id) const {
    auto found = users_.find(id);
    return found == users_.end() ? nullptr : &found->second;
}

const UserInfo* PeopleStore::userNamed(const std::string& name) const {
    for (const auto& [id, user] : users_)
        if (user.name == name) return &user;
    return nullptr;
}

const DeviceInfo* PeopleStore::device(const PublicKey& key) const {
    auto found = devices_.find(key);
    return found == devices_.end() ? nullptr : &found->second;
}

std::vector<UserInfo> PeopleStore::users() const {
    std::vector<UserInfo> all;
    for (const auto& [id, user] : users_) all.push_back(user);
    return all;
}

std::vector<DeviceInfo> PeopleStore::devices() const {
    std::vector<DeviceInfo> all;
    for (const auto& [key, device] : devices_) all.push_back(device);
    return all;
}

Origin PeopleStore::origin(const StoredChange& change, const Causality& causality) const {
    Origin origin;
    origin.change = change.id;
    origin.author = change.change.author;
    if (auto* user = this->user(change.change.author)) origin.authorName = user->name;
    origin.device = change.change.device;
    if (auto* device = this->device(change.change.device)) origin.deviceName = device->name;
    origin.wallSeconds = change.change.wallSeconds;
    origin.receivedSeconds = change.receivedSeconds;
    origin.clockOffset = change.clockOffset;
    origin.number = causality.number(change.ref).value_or(0);
    return origin;
}

}  // namespace sotay
