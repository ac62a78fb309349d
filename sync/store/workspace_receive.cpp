#include <algorithm>

#include "schema/mutant.h"
#include "sync/codec/change_codec.h"
#include "sync/codec/compact_batch.h"
#include "sync/codec/crypto.h"
#include "sync/codec/frame.h"
#include "sync/store/workspace_impl.h"

namespace sotay {

Result<Workspace::Impl::Continuation> Workspace::Impl::continuationOf(const Run& run) {
    if (run.prev.isNil()) {
        for (const BranchInfo& branch : stores.changes.branchesOf(run.device))
            if (branch.parent.height == 0) return Continuation{{branch.branch, 0}, branch.branch};
        return Continuation{};
    }
    auto parent = stores.changes.findId(run.device, run.prev);
    if (!parent)
        return Error{Code::Rejected,
                     "Earlier changes of this laptop are missing; they must be handed in first."};
    return Continuation{*parent, parent->branch};
}

std::optional<OpenedBatch> Workspace::Impl::expand(const Caller& caller, const SyncRequest& request,
                                                   const std::string& frame) {
    auto& find = stores.database.statement("SELECT key FROM enrolled WHERE number=?");
    find.bind(1, caller.device);
    std::string key = find.executeStep() ? bytesColumn(find, 0) : std::string();
    find.reset();
    CompactContext context;
    if (key.size() != context.device.size()) return {};
    std::copy(key.begin(), key.end(), context.device.begin());
    context.cursor = request.cursor;
    context.wallSeconds = request.wallSeconds;
    auto recordAt = [this](std::uint64_t number) { return stores.changes.recordAt(number); };
    // Whoever packs with a text shows that they know it, so nothing from other areas is lent.
    std::map<std::pair<std::uint64_t, std::uint32_t>, std::optional<std::string>> lent;
    auto shared = [&](std::uint64_t number, std::uint32_t count) -> std::optional<std::string> {
        auto [known, isNew] = lent.try_emplace({number, count});
        if (!isNew) return known->second;
        if (number > stores.changes.lastNumber()) return {};
        const std::set<std::string> reach = this->reach(caller.user.areas);
        for (std::uint64_t i = 0; i < count && !reach.contains("*"); ++i) {
            auto record = stores.changes.recordAt(number + i);
            auto form = record ? stores.records.formOf(*record) : std::nullopt;
            if (!form || !isFor(reach, *form, *record)) return {};
        }
        auto texts = stores.changes.sharedTexts(number, count);
        if (texts.count == count) known->second = std::move(texts.texts);
        return known->second;
    };
    // A copied laptop has several branches of one height; the signature tells which was meant.
    auto branches = stores.changes.branchesOf(context.device);
    if (branches.empty()) branches.emplace_back();
    for (const BranchInfo& branch : branches) {
        auto changeBefore = [&](std::uint32_t height) -> std::optional<ChangeBefore> {
            auto before = stores.changes.find({branch.branch, height});
            if (!before) return {};
            return ChangeBefore{std::move(before->change), before->id};
        };
        auto batch = decodeCompact(frame, context, changeBefore, recordAt, shared);
        if (batch.ok() && verifySignature(sealedBytes(batch->ids.back()),
                                          *batch->batch.runs.front().signature, context.device))
            return OpenedBatch{batch->batch.runs.front(),
                               std::move(batch->ids),
                               true,
                               std::move(batch->batch.changes),
                               {},
                               {}};
    }
    return {};
}

void Workspace::Impl::readOn(const SyncRequest& request, ReadAhead& ahead) {
    if (ahead.begun >= request.batches.size()) return;
    const std::string& frame = request.batches[ahead.begun++];
    BatchOpening& opening = ahead.next.emplace_back();
    if (isCompact(frame)) return;  // those are read in what the log has
    const std::int64_t firstRow =
        std::exchange(ahead.row, ahead.row + static_cast<std::int64_t>(kMaxImageRows));
    opening = asideIf(frame.size() >= kWorthHelper,
                      [&frame, firstRow, plans = stores.records.imagePlans()] {
                          return openBatch(frame, plans, firstRow);
                      });
}

std::shared_ptr<ReadAhead> Workspace::Impl::readAhead(const SyncRequest& request) {
    auto ahead = std::make_shared<ReadAhead>();
    if (request.batches.empty()) return ahead;
    ahead->row = std::max({stores.records.nextRow(), stores.backlog.nextRow(), rowsAhead});
    while (ahead->begun < std::min(kReadAhead, request.batches.size())) readOn(request, *ahead);
    rowsAhead = ahead->row +
                static_cast<std::int64_t>(kMaxImageRows * (request.batches.size() - ahead->begun));
    return ahead;
}

bool Workspace::Impl::takeRows(const Caller& caller, const DeviceInfo& device, OpenedBatch& opened,
                               std::span<const ChangeStore::Spliced> placed) {
    if (!opened.rows || !ChangeStore::isOneNewRun(placed) ||
        !stores.records.canInsert(*opened.rows, placed.front().ref))
        return false;
    const auto& records = opened.rows->records;
    if (std::any_of(records.begin(), records.end(),
                    [&](const Id& record) { return stores.backlog.concerns(record); }))
        return false;
    std::span<const LentChange> changes = opened.lent->changes();
    for (std::size_t i = 0; i < placed.size(); ++i)
        if (!objection(caller, device, changes[i], placed[i].ref).empty()) return false;
    Backlog::Part part;
    for (const auto& [ref, isNew] : placed) part.refs.push_back(ref);
    stores.changes.place(part.refs.front(), static_cast<std::uint32_t>(placed.size()),
                         stores.changes.lastNumber() + 1, stores.changes.incarnation());
    part.news = NewRows{std::move(*opened.lent), std::move(*opened.rows)};
    stores.backlog.add(std::move(part));
    return true;
}

Acknowledgement Workspace::Impl::take(const Caller& caller, const SyncRequest& request,
                                      const std::string& frame, BatchOpening opening,
                                      std::span<const BatchNumbers> numbers) {
    OpenedBatch opened;
    if (isCompact(frame)) {
        auto expanded = expand(caller, request, frame);
        if (!expanded) return {};  // nothing is placed: the laptop says it in full
        opened = std::move(*expanded);
    } else {
        auto read = opening.get();
        if (!read.ok()) throw SQLite::Exception(read.error().message);
        opened = std::move(*read);
    }
    Run run = opened.run;
    const DeviceInfo* device = stores.people.device(run.device);
    if (!device)
        throw SQLite::Exception("The changes come from a laptop that was never enrolled here.");
    if (!opened.isSigned && !mutant(Mutant::UnsignedTrusted))
        throw SQLite::Exception("The changes are not signed by the laptop that they name.");
    auto continued = continuationOf(run);
    if (!continued.ok()) throw SQLite::Exception(continued.error().message);
    run.receivedSeconds = nowSeconds();
    run.clockOffset = request.wallSeconds - nowSeconds();

    // What is here already, by a lost answer or another delivery, is acknowledged again and not
    // stored twice.
    auto placed = stores.changes.splice(
        continued->branch, continued->parent.height + 1, run,
        [&] { return std::span(opened.made()); }, opened.ids,
        isCompact(frame) ? std::string_view() : std::string_view(frame));
    std::vector<ChangeRef> news;
    for (const BatchNumbers& old : numbers)
        for (std::uint32_t i = 0; i < old.count && old.offset + i < placed.size(); ++i)
            learn(placed[old.offset + i].ref, 1, old.incarnation, old.number + i, news);
    const bool isTaken = numbers.empty() && takeRows(caller, *device, opened, placed);
    if (!isTaken) takeChanges(caller, *device, opened.made(), placed);
    if (!news.empty()) stores.catchUp();
    mergeAgain(news);

    Acknowledgement ack;
    for (std::uint32_t i = 0; i < placed.size(); ++i) {
        ChangeRef ref = placed[i].ref;
        std::uint64_t number = stores.changes.causality().number(ref).value_or(0);
        if (!ack.placed.empty()) {
            auto& last = ack.placed.back();
            bool follows = last.branch == ref.branch && number != 0 && last.number != 0 &&
                           last.number + last.count == number;
            if (follows) {
                ++last.count;
                continue;
            }
        }
        Acknowledgement::Placed entry{i, 1, ref.branch, ref.height, number, {}};
        if (number == 0) entry.reason = quarantineReason(ref);
        ack.placed.push_back(std::move(entry));
    }
    return ack;
}

void Workspace::Impl::takeChanges(const Caller& caller, const DeviceInfo& device,
                                  std::vector<Change>& changes,
                                  std::span<const ChangeStore::Spliced> placed) {
    // Those that nothing is said against are merged together, later: but before anything is asked
    // of a record what came of it before is in it.
    Backlog::Part several;
    std::set<Id> records;
    auto merge = [&] {
        stores.backlog.add(std::exchange(several, {}));
        stores.catchUp();
        records.clear();
    };
    const LentChanges lent(changes);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (!placed[i].isNew && !mutant(Mutant::RetryNotIdempotent)) continue;
        const Change& change = changes[i];
        const ChangeRef ref = placed[i].ref;
        if (records.contains(change.record) || stores.backlog.concerns(change.record) ||
            stores.records.hasFamilies(change.form.formId))
            merge();
        std::string why = objection(caller, device, lent.all()[i], ref);
        if (why.empty()) {
            putInLog(ref);
            records.insert(change.record);
            // What the engine notes down may be about other records too.
            const bool isOfEngine =
                std::any_of(change.writes.begin(), change.writes.end(),
                            [](const Write& write) { return write.cell.ordinal < kFirstField; });
            several.refs.push_back(ref);
            several.changes.push_back(std::move(changes[i]));
            if (isOfEngine) merge();
        } else if (!mutant(Mutant::QuarantineForgets)) {
            quarantineChange(ref, why);
        }
        if (!why.empty() && mutant(Mutant::QuarantineStopsChain)) break;
    }
    stores.backlog.add(std::move(several));
}

void Workspace::Impl::applyToLog(const Change& change, ChangeRef ref) {
    stores.catchUp();  // what waits is the log's last
    putInLog(ref);
    stores.merge(change, ref);
}

void Workspace::Impl::putInLog(ChangeRef ref) {
    stores.changes.place(ref, 1, stores.changes.lastNumber() + 1, stores.changes.incarnation());
}

std::string Workspace::Impl::objection(const Caller& caller, const DeviceInfo& device,
                                       const LentChange& change, ChangeRef ref) {
    if ((device.isRevoked || caller.isRevoked) && !mutant(Mutant::RevokedAccepted))
        return "The laptop was locked out by the administrator.";
    if (change.author != device.user)
        return "The change names a person who does not work on this laptop.";
    const UserInfo* author = stores.people.user(change.author);
    if (!author) return "The change names a person who is not known here.";
    const bool isLetIn = mutant(Mutant::UnknownFieldDropped) || mutant(Mutant::WaitingForgotten);
    if (!stores.forms.knows(change.form) && !isLetIn)
        return "The form \"" + change.form.formId + "\", version " +
               std::to_string(change.form.version) +
               ", is not published here as it was on the laptop.";

    if (auto why = objectionToArea(*author, change, ref); !why.empty()) return why;
    if (author->role == Role::Officer) return officersObjection(change, ref);
    return {};
}

std::string Workspace::Impl::officersObjection(const LentChange& change, ChangeRef ref) {
    for (const LentWrite& write : change.writes) {
        const Ordinal ordinal = write.ordinal;
        if (ordinal == kMergedInto || ordinal == kAbsorbed || ordinal == kDistinct)
            return "The change says which records are the same, which only a supervisor may do.";
        if ((ordinal & kQuestion) != 0)
            return "The change opens or closes a decision anew, which only a supervisor may do.";
    }
    const std::string& formId = change.form.formId;
    const FormTables* tables = stores.records.tables(formId);
    if (!tables) return {};
    stores.records.settle(formId, change.record);
    const Id survivor = stores.records.survivorOf(formId, change.record);
    stores.records.settle(formId, survivor);
    // Mostly nothing is in dispute: the record need not be read to see that.
    auto& find = stores.database.statement("SELECT 1 FROM " + tables->records.name +
                                           " WHERE _id=? AND _conflicts>0");
    bindId(find, 1, survivor);
    const bool isDisputed = find.executeStep();
    find.reset();
    auto one = isDisputed ? stores.records.state(formId, survivor) : std::nullopt;
    if (!one) return {};
    const RecordState state = stores.records.whole(std::move(*one)).state;
    const auto conflicts = stores.records.judge(state).conflicts;
    const Causality& causality = stores.changes.causality();
    for (const Write& write : change.change({}).writes) {
        auto sides = sidesOf(write, conflicts, state.heads, causality);
        bool seesAll = std::all_of(sides.begin(), sides.end(), [&](ChangeRef side) {
            return causality.inPast(side, ref, change.seen);
        });
        if (!sides.empty() && seesAll)
            return "The change settles a conflict, which only a supervisor may do.";
    }
    return {};
}

Status Workspace::Impl::takeRequest(const Caller& caller, const SyncRequest& request,
                                    std::shared_ptr<ReadAhead> ahead, SyncReply& reply,
                                    std::vector<NumberRange>& acknowledged) {
    // What laptops hand back, and who had seen what by it, is about all that is in the records.
    const bool isHandedBack =
        !request.forks.empty() || !request.returned.empty() || !request.numbers.empty();
    if (isHandedBack) stores.catchUp();
    takeBack(request);
    if (auto gap = logGap(request); !gap.ok()) return gap;
    // Whoever does not know yet that the log broke starts where the lost one ended.
    const bool isTooLate = isLate(request);
    if (!ahead) ahead = readAhead(request);
    for (std::size_t b = 0; b < request.batches.size() && !isTooLate; ++b) {
        std::span<const BatchNumbers> numbers;
        if (b < request.numbers.size()) numbers = request.numbers[b];
        readOn(request, *ahead);  // while this one is applied
        auto now = std::move(ahead->next.front());
        ahead->next.pop_front();
        reply.acks.push_back(take(caller, request, request.batches[b], std::move(now), numbers));
        for (const auto& placed : reply.acks.back().placed) {
            describeBranch(placed.branch, reply.branches);
            if (placed.number > 0) acknowledged.push_back({placed.number, placed.count});
        }
    }
    auto& seen =
        stores.database.statement("UPDATE enrolled SET last_sync=?,clock_offset=? WHERE number=?");
    seen.bind(1, nowSeconds());
    seen.bind(2, request.wallSeconds - nowSeconds());
    seen.bind(3, caller.device);
    seen.exec();
    return {};
}

bool Workspace::Impl::mayAnswerFirst(std::span<const SyncCall> calls) {
    const bool areAllEverywhere = std::all_of(calls.begin(), calls.end(), [&](const auto& call) {
        const Reader reader = readerOf(call.caller, call.request);
        return reader.holds.contains("*") && !reader.within;
    });
    // A new record is not yet where those who work there get it from.
    return areAllEverywhere ||
           (stores.backlog.newRows() == 0 && stores.backlog.allOf([&](const Change& change) {
               return !mayMove(change) &&
                      stores.records.createdBy(change.form.formId, change.record);
           }));
}

std::vector<Result<SyncReply>> Workspace::sync(std::span<const SyncCall> calls) {
    std::vector<Result<SyncReply>> replies;
    std::vector<std::vector<NumberRange>> acknowledged(calls.size());
    // Of who only asks, the server just notes that: an older note of it serves as well.
    const bool areQuestions = impl_->stores.backlog.isEmpty() &&
                              std::all_of(calls.begin(), calls.end(), [](const SyncCall& call) {
                                  return onlyAsks(call.request);
                              });
    auto all = guarded([&]() -> Status {
        Work work(impl_->stores, areQuestions ? Written::Later : Written::Now);
        for (std::size_t i = 0; i < calls.size(); ++i) {
            const Caller& caller = calls[i].caller;
            const SyncRequest& request = calls[i].request;
            // A call that is refused leaves nothing behind, and the others in this flush go on.
            impl_->stores.database.run("SAVEPOINT one_call");
            auto taken = guarded([&]() -> Result<SyncReply> {
                SyncReply reply;
                if (auto done =
                        impl_->takeRequest(caller, request, calls[i].ahead, reply, acknowledged[i]);
                    !done.ok())
                    return done.error();
                impl_->keepAsked(caller, request, reply);
                impl_->stores.flush();  // a later call that is refused must not take it back
                return reply;
            });
            if (!taken.ok()) {
                impl_->stores.database.run("ROLLBACK TO one_call");
                impl_->stores.reload();
                impl_->stores.catchUp();  // of what others brought only the log knows now
            }
            impl_->stores.database.run("RELEASE one_call");
            replies.push_back(std::move(taken));
        }
        if (!impl_->mayAnswerFirst(calls)) impl_->stores.catchUp();
        work.commit();
        return {};
    });
    impl_->rowsAhead = 0;  // what was read ahead was taken in
    if (!all.ok())
        return std::vector<Result<SyncReply>>(calls.size(), Result<SyncReply>(all.error()));
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (!replies[i].ok()) continue;
        // Numbers that are there before their rows are: a reader goes past what appears later.
        if (mutant(Mutant::NumberBeforeCommit))
            for (const auto& other : acknowledged)
                acknowledged[i].insert(acknowledged[i].end(), other.begin(), other.end());
        auto filled = guarded([&]() -> Status {
            SyncReply& reply = *replies[i];
            impl_->fillFeed(calls[i].caller, calls[i].request, acknowledged[i], reply);
            reply.signature = sign(signedBytes(reply), impl_->keys.secretKey);
            return {};
        });
        if (!filled.ok()) replies[i] = filled.error();
    }
    return replies;
}

Status Workspace::catchUp(const std::function<void()>& between) {
    return guarded([&]() -> Status {
        const Stores::Pauses pauses(impl_->stores, between);
        impl_->stores.refresh();
        return {};
    });
}

std::shared_ptr<ReadAhead> Workspace::readAhead(const SyncRequest& request) {
    auto ahead =
        guarded([&]() -> Result<std::shared_ptr<ReadAhead>> { return impl_->readAhead(request); });
    return ahead.ok() ? *ahead : nullptr;
}

}  // namespace sotay
