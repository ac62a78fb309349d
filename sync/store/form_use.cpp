#include "sync/store/form_use.h"

#include <algorithm>
#include <set>

namespace sotay {
namespace {

// Does an answer, the names of choices with spaces between, hold one of these?
bool holdsOneOf(const std::string& answer, const std::set<std::string>& choices) {
    for (std::size_t at = 0; at < answer.size();) {
        const auto end = std::min(answer.find(' ', at), answer.size());
        if (choices.contains(answer.substr(at, end - at))) return true;
        at = end + 1;
    }
    return false;
}

}  // namespace

std::uint64_t recordsConcerned(Database& database, const FormTables& tables,
                               const FormChange& change) {
    const Field* field = tables.fields.byOrdinal(change.ordinal);
    if (!field) return 0;
    const bool inItems = field->isRepeat || field->repeat != 0;
    const FormTable* table = &tables.records;
    if (inItems) {
        const auto items = tables.items.find(field->isRepeat ? field->ordinal : field->repeat);
        if (items == tables.items.end()) return 0;
        table = &items->second;
    }
    std::string column = "t._n";  // of a repeat each item counts
    if (!field->isRepeat) {
        const auto* slot = table->slot(field->ordinal);
        if (!slot) return 0;
        column = "t." + slot->column;
    }
    std::string sql = "SELECT " + column + ",r._n FROM " + table->name + " t JOIN " +
                      tables.records.name + " r ON r._n=" + (inItems ? "t._record" : "t._n") +
                      " WHERE r._deleted=0 AND " + column + " IS NOT NULL";
    if (inItems) sql += " AND COALESCE(t._alive,1)<>0";
    const std::set<std::string> choices(change.choices.begin(), change.choices.end());
    std::set<std::int64_t> records;
    SQLite::Statement find(database.raw(), sql);
    while (find.executeStep())
        if (choices.empty() || holdsOneOf(find.getColumn(0).getString(), choices))
            records.insert(find.getColumn(1).getInt64());
    return records.size();
}

Problems changesForRecords(Stores& stores, const Form& next) {
    const FieldTable* before = stores.forms.fields(next.id);
    const FormTables* tables = stores.records.tables(next.id);
    if (!before || !tables) return {};
    const auto old = stores.forms.form(next.id);
    Problems problems;
    for (const auto& change : compareForms(*before, old.ok() ? old->get() : nullptr, next))
        problems.push_back(
            describeChange(change, recordsConcerned(stores.database, *tables, change)));
    return problems;
}

}  // namespace sotay
