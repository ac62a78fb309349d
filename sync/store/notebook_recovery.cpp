#include <algorithm>

#include "sync/codec/frame.h"
#include "sync/store/notebook_impl.h"

// A laptop whose server came back from a backup. The server's log broke: what the backup lacks is
// handed back, own changes and signed replies with others' changes; then the new log is received
// from the break on, and kept aside until it is whole. Until then this notebook shows, and counts
// as seen, what it did before. Settings:
//   recovery.incarnation  to which the log goes over; 0: nothing broke
//   recovery.cursor       how far the new log has been received
//   recovery.returned     the last of `replies` that the server has taken back
//   recovery.first        the first of `replies` that is kept aside
//   recovery.last         the last of `replies` when the log broke
//   log.end               how long the log was, as far as this laptop ever heard

namespace sotay {

bool Notebook::Impl::isWithin(std::uint64_t top) {
    const auto end = static_cast<std::uint64_t>(number("log.end"));
    return end > 0 && end <= top;
}

bool Notebook::Impl::isRecovering() { return number("recovery.incarnation") != 0; }

void Notebook::Impl::beginRecovery(std::uint32_t incarnation) {
    const Causality& causality = stores.changes.causality();
    const Seen cursor = this->cursor();
    const std::uint64_t shared = causality.sharedTop(cursor.incarnation, incarnation);
    // What it passed over lay elsewhere then, it may be by what is lost now.
    const bool mayLack = !worksEverywhere() && !isWithin(shared);
    const std::uint64_t backTo = mayLack ? 0 : std::min(cursor.number, shared);
    setNumber("recovery.incarnation", incarnation);
    stores.attachments.forgetStandings();
    setNumber("recovery.cursor", static_cast<std::int64_t>(backTo));
    setNumber("recovery.returned", 0);
    setNumber("lore", 0);  // which the new log counts anew
    // So it does with its positions: what was on its way to other areas starts again, from nothing
    // that the server could take for known.
    AreaStanding standing = areas();
    if (standing.position > 0) {
        standing.passed.push_back({{}, kAreasUnknown});
        setAreas(standing);
    }
    std::int64_t last =
        stores.database.raw().execAndGet("SELECT ifnull(max(n),0) FROM replies").getInt64();
    setNumber("recovery.last", last);
    setNumber("recovery.first", last + 1);
    // The restored server counts the versions of its directory anew.
    setNumber("directory", 0);
    // A first sync that was under way begins again.
    auto& drop = stores.database.statement("DELETE FROM snapshots WHERE number=?");
    drop.bind(1, number("snapshot.number"));
    drop.exec();
    setNumber("snapshot.number", 0);
    setNumber("snapshot.position", 0);
    nameSnapshotsLocally();
    chains.forget();
    // Own changes that the new log may lack are sent once more; those that it has are no news.
    std::uint32_t height = 1;
    while (height <= ownTip() && causality.inLog({own, height}, {incarnation, UINT64_MAX}))
        ++height;
    setNumber("own.acked", std::min<std::int64_t>(number("own.acked"), height - 1));
    auto& quarantined = stores.database.statement("DELETE FROM quarantined WHERE height>=?");
    quarantined.bind(1, height);
    quarantined.exec();
}

// The server's names of branches are lost with the log: snapshots that are kept get this notebook's
// own, and no list of branches, which tells them from others.
void Notebook::Impl::nameSnapshotsLocally() {
    std::vector<std::pair<std::int64_t, std::string>> renamed;
    SQLite::Statement find(stores.database.raw(), "SELECT n,frame FROM snapshots ORDER BY n");
    while (find.executeStep()) {
        auto bytes = unpackFrame(bytesColumn(find, 1), SIZE_MAX);
        auto snapshot = bytes.ok() ? decodeSnapshot(*bytes) : Result<Snapshot>(bytes.error());
        if (!snapshot.ok()) throw SQLite::Exception(snapshot.error().message);
        if (snapshot->branches.empty()) continue;
        snapshot->branches.clear();
        for (SnapshotRecord& record : snapshot->records)
            for (SnapshotHead& head : record.heads)
                if (auto ref = chains.local({head.branch, head.height})) head.branch = ref->branch;
        renamed.emplace_back(find.getColumn(0).getInt64(), packFrame(encodeSnapshot(*snapshot)));
    }
    for (const auto& [n, frame] : renamed) {
        auto& put = stores.database.statement("UPDATE snapshots SET frame=? WHERE n=?");
        put.bind(1, frame.data(), static_cast<int>(frame.size()));
        put.bind(2, n);
        put.exec();
    }
}

void Notebook::Impl::addRecovery(SyncRequest& request, std::size_t limit) {
    for (const auto& known : stores.changes.forks()) {
        SignedFork fork{known.fork, {}};
        std::copy_n(known.signature.begin(),
                    std::min(known.signature.size(), fork.signature.size()),
                    fork.signature.begin());
        request.forks.push_back(fork);
    }
    const auto incarnation = static_cast<std::uint32_t>(number("recovery.incarnation"));
    const Causality& causality = stores.changes.causality();
    SQLite::Statement find(stores.database.raw(),
                           "SELECT incarnation,last_number,frame FROM replies WHERE n>? AND n<=? "
                           "ORDER BY n");
    find.bind(1, number("recovery.returned"));
    find.bind(2, number("recovery.last"));
    std::size_t size = 0;
    while (find.executeStep()) {
        auto last = static_cast<std::uint64_t>(find.getColumn(1).getInt64());
        if (last <= causality.sharedTop(find.getColumn(0).getUInt(), incarnation)) continue;
        std::string frame = bytesColumn(find, 2);
        if (!request.returned.empty() && size + frame.size() > limit) break;
        size += frame.size();
        request.returned.push_back(std::move(frame));
    }
    // With nothing more to hand back, the new log is asked for.
    if (request.returned.empty())
        request.cursor = {incarnation, static_cast<std::uint64_t>(number("recovery.cursor"))};
}

std::vector<BatchNumbers> Notebook::Impl::numbersOf(std::uint32_t firstHeight,
                                                    std::uint32_t count) {
    std::vector<BatchNumbers> numbers;
    for (const auto& run : stores.changes.causality().numbersOf({own, firstHeight}, count))
        numbers.push_back({run.first.height - firstHeight, run.count, run.incarnation, run.number});
    return numbers;
}

void Notebook::Impl::continueRecovery(const SyncRequest& request, const SyncReply& reply,
                                      std::string_view framed, Received& received) {
    received.hasMore = true;
    received.cursor = cursor().number;
    if (static_cast<std::uint32_t>(number("recovery.incarnation")) != reply.incarnation) {
        beginRecovery(reply.incarnation);
        return;
    }
    if (request.cursor.incarnation != reply.incarnation) {
        // The frames that were sent are those after the last that was taken back, as addRecovery
        // chose them.
        std::size_t left = request.returned.size();
        SQLite::Statement find(stores.database.raw(),
                               "SELECT n,incarnation,last_number FROM replies WHERE n>? AND n<=? "
                               "ORDER BY n");
        find.bind(1, number("recovery.returned"));
        find.bind(2, number("recovery.last"));
        while (left > 0 && find.executeStep()) {
            auto last = static_cast<std::uint64_t>(find.getColumn(2).getInt64());
            if (last <= stores.changes.causality().sharedTop(find.getColumn(1).getUInt(),
                                                             reply.incarnation))
                continue;
            setNumber("recovery.returned", find.getColumn(0).getInt64());
            --left;
        }
        return;
    }
    // Whoever is locked out handed back what they held, and gets nothing: they stay where they are.
    received.hasMore = reply.hasMore;
    if (!reply.hasMore && reply.cursor < reply.logEnd) return;
    keepReply(reply, framed);
    setNumber("recovery.cursor", static_cast<std::int64_t>(reply.cursor));
    if (!reply.hasMore) finishRecovery(reply, received);
}

void Notebook::Impl::finishRecovery(const SyncReply& last, Received& received) {
    // Records that a snapshot brought without their changes are as the backup has them: it holds
    // them all, whatever numbers the snapshot was counted by.
    const std::uint64_t shared =
        stores.changes.causality().sharedTop(stores.changes.incarnation(), last.incarnation);
    for (const char* rewind : {"UPDATE snapshots SET number=min(number,?1),as_of=min(as_of,?1)",
                               "UPDATE ahead SET number=min(number,?1)"}) {
        auto& rewound = stores.database.statement(rewind);
        rewound.bind(1, static_cast<std::int64_t>(std::min<std::uint64_t>(shared, INT64_MAX)));
        rewound.exec();
    }
    stores.changes.setIncarnation(last.incarnation);
    std::vector<std::string> aside;
    {
        SQLite::Statement find(stores.database.raw(),
                               "SELECT frame FROM replies WHERE n>=? ORDER BY n");
        find.bind(1, number("recovery.first"));
        while (find.executeStep()) aside.push_back(bytesColumn(find, 0));
    }
    Arriving arriving(*this);
    for (const std::string& frame : aside) {
        auto reply = decodeMessage<SyncReply>(frame);
        if (!reply.ok()) throw SQLite::Exception(reply.error().message);
        for (const BranchNote& branch : reply->branches) chains.note(branch);
        FeedReader feed(reply->feed);
        receiveFeed(*reply, feed, received, arriving);
    }
    arriving.returning.finish();
    // What was handed back is in the new log now, which a later backup will hold.
    auto& kept = stores.database.statement(
        "UPDATE replies SET incarnation=?1,last_number=?2 WHERE incarnation<>?1");
    kept.bind(1, last.incarnation);
    kept.bind(2, static_cast<std::int64_t>(last.cursor) + 1);
    kept.exec();
    setNumber("recovery.incarnation", 0);
    setNumber("cursor.incarnation", last.incarnation);
    setNumber("cursor.number", static_cast<std::int64_t>(last.cursor));
    // The backup may be from when this person had other areas: then it goes on at once.
    received.hasMore = !isInItsAreas();
    setNumber("log.end", static_cast<std::int64_t>(last.logEnd));
    received.cursor = last.cursor;
    for (const auto& [formId, record] : stores.records.inConflict())
        stores.records.refresh(formId, record);
}

void Notebook::Impl::keepReply(const SyncReply& reply, std::string_view framed) {
    bool tells = !reply.feed.empty() || !reply.oldNumbers.empty() ||
                 (!reply.snapshot.empty() && reply.backedUpTo > 0) ||
                 !reply.directory.users.empty() || !reply.directory.devices.empty() ||
                 !reply.directory.forms.empty();
    if (!tells && !isRecovering()) return;
    auto& keep = stores.database.statement(
        "INSERT INTO replies(incarnation,last_number,frame) VALUES(?,?,?)");
    keep.bind(1, reply.incarnation);
    // A directory is in no backup that was made before the log went on.
    bool hasLog = reply.directory.version == 0 && !reply.feed.empty();
    keep.bind(2, static_cast<std::int64_t>(hasLog ? reply.cursor : reply.logEnd + 1));
    keep.bind(3, framed.data(), static_cast<int>(framed.size()));
    keep.exec();
}

void Notebook::Impl::dropBackedUp(const SyncReply& reply) {
    if (isRecovering() || reply.backedUpTo == 0) return;
    auto& drop =
        stores.database.statement("DELETE FROM replies WHERE incarnation=? AND last_number<=?");
    drop.bind(1, reply.incarnation);
    drop.bind(2, static_cast<std::int64_t>(reply.backedUpTo));
    drop.exec();
}

}  // namespace sotay
