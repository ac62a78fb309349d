#include "sync/store/sqlite_file.h"

#include <sqlite3.h>

namespace sotay::sqlite_file {
namespace {

constexpr std::size_t kLeafHeader = 8, kInnerHeader = 12;
constexpr std::uint8_t kTableInner = 5;

}  // namespace

void putBigEndian(std::string& bytes, std::size_t at, std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i)
        bytes[at + i] = static_cast<char>(number >> (8 * (size - 1 - i)));
}

void Tree::open() {
    page_ = file_.size();
    file_.resize(page_ + kPage);
    content_ = kPage;
    cells_ = 0;
    isOpen_ = true;
}

void Tree::add(std::int64_t row, const RecordBytes& record) {
    char head[2 * kMostVarint];
    char* at = putVarint(head, record.size());
    if (leaf_ == kTableLeaf) at = putVarint(at, static_cast<std::uint64_t>(row));
    const auto headSize = static_cast<std::size_t>(at - head);
    const std::size_t size = headSize + record.size();
    if (isOpen_ && start_ + kLeafHeader + 2 * (cells_ + 1) + size > content_) close();
    if (!isOpen_) open();
    content_ -= size;
    std::memcpy(page() + content_, head, headSize);
    const std::size_t later = record.putAt(page() + content_ + headSize);
    put(start_ + kLeafHeader + 2 * cells_, content_, 2);
    if (marks_) marks_->push_back(page_ + content_ + headSize + later);
    ++cells_;
    last_ = row;
}

std::uint32_t Tree::finish() {
    if (!isOpen_) open();
    close();
    if (leaves_.size() == 1) return leaves_.front().first;
    open();
    for (std::size_t i = 0; i + 1 < leaves_.size(); ++i) {
        char key[kMostVarint];
        char* end = putVarint(key, static_cast<std::uint64_t>(leaves_[i].second));
        const auto keySize = static_cast<std::size_t>(end - key);
        content_ -= 4 + keySize;
        put(content_, leaves_[i].first, 4);
        std::memcpy(page() + content_ + 4, key, keySize);
        put(kInnerHeader + 2 * cells_, content_, 2);
        ++cells_;
    }
    put(8, leaves_.back().first, 4);
    return closeAs(kTableInner);
}

std::uint32_t Tree::closeAs(std::uint8_t type) {
    page()[start_] = static_cast<char>(type);
    put(start_ + 3, cells_, 2);
    put(start_ + 5, content_ % kPage, 2);
    isOpen_ = false;
    return static_cast<std::uint32_t>(file_.size() / kPage);
}

bool writeFirstPage(std::string& file, const std::vector<Entry>& schema, std::uint32_t mark) {
    std::string page;
    Tree tree(page, kTableLeaf, kFileHeader);
    std::int64_t row = 0;
    RecordBytes record;
    for (const Entry& entry : schema) {
        record.begin(5,
                     entry.type.size() + entry.name.size() + entry.table.size() + entry.sql.size());
        record.text(entry.type);
        record.text(entry.name);
        record.text(entry.table);
        record.integer(entry.root);
        record.text(entry.sql);
        if (record.size() > kMostPayload - kFileHeader) return false;
        tree.add(++row, record);
    }
    tree.finish();
    if (!tree.hasOneLeaf()) return false;
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

}  // namespace sotay::sqlite_file
