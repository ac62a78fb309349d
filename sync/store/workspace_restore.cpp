#include <algorithm>
#include <cstring>

#include "sync/codec/compact_batch.h"
#include "sync/codec/crypto.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/store/durable_file.h"
#include "sync/store/workspace_impl.h"

// A server that was restored from a backup, and what laptops hand back to it.

namespace sotay {

Status Workspace::restore(const std::filesystem::path& file, const std::filesystem::path& backup,
                          Surroundings surroundings) {
    return guarded([&]() -> Status {
        std::error_code problem;
        if (!std::filesystem::is_regular_file(backup, problem))
            return Error{Code::NotFound, "There is no backup file of that name."};
        // Beside the file itself, so that the last step is one rename.
        std::filesystem::path fresh = file;
        fresh += ".restored";
        for (const char* end : {"", "-wal", "-shm"})
            std::filesystem::remove(std::filesystem::path(fresh) += end, problem);
        std::filesystem::copy_file(backup, fresh);
        {
            Database check(fresh);
            auto sound = check.raw().execAndGet("PRAGMA integrity_check").getString();
            if (sound != "ok" || check.setting("server.secret").empty())
                return Error{Code::Corrupt, "The file is no whole backup of a workspace."};
        }
        {
            Impl restored(fresh, std::move(surroundings));
            restored.beginIncarnation();
            restored.stores.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
            restored.stores.database.run("PRAGMA journal_mode=DELETE");
        }
        if (auto done = makeDurable(fresh); !done.ok()) return done;
        // What was there stays readable beside it.
        if (std::filesystem::exists(file)) {
            std::filesystem::path old;
            for (int n = 1; old.empty() || std::filesystem::exists(old); ++n) {
                old = file;
                old += ".before-restore-" + std::to_string(n);
            }
            for (const char* end : {"-wal", "-shm", ""}) {
                std::filesystem::path from = file, to = old;
                from += end;
                to += end;
                if (std::filesystem::exists(from)) std::filesystem::rename(from, to);
            }
        }
        return renameDurably(fresh, file);
    });
}

void Workspace::Impl::beginIncarnation() {
    Work work(stores);
    LogFork fork;
    fork.parent = stores.changes.incarnation();
    fork.top = stores.changes.lastNumber();
    // Drawn, not counted: two restores from one backup must not take one name.
    while (fork.incarnation == 0 || stores.changes.causality().forkOf(fork.incarnation))
        fork.incarnation = static_cast<std::uint32_t>(randomNumber() >> 33);
    SignedFork signedFork{fork, sign(forkBytes(fork), keys.secretKey)};
    learnFork(signedFork);
    stores.changes.setIncarnation(fork.incarnation);
    setNumber("backed_up_to", static_cast<std::int64_t>(fork.top));
    work.commit();
}

void Workspace::Impl::learnFork(const SignedFork& fork) {
    if (!verifySignature(forkBytes(fork.fork), fork.signature, keys.publicKey))
        throw SQLite::Exception("The laptop tells of a log that this server never had.");
    std::string_view signature(reinterpret_cast<const char*>(fork.signature.data()),
                               fork.signature.size());
    if (!stores.changes.fork(fork.fork, signature)) return;
    stores.database.run(
        "INSERT INTO lore(branch,height,count,incarnation,number) VALUES(0,0,0,0,0)");
}

void Workspace::Impl::learn(ChangeRef first, std::uint32_t count, std::uint32_t incarnation,
                            std::uint64_t number, std::vector<ChangeRef>& news) {
    const Causality& causality = stores.changes.causality();
    bool isKnown = incarnation == 0 || causality.forkOf(incarnation);
    for (std::uint32_t i = 0; i < count && isKnown; ++i) {
        ChangeRef ref{first.branch, first.height + i};
        if (causality.inherits(incarnation, number + i) ||
            causality.isPlaced(ref, 1, incarnation, number + i))
            continue;
        stores.changes.place(ref, 1, number + i, incarnation);
        news.push_back(ref);
        auto& tell = stores.database.statement(
            "INSERT INTO lore(branch,height,count,incarnation,number) VALUES(?,?,1,?,?)");
        tell.bind(1, ref.branch);
        tell.bind(2, ref.height);
        tell.bind(3, incarnation);
        tell.bind(4, static_cast<std::int64_t>(number + i));
        tell.exec();
    }
}

void Workspace::Impl::mergeAgain(const std::vector<ChangeRef>& news) {
    std::set<std::pair<std::string, Id>> records;
    for (ChangeRef ref : news)
        if (auto* change = stores.changes.peek(ref))
            records.insert({change->form.formId, change->record});
    for (const auto& [formId, record] : records) stores.records.mergeAgain(formId, record);
}

void Workspace::Impl::takeBack(const SyncRequest& request) {
    for (const SignedFork& fork : request.forks) learnFork(fork);
    for (const std::string& framed : request.returned) takeBackReply(framed);
}

void Workspace::Impl::takeBackDirectory(const Directory& directory) {
    for (const UserInfo& user : directory.users) {
        if (stores.people.user(user.id)) continue;
        stores.people.put(user);
        changedInDirectory("user", user.id.toString());
    }
    for (const DeviceInfo& device : directory.devices) {
        const DeviceInfo* known = stores.people.device(device.key);
        if (known && (known->isRevoked || !device.isRevoked)) continue;
        stores.people.put(device);
        changedInDirectory(
            "device",
            std::string_view(reinterpret_cast<const char*>(device.key.data()), device.key.size()));
    }
    for (const FormInfo& form : directory.forms) {
        if (form.version <= stores.forms.newestVersion(form.formId)) continue;
        publishAs(form);
    }
}

void Workspace::Impl::takeBackReply(const std::string& framed) {
    auto reply = decodeMessage<SyncReply>(framed);
    if (!reply.ok()) throw SQLite::Exception(reply.error().message);
    if (!verifySignature(signedBytes(*reply), reply->signature, keys.publicKey))
        throw SQLite::Exception("The laptop hands back what this server never said.");
    for (const SignedFork& fork : reply->forks) learnFork(fork);
    takeBackDirectory(reply->directory);

    auto parts = decodeFeed(reply->feed);
    if (!parts.ok()) throw SQLite::Exception(parts.error().message);
    // First where everything stands and which numbers it had, then the merge, which asks for them.
    std::vector<std::pair<ChangeStore::Spliced, Change>> placed;
    std::vector<ChangeRef> news;
    auto takeRuns = [&](const LentBatch& came, std::string_view frame) {
        std::size_t at = 0;
        std::vector<Change> all = came.made();
        for (const Run& run : came.runs) {
            if (run.count == 0) continue;
            auto changes = std::span(all).subspan(at, run.count);
            auto ids = std::span(came.ids).subspan(at, run.count);
            at += run.count;
            std::uint32_t branch =
                stores.changes.branchFor(run.device, run.firstHeight, ids.front(), run.prev);
            auto spliced = stores.changes.splice(
                branch, run.firstHeight, run, [&] { return changes; }, ids, frame);
            for (std::uint32_t i = 0; i < spliced.size(); ++i) {
                if (run.firstNumber > 0)
                    learn(spliced[i].ref, 1, reply->incarnation, run.firstNumber + i, news);
                placed.emplace_back(spliced[i], std::move(changes[i]));
            }
        }
    };
    for (const FeedPart& part : *parts) {
        auto opened = openPart(part);
        if (!opened.ok()) throw SQLite::Exception(opened.error().message);
        takeRuns(*opened, part.placed.count > 0 ? std::string_view(part.frame) : "");
    }
    // Of a snapshot, the changes that no backup held then.
    if (!reply->snapshot.empty()) {
        auto snapshot = decodeSnapshot(reply->snapshot);
        if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
        if (!snapshot->changes.empty()) {
            auto opened = LentBatch::read(std::move(snapshot->changes));
            if (!opened.ok()) throw SQLite::Exception(opened.error().message);
            takeRuns(*opened, {});
        }
    }
    for (const OldNumbers& old : reply->oldNumbers)
        if (auto ref = stores.changes.at(old.device, old.height, old.first))
            learn(*ref, old.count, old.incarnation, old.number, news);
    for (const auto& [spliced, change] : placed) {
        // It was in the log once, and people have seen it: what keeps changes out does not count.
        auto& admit = stores.database.statement(
            "UPDATE quarantine SET state='admitted' WHERE branch=? AND height=? AND "
            "state<>'admitted'");
        admit.bind(1, spliced.ref.branch);
        admit.bind(2, spliced.ref.height);
        if (admit.exec() > 0 || spliced.isNew) applyToLog(change, spliced.ref);
    }
    mergeAgain(news);
}

bool Workspace::Impl::isStale(const SyncRequest& request) {
    if (request.cursor.incarnation == stores.changes.incarnation()) return false;
    return request.cursor.number > 0 || request.snapshotPosition > 0 || followsUnknown(request);
}

// Of a laptop whose changes all went into quarantine the lost log gave no number.
bool Workspace::Impl::followsUnknown(const SyncRequest& request) {
    if (request.batches.empty() || isCompact(request.batches.front())) return false;
    auto bytes = unpackFrame(request.batches.front());
    auto batch = bytes.ok() ? decodeBatch(*bytes) : Result<DecodedBatch>(bytes.error());
    if (!batch.ok() || batch->batch.runs.empty()) return false;
    const Run& run = batch->batch.runs.front();
    return !run.prev.isNil() && stores.people.device(run.device) &&
           !stores.changes.findId(run.device, run.prev);
}

bool Workspace::Impl::isLate(const SyncRequest& request) {
    return isStale(request) &&
           std::none_of(request.forks.begin(), request.forks.end(), [&](const SignedFork& known) {
               return known.fork.incarnation == stores.changes.incarnation();
           });
}

Status Workspace::Impl::logGap(const SyncRequest& request) const {
    bool isBeyond = request.cursor.incarnation == stores.changes.incarnation() &&
                    request.cursor.number > stores.changes.lastNumber();
    if (!isBeyond) return {};
    return Error{Code::Rejected,
                 "The server was put back to an older state by other means than \"sotayd "
                 "restore\". Its administrator must restore it with that command; nothing on this "
                 "laptop is lost."};
}

void Workspace::Impl::tellLore(std::uint64_t after, SyncReply& reply) {
    reply.lore = after;
    auto& find = stores.database.statement(
        "SELECT version,branch,height,incarnation,number FROM lore WHERE version>? ORDER BY "
        "version LIMIT 4096");
    find.bind(1, static_cast<std::int64_t>(reply.lore));
    std::vector<Causality::Placed> told;
    bool hasForks = false;
    while (find.executeStep()) {
        reply.lore = static_cast<std::uint64_t>(find.getColumn(0).getInt64());
        ChangeRef ref{find.getColumn(1).getUInt(), find.getColumn(2).getUInt()};
        if (ref.branch == 0)
            hasForks = true;
        else
            told.push_back({ref, 1, find.getColumn(3).getUInt(),
                            static_cast<std::uint64_t>(find.getColumn(4).getInt64())});
    }
    find.reset();
    if (hasForks && reply.forks.empty())
        for (const auto& known : stores.changes.forks()) {
            SignedFork fork{known.fork, {}};
            std::memcpy(fork.signature.data(), known.signature.data(),
                        std::min(known.signature.size(), fork.signature.size()));
            reply.forks.push_back(fork);
        }
    for (const auto& each : told) tellOldNumbers(each.first, 1, reply);
}

void Workspace::Impl::tellOldNumbers(ChangeRef first, std::uint32_t count, SyncReply& reply) {
    const Causality& causality = stores.changes.causality();
    if (!causality.hasForks()) return;
    for (const auto& old : causality.numbersOf(first, count)) {
        if (causality.inherits(old.incarnation, old.number)) continue;
        if (!reply.oldNumbers.empty()) {
            OldNumbers& last = reply.oldNumbers.back();
            bool isSame = last.incarnation == old.incarnation && last.number == old.number;
            if (isSame) continue;
        }
        auto change = stores.changes.find(old.first);
        if (!change) continue;
        reply.oldNumbers.push_back({change->change.device, old.first.height, old.count, change->id,
                                    old.incarnation, old.number});
    }
}

}  // namespace sotay
