#include "sync/store/record_edits.h"

#include <sqlite3.h>

#include <algorithm>

#include "schema/mutant.h"

namespace sotay {
namespace {

constexpr std::size_t kMostSlots = 32;  // SQLite's functions take 100 arguments

std::string_view bytesOf(sqlite3_value* value) {
    const void* bytes = sqlite3_value_blob(value);
    return bytes ? std::string_view(static_cast<const char*>(bytes),
                                    static_cast<std::size_t>(sqlite3_value_bytes(value)))
                 : std::string_view();
}

Value valueOf(sqlite3_value* value, ValueType type) {
    if (sqlite3_value_type(value) == SQLITE_NULL) return {};
    if (type == ValueType::Integer) return Value::integer(sqlite3_value_int64(value));
    if (type == ValueType::Decimal) {
        auto number = Decimal::fromDouble(sqlite3_value_double(value));
        return number ? Value::decimal(*number) : Value();
    }
    return Value::text(std::string(bytesOf(value)));
}

// Lent until the statement's step ends.
void giveBytes(sqlite3_context* to, std::string_view bytes) {
    if (bytes.empty())
        sqlite3_result_null(to);
    else
        sqlite3_result_blob(to, bytes.data(), static_cast<int>(bytes.size()), SQLITE_STATIC);
}

void giveValue(sqlite3_context* to, const Value& value) {
    if (auto* text = value.asText())
        sqlite3_result_text(to, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
    else if (auto* number = value.asInteger())
        sqlite3_result_int64(to, *number);
    else if (auto* decimal = value.asDecimal())
        sqlite3_result_double(to, decimal->toDouble());
    else
        sqlite3_result_null(to);
}

}  // namespace

void RecordStore::mergeInto(Row& row, const FormTable& table,
                            const std::vector<const Write*>& writes, const Change& change,
                            ChangeRef ref) {
    const Causality& causality = changes_.causality();
    row.mayConflict = row.hasAlive || row.conflicts > 0;
    for (const Write* write : writes) {
        if (mutant(Mutant::ClearingNotWritten) && write->value.isEmpty()) continue;
        Ordinal ordinal = write->cell.ordinal;
        auto known = row.heads.find(ordinal);
        Value& held = row.values[ordinal];  // of the column, or of `rest`
        Heads heads;
        if (known != row.heads.end()) {
            heads = std::move(known->second);
            if (heads.size() == 1) heads[0].value = std::move(held);
        } else if (!held.isEmpty()) {
            heads.push_back({row.created, std::move(held)});
        }
        row.mayConflict |= heads.size() > 1 || ordinal == kAlive || (ordinal & kQuestion) != 0;
        applyWrite(heads, ref, change.seen, write->value, causality);
        if (mutant(Mutant::LastClockWins) && heads.size() > 1) {
            auto clockOf = [&](const Head& head) {
                auto stored = changes_.find(head.change);
                return stored ? stored->change.wallSeconds : 0;
            };
            heads = {*std::max_element(
                heads.begin(), heads.end(),
                [&](const Head& a, const Head& b) { return clockOf(a) < clockOf(b); })};
        }
        row.mayConflict |= heads.size() > 1;
        Value shown = provisional(heads, causality)->value;
        if (heads.size() == 1 && heads[0].change == row.created && !shown.isEmpty())
            row.heads.erase(ordinal);
        else
            row.heads[ordinal] = std::move(heads);
        row.rest.erase(ordinal);
        auto* slot = table.slot(ordinal);
        const bool inColumn = slot && fitsColumn(shown, slot->type);
        held = Value();
        if (inColumn)
            held = std::move(shown);
        else if (!shown.isEmpty())
            row.rest[ordinal] = std::move(shown);
    }
}

void RecordStore::compareTo(const Row& row, const std::vector<const Write*>& writes,
                            const Change& change, ChangeRef ref, Touched& touched) const {
    const Causality& causality = changes_.causality();
    auto isLate = [&](ChangeRef other) {
        return !mutant(Mutant::LateChangeOnTop) && causality.inChain(ref, other);
    };
    // A snapshot brings heads whose changes the history does not name.
    for (const Write* write : writes)
        if (auto heads = row.heads.find(write->cell.ordinal); heads != row.heads.end())
            touched.cameLate |= std::any_of(heads->second.begin(), heads->second.end(),
                                            [&](const Head& head) { return isLate(head.change); });
    if (row.isItem) return;
    std::vector<ChangeRef> others = decodeRefs(row.history);
    others.push_back(row.created);
    touched.cameLate |= std::any_of(others.begin(), others.end(), isLate);
    touched.met = std::any_of(others.begin(), others.end(), [&](ChangeRef other) {
        return !causality.inPast(other, ref, change.seen);
    });
    // Somebody may have seen it in the log that was lost, and be here already.
    touched.cameLate |= causality.hasForeignNumber(ref);
}

RecordStore::Editor::Editor(RecordStore& store) : store_(store) {
    auto& database = store.database_.raw();
    database.createFunction("sotay_merge", -1, false, this, &Editor::mergeRow);
    database.createFunction("sotay_merged", 1, false, this, &Editor::giveMerged);
    database.createFunction("sotay_changed", 1, false, this, &Editor::giveChanged);
}

std::optional<RecordStore::Touched> RecordStore::Editor::edit(
    const FormTables& tables, const std::vector<const Write*>& writes, const Change& change,
    ChangeRef ref) {
    const FormTable& table = tables.records;
    slots_.clear();
    for (const Write* write : writes)
        if (auto* slot = table.slot(write->cell.ordinal)) slots_.push_back(slot);
    change_ = &change;
    ref_ = ref;
    table_ = &table;
    writes_ = &writes;
    touched_ = {};
    problem_ = nullptr;
    auto& update =
        store_.database_.statement(slots_.size() == 1 ? slots_[0]->editSql : table.editSql(slots_));
    update.bindNoCopy(1, change.record.bytes.data(), static_cast<int>(change.record.bytes.size()));
    int rows = 0;
    try {
        rows = update.exec();
    } catch (const SQLite::Exception&) {
        if (problem_) std::rethrow_exception(problem_);
        throw;
    }
    if (rows == 0) return {};
    for (const Write* write : writes)
        touched_.summaryChanged |= tables.isInSummary(write->cell.ordinal);
    touched_.row = row_.n;
    touched_.mayConflict = row_.mayConflict;
    return touched_;
}

void RecordStore::Editor::merge(sqlite3_value** values) {
    row_.n = sqlite3_value_int64(values[0]);
    row_.created = unpackRef(sqlite3_value_int64(values[1]));
    row_.heads = decodeHeads(bytesOf(values[2]));
    row_.rest = decodeRest(bytesOf(values[3]));
    row_.hasAlive = sqlite3_value_type(values[4]) != SQLITE_NULL;
    row_.conflicts = static_cast<std::uint32_t>(sqlite3_value_int64(values[5]));
    row_.history = bytesOf(values[6]);
    row_.values.clear();
    for (std::size_t i = 0; i < slots_.size(); ++i)
        row_.values[slots_[i]->ordinal] = valueOf(values[8 + i], slots_[i]->type);
    for (const auto& [ordinal, value] : row_.rest) row_.values[ordinal] = value;

    store_.mergeInto(row_, *table_, *writes_, *change_, ref_);
    store_.compareTo(row_, *writes_, *change_, ref_, touched_);
    heads_ = encodeHeads(row_.heads);
    rest_ = encodeRest(row_.rest);
    row_.history += encodeRefs({ref_});
    changed_ = std::max<std::int64_t>(change_->wallSeconds, sqlite3_value_int64(values[7]));
}

void RecordStore::Editor::mergeRow(sqlite3_context* context, int, sqlite3_value** values) {
    auto& editor = *static_cast<Editor*>(sqlite3_user_data(context));
    try {
        editor.merge(values);
        sqlite3_result_int(context, 1);
    } catch (const std::exception& problem) {
        editor.problem_ = std::current_exception();
        sqlite3_result_error(context, problem.what(), -1);
    }
}

void RecordStore::Editor::giveMerged(sqlite3_context* context, int, sqlite3_value** values) {
    const auto& editor = *static_cast<Editor*>(sqlite3_user_data(context));
    const int which = sqlite3_value_int(values[0]);
    switch (which) {
        case kMergedHeads:
            return giveBytes(context, editor.heads_);
        case kMergedRest:
            return giveBytes(context, editor.rest_);
        case kMergedChanged:
            return sqlite3_result_int64(context, editor.changed_);
        case kMergedHistory:
            return giveBytes(context, editor.row_.history);
        default:
            const auto* slot = editor.slots_[static_cast<std::size_t>(which - kMergedSlots)];
            giveValue(context, editor.row_.values.at(slot->ordinal));
    }
}

void RecordStore::Editor::giveChanged(sqlite3_context* context, int, sqlite3_value** values) {
    auto& editor = *static_cast<Editor*>(sqlite3_user_data(context));
    const std::int64_t row = sqlite3_value_int64(values[0]);
    // The table is gone through in the order of its rows.
    auto& at = editor.nextShown_;
    const auto end = editor.shown_->end();
    if (at != end && at->first < row) ++at;
    if (at != end && at->first < row) at = editor.shown_->lower_bound(row);
    if (at != end && at->first == row)
        sqlite3_result_int64(context, at->second);
    else
        sqlite3_result_null(context);
}

void RecordStore::Editor::showChanged(const FormTables& tables,
                                      const std::map<std::int64_t, std::int64_t>& rows) {
    if (rows.empty()) return;
    constexpr std::int64_t kDense = 8;  // of so many rows one was edited, at the least
    const std::int64_t first = rows.begin()->first, last = rows.rbegin()->first;
    if ((last - first) / kDense < static_cast<std::int64_t>(rows.size())) {
        shown_ = &rows;
        nextShown_ = rows.begin();
        auto& update = store_.database_.statement(
            "UPDATE " + tables.search +
            " SET changed=max(changed,sotay_changed(n)) WHERE n BETWEEN ? AND ? AND "
            "sotay_changed(n) IS NOT NULL");
        update.bind(1, first);
        update.bind(2, last);
        update.exec();
        return;
    }
    auto& update = store_.database_.statement("UPDATE " + tables.search +
                                              " SET changed=max(changed,?) WHERE n=?");
    for (const auto& [row, changed] : rows) {
        update.bind(1, changed);
        update.bind(2, row);
        update.exec();
        update.reset();
    }
}

bool RecordStore::isEdit(const FormTables& tables, const Change& change) const {
    // Writes are ordered by item, so the last tells whether any is in one. What writes much of a
    // row is likely the record's first.
    return !change.writes.empty() && change.writes.back().cell.item.isNil() &&
           2 * change.writes.size() <= tables.records.slots.size() &&
           change.writes.size() <= kMostSlots;
}

bool RecordStore::applyEdit(const FormTables& tables, const Change& change, ChangeRef ref) {
    std::vector<const Write*> writes;
    writes.reserve(change.writes.size());
    for (const Write& write : change.writes) writes.push_back(&write);
    const auto touched = editor_->edit(tables, writes, change, ref);
    if (!touched) return false;
    noteApplied(tables, change, *touched, writes);
    return true;
}

std::vector<Applied> RecordStore::applyEdits(std::span<const Applied> changes) {
    struct Edit {
        const FormTables* tables;
        std::size_t at;
        bool isEdit;
    };
    std::vector<Edit> order;
    order.reserve(changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Change& change = *changes[i].change;
        const FormTables* tables = this->tables(change.form.formId);
        order.push_back({tables, i, tables && knows(change) && isEdit(*tables, change)});
    }
    auto recordOf = [&](const Edit& edit) -> const Id& { return changes[edit.at].change->record; };
    std::sort(order.begin(), order.end(), [&](const Edit& a, const Edit& b) {
        const auto which = recordOf(a) <=> recordOf(b);
        return which != 0 ? which < 0 : a.at < b.at;
    });
    std::vector<std::size_t> left;
    for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
        // All of one record are done here, or none.
        bool isDone = true;
        for (end = first; end < order.size() && recordOf(order[end]) == recordOf(order[first]);
             ++end)
            isDone &= order[end].isEdit;
        for (std::size_t i = first; i < end; ++i) {
            const auto& [ref, change] = changes[order[i].at];
            isDone = isDone && applyEdit(*order[i].tables, *change, ref);
            if (!isDone) left.push_back(order[i].at);
        }
    }
    std::sort(left.begin(), left.end());
    std::vector<Applied> remaining;
    for (std::size_t at : left) remaining.push_back(changes[at]);
    return remaining;
}

}  // namespace sotay
