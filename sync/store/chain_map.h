#pragma once

#include "sync/messages.h"
#include "sync/store/stores.h"

namespace sotay {

// On a laptop: which branch here is which branch at the server. A server's branch maps from a
// height on; the heights themselves are the same on both sides. Table remote_branches(remote,
// from_height, local).
class ChainMap {
  public:
    static const char* migration1();
    explicit ChainMap(Stores& stores) : stores_(stores) {}

    void note(const BranchNote& branch);  // before anything that names a forked branch
    void map(std::uint32_t remote, std::uint32_t fromHeight, std::uint32_t local);
    std::optional<ChangeRef> local(ChangeRef remote);
    // The same; a branch that was never heard of is made. `own` is this laptop's branch: what the
    // server has of this laptop's key, but this notebook does not hold, was made by a copy of it
    // and becomes a branch beside it.
    ChangeRef localOrNew(ChangeRef remote, const PublicKey& device, std::uint32_t own,
                         const PublicKey& ownKey,
                         const std::function<bool(std::uint32_t height)>& isOurs);

  private:
    Stores& stores_;
};

}  // namespace sotay
