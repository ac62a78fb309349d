#include <algorithm>

#include "sync/question.h"
#include "sync/store/answers_map.h"
#include "sync/store/notebook_impl.h"

namespace sotay {
namespace {

using Stop = UndoPlan::Stop;

// What one change did to its record, looked at to take it back.
class Undoer {
  public:
    Undoer(Stores& stores, const RecordStore::Whole& whole, const RecordState& state,
           const StoredChange& undone)
        : stores_(stores), whole_(whole), state_(state), undone_(undone) {
        changes_ = stores.view.changesOf(state);
        for (const StoredChange& change : changes_)
            if (isPast(change)) past_.push_back({change.ref, &change.change});
        before_ = headsOf(past_, causality());
        addMerged();
    }

    // Is every change of the record held here?
    bool isComplete() const {
        std::set<ChangeRef> refs(state_.history.begin(), state_.history.end());
        refs.insert(state_.created);
        for (const auto& [cell, heads] : state_.heads)
            for (const Head& head : heads) refs.insert(head.change);
        return std::all_of(refs.begin(), refs.end(),
                           [&](ChangeRef ref) { return stores_.changes.holds(ref); });
    }

    bool isCreation() const {
        return past_.empty() && undone_.ref == state_.created && !writes({Id{}, kAlive});
    }

    void plan(UndoPlan& plan) {
        if (isCreation()) {
            plan.deletes = true;
            for (const StoredChange& change : changes_)
                if (change.ref != undone_.ref) blocked(plan, change, "");
            writes_ = {{{Id{}, kAlive}, Value::integer(0)}};
            return;
        }
        const std::set<Id> added = addedItems();
        for (const Id& item : added) takeOut(item, plan);
        for (const Write& write : undone_.change.writes)
            if (!added.contains(write.cell.item) && write.cell.ordinal != kUndoes)
                takeBack(write, plan);
    }

    std::vector<Write> takeWrites() { return std::move(writes_); }

  private:
    const Causality& causality() const { return stores_.changes.causality(); }
    bool isPast(const StoredChange& change) const {
        return causality().inPast(change.ref, undone_.ref, undone_.change.seen);
    }
    bool writes(const Cell& cell) const {
        return std::any_of(undone_.change.writes.begin(), undone_.change.writes.end(),
                           [&](const Write& write) { return write.cell == cell; });
    }

    // What the author saw of records that are merged into this one.
    void addMerged() {
        for (const RecordState& part : whole_.parts)
            for (const auto& [cell, heads] : part.heads)
                for (const Head& head : heads)
                    if (cell.item.isNil() && cell.ordinal >= kFirstField && !head.value.isEmpty() &&
                        causality().inPast(head.change, undone_.ref, undone_.change.seen))
                        before_[cell].push_back(head);
    }

    std::set<Id> addedItems() const {
        std::set<Id> added;
        for (const Write& write : undone_.change.writes)
            if (write.cell.ordinal == kPlace && !before_.contains(write.cell))
                added.insert(write.cell.item);
        return added;
    }

    CellNames names() const {
        return CellNames(state_.heads, RecordVerdict(),
                         stores_.records.tables(state_.formId)->fields, causality());
    }

    void blocked(UndoPlan& plan, const StoredChange& change, const std::string& path) {
        plan.stop = Stop::LaterChanges;
        Origin origin = stores_.people.origin(change, causality());
        bool isThere = std::any_of(plan.later.begin(), plan.later.end(), [&](const auto& later) {
            return later.origin.change == origin.change && later.path == path;
        });
        if (!isThere) plan.later.push_back({std::move(origin), path});
    }

    // All that wrote this cell without being known to the undone change, and would be replaced.
    void checkLater(const Cell& cell, UndoPlan& plan) {
        auto heads = state_.heads.find(cell);
        if (heads == state_.heads.end()) return;
        const Head* own = nullptr;
        for (const Head& head : heads->second)
            if (head.change == undone_.ref) own = &head;
        for (const Head& head : heads->second) {
            // Somebody who wrote the same is not overruled by taking this one's word back, but
            // whoever disagrees with it is.
            if (head.change == undone_.ref || (own && head.value == own->value)) continue;
            for (const StoredChange& change : changes_)
                if (change.ref == head.change && !isPast(change))
                    blocked(plan, change, names().path(cell));
        }
        for (const StoredChange& change : changes_)
            if (!own && change.ref != undone_.ref && !isPast(change) &&
                std::any_of(change.change.writes.begin(), change.change.writes.end(),
                            [&](const Write& write) { return write.cell == cell; }))
                blocked(plan, change, names().path(cell));
    }

    void takeOut(const Id& item, UndoPlan& plan) {
        HistoryField field;
        field.path = names().itemPath(item);
        field.before = Value::integer(1);
        field.after = Value::integer(0);
        plan.fields.push_back(field);
        for (auto at = state_.heads.lower_bound(Cell{item, 0});
             at != state_.heads.end() && at->first.item == item; ++at)
            for (const Head& head : at->second)
                for (const StoredChange& change : changes_)
                    if (change.ref == head.change && change.ref != undone_.ref)
                        blocked(plan, change, names().path(at->first));
        writes_.push_back({{item, kAlive}, Value::integer(0)});
    }

    void takeBack(const Write& write, UndoPlan& plan) {
        const Cell& cell = write.cell;
        checkLater(cell, plan);
        auto heads = before_.find(cell);
        const bool isKnown = heads != before_.end() && !heads->second.empty();
        Value value;
        if (isKnown) value = provisional(heads->second, causality())->value;
        std::vector<QuestionSide> sides;
        if (cell.ordinal == kAlive) {
            if (!isKnown) value = Value::integer(1);
            sides = deleteSides(cell.item);
            // Until it is decided anew, it is there.
            if (!sides.empty()) value = Value::integer(1);
        } else if (isKnown && isValueConflict(cell.ordinal, heads->second)) {
            for (const Head& head : heads->second) addSide(head.change, head.value, sides);
        }
        writes_.push_back({cell, value});
        if (!sides.empty() && cell.ordinal != kMergedInto) {
            plan.reopens = true;
            writes_.push_back({questionOf(cell), questionValue(sides)});
        }
        if ((cell.ordinal & kQuestion) != 0) plan.reopens |= !value.isEmpty();
        if (cell.ordinal != kAlive &&
            (cell.ordinal < kFirstField || (cell.ordinal & kQuestion) != 0))
            return;
        HistoryField field;
        field.path = cell.ordinal == kAlive ? names().itemPath(cell.item) : names().path(cell);
        field.before = write.value;
        field.after = value;
        plan.fields.push_back(std::move(field));
    }

    void addSide(ChangeRef ref, const Value& value, std::vector<QuestionSide>& sides) {
        if (auto change = stores_.changes.find(ref)) sides.push_back({change->id, value});
    }

    // The sides of a delete conflict that the undone change decided.
    std::vector<QuestionSide> deleteSides(const Id& item) {
        std::vector<QuestionSide> sides;
        auto verdict = judgeRecord(before_, causality(),
                                   [this](ChangeRef ref) { return stores_.records.seenOf(ref); });
        for (const OpenConflict& conflict : verdict.conflicts) {
            if (conflict.kind != ConflictKind::Delete || conflict.item != item) continue;
            const Heads& alive = before_.at({item, kAlive});
            for (ChangeRef ref : conflict.heads) {
                auto head = std::find_if(alive.begin(), alive.end(),
                                         [&](const Head& each) { return each.change == ref; });
                bool deletes = head != alive.end() && isDeletion(head->value);
                addSide(ref, Value::integer(deletes ? 0 : 1), sides);
            }
        }
        return sides;
    }

    Stores& stores_;
    const RecordStore::Whole& whole_;
    const RecordState& state_;
    const StoredChange& undone_;
    std::vector<StoredChange> changes_;
    std::vector<Applied> past_;
    RecordHeads before_;
    std::vector<Write> writes_;
};

const Write* writeOf(const Change& change, Ordinal ordinal) {
    for (const Write& write : change.writes)
        if (write.cell == Cell{Id{}, ordinal}) return &write;
    return nullptr;
}

std::string stopWords(const UndoPlan& plan) {
    switch (plan.stop) {
        case Stop::NotYours:
            return "An officer takes back only what they did themselves.";
        case Stop::Decision:
            return "This was decided by a supervisor, and is theirs to take back.";
        case Stop::Incomplete:
            return "What stood before is on the server only. Fetch the record's history first.";
        case Stop::LaterChanges: {
            std::string words =
                "The same was changed by others since, or beside it, and that would be lost. Undo "
                "or decide these first:";
            for (const UndoPlan::Later& later : plan.later)
                words += "\n" + later.origin.change.toString() + " " + later.path + " (" +
                         later.origin.authorName + ")";
            return words;
        }
        case Stop::None:
            break;
    }
    return {};
}

}  // namespace

std::optional<StoredChange> Notebook::Impl::changeNamed(const Id& change) {
    std::vector<PublicKey> devices{keys.publicKey};
    for (const DeviceInfo& device : stores.people.devices())
        if (device.key != keys.publicKey) devices.push_back(device.key);
    for (const PublicKey& device : devices)
        if (auto ref = stores.changes.findId(device, change)) return stores.changes.find(*ref);
    return {};
}

Result<Notebook::Impl::Undoing> Notebook::Impl::undoing(const Id& id, const std::string& reason) {
    auto undone = changeNamed(id);
    if (!undone)
        return Error{Code::NotFound, "There is no change " + id.toString() + " in this notebook."};
    const std::string& formId = undone->change.form.formId;
    auto state = stores.records.state(formId, undone->change.record);
    if (!state) return Error{Code::NotFound, "The record of this change is not in this notebook."};
    Undoing undoing;
    UndoPlan& plan = undoing.plan;
    plan.record = stores.records.survivorOf(formId, state->id);
    const bool isOwn = undone->change.author == identity().user.id;
    const bool officer = isOfficer();
    plan.needsReason = !isOwn;
    if (officer && !isOwn) plan.stop = Stop::NotYours;

    const Write* mark = writeOf(undone->change, kMergedInto);
    const Write* taken = writeOf(undone->change, kAbsorbed);
    if (mark || taken) {
        std::string text = (mark ? mark->value : taken->value).toString();
        const bool isMerge = mark ? !text.empty() : text.starts_with('+');
        if (taken && !text.empty()) text.erase(0, 1);
        const Id named = Id::parse(text).value_or(Id{});
        const Id merged = mark ? state->id : named;
        Id into = mark ? named : state->id;
        if (mark && !isMerge) {
            // The one that it was parted from stands in what was written before.
            for (const StoredChange& change : stores.view.changesOf(*state))
                if (const Write* earlier = writeOf(change.change, kMergedInto);
                    earlier && !earlier->value.isEmpty() &&
                    stores.changes.causality().inPast(change.ref, undone->ref, undone->change.seen))
                    into = Id::parse(earlier->value.toString()).value_or(Id{});
        }
        plan.needsReason = true;
        if (officer) plan.stop = Stop::Decision;
        const Id survivor = stores.records.survivorOf(formId, merged);
        const bool isOne = survivor == stores.records.survivorOf(formId, into);
        if (isMerge != isOne)
            return Error{Code::Rejected, isMerge ? "The two are separate again already."
                                                 : "The two are one again already."};
        // Where each was merged into the other, it is the one that did not survive that goes.
        const Id parted = survivor == merged ? into : merged;
        if (isMerge) plan.separates = parted;
        undoing.changes = isMerge ? separateChanges(formId, parted, reason)
                                  : mergeChanges(formId, merged, into, reason);
        undoing.changes.back().writes.push_back({{Id{}, kUndoes}, Value::text(id.toString())});
        return undoing;
    }

    RecordState raw = *state;
    const RecordStore::Whole whole = stores.records.whole(std::move(raw));
    Undoer undoer(stores, whole, *state, *undone);
    Change change = draftChange(formId, state->id, seenOf(state->id));
    if (!undoer.isComplete()) {
        if (plan.stop == Stop::None) plan.stop = Stop::Incomplete;
        return undoing;
    }
    const Stop earlier = plan.stop;
    undoer.plan(plan);
    change.writes = undoer.takeWrites();
    const bool decided =
        plan.reopens || writeOf(undone->change, kDistinct) ||
        std::any_of(change.writes.begin(), change.writes.end(),
                    [](const Write& write) { return (write.cell.ordinal & kQuestion) != 0; });
    plan.needsReason |= decided;
    if (officer && decided) plan.stop = Stop::Decision;
    if (earlier != Stop::None) plan.stop = earlier;
    change.writes.push_back({{Id{}, kUndoes}, Value::text(id.toString())});
    if (!normaliseText(reason).empty())
        change.notes.push_back({{Id{}, kUndoes}, normaliseText(reason)});
    undoing.changes.push_back(std::move(change));
    return undoing;
}

Result<UndoPlan> Notebook::undoPlan(const Id& change) const {
    return guarded([&]() -> Result<UndoPlan> {
        impl_->refresh();
        auto undoing = impl_->undoing(change, {});
        if (!undoing.ok()) return undoing.error();
        return undoing->plan;
    });
}

Result<Id> Notebook::undo(const Id& change, const std::string& reason) {
    return guarded([&]() -> Result<Id> {
        Work work(impl_->stores);
        impl_->refresh();
        auto undoing = impl_->undoing(change, reason);
        if (!undoing.ok()) return undoing.error();
        if (undoing->plan.stop != Stop::None)
            return Error{Code::Rejected, stopWords(undoing->plan)};
        if (undoing->plan.needsReason && normaliseText(reason).empty())
            return Error{Code::InvalidInput, "Say why: this takes back what somebody decided."};
        Id id = impl_->append(std::move(undoing->changes));
        work.commit();
        return id;
    });
}

}  // namespace sotay
