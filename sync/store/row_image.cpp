#include "sync/store/row_image.h"

#include <algorithm>

#include "sync/store/head_blob.h"
#include "sync/store/sqlite_file.h"

namespace sotay {
namespace {

using sqlite_file::kIndexLeaf;
using sqlite_file::kMostPayload;
using sqlite_file::kTableLeaf;
using sqlite_file::RecordBytes;
using sqlite_file::Tree;

constexpr std::size_t kMostBytes = 4u << 20;  // of an image, roughly

// A change as the columns of its row hold it.
struct RowValues {
    std::vector<const LentWrite*> bySlot;
    RestMap rest;
    std::size_t texts = 0;  // bytes

    // False when the change does more than answer questions outside repeats.
    bool take(const ImagePlan& plan, const LentChange& change) {
        const FormTable& table = plan.tables.records;
        if (2 * change.writes.size() <= table.slots.size()) return false;
        // They are in the order of their cells, and what is outside repeats comes first.
        if (change.writes.back().item) return false;
        bySlot.assign(table.slots.size(), nullptr);
        rest.clear();
        texts = 0;
        for (const LentWrite& write : change.writes) {
            if (write.ordinal >= plan.questions.size() || write.isEmpty()) return false;
            const ImagePlan::Question& question = plan.questions[write.ordinal];
            if (!question.isKnown) return false;
            if ((question.fitting >> write.tag & 1) != 0)
                bySlot[question.slot] = &write;
            else
                rest[write.ordinal] = write.value();
            texts += write.size;
        }
        return true;
    }
    void writeTo(RecordBytes& record, const ImagePlan& plan, const LentChange& change) const {
        using Own = ImagePlan::Own;
        const std::string others = encodeRest(rest);
        record.begin(plan.columns.size(), sizeof(Id) + texts + others.size());
        for (const auto& column : plan.columns) switch (column.own) {
                case Own::Null:
                    record.null();
                    break;
                case Own::Zero:
                    record.integer(0);
                    break;
                case Own::Id:
                    record.id(change.record);
                    break;
                case Own::Changed:
                    record.integer(change.wallSeconds);
                    break;
                case Own::Created:
                    record.later();
                    break;
                case Own::Rest:
                    record.blobOrNull(others);
                    break;
                case Own::Field:
                    record.value(bySlot[column.slot]);
                    break;
            }
    }
    // What the search table holds of it.
    std::string folded(const FormTables& tables) const {
        std::string folded;
        for (const Field& field : tables.summary) {
            auto* slot = tables.records.slot(field.ordinal);
            auto* write = slot ? bySlot[tables.records.slotAt[field.ordinal] - 1] : nullptr;
            if (!write) continue;
            folded += write->tag == kTextTag ? foldText(write->text())
                                             : foldText(write->value().toString());
            folded += '\n';
        }
        return folded;
    }
};

// False when it has more than one index, or one that is not written in SQL.
bool describe(Database& database, const std::string& quoted, ImageTable& table) {
    table.name = bareName(quoted);
    SQLite::Statement find(database.raw(),
                           "SELECT type,name,sql FROM sqlite_schema WHERE tbl_name=?");
    find.bind(1, table.name);
    while (find.executeStep()) {
        if (find.getColumn(0).getString() == "table") {
            table.sql = find.getColumn(2).getString();
        } else {
            if (!table.indexSql.empty() || find.getColumn(2).isNull()) return false;
            table.indexName = find.getColumn(1).getString();
            table.indexSql = find.getColumn(2).getString();
        }
    }
    return !table.sql.empty();
}

}  // namespace

std::shared_ptr<const ImagePlan> makeImagePlan(Database& database, const FormTables& tables) {
    using Own = ImagePlan::Own;
    auto plan = std::make_shared<ImagePlan>();
    plan->tables = tables;
    if (!describe(database, tables.records.name, plan->records) || plan->records.indexSql.empty() ||
        !describe(database, tables.search, plan->search) || !plan->search.indexSql.empty())
        return {};
    static const std::map<std::string, Own> kOwn = {
        {"\"_id\"", Own::Id},           {"\"_deleted\"", Own::Zero},
        {"\"_changed\"", Own::Changed}, {"\"_conflicts\"", Own::Zero},
        {"\"_created\"", Own::Created}, {"\"_rest\"", Own::Rest}};
    std::map<std::string, std::size_t> slots;
    for (std::size_t i = 0; i < tables.records.slots.size(); ++i)
        slots[tables.records.slots[i].column] = i;
    SQLite::Statement info(database.raw(), "SELECT name FROM pragma_table_info(?) ORDER BY cid");
    info.bind(1, plan->records.name);
    while (info.executeStep()) {
        const std::string name = sqlName(info.getColumn(0).getString());
        auto own = kOwn.find(name);
        auto slot = slots.find(name);
        if (own != kOwn.end())
            plan->columns.push_back({own->second, 0});
        else if (slot != slots.end())
            plan->columns.push_back({Own::Field, slot->second});
        else
            plan->columns.push_back({});
    }
    const FormTable& table = plan->tables.records;
    plan->questions.resize(std::max(plan->tables.known.size(), table.slotAt.size()));
    for (Ordinal ordinal = kFirstField; ordinal < plan->questions.size(); ++ordinal) {
        ImagePlan::Question& question = plan->questions[ordinal];
        question.isKnown = (ordinal & kQuestion) == 0 && plan->tables.knows(ordinal);
        const FormTable::Slot* slot = table.slot(ordinal);
        if (!slot) continue;
        question.slot = table.slotAt[ordinal] - 1;
        for (std::uint8_t tag : {kIntegerTag, kDecimalTag, kTextTag})
            if (fitsColumn(tag, slot->type)) question.fitting |= 1u << tag;
    }
    return plan;
}

std::optional<RowImage> makeRowImage(const ImagePlans& plans, std::span<const LentChange> changes,
                                     std::int64_t firstRow) {
    if (changes.size() < kMinImageRows || changes.size() > kMaxImageRows) return {};
    auto plan = plans.find(changes.front().form.formId);
    if (plan == plans.end() || !plan->second) return {};
    const FormTables& tables = plan->second->tables;
    RowImage image{plan->second, firstRow, {}, {}, {}};
    std::size_t roughSize = 4 * sqlite_file::kPage;
    for (const LentChange& change : changes)
        for (const LentWrite& write : change.writes) roughSize += 10 + write.size;
    if (roughSize > kMostBytes) return {};
    image.file.reserve(roughSize);
    image.file.resize(sqlite_file::kPage);  // the first, which is written last
    image.records.reserve(changes.size());
    image.created.reserve(changes.size());
    Tree records(image.file, kTableLeaf);
    records.mark(image.created);
    RowValues values;
    RecordBytes record;
    std::vector<std::string> folded;
    folded.reserve(changes.size());
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const LentChange& change = changes[i];
        if (change.form.formId != tables.formId || !values.take(*image.plan, change)) return {};
        values.writeTo(record, *image.plan, change);
        if (record.size() > kMostPayload) return {};
        records.add(firstRow + static_cast<std::int64_t>(i), record);
        folded.push_back(values.folded(tables));
        image.records.push_back(change.record);
    }
    const std::uint32_t recordsRoot = records.finish();
    Tree search(image.file, kTableLeaf);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        record.begin(5, folded[i].size());
        record.null();
        record.text(folded[i]);
        record.integer(changes[i].wallSeconds);
        record.integer(0);
        record.integer(0);
        if (record.size() > kMostPayload) return {};
        search.add(firstRow + static_cast<std::int64_t>(i), record);
    }
    const std::uint32_t searchRoot = search.finish();
    std::vector<std::pair<Id, std::int64_t>> order;
    for (std::size_t i = 0; i < image.records.size(); ++i)
        order.emplace_back(image.records[i], firstRow + static_cast<std::int64_t>(i));
    if (!std::is_sorted(order.begin(), order.end())) std::sort(order.begin(), order.end());
    Tree index(image.file, kIndexLeaf);
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && order[i].first == order[i - 1].first) return {};
        record.begin(2, sizeof(Id));
        record.id(order[i].first);
        record.integer(order[i].second);
        index.add(order[i].second, record);
    }
    const std::uint32_t indexRoot = index.finish();
    if (!index.hasOneLeaf()) return {};
    for (std::size_t i = 0; i < order.size(); ++i) image.records[i] = order[i].first;
    const ImageTable &table = image.plan->records, &lines = image.plan->search;
    const std::vector<sqlite_file::Entry> schema = {
        {"table", table.name, table.name, table.sql, recordsRoot},
        {"index", table.indexName, table.name, table.indexSql, indexRoot},
        {"table", lines.name, lines.name, lines.sql, searchRoot}};
    if (!sqlite_file::writeFirstPage(image.file, schema, static_cast<std::uint32_t>(firstRow)))
        return {};
    return image;
}

void insertImage(Database& database, RowImage& image, ChangeRef first) {
    for (std::size_t i = 0; i < image.created.size(); ++i)
        sqlite_file::putBigEndian(
            image.file, image.created[i],
            static_cast<std::uint64_t>(
                packRef({first.branch, first.height + static_cast<std::uint32_t>(i)})),
            sqlite_file::kLaterSize);
    database.showImage(std::move(image.file));
    for (const std::string& table : {image.plan->tables.records.name, image.plan->tables.search})
        database.statement("INSERT INTO main." + table + " SELECT * FROM image." + table).exec();
}

}  // namespace sotay
