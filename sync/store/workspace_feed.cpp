#include <algorithm>

#include "schema/mutant.h"
#include "sync/codec/crypto.h"
#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "sync/store/workspace_impl.h"

namespace sotay {
namespace {

bool covers(const std::vector<NumberRange>& ranges, std::uint64_t number) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const NumberRange& range) {
        std::uint64_t count = range.count + (mutant(Mutant::HeldOneTooMany) ? 1 : 0);
        return number >= range.first && number - range.first < count;
    });
}

bool overlaps(const std::vector<NumberRange>& ranges, std::uint64_t first, std::uint64_t count) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const NumberRange& range) {
        return first < range.first + range.count && range.first < first + count;
    });
}

// Is a stored batch worth passing on as it is? Small ones are better packed together.
bool isPassedOn(const ChangeStore::StoredFrame& frame, std::uint32_t changes) {
    return frame.count >= changes || frame.bytes.size() >= 4096;
}

// One chunk of the feed as it grows, in the order of the log.
class FeedChunk {
  public:
    FeedChunk(std::uint64_t cursor, const Causality& causality, std::size_t bytes)
        : cursor_(cursor), causality_(causality), bytes_(bytes) {}

    // `number` comes next in the log, and is not for this reader unless `give` is called for it.
    void step(std::uint64_t number) {
        numbers_.push_back(number);
        ends_.push_back(given_.size());
    }
    void give(StoredChange change) {
        if (!isGiven_.insert(change.ref).second) return;
        size_ += roughSize(change.change);
        given_.push_back(std::move(change));
        ends_.back() = given_.size();
    }
    // Passes a whole stored batch on. False when the chunk is full without it.
    bool pass(ChangeStore::StoredFrame frame, std::uint32_t branch, std::uint64_t number) {
        if (!closePiece() || (!parts_.empty() && packed_ + frame.bytes.size() > kChunkBytes))
            return false;
        packed_ += frame.bytes.size();
        cursor_ = number + frame.count - 1;
        isMoved_ = true;
        parts_.push_back({{frame.count, branch, frame.firstHeight, number, frame.receivedSeconds,
                           frame.clockOffset},
                          std::move(frame.bytes)});
        return true;
    }
    bool isFull() const { return size_ >= bytes_ || packed_ >= kChunkBytes; }

    void finish(SyncReply& reply) {
        closePiece();
        reply.cursor = isMoved_ ? cursor_ : reply.logEnd;
        reply.feed = encodeFeed(parts_);
    }

  private:
    // Packs what was given one by one. False when not all of it, or nothing more, fits the chunk.
    bool closePiece() {
        if (numbers_.empty()) return true;
        bool isWhole = true;
        while (!given_.empty()) {
            std::string frame = packFrame(encodeBatch(batchOf(given_, causality_)));
            if (packed_ + frame.size() <= kChunkBytes || (parts_.empty() && numbers_.size() == 1)) {
                packed_ += frame.size();
                parts_.push_back({{}, std::move(frame)});
                break;
            }
            isWhole = false;
            if (numbers_.size() == 1) {
                numbers_.clear();
                break;
            }
            numbers_.resize(numbers_.size() / 2);
            ends_.resize(numbers_.size());
            given_.erase(given_.begin() + static_cast<std::ptrdiff_t>(ends_.back()), given_.end());
        }
        if (!numbers_.empty()) {
            cursor_ = numbers_.back();
            isMoved_ = true;
        }
        numbers_.clear();
        ends_.clear();
        given_.clear();
        size_ = 0;
        return isWhole;
    }

    std::uint64_t cursor_;  // what is in `parts_` reaches up to here
    const Causality& causality_;
    const std::size_t bytes_;  // unpacked, roughly, of what is gathered
    bool isMoved_ = false;
    std::vector<FeedPart> parts_;
    std::size_t packed_ = 0;
    // The piece that is being gathered: changes, how many there were after each number, and the
    // numbers, so that it can be cut.
    std::vector<StoredChange> given_;
    std::vector<std::size_t> ends_;
    std::vector<std::uint64_t> numbers_;
    std::size_t size_ = 0;
    std::set<ChangeRef> isGiven_;
};

}  // namespace

std::size_t roughSize(const Change& change) {
    std::size_t size = 40;
    for (const Write& write : change.writes)
        size += 4 + (write.value.asText() ? write.value.asText()->size() : 5);
    return size;
}

Batch batchOf(const std::vector<StoredChange>& changes, const Causality& causality) {
    Batch batch;
    for (const StoredChange& stored : changes) {
        std::uint64_t number = causality.number(stored.ref).value_or(0);
        bool follows = false;
        if (!batch.runs.empty()) {
            const Run& last = batch.runs.back();
            follows = last.branch == stored.ref.branch &&
                      last.firstHeight + last.count == stored.ref.height &&
                      last.firstNumber + last.count == number && last.firstNumber != 0 &&
                      last.receivedSeconds == stored.receivedSeconds &&
                      last.clockOffset == stored.clockOffset;
        }
        if (!follows) {
            Run run;
            run.device = stored.change.device;
            run.prev = stored.change.prev;
            run.branch = stored.ref.branch;
            run.firstHeight = stored.ref.height;
            run.firstNumber = number;
            run.receivedSeconds = stored.receivedSeconds;
            run.clockOffset = stored.clockOffset;
            batch.runs.push_back(run);
        }
        ++batch.runs.back().count;
        batch.changes.push_back(stored.change);
    }
    return batch;
}

void Workspace::Impl::describeBranch(std::uint32_t branch, std::vector<BranchNote>& notes) {
    bool isThere = std::any_of(notes.begin(), notes.end(),
                               [&](const BranchNote& note) { return note.branch == branch; });
    const BranchInfo* info = stores.changes.branch(branch);
    if (isThere || !info || info->parent.height == 0) return;
    describeBranch(info->parent.branch, notes);
    notes.push_back({branch, info->parent.branch, info->parent.height, info->device});
}

void Workspace::Impl::fillFeed(const Caller& caller, const SyncRequest& request,
                               const std::vector<NumberRange>& acknowledged, SyncReply& reply) {
    reply.incarnation = stores.changes.incarnation();
    reply.serverSeconds = nowSeconds();
    reply.logEnd = stores.changes.lastNumber();
    reply.cursor = request.cursor.number;
    reply.backedUpTo = static_cast<std::uint64_t>(number("backed_up_to"));
    if (isStale(request)) {
        for (const auto& known : stores.changes.forks()) {
            SignedFork told{known.fork, {}};
            std::copy_n(known.signature.begin(),
                        std::min(known.signature.size(), told.signature.size()),
                        told.signature.begin());
            reply.forks.push_back(told);
        }
        reply.lore = request.lore;
        reply.hasMore = true;
        return;
    }
    if (caller.isRevoked) return;
    // Whoever comes from another log counted what it told.
    const bool isThisLog = request.cursor.incarnation == reply.incarnation;
    tellLore(isThisLog ? request.lore : 0, reply);
    reply.directory = directorySince(request.directory);
    if (areasChangedSince(caller, request.directory))
        reply.directory.areas = {scopeOf(caller.user.areas)};
    if (mustSayAreas(caller, request)) {
        reply.snapshotNumber = request.snapshotNumber;
        reply.snapshotPosition = request.snapshotPosition;
        reply.hasMore = true;
        return;
    }
    if (mustGoOver(caller, request)) {
        stores.refresh();
        goOver(caller, request, reply);
        return;
    }
    // A snapshot names heads by their place in a chain. To a copy of a laptop, whose chain is here
    // already, that would not tell its own changes from the other's: it gets the log. So does who
    // goes over to a new log, and has records already.
    std::uint64_t ofCaller = 0;
    for (const BranchInfo& branch : stores.changes.branchesOf(caller.key))
        ofCaller += branch.tip - branch.parent.height;
    for (const NumberRange& range : acknowledged) ofCaller -= std::min(ofCaller, range.count);
    const bool mayStart = (ofCaller == 0 && request.forks.empty()) || request.snapshotPosition != 0;
    const Reader reader = readerOf(caller, request);
    const std::set<std::string>& reach = reader.holds;
    const bool everywhere = reach.contains("*") && !reader.within;
    if (mayStart && fillSnapshot(reader, request, reply)) {
        // Of changes that were not there yet old numbers were told in vain.
        reply.oldNumbers.clear();
        reply.lore = 0;
        if (reply.snapshotPosition == 0) tellLore(0, reply);
        // A snapshot does not tell of own records that others have moved away since they came here.
        for (const NumberRange& range : acknowledged)
            for (std::uint64_t i = 0; i < range.count && !everywhere; ++i)
                tellLeft(reach, range.first + i, reply);
        if (reader.within) reply.hasMore = true;  // it goes over next
        return;
    }
    FeedChunk chunk(request.cursor.number, stores.changes.causality(),
                    surroundings.limits.feedBytes);
    auto give = [&](StoredChange change) {
        const Change& given = change.change;
        if (reader.within && !isFor(*reader.within, given.form.formId, given.record)) return;
        describeBranch(change.ref.branch, reply.branches);
        tellOldNumbers(change.ref, 1, reply);
        chunk.give(std::move(change));
    };
    bool isFull = false;
    for (const auto& run : stores.changes.log(request.cursor.number + 1, reply.logEnd)) {
        for (std::uint32_t i = 0; i < run.count && !isFull;) {
            const ChangeRef at{run.first.branch, run.first.height + i};
            const std::uint64_t number = run.number + i;
            // What the reader has sent itself need not be read to be passed over.
            if (covers(request.held, number) || covers(acknowledged, number)) {
                isFull = chunk.isFull();
                if (!isFull) chunk.step(number);
                if (!isFull && !everywhere) {
                    tellLeft(reach, number, reply);
                    giveReturning(reach, number, at, give);
                }
                i += isFull ? 0 : 1;
                continue;
            }
            // Whole batches that somebody sealed go on unopened to who may see everything.
            auto frame = everywhere ? stores.changes.frameAt(at, run.count - i) : std::nullopt;
            if (frame && isPassedOn(*frame, surroundings.limits.passedOn) &&
                !overlaps(request.held, number, frame->count) &&
                !overlaps(acknowledged, number, frame->count)) {
                describeBranch(at.branch, reply.branches);
                tellOldNumbers(at, frame->count, reply);
                i += frame->count;
                isFull = !chunk.pass(std::move(*frame), at.branch, number) || chunk.isFull();
                continue;
            }
            // Batches are read whole, so they are gone through piece by piece rather than change by
            // change.
            std::uint32_t piece =
                frame ? frame->count : std::min<std::uint32_t>(run.count - i, 256);
            auto changes = stores.changes.range(at.branch, at.height, at.height + piece - 1);
            if (changes.empty()) break;
            for (auto& change : changes) {
                if ((isFull = chunk.isFull())) {
                    if (mutant(Mutant::ChunkCutLosesLast)) chunk.step(run.number + i);
                    break;
                }
                i = change.ref.height - run.first.height + 1;
                chunk.step(run.number + i - 1);
                tellLeft(reach, change.change, reply);
                if (covers(request.held, run.number + i - 1) ||
                    covers(acknowledged, run.number + i - 1)) {
                    if (!everywhere) giveReturning(reach, run.number + i - 1, change.ref, give);
                    continue;
                }
                if (!everywhere) tellAdmitted(caller, reach, change, reply);
                giveTo(reach, run.number + i - 1, std::move(change), give);
            }
        }
        if (isFull) break;
    }
    chunk.finish(reply);
    reply.hasMore = reply.cursor < reply.logEnd || (reader.within && request.forks.empty());
}

Result<HistoryReply> Workspace::history(const Caller& caller, const HistoryRequest& request) const {
    return guarded([&]() -> Result<HistoryReply> {
        impl_->stores.refresh();
        auto state = impl_->stores.records.state(request.record);
        if (!state || caller.isRevoked)
            return Error{Code::NotFound, "The server has no such record."};
        std::set<std::string> reach = impl_->reach(caller.user.areas);
        if (!impl_->isFor(reach, state->formId, state->id))
            return Error{Code::NotFound, "The server has no such record."};
        auto changes = impl_->stores.view.changesOf(*state);
        HistoryReply reply;
        reply.incarnation = impl_->stores.changes.incarnation();
        for (const StoredChange& change : changes)
            impl_->describeBranch(change.ref.branch, reply.branches);
        reply.changes = encodeBatch(batchOf(changes, impl_->stores.changes.causality()));
        return reply;
    });
}

Status Workspace::backup(const std::filesystem::path& file) const {
    return guarded([&]() -> Status {
        if (std::filesystem::exists(file))
            return Error{Code::Io,
                         "There is a file of that name already; a backup never overwrites one."};
        std::uint64_t upTo = impl_->stores.changes.lastNumber();
        const std::int64_t newestFile = impl_->stores.attachments.newest();
        impl_->stores.database.copyTo(file);
        Work work(impl_->stores);
        impl_->setNumber("backed_up_to", static_cast<std::int64_t>(upTo));
        impl_->stores.attachments.backedUp(newestFile);
        work.commit();
        return {};
    });
}

WorkspaceStatus Workspace::status() const {
    auto status = guarded([&]() -> Result<WorkspaceStatus> {
        impl_->stores.refresh();
        WorkspaceStatus now;
        Stores& stores = impl_->stores;
        if (!stores.records.unjudged().empty()) {
            Work work(stores);
            stores.judgeMeetings();
            work.commit();
        }
        now.users = stores.people.users().size();
        now.devices = stores.people.devices().size();
        now.forms = stores.forms.ids().size();
        for (const std::string& id : stores.forms.ids()) {
            now.records += stores.records.count(id);
            auto& conflicts =
                stores.database.statement("SELECT ifnull(sum(conflicts),0) FROM " +
                                          stores.records.tables(id)->search + " WHERE conflicts>0");
            if (conflicts.executeStep())
                now.conflicts += static_cast<std::uint64_t>(conflicts.getColumn(0).getInt64());
            conflicts.reset();
        }
        now.changes = stores.changes.lastNumber();
        now.incarnation = stores.changes.incarnation();
        now.quarantined = static_cast<std::uint64_t>(
            stores.database.raw()
                .execAndGet("SELECT count(*) FROM quarantine WHERE state='waiting'")
                .getInt64());
        return now;
    });
    return status.ok() ? *status : WorkspaceStatus{};
}

Result<std::string> Workspace::stateHash() const {
    return guarded([&]() -> Result<std::string> {
        impl_->stores.refresh();
        return impl_->stores.records.stateHash();
    });
}

Result<bool> Workspace::rebuildAndCompare() {
    return guarded([&]() -> Result<bool> {
        impl_->stores.refresh();
        return impl_->stores.rebuildsAlike([&](RecordStore& again) {
            for (const auto& run : impl_->stores.changes.log(1, impl_->stores.changes.lastNumber()))
                for (const auto& change : impl_->stores.changes.range(
                         run.first.branch, run.first.height, run.first.height + run.count - 1))
                    again.apply(change.change, change.ref);
        });
    });
}

Result<ListPage> Workspace::list(const ListQuery& query) const {
    return guarded([&]() -> Result<ListPage> {
        impl_->stores.refresh();
        return impl_->stores.view.list(query, {});
    });
}

Result<OpenRecord> Workspace::openRecord(const Id& record) const {
    return guarded([&]() -> Result<OpenRecord> {
        impl_->stores.refresh();
        auto state = impl_->stores.records.state(record);
        if (!state) return Error{Code::NotFound, "There is no record " + record.toString() + "."};
        return impl_->stores.view.open(std::move(*state));
    });
}

}  // namespace sotay
