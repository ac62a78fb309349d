#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "sync/codec/feed.h"
#include "sync/codec/frame.h"
#include "tests/simulation/fast_world.h"
#include "tests/simulation/frames.h"

namespace sotay::sim {
namespace {

constexpr int kMostExchanges = 60;

}  // namespace

// ---- the laptop

std::string FastWorld::requestOf(Laptop& laptop) {
    SyncRequest request;
    request.cursor = laptop.cursor;
    for (const auto& [number, ref] : laptop.ahead) request.held.push_back({number, 1});
    for (std::size_t from = laptop.acked;
         from < laptop.own.size() && request.batches.size() < batchLimit_;) {
        Batch batch;
        for (; from < laptop.own.size() && batch.changes.size() < sealLimit_; ++from)
            batch.changes.push_back(chains_.at(laptop.own[from]).change);
        Run run;
        run.device = batch.changes[0].device;
        run.prev = batch.changes[0].prev;
        run.count = static_cast<std::uint32_t>(batch.changes.size());
        batch.runs = {run};
        request.batches.push_back(encodeBatch(batch));
    }
    return encodeMessage(request);
}

Done FastWorld::sync(std::size_t laptop, Fault fault, std::uint32_t at) {
    const auto told = [&] {
        const Laptop& here = laptops_[laptop];
        return std::tuple(here.cursor, here.acked, here.numbersKnown);
    };
    const auto before = told();
    for (std::uint32_t exchange = 0; exchange < kMostExchanges; ++exchange) {
        Laptop& here = laptops_[laptop];
        const Fault now = exchange == at ? fault : Fault::None;
        if (now == Fault::RequestLost) return {false, "offline", {}};
        if (here.cursor.incarnation != incarnation_) handBack(here);
        std::string bytes = requestOf(here);
        if (now == Fault::RequestCut) {
            if (!answer(bytes.substr(0, bytes.size() * (1 + at) / 4)).empty())
                throw std::runtime_error("half a message was taken");
            return {false, "offline", {}};
        }
        if (now == Fault::OldRequestAgain && !here.oldRequest.empty()) answer(here.oldRequest);
        if (now == Fault::Rechunked) {
            std::uint32_t limit = std::exchange(sealLimit_, 1);
            answer(requestOf(here));
            sealLimit_ = limit;
        }
        std::string reply = answer(bytes);
        if (now == Fault::RequestTwice) reply = answer(bytes);
        if (exchange % 2 == 0) here.oldRequest = bytes;
        if (now == Fault::ReplyCut) {
            reply.resize(reply.size() * (1 + at) / 4);
            if (decodeMessage<SyncReply>(reply).ok())
                throw std::runtime_error("half a message was taken");
            return {false, "offline", {}};
        }
        // Signatures are for the full level.
        if (now == Fault::ReplyForged || now == Fault::ReplyLost || now == Fault::Crash ||
            now == Fault::PowerCut)
            return {false, "offline", {}};
        auto message = decodeMessage<SyncReply>(reply);
        if (!message.ok()) return {false, message.error().message, {}};
        receive(laptop, *message);
        bool isOver = !message->hasMore && here.acked == here.own.size();
        if (isOver || now == Fault::Stopped) return {true, "", {}, told() != before};
    }
    return {false, "the sync does not end", {}};
}

void FastWorld::receive(std::size_t laptop, const SyncReply& reply) {
    Laptop& here = laptops_[laptop];
    std::map<std::uint64_t, ChangeRef> arrived;
    bool hasOldNumbers = false;
    const bool isNewLog = reply.incarnation != here.cursor.incarnation;
    if (isNewLog) {
        here.applied.resize(std::min<std::size_t>(here.applied.size(), inherited(here.cursor)));
        here.ahead.clear();
    }
    arrived.swap(here.ahead);
    for (const Acknowledgement& ack : reply.acks)
        for (const auto& placed : ack.placed)
            for (std::uint32_t i = 0; i < placed.count && here.acked < here.own.size(); ++i) {
                ChangeRef ref = here.own[here.acked++];
                if (placed.number == 0) continue;
                arrived[placed.number + i] = ref;
                here.numbers[ref].insert({reply.incarnation, placed.number + i});
                if (!isNewLog) here.store.place(ref, {reply.incarnation, placed.number + i});
            }
    if (!reply.feed.empty()) {
        auto parts = decodeFeed(reply.feed);
        if (!parts.ok()) throw std::runtime_error(parts.error().message);
        auto feed = openPart(parts->front());
        if (!feed.ok()) throw std::runtime_error(feed.error().message);
        std::size_t i = 0;
        const std::vector<Change> made = feed->made();
        for (const Run& run : feed->runs)
            for (std::uint32_t k = 0; k < run.count; ++k, ++i) {
                ChangeRef ref{run.branch, run.firstHeight + k};
                if (chains_.at(ref).id != feed->ids[i] || chains_.at(ref).change != made[i])
                    throw std::runtime_error("the feed is not what was handed in");
                arrived[run.firstNumber + k] = ref;
                here.numbers[ref].insert({reply.incarnation, run.firstNumber + k});
                // Whoever saw it by a number of an older incarnation may be here already.
                hasOldNumbers |= numbers_[ref].size() > 1;
                if (!isNewLog) {
                    here.store.place(ref, {reply.incarnation, run.firstNumber + k});
                    here.store.merge(ref);
                }
                tap_.delivered(laptop, feed->ids[i]);
            }
    }
    const std::uint64_t had = isNewLog ? inherited(here.cursor) : here.cursor.number;
    for (const auto& [number, ref] : arrived)
        if (number <= had)
            continue;  // it came with the feed before it was acknowledged
        else if (number <= reply.cursor)
            here.applied.push_back(ref);
        else
            here.ahead[number] = ref;
    here.cursor = {reply.incarnation, reply.cursor};
    if (!isNewLog && !hasOldNumbers && here.numbersKnown == numbersVersion_) return;
    // Numbers of older incarnations came to light.
    std::map<ChangeRef, std::set<Seen>> numbers;
    for (ChangeRef ref : here.applied) numbers[ref] = here.numbers[ref] = numbers_[ref];
    for (const auto& [number, ref] : here.ahead) numbers[ref] = here.numbers[ref];
    std::vector<ChangeRef> keep = here.applied;
    keep.insert(keep.end(), here.own.begin(), here.own.end());
    here.store.remake(keep, numbers, forks_);
    here.numbersKnown = numbersVersion_;
}

void FastWorld::handBack(Laptop& laptop) {
    std::vector<ChangeRef> all(
        laptop.applied.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                     laptop.applied.size(), inherited(laptop.cursor))),
        laptop.applied.end());
    all.insert(all.end(), laptop.own.begin(),
               laptop.own.begin() + static_cast<std::ptrdiff_t>(laptop.acked));
    for (ChangeRef ref : all) {
        const std::set<Seen>& known = laptop.numbers[ref];
        if (server_.holds(ref) || (quarantine_.contains(ref) && known.empty())) continue;
        quarantine_.erase(ref);  // it was in the log once
        if (!known.empty() || mayEnter(ref))
            enter(ref, known);
        else
            quarantine_[ref] = false;
    }
    for (const auto& [ref, known] : laptop.numbers)
        if (server_.holds(ref)) numbers_[ref].insert(known.begin(), known.end());
    ++numbersVersion_;
    server_.remake(log_, numbers_, forks_);
}

// Up to where the newest incarnation holds what this cursor says.
std::uint64_t FastWorld::inherited(Seen cursor) const {
    std::uint64_t top = cursor.number;
    for (const auto& [incarnation, fork] : forks_)
        if (incarnation > cursor.incarnation) top = std::min(top, fork);
    return top;
}

// ---- the server

std::string FastWorld::answer(const std::string& bytes) {
    auto request = decodeMessage<SyncRequest>(bytes);
    if (!request.ok()) return {};
    SyncReply reply;
    std::set<std::uint64_t> has;
    for (const std::string& batch : request->batches) {
        reply.acks.push_back(take(batch));
        for (const auto& placed : reply.acks.back().placed)
            for (std::uint32_t i = 0; placed.number > 0 && i < placed.count; ++i)
                has.insert(placed.number + i);
    }
    for (const NumberRange& range : request->held)
        for (std::uint64_t i = 0; i < range.count; ++i) has.insert(range.first + i);
    reply.incarnation = incarnation_;
    for (const auto& [incarnation, top] : forks_)
        reply.forks.push_back({{incarnation, incarnation - 1, top}, {}});
    const bool isNewLog = request->cursor.incarnation != incarnation_;
    if (isNewLog) has.clear();
    // What a laptop shows changes only when the new feed has come whole.
    const std::uint64_t most = isNewLog ? UINT32_MAX : feedLimit_;
    reply.cursor = inherited(request->cursor);
    Batch feed;
    while (reply.cursor < log_.size() && feed.changes.size() < most) {
        ChangeRef ref = log_[reply.cursor++];
        if (has.contains(reply.cursor)) continue;
        const Chains::Entry& entry = chains_.at(ref);
        bool follows = !feed.runs.empty() && feed.runs.back().branch == ref.branch &&
                       feed.runs.back().firstHeight + feed.runs.back().count == ref.height &&
                       feed.runs.back().firstNumber + feed.runs.back().count == reply.cursor;
        if (!follows) {
            Run run;
            run.device = entry.change.device;
            run.prev = entry.change.prev;
            run.branch = ref.branch;
            run.firstHeight = ref.height;
            run.firstNumber = reply.cursor;
            feed.runs.push_back(run);
        }
        ++feed.runs.back().count;
        feed.changes.push_back(entry.change);
    }
    if (!feed.changes.empty()) reply.feed = encodeFeed({{{}, packFrame(encodeBatch(feed))}});
    reply.logEnd = log_.size();
    reply.hasMore = reply.cursor < reply.logEnd;
    return encodeMessage(reply);
}

Acknowledgement FastWorld::take(const std::string& bytes) {
    auto batch = decodeBatch(bytes);
    if (!batch.ok()) throw std::runtime_error(batch.error().message);
    Acknowledgement ack;
    for (std::uint32_t i = 0; i < batch->ids.size(); ++i) {
        const ChangeRef* ref = chains_.find(batch->ids[i]);
        if (!ref || chains_.at(*ref).change != batch->batch.changes[i])
            throw std::runtime_error("a change does not arrive as it was made");
        if (!server_.holds(*ref) && !quarantine_.contains(*ref)) {
            if (mayEnter(*ref))
                enter(*ref, {});
            else
                quarantine_[*ref] = false;
        }
        std::uint64_t number = 0;
        if (server_.holds(*ref)) number = server_.causality().number(*ref).value_or(0);
        ack.placed.push_back({i, 1, ref->branch, ref->height, number, {}});
    }
    return ack;
}

// As Workspace decides it: not from a laptop that is locked out, and no officer settles a conflict.
bool FastWorld::mayEnter(ChangeRef ref) const {
    const Change& change = chains_.at(ref).change;
    auto author = std::find_if(people_.begin(), people_.end(),
                               [&](const Person& person) { return person.key == change.device; });
    if (author->isRevoked) return false;
    if (author->role != Role::Officer || !server_.records().contains(change.record)) return true;
    const RecordHeads& heads = server_.records().at(change.record);
    const auto conflicts = server_.judge(change.record).conflicts;
    for (const Write& write : change.writes) {
        auto sides = sidesOf(write, conflicts, heads, server_.causality());
        bool seesAll = std::all_of(sides.begin(), sides.end(), [&](ChangeRef side) {
            return server_.causality().inPast(side, ref, change.seen);
        });
        if (!sides.empty() && seesAll) return false;
    }
    return true;
}

void FastWorld::enter(ChangeRef ref, const std::set<Seen>& numbers) {
    log_.push_back(ref);
    numbers_[ref].insert(numbers.begin(), numbers.end());
    numbers_[ref].insert({incarnation_, log_.size()});
    for (const Seen& number : numbers_[ref]) server_.place(ref, number);
    server_.merge(ref);
    tap_.taken(chains_.at(ref).id, log_.size());
}

bool FastWorld::serverRestore(std::uint32_t which) {
    if (backups_.empty()) return false;
    const std::size_t length = std::min(backups_[which % backups_.size()], log_.size());
    for (std::size_t i = length; i < log_.size(); ++i) numbers_.erase(log_[i]);
    log_.resize(length);
    forks_[++incarnation_] = length;
    for (std::size_t i = 0; i < length; ++i) {
        numbers_[log_[i]].insert({incarnation_, i + 1});
        tap_.taken(chains_.at(log_[i]).id, i + 1);
    }
    server_.remake(log_, numbers_, forks_);
    std::erase_if(backups_, [&](std::size_t backup) { return backup > length; });
    ++numbersVersion_;
    return true;
}

Id FastWorld::admit(std::uint32_t which) {
    std::vector<ChangeRef> waiting;
    for (const auto& [ref, isRefused] : quarantine_)
        if (!isRefused) waiting.push_back(ref);
    if (waiting.empty()) return {};
    ChangeRef ref = waiting[which % waiting.size()];
    quarantine_.erase(ref);
    enter(ref, {});
    return chains_.at(ref).id;
}

Id FastWorld::refuse(std::uint32_t which) {
    std::vector<ChangeRef> waiting;
    for (const auto& [ref, isRefused] : quarantine_)
        if (!isRefused) waiting.push_back(ref);
    if (waiting.empty()) return {};
    ChangeRef ref = waiting[which % waiting.size()];
    quarantine_[ref] = true;
    return chains_.at(ref).id;
}

std::vector<Id> FastWorld::inQuarantine() {
    std::vector<Id> ids;
    for (const auto& [ref, isRefused] : quarantine_) ids.push_back(chains_.at(ref).id);
    return ids;
}

// A batch with a byte changed is refused, or it is another batch in its one and only form.
bool FastWorld::forge(std::size_t laptop) {
    Laptop& here = laptops_[laptop];
    Batch batch;
    for (ChangeRef ref : here.own) batch.changes.push_back(chains_.at(ref).change);
    if (batch.changes.empty()) return false;
    Run run;
    run.device = batch.changes[0].device;
    run.prev = batch.changes[0].prev;
    run.count = static_cast<std::uint32_t>(batch.changes.size());
    batch.runs = {run};
    const std::string bytes = encodeBatch(batch);
    for (int i = 0; i < 16; ++i) {
        std::string other = bytes;
        other[dice_.below(static_cast<std::uint32_t>(other.size()))] =
            static_cast<char>(dice_.below(dice_.oneIn(2) ? 4 : 256));
        auto decoded = decodeBatch(other);
        if (decoded.ok() && encodeBatch(decoded->batch) != other) return true;
    }
    return false;
}

bool FastWorld::bomb() {
    static const std::string body = [] {
        packFrames(true);
        return packFrame(std::string(kMaxMessageBytes + 1000, 'a'));
    }();
    return unpackFrame(body).ok();
}

std::size_t FastWorld::auditor(bool bySnapshot) {
    laptops_.emplace_back(chains_);
    const std::size_t number = laptops_.size() - 1;
    Laptop& here = laptops_.back();
    here.person = people_.size() - 1;
    here.cursor.incarnation = incarnation_;
    here.numbersKnown = numbersVersion_ - 1;
    if (!bySnapshot) {
        Done done = sync(number, Fault::None, 0);
        if (!done.ok) throw std::runtime_error(done.why);
        return number;
    }
    Snapshot snapshot;
    for (const auto& [id, heads] : server_.records()) {
        SnapshotRecord record;
        record.record = id;
        record.formId = "coop";
        for (const auto& [cell, all] : heads)
            for (const Head& head : all)
                record.heads.push_back({cell, head.value, head.change.branch, head.change.height,
                                        server_.causality().number(head.change).value_or(0)});
        snapshot.records.push_back(std::move(record));
    }
    auto read = decodeSnapshot(encodeSnapshot(snapshot));
    if (!read.ok()) throw std::runtime_error(read.error().message);
    here.isSnapshot = true;
    here.store.remake({}, {}, forks_);
    for (const SnapshotRecord& record : read->records) {
        RecordHeads heads;
        for (const SnapshotHead& head : record.heads) {
            ChangeRef ref{head.branch, head.height};
            heads[head.cell].push_back({ref, head.value});
        }
        here.store.insertSnapshot(record.record, std::move(heads));
        tap_.deliveredRecord(number, record.record, log_.size());
    }
    // What was seen is judged by numbers: a snapshot brings those of its records.
    for (ChangeRef ref : log_)
        for (const Seen& seen : numbers_[ref]) here.store.place(ref, seen);
    here.cursor.number = log_.size();
    return number;
}

}  // namespace sotay::sim
