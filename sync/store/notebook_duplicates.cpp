#include <algorithm>

#include "sync/store/answers_map.h"
#include "sync/store/notebook_impl.h"

namespace sotay {
namespace {

std::string hex(std::uint64_t key) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(key >> shift & 0xFF);
    return bytes;
}

Id pairId(const DuplicatePair& pair) {
    std::string bytes = "sotay duplicate 1";
    for (const Id& id : {pair.first, pair.second}) bytes.append(id.bytes.begin(), id.bytes.end());
    auto keys = pair.keys;
    std::sort(keys.begin(), keys.end());
    for (std::uint64_t key : keys) bytes += hex(key);
    return hashId(bytes);
}

// How many rows of each repeat a record shows.
std::map<std::string, std::int64_t> rowCounts(const Answers& answers) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& [key, items] : answers.items)
        counts[key.path] += static_cast<std::int64_t>(items.size());
    return counts;
}

}  // namespace

std::vector<Conflict> Notebook::Impl::allDuplicates() {
    std::vector<Conflict> all;
    for (const DuplicatePair& pair : duplicates.find()) all.push_back(duplicateView(pair));
    return all;
}

Conflict Notebook::Impl::duplicateView(const DuplicatePair& pair) {
    const FieldTable& fields = *stores.forms.fields(pair.formId);
    Conflict conflict;
    conflict.id = pairId(pair);
    conflict.kind = ConflictKind::Duplicate;
    conflict.record = pair.first;
    conflict.other = pair.second;
    conflict.formId = pair.formId;
    const Id ids[] = {pair.first, pair.second};
    RecordState states[2];
    std::map<std::string, std::int64_t> rows[2];
    for (int side = 0; side < 2; ++side) {
        auto state = stores.records.state(pair.formId, ids[side]);
        if (!state) continue;
        states[side] = stores.records.whole(std::move(*state)).state;
        rows[side] = rowCounts(stores.view.open(states[side]).answers);
    }
    conflict.title = stores.view.title(states[0]);
    conflict.otherTitle = stores.view.title(states[1]);
    for (Ordinal ordinal : pair.fields)
        if (const Field* field = fields.byOrdinal(ordinal))
            if (std::find(conflict.keys.begin(), conflict.keys.end(), field->path) ==
                conflict.keys.end())
                conflict.keys.push_back(field->path);
    for (const Field& field : fields.fields) {
        if (field.repeat != 0 || field.retired) continue;
        ConflictField shown;
        shown.cell = {Id{}, field.ordinal};
        shown.path = field.path;
        shown.heads.resize(2);
        for (int side = 0; side < 2; ++side) {
            ConflictHead& head = shown.heads[static_cast<std::size_t>(side)];
            if (auto count = rows[side].find(field.path);
                field.isRepeat && count != rows[side].end())
                head.value = Value::integer(count->second);
            auto heads = states[side].heads.find(shown.cell);
            if (heads == states[side].heads.end() || heads->second.empty()) continue;
            const Head& top = *provisional(heads->second, stores.changes.causality());
            head.value = top.value;
            if (auto change = stores.changes.find(top.change))
                head.origin = stores.people.origin(*change, stores.changes.causality());
        }
        if (shown.heads[0].value.isEmpty() && shown.heads[1].value.isEmpty()) continue;
        conflict.fields.push_back(std::move(shown));
    }
    return conflict;
}

std::vector<Change> Notebook::Impl::mergeChanges(const std::string& formId, const Id& from,
                                                 const Id& into, const std::string& reason) {
    Change mark = draftChange(formId, from, seenOf(from));
    mark.writes = {{{Id{}, kMergedInto}, Value::text(into.toString())}};
    mark.notes = {{{Id{}, kMergedInto}, normaliseText(reason)}};
    Change taken = draftChange(formId, into, seenOf(into));
    taken.writes = {{{Id{}, kAbsorbed}, Value::text("+" + from.toString())}};
    taken.notes = {{{Id{}, kAbsorbed}, normaliseText(reason)}};
    return {std::move(mark), std::move(taken)};
}

std::vector<Change> Notebook::Impl::separateChanges(const std::string& formId, const Id& record,
                                                    const std::string& reason) {
    std::vector<Change> changes;
    const Id survivor = stores.records.survivorOf(formId, record);
    for (const Id& marked : stores.records.marksBetween(formId, record)) {
        Change change = draftChange(formId, marked, seenOf(marked));
        change.writes = {{{Id{}, kMergedInto}, Value()}};
        if (!normaliseText(reason).empty())
            change.notes = {{{Id{}, kMergedInto}, normaliseText(reason)}};
        changes.push_back(std::move(change));
    }
    Change parted = draftChange(formId, survivor, seenOf(survivor));
    parted.writes = {{{Id{}, kAbsorbed}, Value::text("-" + record.toString())}};
    if (!normaliseText(reason).empty()) parted.notes = {{{Id{}, kAbsorbed}, normaliseText(reason)}};
    changes.push_back(std::move(parted));
    return changes;
}

Result<Id> Notebook::Impl::decideDuplicate(const Conflict& pair, const Decision& decision) {
    if (decision.kind == Decision::Kind::Distinct) {
        auto state = stores.records.state(pair.formId, pair.other);
        auto marks = state ? distinctMarks(state->heads) : std::vector<DistinctMark>();
        for (const DistinctMark& mark : duplicates.shared(pair.formId, pair.record, pair.other))
            if (std::find(marks.begin(), marks.end(), mark) == marks.end()) marks.push_back(mark);
        Change change = draftChange(pair.formId, pair.other, seenOf(pair.other));
        change.writes = {{{Id{}, kDistinct}, distinctValue(marks)}};
        change.notes = {{{Id{}, kDistinct}, normaliseText(decision.reason)}};
        return append({std::move(change)});
    }
    if (decision.kind != Decision::Kind::Merge)
        return Error{Code::InvalidInput,
                     "These are two records: merge them into one of the two, or say that they are "
                     "not the same."};
    if (decision.survivor != pair.record && decision.survivor != pair.other)
        return Error{Code::InvalidInput, "The record that stays must be one of the two."};
    const Id from = decision.survivor == pair.record ? pair.other : pair.record;
    auto changes = mergeChanges(pair.formId, from, decision.survivor, decision.reason);
    Change& taken = changes.back();
    for (const auto& [path, typed] : decision.settled) {
        const Field* field = stores.forms.fields(pair.formId)->byPath(path);
        if (!field || field->repeat != 0 || field->isRepeat)
            return Error{Code::InvalidInput,
                         "The form has no field " + path + " outside of repeats."};
        auto write = typedWrite(pair.formId, {Id{}, field->ordinal}, typed);
        if (!write.ok()) return write.error();
        taken.writes.push_back(*write);
    }
    if (auto state = stores.records.state(pair.formId, decision.survivor))
        answerQuestions(taken, state->heads);
    return append(std::move(changes));
}

Result<std::vector<Conflict>> Notebook::duplicates() const {
    return guarded([&]() -> Result<std::vector<Conflict>> {
        impl_->refresh();
        return impl_->allDuplicates();
    });
}

}  // namespace sotay
