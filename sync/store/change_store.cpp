#include "sync/store/change_store.h"

#include <algorithm>

#include "sync/codec/frame.h"

namespace sotay {
namespace {

constexpr std::size_t kCachedBatches = 8;
constexpr std::size_t kCachedRecords = 128;  // batches whose records are kept

}  // namespace

const char* ChangeStore::migration1() {
    return R"(
        CREATE TABLE branches(branch INTEGER PRIMARY KEY, device BLOB NOT NULL, parent INTEGER NOT NULL,
                              parent_height INTEGER NOT NULL, tip INTEGER NOT NULL, tip_id BLOB);
        CREATE TABLE batches(branch INTEGER NOT NULL, first_height INTEGER NOT NULL, count INTEGER NOT NULL,
                             received INTEGER NOT NULL, clock_offset INTEGER NOT NULL, frame BLOB NOT NULL,
                             PRIMARY KEY(branch, first_height));
        CREATE TABLE places(incarnation INTEGER NOT NULL, first_number INTEGER NOT NULL, count INTEGER NOT NULL,
                            branch INTEGER NOT NULL, first_height INTEGER NOT NULL,
                            PRIMARY KEY(incarnation, first_number)) WITHOUT ROWID;
        CREATE TABLE forks(incarnation INTEGER PRIMARY KEY, parent INTEGER NOT NULL, top INTEGER NOT NULL, signature BLOB NOT NULL);
    )";
}

ChangeStore::ChangeStore(Database& database) : database_(database) {}

void ChangeStore::load() {
    causality_ = Causality();
    branches_.clear();
    cache_.clear();
    records_.clear();
    lastNumber_ = 0;
    pending_ = {};
    lastPlace_ = {};
    auto& branches = database_.statement(
        "SELECT branch,device,parent,parent_height,tip,tip_id FROM branches ORDER BY branch");
    while (branches.executeStep()) {
        BranchInfo info;
        info.branch = branches.getColumn(0).getUInt();
        info.device = keyColumn(branches, 1);
        info.parent = {branches.getColumn(2).getUInt(), branches.getColumn(3).getUInt()};
        info.tip = branches.getColumn(4).getUInt();
        info.tipId = idColumn(branches, 5);
        branches_[info.branch] = info;
        causality_.addBranch(info.branch, info.parent);
    }
    for (const SignedFork& known : forks()) causality_.fork(known.fork);
    causality_.setIncarnation(
        static_cast<std::uint32_t>(std::stoul(database_.setting("log.incarnation", "0"))));
    auto& places = database_.statement(
        "SELECT incarnation,first_number,count,branch,first_height FROM places ORDER BY "
        "branch,first_height");
    while (places.executeStep()) {
        std::uint32_t incarnation = places.getColumn(0).getUInt();
        auto number = static_cast<std::uint64_t>(places.getColumn(1).getInt64());
        std::uint32_t count = places.getColumn(2).getUInt();
        causality_.place({places.getColumn(3).getUInt(), places.getColumn(4).getUInt()}, count,
                         incarnation, number);
    }
    readLastNumber();
}

const BranchInfo* ChangeStore::branch(std::uint32_t branch) const {
    auto found = branches_.find(branch);
    return found == branches_.end() ? nullptr : &found->second;
}

std::vector<BranchInfo> ChangeStore::branchesOf(const PublicKey& device) const {
    std::vector<BranchInfo> found;
    for (const auto& [number, info] : branches_)
        if (info.device == device) found.push_back(info);
    return found;
}

std::uint32_t ChangeStore::addBranch(const PublicKey& device, ChangeRef parent) {
    BranchInfo info;
    info.branch = branches_.empty() ? 1 : branches_.rbegin()->first + 1;
    info.device = device;
    info.parent = parent;
    info.tip = parent.height;
    auto& insert = database_.statement(
        "INSERT INTO branches(branch,device,parent,parent_height,tip,tip_id) "
        "VALUES(?,?,?,?,?,NULL)");
    insert.bind(1, info.branch);
    insert.bind(2, device.data(), static_cast<int>(device.size()));
    insert.bind(3, parent.branch);
    insert.bind(4, parent.height);
    insert.bind(5, info.tip);
    insert.exec();
    branches_[info.branch] = info;
    causality_.addBranch(info.branch, parent);
    return info.branch;
}

void ChangeStore::growsAt(std::uint32_t branch, std::uint32_t parentHeight) {
    auto& update = database_.statement("UPDATE branches SET parent_height=? WHERE branch=?");
    update.bind(1, parentHeight);
    update.bind(2, branch);
    update.exec();
    BranchInfo& info = branches_.at(branch);
    info.parent.height = parentHeight;
    causality_.addBranch(branch, info.parent);
}

void ChangeStore::append(ChangeRef first, const Run& run, std::span<const Change> changes,
                         std::span<const Id> ids) {
    if (changes.empty()) return;
    Run whole = run;
    whole.count = static_cast<std::uint32_t>(changes.size());
    keep(first, whole, packFrame(encodeBatch({&whole, 1}, changes)), ids.back());
}

void ChangeStore::keep(ChangeRef first, const Run& run, std::string_view frame, const Id& last) {
    auto& insert = database_.statement(
        "INSERT INTO batches(branch,first_height,count,received,clock_offset,frame) "
        "VALUES(?,?,?,?,?,?)");
    insert.bind(1, first.branch);
    insert.bind(2, first.height);
    insert.bind(3, run.count);
    insert.bind(4, static_cast<std::int64_t>(run.receivedSeconds));
    insert.bind(5, static_cast<std::int64_t>(run.clockOffset));
    insert.bindNoCopy(6, frame.data(), static_cast<int>(frame.size()));
    insert.exec();

    BranchInfo& info = branches_.at(first.branch);
    const std::uint32_t top = first.height + run.count - 1;
    if (top < info.tip) return;
    info.tip = top;
    info.tipId = last;
    auto& tip = database_.statement("UPDATE branches SET tip=?,tip_id=? WHERE branch=?");
    tip.bind(1, info.tip);
    bindId(tip, 2, info.tipId);
    tip.bind(3, first.branch);
    tip.exec();
}

std::vector<ChangeStore::StoredFrame> ChangeStore::frames(std::uint32_t branch, std::uint32_t first,
                                                          std::uint32_t last) {
    std::vector<StoredFrame> all;
    auto& find = database_.statement(
        "SELECT first_height,count,received,clock_offset,frame FROM batches WHERE branch=? AND "
        "first_height>=? AND "
        "first_height<=? ORDER BY first_height");
    find.bind(1, branch);
    find.bind(2, first);
    find.bind(3, last);
    while (find.executeStep())
        all.push_back({find.getColumn(0).getUInt(), find.getColumn(1).getUInt(),
                       find.getColumn(2).getInt64(), find.getColumn(3).getInt64(),
                       bytesColumn(find, 4)});
    find.reset();
    return all;
}

std::optional<ChangeStore::StoredFrame> ChangeStore::frameAt(ChangeRef first, std::uint32_t most) {
    std::optional<StoredFrame> frame;
    auto& find = database_.statement(
        "SELECT count,received,clock_offset,frame FROM batches WHERE branch=? AND first_height=? "
        "AND count<=?");
    find.bind(1, first.branch);
    find.bind(2, first.height);
    find.bind(3, most);
    if (find.executeStep())
        frame = StoredFrame{first.height, find.getColumn(0).getUInt(), find.getColumn(1).getInt64(),
                            find.getColumn(2).getInt64(), bytesColumn(find, 3)};
    find.reset();
    return frame;
}

void ChangeStore::taken(ChangeRef first, std::uint32_t count, std::int64_t seconds,
                        std::int64_t clockOffset) {
    auto& update = database_.statement(
        "UPDATE batches SET received=?,clock_offset=? WHERE branch=? AND first_height BETWEEN ? "
        "AND ? AND received=0");
    update.bind(1, seconds);
    update.bind(2, clockOffset);
    update.bind(3, first.branch);
    update.bind(4, first.height);
    update.bind(5, first.height + count - 1);
    if (update.exec() > 0) cache_.clear();
}

bool ChangeStore::split(std::uint32_t branch, std::uint32_t height) {
    auto& begins = database_.statement("SELECT 1 FROM batches WHERE branch=? AND first_height=?");
    begins.bind(1, branch);
    begins.bind(2, height);
    bool isThere = begins.executeStep();
    begins.reset();
    const Decoded* batch = isThere ? nullptr : decoded(branch, height);
    if (!batch) return false;
    Decoded whole = *batch;
    const std::size_t middle = height - whole.first;
    std::span<const Change> changes = whole.batch.batch.changes;
    std::span<const Id> ids = whole.batch.ids;
    Run run = whole.batch.batch.runs.front();
    run.signature.reset();
    replace({branch, whole.first}, run, changes.first(middle), ids.first(middle));
    run.prev = ids[middle - 1];
    append({branch, height}, run, changes.subspan(middle), ids.subspan(middle));
    return true;
}

void ChangeStore::replace(ChangeRef first, const Run& run, std::span<const Change> changes,
                          std::span<const Id> ids) {
    auto& remove = database_.statement(
        "DELETE FROM batches WHERE branch=? AND first_height>=? AND first_height<?");
    remove.bind(1, first.branch);
    remove.bind(2, first.height);
    remove.bind(3, first.height + static_cast<std::uint32_t>(changes.size()));
    remove.exec();
    cache_.clear();
    records_.clear();
    append(first, run, changes, ids);
}

// From a row of first_height, count, received, clock_offset, frame.
ChangeStore::Decoded ChangeStore::decode(std::uint32_t branch, SQLite::Statement& from) {
    Decoded entry;
    entry.branch = branch;
    entry.first = from.getColumn(0).getUInt();
    auto bytes = unpackFrame(bytesColumn(from, 4), SIZE_MAX);
    if (!bytes.ok())
        throw SQLite::Exception("A batch of changes is damaged: " + bytes.error().message);
    auto batch = decodeBatch(*bytes);
    if (!batch.ok())
        throw SQLite::Exception("A batch of changes is damaged: " + batch.error().message);
    entry.batch = std::move(*batch);
    for (Run& run : entry.batch.batch.runs) {
        run.receivedSeconds = from.getColumn(2).getInt64();
        run.clockOffset = from.getColumn(3).getInt64();
    }
    return entry;
}

const ChangeStore::Decoded* ChangeStore::decoded(std::uint32_t branch, std::uint32_t height) {
    for (const Decoded& kept : cache_)
        if (kept.branch == branch && height >= kept.first &&
            height - kept.first < kept.batch.ids.size())
            return &kept;
    auto& find = database_.statement(
        "SELECT first_height,count,received,clock_offset,frame FROM batches WHERE branch=? AND "
        "first_height<=?"
        " ORDER BY first_height DESC LIMIT 1");
    find.bind(1, branch);
    find.bind(2, height);
    if (!find.executeStep()) {
        find.reset();
        return nullptr;
    }
    bool isInside = height - find.getColumn(0).getUInt() < find.getColumn(1).getUInt();
    std::optional<Decoded> entry;
    if (isInside) entry = decode(branch, find);
    find.reset();
    if (!entry) return nullptr;
    if (cache_.size() >= kCachedBatches) cache_.erase(cache_.begin());
    cache_.push_back(std::move(*entry));
    return &cache_.back();
}

std::optional<StoredChange> ChangeStore::find(ChangeRef ref) {
    ref = owner(ref);
    const Decoded* batch = decoded(ref.branch, ref.height);
    if (!batch) return {};
    std::size_t at = ref.height - batch->first;
    const Run& run = batch->batch.batch.runs.front();
    return StoredChange{batch->batch.batch.changes[at], batch->batch.ids[at], ref,
                        run.receivedSeconds, run.clockOffset};
}

const Change* ChangeStore::peek(ChangeRef ref) {
    ref = owner(ref);
    const Decoded* batch = decoded(ref.branch, ref.height);
    return batch ? &batch->batch.batch.changes[ref.height - batch->first] : nullptr;
}

bool ChangeStore::holds(ChangeRef ref) {
    auto& find = database_.statement(
        "SELECT first_height+count FROM batches WHERE branch=? AND first_height<=? ORDER BY "
        "first_height DESC LIMIT 1");
    find.bind(1, ref.branch);
    find.bind(2, ref.height);
    bool found = find.executeStep() && find.getColumn(0).getUInt() > ref.height;
    find.reset();
    return found;
}

std::optional<Id> ChangeStore::recordAt(std::uint64_t number) {
    const auto placed = placeOf(number);
    if (!placed) return {};
    const ChangeRef ref = *placed;
    auto holdsIt = [&](const BatchRecords& batch) {
        return batch.branch == ref.branch && ref.height >= batch.first &&
               ref.height - batch.first < batch.records.size();
    };
    auto found = std::find_if(records_.begin(), records_.end(), holdsIt);
    if (found != records_.end()) return found->records[ref.height - found->first];
    auto& find = database_.statement(
        "SELECT first_height,frame FROM batches WHERE branch=? AND first_height<=? ORDER BY "
        "first_height DESC LIMIT 1");
    find.bind(1, ref.branch);
    find.bind(2, ref.height);
    BatchRecords batch;
    if (find.executeStep()) {
        auto bytes = unpackFrame(bytesColumn(find, 1), SIZE_MAX);
        auto records = bytes.ok() ? batchRecords(*bytes) : Result<std::vector<Id>>(bytes.error());
        if (records.ok()) batch = {ref.branch, find.getColumn(0).getUInt(), std::move(*records)};
    }
    find.reset();
    if (!holdsIt(batch)) return {};
    if (records_.size() >= kCachedRecords) records_.erase(records_.begin());
    records_.push_back(std::move(batch));
    return records_.back().records[ref.height - records_.back().first];
}

SharedTexts ChangeStore::sharedTexts(std::uint64_t number, std::uint32_t most) {
    SharedTexts shared{number, 0, {}};
    for (const PlacedRun& run : log(number, number + most - 1))
        for (std::uint32_t i = 0; i < run.count; ++i, ++shared.count) {
            if (run.number + i != number + shared.count) return shared;
            auto change = find({run.first.branch, run.first.height + i});
            if (!change) return shared;
            addSharedTexts(change->change, shared.texts);
        }
    return shared;
}

std::vector<StoredChange> ChangeStore::range(std::uint32_t branch, std::uint32_t first,
                                             std::uint32_t last) {
    std::vector<StoredChange> all;
    // From the batch that holds `first`, if one does. They are gone through in one query: unsent
    // changes are a batch each.
    auto& find = database_.statement(
        "SELECT first_height,count,received,clock_offset,frame FROM batches WHERE branch=?1 AND "
        "first_height<=?3 AND first_height>=ifnull((SELECT max(first_height) FROM batches WHERE "
        "branch=?1 AND first_height<=?2),0) ORDER BY first_height");
    find.bind(1, branch);
    find.bind(2, first);
    find.bind(3, last);
    while (find.executeStep()) {
        std::uint32_t begin = find.getColumn(0).getUInt(), count = find.getColumn(1).getUInt();
        if (begin + count <= first) continue;
        Decoded entry = decode(branch, find);
        const Run& run = entry.batch.batch.runs.front();
        for (std::uint32_t at = 0; at < count && begin + at <= last; ++at)
            if (begin + at >= first)
                all.push_back({std::move(entry.batch.batch.changes[at]),
                               entry.batch.ids[at],
                               {branch, begin + at},
                               run.receivedSeconds,
                               run.clockOffset});
    }
    find.reset();
    return all;
}

std::optional<ChangeRef> ChangeStore::findId(const PublicKey& device, const Id& id) {
    std::vector<BranchInfo> branches = branchesOf(device);
    for (const BranchInfo& info : branches)
        if (info.tipId == id && info.tip > info.parent.height)
            return ChangeRef{info.branch, info.tip};
    // Not at a tip: a repeated delivery or a copied laptop. Rare, so the chain is read through,
    // newest first.
    for (const BranchInfo& info : branches)
        for (std::uint32_t height = info.tip; height > info.parent.height; --height)
            if (auto change = find({info.branch, height}); change && change->id == id)
                return ChangeRef{info.branch, height};
    return {};
}

}  // namespace sotay
