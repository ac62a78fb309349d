#include <algorithm>
#include <map>

#include "sync/codec/crypto.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/store/record_walk.h"
#include "sync/store/workspace_impl.h"

// A laptop whose person got other areas. What it holds is right for the old ones, up to its cursor:
// before the feed goes on it gets the records that it lacks, each with all its changes up to the
// cursor, and hears which ones to put away, in steps.

namespace sotay {
namespace {

constexpr std::size_t kLookedAt = 5000;  // records in one step, so that others get on
constexpr std::size_t kTurns = 8;        // that are looked into; beyond, all is given again
constexpr std::size_t kLeftBytes = 24;   // about what one costs in the reply

}  // namespace

AreaScope Workspace::Impl::scopeOf(const std::vector<std::string>& codes) {
    const std::set<std::string> all = reach(codes);
    AreaScope scope{codes, 0};
    if (all.contains("*")) return scope;
    std::string names;
    for (const std::string& code : all) names += code + "\n";
    const auto hash = hash256(names);
    for (std::size_t i = 0; i < 4; ++i) scope.fingerprint = scope.fingerprint << 8 | hash[i];
    return scope;
}

std::optional<std::set<std::string>> Workspace::Impl::reachOf(const AreaScope& scope) {
    if (scopeOf(scope.codes) != scope) return {};
    return reach(scope.codes);
}

Workspace::Impl::Reader Workspace::Impl::readerOf(const Caller& caller,
                                                  const SyncRequest& request) {
    Reader reader{reach(caller.user.areas), {}};
    if (hasNothing(request) || request.areas.empty()) return reader;
    const AreaScope& scope = request.areas.front().scope;
    if (scope == scopeOf(caller.user.areas)) return reader;
    if (auto held = reachOf(scope)) reader = {std::move(*held), std::move(reader.holds)};
    return reader;
}

bool Workspace::Impl::isFor(const Reader& reader, const std::string& formId, const Id& record) {
    return isFor(reader.holds, formId, record) &&
           (!reader.within || isFor(*reader.within, formId, record));
}

bool Workspace::Impl::areasChangedSince(const Caller& caller, std::uint64_t directory) {
    if (directory >= static_cast<std::uint64_t>(number("directory"))) return false;
    auto& find = stores.database.statement(
        "SELECT 1 FROM directory_items WHERE version>? AND (kind='areas' OR (kind='user' AND "
        "key=?))");
    const std::string key = caller.user.id.toString();
    find.bind(1, static_cast<std::int64_t>(directory));
    find.bind(2, key.data(), static_cast<int>(key.size()));
    const bool isThere = find.executeStep();
    find.reset();
    return isThere;
}

bool Workspace::Impl::mustSayAreas(const Caller& caller, const SyncRequest& request) {
    return request.areas.empty() && !hasNothing(request) && request.forks.empty() &&
           areasChangedSince(caller, request.directory);
}

bool Workspace::Impl::mustGoOver(const Caller& caller, const SyncRequest& request) {
    if (request.areas.empty() || request.cursor.number == 0 || !request.forks.empty()) return false;
    const AreaStanding& standing = request.areas.front();
    return standing.scope != scopeOf(caller.user.areas) || standing.position > 0;
}

void Workspace::Impl::goOver(const Caller& caller, const SyncRequest& request, SyncReply& reply) {
    const AreaStanding& standing = request.areas.front();
    const AreaScope now = scopeOf(caller.user.areas);
    const bool goesOn = standing.position > 0 && standing.next == now;
    const std::set<std::string> reach = this->reach(now.codes);
    // When it was on its way to yet other areas, it may have put away what it had, and got others.
    std::vector<std::optional<std::set<std::string>>> held = {reachOf(standing.scope)};
    for (const AreaScope& passed : standing.passed)
        held.push_back(held.size() < kTurns ? reachOf(passed) : std::nullopt);
    if (standing.position > 0 && !goesOn) held.push_back(reachOf(standing.next));

    AreaStep step{standing.scope, now, goesOn ? standing.position : 0, 0};
    std::map<std::uint64_t, StoredChange> entered;  // by number
    auto enter = [&](const std::string& formId, const Id& record) {
        std::size_t size = 0;
        for (const Id& each : familyOf(formId, record)) {
            const auto state = stores.records.state(formId, each);
            if (!state) continue;
            for (StoredChange& change : stores.view.changesOf(*state)) {
                const auto number = stores.changes.causality().number(change.ref);
                if (!number || *number > request.cursor.number || entered.contains(*number))
                    continue;
                size += roughSize(change.change);
                entered.emplace(*number, std::move(change));
            }
        }
        return size;
    };

    RecordWalk walk(stores, step.first);
    std::size_t size = 0, looked = 0;
    bool isWhole = false;
    for (; size < surroundings.limits.feedBytes && looked < kLookedAt; ++looked) {
        if ((isWhole = !walk.next())) break;
        // Where it lay up to the cursor, which is what the laptop goes by, nobody looks up.
        bool mayBeHeld = movesAfter(walk.form(), walk.record(), request.cursor.number);
        bool isHeld = !mayBeHeld;
        for (const auto& each : held) {
            const bool was = each && isFor(*each, walk.form(), walk.record());
            isHeld = isHeld && was;
            mayBeHeld = mayBeHeld || was || !each;
        }
        const bool isWanted = isFor(reach, walk.form(), walk.record());
        if (isWanted && !isHeld) size += enter(walk.form(), walk.record());
        if (isWanted || !mayBeHeld) continue;
        reply.left.push_back({walk.form(), walk.record()});
        size += kLeftBytes;
    }
    if (!isWhole) step.next = walk.position();

    std::vector<StoredChange> given;
    for (auto& [number, change] : entered) {
        describeBranch(change.ref.branch, reply.branches);
        tellOldNumbers(change.ref, 1, reply);
        given.push_back(std::move(change));
    }
    if (!given.empty())
        reply.feed = encodeFeed(
            {FeedPart{{}, packFrame(encodeBatch(batchOf(given, stores.changes.causality())))}});
    reply.areas = {std::move(step)};
    reply.hasMore = true;
}

}  // namespace sotay
