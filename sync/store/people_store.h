#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sync/conflict.h"
#include "sync/messages.h"
#include "sync/store/change_store.h"

namespace sotay {

// The users and devices that a store knows, for names and rights. Throws SQLite::Exception inside
// sync/store.
class PeopleStore {
  public:
    static const char* migration1();
    explicit PeopleStore(Database& database) : database_(database) {}
    void load();

    void put(const UserInfo& user);
    void put(const DeviceInfo& device);
    const UserInfo* user(const Id& id) const;
    const UserInfo* userNamed(const std::string& name) const;
    const DeviceInfo* device(const PublicKey& key) const;
    std::vector<UserInfo> users() const;
    std::vector<DeviceInfo> devices() const;

    // Who, where and when of a change.
    Origin origin(const StoredChange& change, const Causality& causality) const;

  private:
    Database& database_;
    std::map<Id, UserInfo> users_;
    std::map<PublicKey, DeviceInfo> devices_;
};

}  // namespace sotay
