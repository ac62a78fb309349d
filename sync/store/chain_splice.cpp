#include <algorithm>

#include "sync/store/change_store.h"

// How runs of changes find their place in the chains that are held.

namespace sotay {

ChangeRef ChangeStore::owner(ChangeRef ref) const {
    // Heights up to the parent's belong to the branch that it grew out of.
    while (const BranchInfo* info = branch(ref.branch)) {
        if (ref.height > info->parent.height || info->parent.height == 0) break;
        ref.branch = info->parent.branch;
    }
    return ref;
}

std::vector<ChangeStore::Spliced> ChangeStore::splice(std::uint32_t branch, std::uint32_t first,
                                                      const Run& run, const GiveChanges& changes,
                                                      std::span<const Id> ids,
                                                      std::string_view frame) {
    std::vector<Spliced> placed;
    const auto count = static_cast<std::uint32_t>(ids.size());
    auto put = [&](std::uint32_t from, std::uint32_t n) {
        Run piece = run;
        if (from > 0) piece.prev = ids[from - 1];
        piece.count = n;
        if (n != count) piece.signature.reset();
        const ChangeRef at{branch, first + from};
        if (n == count && !frame.empty())
            keep(at, piece, frame, ids.back());
        else
            append(at, piece, changes().subspan(from, n), ids.subspan(from, n));
        for (std::uint32_t i = 0; i < n; ++i) placed.push_back({{branch, first + from + i}, true});
    };
    if (branch == 0) branch = addBranch(run.device, {});
    if (const BranchInfo* info = this->branch(branch); info && info->tip + 1 == first) {
        // The ordinary case: it goes on where the chain ended, if no other branch took it already.
        bool isForked = std::any_of(branches_.begin(), branches_.end(), [&](const auto& other) {
            return other.second.parent == ChangeRef{branch, info->tip};
        });
        if (!isForked) {
            put(0, count);
            return placed;
        }
    }
    for (std::uint32_t at = 0; at < count;) {
        const ChangeRef here = owner({branch, first + at});
        if (auto held = find(here); held && held->id == ids[at]) {
            placed.push_back({here, false});
            ++at;
            continue;
        }
        const ChangeRef before = owner({branch, first + at - 1});
        // Another branch may have grown from here when an earlier copy of it came.
        std::uint32_t other = 0;
        for (const auto& [number, info] : branches_) {
            bool growsHere = before.height == 0
                                 ? info.parent.height == 0 && info.device == run.device
                                 : info.parent == before;
            if (!growsHere || number == branch) continue;
            auto held = find({number, first + at});
            if (held && held->id == ids[at]) other = number;
        }
        if (other != 0) {
            branch = other;
            continue;
        }
        // Where the next change that is held stands, and whether what comes leads up to it.
        std::uint32_t gap = 0;
        const BranchInfo* info = this->branch(here.branch);
        bool fits = here.branch == branch && !holds(here);
        while (fits && at + gap < count && first + at + gap <= info->tip &&
               !holds({branch, first + at + gap}))
            ++gap;
        if (fits && first + at + gap <= info->tip) {
            auto next = find({branch, first + at + gap});
            fits = !next || (at + gap < count ? next->id == ids[at + gap]
                                              : next->change.prev == ids[at + gap - 1]);
        } else if (fits) {
            gap = count - at;
        }
        if (!fits) {
            branch = addBranch(run.device, before);  // a copied or restored laptop
            gap = count - at;
        }
        put(at, gap);
        at += gap;
    }
    return placed;
}

bool ChangeStore::isOneNewRun(std::span<const Spliced> placed) {
    for (std::size_t i = 0; i < placed.size(); ++i) {
        const ChangeRef first = placed.front().ref;
        const ChangeRef next{first.branch, first.height + static_cast<std::uint32_t>(i)};
        if (!placed[i].isNew || placed[i].ref != next) return false;
    }
    return !placed.empty();
}

std::optional<ChangeRef> ChangeStore::at(const PublicKey& device, std::uint32_t height,
                                         const Id& id) {
    for (const BranchInfo& info : branchesOf(device)) {
        if (height > info.tip || height <= info.parent.height) continue;
        if (auto held = find({info.branch, height}); held && held->id == id)
            return ChangeRef{info.branch, height};
    }
    return {};
}

std::uint32_t ChangeStore::branchFor(const PublicKey& device, std::uint32_t first, const Id& id,
                                     const Id& prev) {
    std::uint32_t after = 0;
    for (const BranchInfo& info : branchesOf(device)) {
        if (first <= info.parent.height || first > info.tip + 1) continue;
        if (first == info.tip + 1) {
            if (first > 1 && info.tipId == prev) after = info.branch;
            continue;
        }
        if (auto held = find({info.branch, first}); held && held->id == id) return info.branch;
        if (first == 1 || after != 0) continue;
        if (auto before = find({info.branch, first - 1}); before && before->id == prev)
            after = info.branch;
    }
    return after != 0 ? after : branchWithGap(device, first);
}

std::uint32_t ChangeStore::branchWithGap(const PublicKey& device, std::uint32_t height) {
    for (const BranchInfo& info : branchesOf(device))
        if (info.parent.height == 0 && !holds({info.branch, height}) &&
            (height == 1 || !holds({info.branch, height - 1})))
            return info.branch;
    return 0;
}

}  // namespace sotay
