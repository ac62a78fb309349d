#include "sync/store/record_view.h"

#include <algorithm>
#include <limits>

namespace sotay {
namespace {

std::string shortName(const Id& id) { return id.toString().substr(24); }

// Words of a search; all must occur somewhere in what a record is found by.
std::vector<std::string> wordsOf(const std::string& search) {
    std::vector<std::string> words;
    std::string word;
    for (char c : foldText(search) + " ") {
        if (c != ' ') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(word);
            word.clear();
        }
    }
    return words;
}

}  // namespace

Result<ListPage> RecordView::list(const ListQuery& query, const std::set<Id>& unsent) {
    const FormTables* tables = records_.tables(query.formId);
    if (!tables) return Error{Code::NotFound, "There is no form \"" + query.formId + "\" here."};
    const FormTable& table = tables->records;

    std::string from = " FROM " + tables->search + " s", where = " WHERE s.deleted=0";
    std::vector<std::string> texts;
    for (const std::string& word : wordsOf(query.search)) {
        where += " AND instr(s.folded,?)>0";
        texts.push_back(word);
    }
    if (query.onlyConflicts) where += " AND s.conflicts>0";
    if (!query.where.empty() || query.onlyUnsent) from += " JOIN " + table.name + " r ON r._n=s.n";
    for (const auto& [path, value] : query.where) {
        const Field* field = tables->fields.byPath(path);
        const FormTable::Slot* slot =
            field && field->repeat == 0 ? table.slot(field->ordinal) : nullptr;
        if (!slot)
            return Error{Code::InvalidInput, "The form has no field " + path + " to look for."};
        auto wanted = parseValue(field->type, value);
        if (!wanted.ok()) return wanted.error();
        where += wanted->isEmpty() ? " AND r." + slot->column + " IS NULL"
                                   : " AND CAST(r." + slot->column + " AS TEXT)=?";
        if (!wanted->isEmpty())
            texts.push_back(field->type == ValueType::Decimal &&
                                    wanted->toString().find('.') == std::string::npos
                                ? wanted->toString() + ".0"
                                : wanted->toString());
    }
    if (query.onlyUnsent) {
        std::string ids;
        for (const Id& id : unsent)
            ids += (ids.empty() ? "x'" : ",x'") + toHex(id.bytes.data(), id.bytes.size()) + "'";
        where += " AND r._id IN (" + ids + ")";
    }
    auto bindTexts = [&](SQLite::Statement& statement) {
        for (std::size_t i = 0; i < texts.size(); ++i)
            statement.bind(static_cast<int>(i + 1), texts[i]);
    };

    ListPage page;
    for (const Field& field : tables->summary) page.columns.push_back(field.path);
    SQLite::Statement count(database_.raw(), "SELECT count(*)" + from + where);
    bindTexts(count);
    if (count.executeStep()) page.total = static_cast<std::uint64_t>(count.getColumn(0).getInt64());

    const char* order = query.sort == ListQuery::Sort::Title    ? "s.folded,s.n"
                        : query.sort == ListQuery::Sort::Oldest ? "s.changed,s.n"
                                                                : "s.changed DESC,s.n DESC";
    SQLite::Statement rows(database_.raw(), "SELECT s.n,s.changed,s.conflicts" + from + where +
                                                " ORDER BY " + order + " LIMIT " +
                                                std::to_string(query.limit) + " OFFSET " +
                                                std::to_string(query.offset));
    bindTexts(rows);
    std::string columns = "_id";
    for (const Field& field : tables->summary)
        if (auto* slot = table.slot(field.ordinal)) columns += "," + slot->column;
    while (rows.executeStep()) {
        RecordRow row;
        row.changedSeconds = rows.getColumn(1).getInt64();
        row.conflicts = rows.getColumn(2).getUInt();
        auto& wide =
            database_.statement("SELECT " + columns + " FROM " + table.name + " WHERE _n=?");
        wide.bind(1, rows.getColumn(0).getInt64());
        if (!wide.executeStep()) continue;
        row.id = idColumn(wide, 0);
        int at = 1;
        for (const Field& field : tables->summary)
            row.summary.push_back(table.slot(field.ordinal)
                                      ? valueColumn(wide, at++, field.type).toString()
                                      : std::string());
        wide.reset();
        row.title =
            row.summary.empty() || row.summary[0].empty() ? shortName(row.id) : row.summary[0];
        row.isUnsent = unsent.contains(row.id);
        page.rows.push_back(std::move(row));
    }
    return page;
}

OpenRecord RecordView::open(RecordState one) {
    const Id survivor = records_.survivorOf(one.formId, one.id);
    if (survivor != one.id)
        if (auto other = records_.state(one.formId, survivor)) one = std::move(*other);
    const RecordState state = records_.whole(std::move(one)).state;
    RecordVerdict verdict = records_.judge(state);
    OpenRecord opened;
    opened.record = state.id;
    opened.formId = state.formId;
    opened.isDeleted = verdict.isDeleted;
    opened.conflicts = static_cast<std::uint32_t>(verdict.conflicts.size());
    opened.answers = answersOf(state.heads, verdict, records_.tables(state.formId)->fields,
                               changes_.causality());
    return opened;
}

std::string RecordView::title(const RecordState& state) {
    for (const Field& field : records_.tables(state.formId)->summary) {
        auto heads = state.heads.find({Id{}, field.ordinal});
        if (heads == state.heads.end() || heads->second.empty()) continue;
        std::string text = provisional(heads->second, changes_.causality())->value.toString();
        if (!text.empty()) return text;
    }
    return shortName(state.id);
}

std::vector<StoredChange> RecordView::changesOf(const RecordState& state) {
    std::vector<ChangeRef> refs = state.history;
    refs.push_back(state.created);
    std::sort(refs.begin(), refs.end());
    refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
    std::vector<std::pair<std::uint64_t, StoredChange>> found;
    for (ChangeRef ref : refs)
        if (auto change = changes_.find(ref))
            found.emplace_back(changes_.causality().number(ref).value_or(
                                   std::numeric_limits<std::uint64_t>::max()),
                               std::move(*change));
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<StoredChange> changes;
    for (auto& [number, change] : found) changes.push_back(std::move(change));
    return changes;
}

bool RecordView::inPast(const StoredChange& x, const StoredChange& y) const {
    return changes_.causality().inPast(x.ref, y.ref, y.change.seen);
}

std::map<Cell, std::string> RecordView::reasons(const RecordState& state) {
    std::map<Cell, std::string> reasons;
    for (const StoredChange& stored : changesOf(state)) {
        // Words were about the value that they came with or found there.
        for (const Write& write : stored.change.writes) reasons.erase(write.cell);
        for (const Note& note : stored.change.notes) reasons[note.cell] = note.text;
    }
    return reasons;
}

}  // namespace sotay
