#include <algorithm>

#include "sync/store/record_store.h"

// Which records have met changes made side by side in fields that the form's rules read together:
// the table
//   met  record, and how many of its rules such changes break: -1 when nobody looked since

namespace sotay {

void RecordStore::noteMeeting(const FormTables& tables, const Change& change, bool met) {
    if (!ruleOrdinals_ || (!met && !hasMarks_)) return;
    if (met) {
        const std::set<Ordinal>& rules = ruleOrdinals_(tables.formId);
        met = std::any_of(change.writes.begin(), change.writes.end(),
                          [&](const Write& write) { return rules.contains(write.cell.ordinal); });
    }
    if (!met && !hasMarks_) return;
    auto& mark =
        database_.statement(met ? "INSERT OR REPLACE INTO met(record,broken,form_id) VALUES(?,-1,?)"
                                : "UPDATE met SET broken=-1 WHERE record=?");
    bindId(mark, 1, change.record);
    if (met) mark.bind(2, tables.formId);
    mark.exec();
    hasMarks_ |= met;
}

std::vector<std::pair<std::string, Id>> RecordStore::unjudged() {
    settle();
    std::vector<std::pair<std::string, Id>> found;
    if (!hasMarks_) return found;
    auto& find =
        database_.statement("SELECT form_id,record FROM met WHERE broken<0 ORDER BY record");
    while (find.executeStep()) found.emplace_back(find.getColumn(0).getString(), idColumn(find, 1));
    find.reset();
    return found;
}

bool RecordStore::hasMet(const Id& record) {
    settle();
    if (!hasMarks_) return false;
    auto& find = database_.statement("SELECT 1 FROM met WHERE record=?");
    bindId(find, 1, record);
    bool found = find.executeStep();
    find.reset();
    return found;
}

void RecordStore::judged(const std::string& formId, const Id& record, std::size_t broken) {
    auto& mark = database_.statement("UPDATE met SET broken=? WHERE record=?");
    mark.bind(1, static_cast<std::int64_t>(broken));
    bindId(mark, 2, record);
    mark.exec();
    if (const FormTables* tables = this->tables(formId)) recountOne(*tables, record);
}

void RecordStore::showCount(const FormTables& tables, const Id& record, std::int64_t row,
                            std::uint32_t conflicts, int deleted) {
    std::int64_t broken = 0;
    if (hasMarks_ && deleted == 0) {
        auto& find = database_.statement("SELECT max(broken,0) FROM met WHERE record=?");
        bindId(find, 1, record);
        if (find.executeStep()) broken = find.getColumn(0).getInt64();
        find.reset();
    }
    auto& search =
        database_.statement("UPDATE " + tables.search + " SET conflicts=?,deleted=? WHERE n=?");
    search.bind(1, conflicts + broken);
    search.bind(2, deleted);
    search.bind(3, row);
    search.exec();
}

std::optional<std::vector<Id>> RecordStore::takeTouched() {
    if (!isTracking_) {
        isTracking_ = true;
        touched_.clear();
        return {};
    }
    std::vector<Id> touched = std::exchange(touched_, {});
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    return touched;
}

}  // namespace sotay
