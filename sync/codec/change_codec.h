#pragma once

#include <string>
#include <string_view>

#include "schema/result.h"
#include "sync/codec/lent_change.h"

namespace sotay {

// The bytes over which a change's id is taken. They never change: a first byte names the layout.
std::string canonicalBytes(const Change& change);

// First 128 bits of BLAKE2b-256 over the canonical bytes.
Id changeId(const Change& change);

// The same for many changes, one after the other: the bytes go through one buffer.
class ChangeHasher {
  public:
    Id idOf(const Change& change) { return idOf(change, change.prev); }
    Id idOf(const Change& change, const Id& prev);  // as if `prev` came before it
    Id idOf(const LentChange& change, const Id& prev);

  private:
    std::string bytes_;
};

// Signs (and checks) that the device vouches for the chain that ends in this change.
std::string sealedBytes(const Id& lastChange);

}  // namespace sotay
