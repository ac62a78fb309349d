#include <algorithm>

#include "sync/store/record_store.h"

// Many new records at once, as rows that were made beforehand (row_image.h).

namespace sotay {

const ImagePlans& RecordStore::imagePlans() {
    for (const auto& [formId, tables] : tables_) {
        auto [plan, isNew] = imagePlans_.try_emplace(formId);
        if (isNew) plan->second = makeImagePlan(database_, tables);
    }
    return imagePlans_;
}

std::int64_t RecordStore::nextRow() {
    std::int64_t last = 0;
    for (const auto& [formId, tables] : tables_)
        for (const std::string& table : {tables.records.name, tables.search}) {
            auto& find =
                database_.statement("SELECT rowid FROM " + table + " ORDER BY rowid DESC LIMIT 1");
            if (find.executeStep()) last = std::max(last, find.getColumn(0).getInt64());
            find.reset();
        }
    return last + 1;
}

bool RecordStore::canInsert(const RowImage& image, ChangeRef first) {
    const std::string& formId = image.plan->tables.formId;
    auto plan = imagePlans_.find(formId);
    const bool isCurrent = plan != imagePlans_.end() && plan->second == image.plan;
    if (!isCurrent || first.branch >= kMaxImageBranch || image.firstRow < nextRow() ||
        hasFamilies(formId))
        return false;
    // New ids are mostly larger than all that are here, so there is nothing between them.
    auto& find = database_.statement("SELECT _id FROM " + image.plan->tables.records.name +
                                     " WHERE _id BETWEEN ? AND ?");
    bindId(find, 1, image.records.front());
    bindId(find, 2, image.records.back());
    bool isHere = false;
    while (!isHere && find.executeStep())
        isHere = std::binary_search(image.records.begin(), image.records.end(), idColumn(find, 0));
    find.reset();
    return !isHere;
}

bool RecordStore::insertRows(RowImage& image, ChangeRef first) {
    if (!canInsert(image, first)) return false;
    insertImage(database_, image, first);
    if (isTracking_) touched_.insert(touched_.end(), image.records.begin(), image.records.end());
    return true;
}

}  // namespace sotay
