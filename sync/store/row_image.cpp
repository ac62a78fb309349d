#include "sync/store/row_image.h"

#include <sqlite3.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "sync/store/head_blob.h"

namespace sotay {
namespace {

// Of SQLite's file format: the largest pages, so that an index and the inner nodes need one each.
constexpr std::size_t kPage = 65536;
constexpr std::size_t kMostPayload = kPage - 35;  // that stays on its page
constexpr std::size_t kMostBytes = 4u << 20;      // of an image, roughly
constexpr std::size_t kFileHeader = 100, kLeafHeader = 8, kInnerHeader = 12;
constexpr std::size_t kLaterSize = 6;
constexpr std::uint8_t kTableLeaf = 13, kTableInner = 5, kIndexLeaf = 10;

template <class Bytes>
void putBigEndian(Bytes& bytes, std::size_t at, std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        bytes[at + i] = static_cast<char>(number >> (8 * (size - 1 - i)));
}

void addBigEndian(std::string& bytes, std::uint64_t number, std::size_t size) {
    bytes.resize(bytes.size() + size);
    putBigEndian(bytes, bytes.size() - size, number, size);
}

// Numbers here are sizes and row numbers, far below the 56 bits from which the ninth byte differs.
void addVarint(std::string& bytes, std::uint64_t number) {
    if (number < 0x80) {
        bytes += static_cast<char>(number);
        return;
    }
    int shift = 0;
    while (number >> shift >= 0x80) shift += 7;
    for (; shift > 0; shift -= 7) bytes += static_cast<char>((number >> shift) | 0x80);
    bytes += static_cast<char>(number & 0x7F);
}

// One record: the types of its columns, then what they hold.
class RecordBytes {
  public:
    void clear() {
        types_.clear();
        body_.clear();
    }
    void null() { types_ += '\0'; }
    void text(std::string_view text) {
        addVarint(types_, 13 + 2 * text.size());
        body_ += text;
    }
    void blob(std::string_view bytes) {
        addVarint(types_, 12 + 2 * bytes.size());
        body_ += bytes;
    }
    void blobOrNull(std::string_view bytes) {
        if (bytes.empty())
            null();
        else
            blob(bytes);
    }
    void id(const Id& id) {
        blob({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()});
    }
    void integer(std::int64_t number) {
        if (number == 0 || number == 1) {
            types_ += number == 0 ? '\x08' : '\x09';
            return;
        }
        constexpr std::size_t kSizes[] = {1, 2, 3, 4, 6, 8};
        std::size_t type = 0;
        while (type < 5) {
            const std::int64_t top = std::int64_t{1} << (8 * kSizes[type] - 1);
            if (number >= -top && number < top) break;
            ++type;
        }
        types_ += static_cast<char>(type + 1);
        addBigEndian(body_, static_cast<std::uint64_t>(number), kSizes[type]);
    }
    // Six bytes, to be filled in when they are known. Where they stand in the record's bytes comes
    // with addTo.
    void later() {
        types_ += '\x05';
        later_ = body_.size();
        body_.append(kLaterSize, '\0');
    }
    void real(double number) {
        types_ += '\x07';
        addBigEndian(body_, std::bit_cast<std::uint64_t>(number), 8);
    }
    void value(const LentWrite* write) {
        switch (write ? write->tag : kEmptyTag) {
            case kTextTag:
                return text(write->text());
            case kIntegerTag:
                return integer(write->number);
            case kDecimalTag:
                return real(write->decimal().toDouble());
            default:
                return null();
        }
    }
    std::size_t size() const { return body_.size() + types_.size() + sizeOfSize(); }
    std::size_t addTo(std::string& bytes) const {
        addVarint(bytes, types_.size() + sizeOfSize());
        bytes += types_;
        bytes += body_;
        return bytes.size() - body_.size() + later_;
    }

  private:
    // The first number counts itself.
    std::size_t sizeOfSize() const {
        return types_.size() + 1 < 0x80 ? 1 : types_.size() + 2 < 0x4000 ? 2 : 3;
    }
    std::string types_, body_;
    std::size_t later_ = 0;
};

// The pages of one table or index, leaf by leaf.
class Tree {
  public:
    Tree(std::string& file, std::uint8_t leaf, std::size_t start = 0)
        : file_(file), leaf_(leaf), start_(start), page_(kPage, '\0') {}
    // Notes where in the file each record wants something filled in later. Until the tree is
    // finished no other may add pages.
    void mark(std::vector<std::size_t>& marks) { marks_ = &marks; }

    // In the order of rows, or of the index. `record` is smaller than kMostPayload.
    void add(std::int64_t row, const RecordBytes& record) {
        cell_.clear();
        addVarint(cell_, record.size());
        if (leaf_ == kTableLeaf) addVarint(cell_, static_cast<std::uint64_t>(row));
        const std::size_t later = record.addTo(cell_);
        if (start_ + kLeafHeader + 2 * (cells_ + 1) + cell_.size() > content_) close();
        content_ -= cell_.size();
        std::memcpy(page_.data() + content_, cell_.data(), cell_.size());
        putBigEndian(page_, start_ + kLeafHeader + 2 * cells_, content_, 2);
        if (marks_) marks_->push_back(file_.size() + content_ + later);
        ++cells_;
        last_ = row;
    }
    // The root's page.
    std::uint32_t finish() {
        close();
        if (leaves_.size() == 1) return leaves_.front().first;
        for (std::size_t i = 0; i + 1 < leaves_.size(); ++i) {
            cell_.clear();
            addBigEndian(cell_, leaves_[i].first, 4);
            addVarint(cell_, static_cast<std::uint64_t>(leaves_[i].second));
            content_ -= cell_.size();
            std::memcpy(page_.data() + content_, cell_.data(), cell_.size());
            putBigEndian(page_, kInnerHeader + 2 * cells_, content_, 2);
            ++cells_;
        }
        putBigEndian(page_, 8, leaves_.back().first, 4);
        return closeAs(kTableInner);
    }
    // The page itself, when it is not to be added to the file.
    const std::string& page() {
        writeHeader(leaf_);
        return page_;
    }
    bool hasOneLeaf() const { return leaves_.empty(); }

  private:
    void close() { leaves_.emplace_back(closeAs(leaf_), last_); }
    void writeHeader(std::uint8_t type) {
        page_[start_] = static_cast<char>(type);
        putBigEndian(page_, start_ + 3, cells_, 2);
        putBigEndian(page_, start_ + 5, content_ % kPage, 2);
    }
    std::uint32_t closeAs(std::uint8_t type) {
        writeHeader(type);
        file_ += page_;
        page_.assign(kPage, '\0');
        content_ = kPage;
        cells_ = 0;
        return static_cast<std::uint32_t>(file_.size() / kPage);
    }
    std::string& file_;
    std::uint8_t leaf_;
    std::size_t start_;
    std::string page_, cell_;
    std::size_t content_ = kPage, cells_ = 0;
    std::int64_t last_ = 0;
    std::vector<std::size_t>* marks_ = nullptr;
    std::vector<std::pair<std::uint32_t, std::int64_t>> leaves_;
};

struct SchemaEntry {
    const char* type;
    const ImageTable* table;
    bool isIndex;
    std::uint32_t root;
};

// The first page: SQLite's header and the schema. False when that is too long for it.
bool writeFirstPage(std::string& file, const std::vector<SchemaEntry>& schema, std::uint32_t mark) {
    std::string none;
    Tree tree(none, kTableLeaf, kFileHeader);
    std::int64_t row = 0;
    RecordBytes record;
    for (const SchemaEntry& entry : schema) {
        record.clear();
        record.text(entry.type);
        record.text(entry.isIndex ? entry.table->indexName : entry.table->name);
        record.text(entry.table->name);
        record.integer(entry.root);
        record.text(entry.isIndex ? entry.table->indexSql : entry.table->sql);
        if (record.size() > kMostPayload - kFileHeader) return false;
        tree.add(++row, record);
    }
    if (!tree.hasOneLeaf()) return false;
    std::string page = tree.page();
    std::memcpy(page.data(), "SQLite format 3", 16);
    putBigEndian(page, 16, 1, 2);  // 65,536
    page[18] = page[19] = 1;       // no write-ahead log
    page[21] = 64, page[22] = 32, page[23] = 32;
    putBigEndian(page, 24, 1, 4);                    // changes of the file
    putBigEndian(page, 28, file.size() / kPage, 4);  // pages
    putBigEndian(page, 40, mark, 4);                 // tells this schema from another image's
    putBigEndian(page, 44, 4, 4);                    // format of the schema
    putBigEndian(page, 56, 1, 4);                    // UTF-8
    putBigEndian(page, 92, 1, 4);
    putBigEndian(page, 96, SQLITE_VERSION_NUMBER, 4);
    std::memcpy(file.data(), page.data(), kPage);
    return true;
}

// As fitsColumn, of form_tables.h.
bool fits(const LentWrite& write, ValueType type) {
    if (write.tag == kIntegerTag) return type == ValueType::Integer;
    if (write.tag == kDecimalTag) return type == ValueType::Decimal;
    return type == ValueType::Text || type == ValueType::Choices;
}

// A change as the columns of its row hold it.
struct RowValues {
    std::vector<const LentWrite*> bySlot;
    RestMap rest;

    // False when the change does more than answer questions outside repeats.
    bool take(const FormTables& tables, const LentChange& change) {
        const FormTable& table = tables.records;
        if (2 * change.writes.size() <= table.slots.size()) return false;
        // They are in the order of their cells, and what is outside repeats comes first.
        if (change.writes.back().item) return false;
        bySlot.assign(table.slots.size(), nullptr);
        rest.clear();
        for (const LentWrite& write : change.writes) {
            const Ordinal ordinal = write.ordinal;
            if (ordinal < kFirstField || (ordinal & kQuestion) != 0 || !tables.knows(ordinal) ||
                write.isEmpty())
                return false;
            auto* slot = table.slot(ordinal);
            if (slot && fits(write, slot->type))
                bySlot[table.slotAt[ordinal] - 1] = &write;
            else
                rest[ordinal] = write.value();
        }
        return true;
    }
    void writeTo(RecordBytes& record, const ImagePlan& plan, const LentChange& change) const {
        using Own = ImagePlan::Own;
        record.clear();
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
                    record.blobOrNull(encodeRest(rest));
                    break;
                case Own::Field:
                    record.value(bySlot[column.slot]);
                    break;
            }
    }
    void writeSearch(RecordBytes& record, const FormTables& tables,
                     const LentChange& change) const {
        std::string folded;
        for (const Field& field : tables.summary) {
            auto* slot = tables.records.slot(field.ordinal);
            auto* write = slot ? bySlot[tables.records.slotAt[field.ordinal] - 1] : nullptr;
            if (write) folded += foldText(write->value().toString()) + "\n";
        }
        record.clear();
        record.null();
        record.text(folded);
        record.integer(change.wallSeconds);
        record.integer(0);
        record.integer(0);
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
    return plan;
}

std::optional<RowImage> makeRowImage(const ImagePlans& plans, std::span<const LentChange> changes,
                                     std::int64_t firstRow) {
    if (changes.size() < kMinImageRows || changes.size() > kMaxImageRows) return {};
    auto plan = plans.find(changes.front().form.formId);
    if (plan == plans.end() || !plan->second) return {};
    const FormTables& tables = plan->second->tables;
    RowImage image{plan->second, firstRow, {}, {}, std::string(kPage, '\0')};
    std::size_t roughSize = 4 * kPage;
    for (const LentChange& change : changes)
        for (const LentWrite& write : change.writes) roughSize += 10 + write.size;
    if (roughSize > kMostBytes) return {};
    image.file.reserve(roughSize);
    Tree records(image.file, kTableLeaf);
    records.mark(image.created);
    RowValues values;
    RecordBytes record;
    std::vector<RecordBytes> lines;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const LentChange& change = changes[i];
        if (change.form.formId != tables.formId || !values.take(tables, change)) return {};
        values.writeTo(record, *image.plan, change);
        if (record.size() > kMostPayload) return {};
        records.add(firstRow + static_cast<std::int64_t>(i), record);
        values.writeSearch(lines.emplace_back(), tables, change);
        if (lines.back().size() > kMostPayload) return {};
        image.records.push_back(change.record);
    }
    const std::uint32_t recordsRoot = records.finish();
    Tree search(image.file, kTableLeaf);
    for (std::size_t i = 0; i < lines.size(); ++i)
        search.add(firstRow + static_cast<std::int64_t>(i), lines[i]);
    const std::uint32_t searchRoot = search.finish();
    std::vector<std::pair<Id, std::int64_t>> order;
    for (std::size_t i = 0; i < image.records.size(); ++i)
        order.emplace_back(image.records[i], firstRow + static_cast<std::int64_t>(i));
    std::sort(order.begin(), order.end());
    Tree index(image.file, kIndexLeaf);
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && order[i].first == order[i - 1].first) return {};
        record.clear();
        record.id(order[i].first);
        record.integer(order[i].second);
        index.add(order[i].second, record);
    }
    if (!index.hasOneLeaf()) return {};
    std::sort(image.records.begin(), image.records.end());
    const std::vector<SchemaEntry> schema = {{"table", &image.plan->records, false, recordsRoot},
                                             {"index", &image.plan->records, true, index.finish()},
                                             {"table", &image.plan->search, false, searchRoot}};
    if (!writeFirstPage(image.file, schema, static_cast<std::uint32_t>(firstRow))) return {};
    return image;
}

void insertImage(Database& database, RowImage& image, ChangeRef first) {
    for (std::size_t i = 0; i < image.created.size(); ++i)
        putBigEndian(image.file, image.created[i],
                     static_cast<std::uint64_t>(
                         packRef({first.branch, first.height + static_cast<std::uint32_t>(i)})),
                     kLaterSize);
    database.showImage(image.file);
    for (const std::string& table : {image.plan->tables.records.name, image.plan->tables.search})
        database.statement("INSERT INTO main." + table + " SELECT * FROM image." + table).exec();
}

}  // namespace sotay
