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
    // The same for the first change of a run; a branch that was never heard of is found by what it
    // holds, or made.
    ChangeRef localOrNew(ChangeRef remote, const PublicKey& device, const Id& id, const Id& prev);
    // How much of a local branch is known to be part of the server's `remote`, below this height:
    // a copy of the laptop may have gone on there. `acked`: so far the server told where it lies.
    std::uint32_t shared(std::uint32_t remote, std::uint32_t below, std::uint32_t local,
                         std::uint32_t acked);
    // The local branch of what the server's branch holds above this height; 0: none is known.
    std::uint32_t above(ChangeRef remote);
    // A restored server counts branches anew: forgets how the lost one counted them.
    void forget();

  private:
    bool isImage(std::uint32_t local);  // of a server's branch
    Stores& stores_;
};

}  // namespace sotay
