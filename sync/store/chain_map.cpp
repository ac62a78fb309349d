#include "sync/store/chain_map.h"

#include <algorithm>

namespace sotay {

const char* ChainMap::migration1() {
    return R"(
        CREATE TABLE remote_branches(remote INTEGER NOT NULL, from_height INTEGER NOT NULL, local INTEGER NOT NULL,
                                     PRIMARY KEY(remote, from_height)) WITHOUT ROWID;
        CREATE TABLE remote_parents(remote INTEGER PRIMARY KEY, parent INTEGER NOT NULL, parent_height INTEGER NOT NULL);
    )";
}

void ChainMap::note(const BranchNote& branch) {
    auto& insert = stores_.database.statement(
        "INSERT OR REPLACE INTO remote_parents(remote,parent,parent_height) VALUES(?,?,?)");
    insert.bind(1, branch.branch);
    insert.bind(2, branch.parent);
    insert.bind(3, branch.parentHeight);
    insert.exec();
}

void ChainMap::map(std::uint32_t remote, std::uint32_t fromHeight, std::uint32_t local) {
    auto known = this->local({remote, fromHeight});
    if (known && known->branch == local) return;
    auto& insert = stores_.database.statement(
        "INSERT OR REPLACE INTO remote_branches(remote,from_height,local) VALUES(?,?,?)");
    insert.bind(1, remote);
    insert.bind(2, fromHeight);
    insert.bind(3, local);
    insert.exec();
}

std::optional<ChangeRef> ChainMap::local(ChangeRef remote) {
    auto& find = stores_.database.statement(
        "SELECT local FROM remote_branches WHERE remote=? AND from_height<=? ORDER BY from_height "
        "DESC LIMIT 1");
    find.bind(1, remote.branch);
    find.bind(2, remote.height);
    std::optional<ChangeRef> found;
    if (find.executeStep()) found = ChangeRef{find.getColumn(0).getUInt(), remote.height};
    find.reset();
    return found;
}

ChangeRef ChainMap::localOrNew(ChangeRef remote, const PublicKey& device, const Id& id,
                               const Id& prev) {
    if (auto known = local(remote)) return *known;
    ChangeStore& changes = stores_.changes;
    auto& find = stores_.database.statement(
        "SELECT parent,parent_height FROM remote_parents WHERE remote=?");
    find.bind(1, remote.branch);
    ChangeRef above;
    if (find.executeStep()) above = {find.getColumn(0).getUInt(), find.getColumn(1).getUInt()};
    find.reset();

    std::uint32_t branch = changes.branchFor(device, remote.height, id, prev);
    const BranchInfo* info = changes.branch(branch);
    // Below what is the same all is the same, also what is still to come from quarantine.
    std::uint32_t from = std::max(above.height, info ? info->parent.height : 0) + 1;
    bool isFound = info && (changes.holds({branch, remote.height}) ||
                            changes.holds(changes.owner({branch, remote.height - 1})));
    // What goes on there is the branch's that this one grew out of, even where none of it came
    // here.
    const auto aboves = above.height > 0 ? local({above.branch, remote.height}) : std::nullopt;
    if (aboves && aboves->branch == branch && !changes.at(device, remote.height, id))
        isFound = false;
    if (!isFound && above.height > 0) {
        // Neither it nor what stands before it is here: it hangs where the server says. Siblings
        // grow from one change, so one that is another branch's image is not taken.
        const ChangeRef parent = changes.owner(localOrNew(above, device, {}, {}));
        branch = 0;
        for (const BranchInfo& each : changes.branchesOf(device))
            if (each.parent == parent && !isImage(each.branch)) branch = each.branch;
        if (branch == 0) branch = changes.addBranch(device, parent);
        from = above.height + 1;
    } else if (!isFound) {
        if (branch == 0 || isImage(branch)) branch = changes.addBranch(device, {});
        from = 1;
    }
    map(remote.branch, from, branch);
    return {branch, remote.height};
}

std::uint32_t ChainMap::shared(std::uint32_t remote, std::uint32_t below, std::uint32_t local,
                               std::uint32_t acked) {
    auto& find = stores_.database.statement(
        "SELECT remote,from_height FROM remote_branches WHERE local=? ORDER BY from_height");
    find.bind(1, local);
    std::uint32_t from = 0, to = 0;  // of the last piece that is the remote branch's
    bool isOpen = false;
    while (find.executeStep()) {
        const std::uint32_t height = find.getColumn(1).getUInt();
        if (height >= below) break;
        const bool isIts = find.getColumn(0).getUInt() == remote;
        if (isIts && !isOpen) from = height;
        if (!isIts && isOpen) to = height - 1;
        isOpen = isIts;
    }
    find.reset();
    if (isOpen) to = below - 1;
    return std::max(from > 0 ? from - 1 : 0, std::min(to, acked));
}

std::uint32_t ChainMap::above(ChangeRef remote) {
    auto& find = stores_.database.statement(
        "SELECT local FROM remote_branches WHERE remote=? AND from_height>? ORDER BY from_height "
        "LIMIT 1");
    find.bind(1, remote.branch);
    find.bind(2, remote.height);
    const std::uint32_t local = find.executeStep() ? find.getColumn(0).getUInt() : 0;
    find.reset();
    return local;
}

bool ChainMap::isImage(std::uint32_t local) {
    auto& find = stores_.database.statement("SELECT 1 FROM remote_branches WHERE local=? LIMIT 1");
    find.bind(1, local);
    bool found = find.executeStep();
    find.reset();
    return found;
}

void ChainMap::forget() {
    stores_.database.run("DELETE FROM remote_branches");
    stores_.database.run("DELETE FROM remote_parents");
}

}  // namespace sotay
