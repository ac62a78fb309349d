#include <algorithm>

#include "sync/store/notebook_impl.h"

// A laptop's side of syncs that travel as files (sync/bundle.h). Settings:
//   bundle.id  of the bundle that was made last; the answer to it names it

namespace sotay {
namespace {

constexpr const char* kNotEnrolled = "This notebook is not enrolled at a server yet.";

std::string hashOf(std::string_view file) {
    auto hash = hash256(file);
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

std::vector<SyncRequest> Notebook::Impl::bundledRequests(BundleMade& made) {
    std::vector<SyncRequest> all;
    SyncRequest blank = newRequest(), back;
    if (isRecovering()) {
        // All at once, and the new log is asked for with it: a stick may travel for days.
        addRecovery(back, SIZE_MAX);
        blank.cursor = {static_cast<std::uint32_t>(number("recovery.incarnation")),
                        static_cast<std::uint64_t>(number("recovery.cursor"))};
    }
    addHeld(blank);

    SyncRequest request = blank;
    request.forks = back.forks;
    std::size_t packed = 0;
    auto next = [&](std::size_t size) {
        if (packed > 0 && packed + size > surroundings.limits.requestBytes) {
            all.push_back(std::exchange(request, blank));
            packed = 0;
        }
        packed += size;
    };
    for (std::string& reply : back.returned) {
        next(reply.size());
        request.returned.push_back(std::move(reply));
    }
    if (!back.returned.empty()) {
        all.push_back(std::exchange(request, blank));
        packed = 0;
    }
    auto from = static_cast<std::uint32_t>(number("own.acked")) + 1;
    for (auto& frame : stores.changes.frames(own, from, ownTip())) {
        next(frame.bytes.size());
        if (isRecovering()) request.numbers.push_back(numbersOf(frame.firstHeight, frame.count));
        made.changes += frame.count;
        request.batches.push_back(std::move(frame.bytes));
    }
    all.push_back(std::move(request));
    return all;
}

Result<BundleMade> Notebook::exportBundle() {
    return guarded([&]() -> Result<BundleMade> {
        Impl& impl = *impl_;
        Work work(impl.stores);
        impl.refresh();
        const Identity who = impl.identity();
        if (!who.isEnrolled) return Error{Code::Rejected, kNotEnrolled};
        impl.seal();
        BundleMade made;
        const auto requests = impl.bundledRequests(made);
        BundledRequest piece;
        piece.device = impl.keys.publicKey;
        piece.bundle = impl.surroundings.newId();
        AttachmentRequest files;
        files.offers = impl.unsentFiles();
        piece.count = static_cast<std::uint32_t>(requests.size());
        piece.taken = static_cast<std::uint32_t>(impl.number("own.acked"));
        Bundle bundle{Bundle::Kind::ToServer, impl.keys.publicKey, who.serverKey, {}};
        for (const SyncRequest& request : requests) {
            piece.request = encodeMessage(request);
            piece.files = piece.index == 0 && !files.offers.empty() ? encodeMessage(files) : "";
            bundle.pieces.push_back(sealPiece(piece, impl.keys, who.serverKey));
            ++piece.index;
        }
        impl.stores.database.setSetting("bundle.id", piece.bundle.toString());
        work.commit();
        made.file = encodeBundle(bundle);
        return made;
    });
}

Result<BundleRead> Notebook::importBundle(std::string_view file) {
    return guarded([&]() -> Result<BundleRead> {
        Impl& impl = *impl_;
        impl.refresh();
        const Identity who = impl.identity();
        if (!who.isEnrolled) return Error{Code::Rejected, kNotEnrolled};
        auto bundle = decodeBundle(file);
        if (!bundle.ok()) return bundle.error();
        const bool isAnswer = bundle->kind == Bundle::Kind::ToLaptop;
        if ((isAnswer ? bundle->sender : bundle->recipient) != who.serverKey)
            return Error{Code::Rejected,
                         "The bundle belongs to another server than this notebook's."};
        if (isAnswer && bundle->recipient == impl.keys.publicKey) return impl.applyAnswer(*bundle);
        Work work(impl.stores);
        BundleRead read = impl.carry(*bundle, file);
        work.commit();
        return read;
    });
}

bool Notebook::Impl::standsAsAsked(const BundledReply& piece, const SyncReply& reply) {
    const Directory& news = reply.directory;
    const bool hasNothing = cursor().number == 0 && number("snapshot.position") == 0;
    const bool tells = news.version >= static_cast<std::uint64_t>(number("directory"));
    // Whoever has nothing yet is in the areas that it is told of.
    if (hasNothing && tells && !news.areas.empty()) return true;
    const AreaStanding standing = areasSaid();
    return standing.scope.codes.empty() || piece.areas == encodeAreas(standing);
}

Notebook::Impl::Fit Notebook::Impl::fitOf(const BundledReply& piece, const SyncReply& reply) {
    const Seen now = cursor();
    const auto going = static_cast<std::uint32_t>(number("recovery.incarnation"));
    const auto position = static_cast<std::uint64_t>(number("snapshot.position"));
    // What was acknowledged without coming into the log, in quarantine, is lost with it too.
    const bool hasBegun = now.number > 0 || position > 0 || number("own.acked") > 0;
    const std::uint32_t here = going ? going : now.incarnation;
    if ((going || hasBegun) && reply.incarnation != here) {
        // A log that this laptop has heard of and is not in was left behind.
        const bool isLeft =
            reply.incarnation == 0 || stores.changes.causality().forkOf(reply.incarnation);
        return isLeft ? Fit::Old : Fit::Break;
    }
    if (going) {
        if (piece.from.incarnation != going) return Fit::Old;
        // What this laptop hands back has to be there before it goes over to the new log, and only
        // the answer to its own bundle says so: a copy of this laptop gets answers as well.
        if (piece.bundle.toString() != stores.database.setting("bundle.id"))
            return Fit::OfAnotherCopy;
        const auto reached = static_cast<std::uint64_t>(number("recovery.cursor"));
        if (piece.from.number == reached) return Fit::Next;
        return reply.cursor <= reached ? Fit::Old : Fit::Gap;
    }
    const bool isNewDirectory =
        reply.directory.version > static_cast<std::uint64_t>(number("directory"));
    if (reply.areas.empty() && !standsAsAsked(piece, reply)) {
        // What it brings is for other areas; that there are others may be news.
        const bool bringsRecords =
            !reply.feed.empty() || !reply.snapshot.empty() || !reply.left.empty();
        const bool isHere = reply.cursor == now.number && reply.snapshotPosition == position;
        return isNewDirectory && isHere && !bringsRecords ? Fit::Next : Fit::Old;
    }
    if (!reply.snapshot.empty()) {
        if (now.number > 0) return Fit::Old;
        const auto under = static_cast<std::uint64_t>(number("snapshot.number"));
        if (piece.snapshotPosition == 0)
            return position > 0 && under == reply.snapshotNumber ? Fit::Old : Fit::Next;
        if (under != piece.snapshotNumber || position < piece.snapshotPosition) return Fit::Gap;
        return position == piece.snapshotPosition ? Fit::Next : Fit::Old;
    }
    if (piece.from.number > now.number) return Fit::Gap;
    if (!reply.areas.empty()) {
        AreaStanding standing = areasSaid(), after = standing;
        if (isPast(standing, reply.areas.front())) return Fit::Old;
        // It brings what other areas have up to there, and the pieces after it build on that.
        follow(after, reply.areas.front());
        return piece.from.number == now.number && after != standing ? Fit::Next : Fit::Gap;
    }
    const bool tells = reply.cursor > now.number || (reply.cursor == now.number && isNewDirectory);
    return tells ? Fit::Next : Fit::Old;
}

Result<BundleRead> Notebook::Impl::applyAnswer(const Bundle& bundle) {
    BundleRead read;
    read.isNews = false;
    const std::int64_t acknowledged = number("own.acked");
    for (const std::string& sealed : bundle.pieces) {
        auto piece = openReply(sealed, keys, bundle.sender);
        if (!piece.ok()) return piece.error();
        if (piece->device != keys.publicKey)
            return Error{Code::Corrupt, "The answer is for another laptop."};
        auto opened = OpenedReply::open(std::move(piece->reply), bundle.sender);
        if (!opened.ok()) return opened.error();
        const SyncReply& reply = opened->reply;
        // Each piece is on disk before the next, as each reply over the network is.
        Work work(stores);
        refresh();
        Received received;
        const Fit fit = fitOf(*piece, reply);
        if (fit == Fit::Gap)
            return Error{Code::Rejected,
                         "The answer goes on from more than this laptop has. Make a new bundle "
                         "here and bring it to the server; nothing is lost."};
        if (fit == Fit::Next || fit == Fit::Break) {
            SyncRequest asked = newRequest();
            if (isRecovering() && fit == Fit::Next) {
                asked.cursor = {reply.incarnation,
                                static_cast<std::uint64_t>(number("recovery.cursor"))};
                setNumber("recovery.returned", number("recovery.last"));
            }
            const bool startsSnapshot = !reply.snapshot.empty() && piece->snapshotPosition == 0;
            if (startsSnapshot) {
                auto& drop = stores.database.statement("DELETE FROM snapshots WHERE number=?");
                drop.bind(1, number("snapshot.number"));
                drop.exec();
            }
            applyReply(asked, *opened, received);
            // The state is that of the server's moment, told by this laptop's clock.
            setNumber("last_sync",
                      std::max(number("last_sync"), reply.serverSeconds + number("clock_offset")));
            read.isNews = true;
        }
        read.mustExportAgain = fit == Fit::Break || fit == Fit::OfAnotherCopy;
        receiveReceipts(*piece, reply, read);
        if (!piece->files.empty()) {
            auto files = decodeAttachmentReply(piece->files);
            if (!files.ok()) return files.error();
            const AttachmentsMoved moved = noteStandings(files->standing, files->incarnation);
            read.filesTaken += moved.sent;
            read.isNews = read.isNews || moved.progress > 0;
        }
        read.pulled += received.pulled;
        work.commit();
    }
    const std::int64_t now = number("own.acked");
    const auto taken = static_cast<std::uint64_t>(std::max<std::int64_t>(now - acknowledged, 0));
    read.acknowledged = taken - std::min(taken, read.quarantined);
    return read;
}

void Notebook::Impl::receiveReceipts(const BundledReply& piece, const SyncReply& reply,
                                     BundleRead& read) {
    if (isRecovering() || stores.changes.incarnation() != reply.incarnation) return;
    for (const Receipt& receipt : piece.receipts) {
        const ChangeRef first{own, receipt.height};
        if (receipt.height == 0 || receipt.count == 0 || receipt.height > ownTip() ||
            receipt.count - 1 > ownTip() - receipt.height)
            continue;
        // Of a copy of this laptop, when the chain goes on otherwise here.
        auto last = stores.changes.find({own, receipt.height + receipt.count - 1});
        if (!last || last->id != receipt.last) continue;
        for (const BranchNote& branch : reply.branches)
            if (branch.branch == receipt.branch) chains.note(branch);
        chains.map(receipt.branch, receipt.height, own);
        if (receipt.number > 0) {
            if (!stores.changes.causality().isPlaced(first, receipt.count, reply.incarnation,
                                                     receipt.number))
                stores.changes.place(first, receipt.count, receipt.number, reply.incarnation);
            numbered.push_back({receipt.height, receipt.count});
            admitted(receipt.height, receipt.count);
        } else {
            for (std::uint32_t i = 0; i < receipt.count; ++i) {
                auto& keep = stores.database.statement(
                    "INSERT OR IGNORE INTO quarantined(height,reason) VALUES(?,?)");
                keep.bind(1, receipt.height + i);
                keep.bind(2, receipt.reason);
                read.quarantined += static_cast<std::uint64_t>(keep.exec());
            }
        }
        const std::int64_t reached = receipt.height + receipt.count - 1;
        if (reached <= number("own.acked")) continue;
        // The server has the chain up to there, and whatever this laptop had sent before.
        stores.changes.taken(first, receipt.count, reply.serverSeconds, number("clock_offset"));
        setNumber("own.acked", reached);
        read.isNews = true;
    }
    isUnsentKnown = false;
    showNumbered(false);
}

BundleRead Notebook::Impl::carry(const Bundle& bundle, std::string_view file) {
    BundleRead read;
    const bool isForServer = bundle.kind == Bundle::Kind::ToServer;
    const PublicKey& device = isForServer ? bundle.sender : bundle.recipient;
    read.kind = isForServer ? BundleRead::Kind::ForServer : BundleRead::Kind::ForLaptop;
    if (const DeviceInfo* known = stores.people.device(device)) read.deviceName = known->name;
    auto& put = stores.database.statement(
        "INSERT OR IGNORE INTO carried(hash,for_server,device,pieces,delivered,refusal,received,"
        "bytes) VALUES(?,?,?,?,0,'',?,?)");
    const std::string hash = hashOf(file);
    bindBytes(put, 1, hash);
    put.bind(2, isForServer ? 1 : 0);
    put.bind(3, device.data(), static_cast<int>(device.size()));
    put.bind(4, static_cast<std::int64_t>(bundle.pieces.size()));
    put.bind(5, surroundings.nowMs() / 1000);
    put.bind(6, file.data(), static_cast<int>(file.size()));
    read.isNews = put.exec() > 0;
    if (!read.isNews) {
        // What the server refused may be welcome now: it gets another try.
        auto& retry = stores.database.statement("UPDATE carried SET refusal='' WHERE hash=?");
        bindBytes(retry, 1, hash);
        retry.exec();
    } else if (!isForServer) {
        // A newer answer goes on from the same place or a later one.
        auto& older = stores.database.statement(
            "DELETE FROM carried WHERE for_server=0 AND device=? AND hash<>?");
        older.bind(1, device.data(), static_cast<int>(device.size()));
        bindBytes(older, 2, hash);
        older.exec();
    }
    return read;
}

std::vector<CarriedBundle> Notebook::carried() const {
    auto all = guarded([&]() -> Result<std::vector<CarriedBundle>> {
        impl_->refresh();
        std::vector<CarriedBundle> list;
        auto& find = impl_->stores.database.statement(
            "SELECT n,for_server,device,pieces,delivered,refusal,received FROM carried ORDER BY n");
        while (find.executeStep()) {
            CarriedBundle bundle;
            bundle.number = static_cast<std::uint64_t>(find.getColumn(0).getInt64());
            bundle.isForServer = find.getColumn(1).getInt() != 0;
            bundle.device = keyColumn(find, 2);
            if (const DeviceInfo* known = impl_->stores.people.device(bundle.device))
                bundle.deviceName = known->name;
            bundle.pieces = find.getColumn(3).getUInt();
            bundle.delivered = find.getColumn(4).getUInt();
            bundle.refusal = find.getColumn(5).getString();
            bundle.receivedSeconds = find.getColumn(6).getInt64();
            list.push_back(std::move(bundle));
        }
        find.reset();
        return list;
    });
    return all.ok() ? *all : std::vector<CarriedBundle>();
}

Result<std::vector<Notebook::CarriedAnswer>> Notebook::carriedAnswers() const {
    std::vector<CarriedAnswer> answers;
    for (CarriedBundle& each : carried())
        if (!each.isForServer) answers.push_back({std::move(each), {}});
    return guarded([&]() -> Result<std::vector<CarriedAnswer>> {
        for (CarriedAnswer& answer : answers) {
            auto& find = impl_->stores.database.statement("SELECT bytes FROM carried WHERE n=?");
            find.bind(1, static_cast<std::int64_t>(answer.of.number));
            if (find.executeStep()) answer.file = bytesColumn(find, 0);
            find.reset();
        }
        return answers;
    });
}

Result<std::optional<Notebook::CarriedPiece>> Notebook::nextCarriedPiece() const {
    return guarded([&]() -> Result<std::optional<CarriedPiece>> {
        impl_->refresh();
        auto& find = impl_->stores.database.statement(
            "SELECT n,delivered,bytes FROM carried WHERE for_server=1 AND delivered<pieces AND "
            "refusal='' ORDER BY n LIMIT 1");
        std::optional<CarriedPiece> next;
        std::size_t index = 0;
        std::string file;
        if (find.executeStep()) {
            next = CarriedPiece{static_cast<std::uint64_t>(find.getColumn(0).getInt64()), {}};
            index = find.getColumn(1).getUInt();
            file = bytesColumn(find, 2);
        }
        find.reset();
        if (!next) return next;
        auto bundle = decodeBundle(file);
        if (!bundle.ok()) return bundle.error();
        next->sealed = std::move(bundle->pieces.at(index));
        return next;
    });
}

Status Notebook::carriedPieceTaken(std::uint64_t bundle, std::string_view answer) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        impl_->refresh();
        auto& done =
            impl_->stores.database.statement("UPDATE carried SET delivered=delivered+1 WHERE n=?");
        done.bind(1, static_cast<std::int64_t>(bundle));
        done.exec();
        // What the server has on disk need not be here; that it was here stays known.
        auto& drop = impl_->stores.database.statement(
            "UPDATE carried SET bytes=x'' WHERE n=? AND delivered=pieces");
        drop.bind(1, static_cast<std::int64_t>(bundle));
        drop.exec();
        if (!answer.empty()) {
            auto back = decodeBundle(answer);
            if (!back.ok()) return back.error();
            impl_->carry(*back, answer);
        }
        work.commit();
        return {};
    });
}

Status Notebook::carriedRefused(std::uint64_t bundle, const std::string& reason) {
    return guarded([&]() -> Status {
        Work work(impl_->stores);
        impl_->refresh();
        auto& refuse = impl_->stores.database.statement("UPDATE carried SET refusal=? WHERE n=?");
        refuse.bind(1, reason);
        refuse.bind(2, static_cast<std::int64_t>(bundle));
        refuse.exec();
        work.commit();
        return {};
    });
}

}  // namespace sotay
