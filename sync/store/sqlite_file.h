#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/codec/lent_change.h"

// Small SQLite files, written as https://sqlite.org/fileformat2.html has them: tables and indexes
// of two levels at most, records that stay on their page.
namespace sotay::sqlite_file {

// The largest pages, so that an index and the inner nodes need one each.
constexpr std::size_t kPage = 65536;
constexpr std::size_t kMostPayload = kPage - 35;  // of a record that stays on its page
constexpr std::size_t kFileHeader = 100;
constexpr std::size_t kLaterSize = 6;
constexpr std::uint8_t kTableLeaf = 13, kIndexLeaf = 10;

void putBigEndian(std::string& bytes, std::size_t at, std::uint64_t number, std::size_t size);

// Numbers here are sizes and row numbers, far below the 56 bits from which the ninth byte differs.
constexpr std::size_t kMostVarint = 9;
inline char* putVarint(char* at, std::uint64_t number) {
    int shift = 0;
    while (number >> shift >= 0x80) shift += 7;
    for (; shift > 0; shift -= 7) *at++ = static_cast<char>((number >> shift) | 0x80);
    *at++ = static_cast<char>(number & 0x7F);
    return at;
}

// Bytes that are added to often and kept: nothing is cleared or allocated again.
class Bytes {
  public:
    void clear() { size_ = 0; }
    std::size_t size() const { return size_; }
    const char* data() const { return bytes_.data(); }
    void add(char byte) {
        *room(1) = byte;
        ++size_;
    }
    void add(std::string_view some) {
        std::memcpy(room(some.size()), some.data(), some.size());
        size_ += some.size();
    }
    void addVarint(std::uint64_t number) {
        char* at = room(kMostVarint);
        size_ += static_cast<std::size_t>(putVarint(at, number) - at);
    }
    void addBigEndian(std::uint64_t number, std::size_t count) {
        char* at = room(count);
        for (std::size_t i = 0; i < count; ++i)
            at[i] = static_cast<char>(number >> (8 * (count - 1 - i)));
        size_ += count;
    }

  private:
    // For so many more; whoever fills some of it counts it.
    char* room(std::size_t count) {
        if (size_ + count > bytes_.size()) bytes_.resize(2 * (size_ + count));
        return bytes_.data() + size_;
    }
    std::vector<char> bytes_;
    std::size_t size_ = 0;
};

// One record: the types of its columns, then what they hold.
class RecordBytes {
  public:
    void clear() {
        types_.clear();
        body_.clear();
    }
    void null() { types_.add('\0'); }
    void text(std::string_view text) {
        types_.addVarint(13 + 2 * text.size());
        body_.add(text);
    }
    void blob(std::string_view bytes) {
        types_.addVarint(12 + 2 * bytes.size());
        body_.add(bytes);
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
        if (number == 0 || number == 1) return types_.add(number == 0 ? '\x08' : '\x09');
        constexpr std::size_t kSizes[] = {1, 2, 3, 4, 6, 8};
        std::size_t type = 0;
        while (type < 5) {
            const std::int64_t top = std::int64_t{1} << (8 * kSizes[type] - 1);
            if (number >= -top && number < top) break;
            ++type;
        }
        types_.add(static_cast<char>(type + 1));
        body_.addBigEndian(static_cast<std::uint64_t>(number), kSizes[type]);
    }
    // Six bytes, to be filled in when they are known. Where they stand in the record's bytes comes
    // with putAt.
    void later() {
        types_.add('\x05');
        later_ = body_.size();
        body_.addBigEndian(0, kLaterSize);
    }
    void real(double number) {
        types_.add('\x07');
        body_.addBigEndian(std::bit_cast<std::uint64_t>(number), 8);
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
    std::size_t putAt(char* start) const {
        char* at = putVarint(start, types_.size() + sizeOfSize());
        std::memcpy(at, types_.data(), types_.size());
        at += types_.size();
        std::memcpy(at, body_.data(), body_.size());
        return static_cast<std::size_t>(at - start) + later_;
    }

  private:
    // The first number counts itself.
    std::size_t sizeOfSize() const {
        return types_.size() + 1 < 0x80 ? 1 : types_.size() + 2 < 0x4000 ? 2 : 3;
    }
    Bytes types_, body_;
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
    // In the order of rows, or of the index. `record` is not larger than kMostPayload.
    void add(std::int64_t row, const RecordBytes& record);
    std::uint32_t finish();     // the root's page
    const std::string& page();  // the page itself, when it is not to be added to the file
    bool hasOneLeaf() const { return leaves_.empty(); }

  private:
    void close() { leaves_.emplace_back(closeAs(leaf_), last_); }
    void writeHeader(std::uint8_t type);
    std::uint32_t closeAs(std::uint8_t type);

    std::string& file_;
    std::uint8_t leaf_;
    std::size_t start_;
    std::string page_;
    std::size_t content_ = kPage, cells_ = 0;
    std::int64_t last_ = 0;
    std::vector<std::size_t>* marks_ = nullptr;
    std::vector<std::pair<std::uint32_t, std::int64_t>> leaves_;
};

// What the schema says of a table or an index.
struct Entry {
    std::string type, name, table, sql;
    std::uint32_t root = 0;
};
// The first page: SQLite's header and the schema, over the first kPage bytes of `file`. `mark`
// tells this schema from another file's. False when the schema is too long for it.
bool writeFirstPage(std::string& file, const std::vector<Entry>& schema, std::uint32_t mark);

}  // namespace sotay::sqlite_file
