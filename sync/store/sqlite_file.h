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

// One record: the types of its columns, then what they hold.
class RecordBytes {
  public:
    // Begins the next one, of at most so many columns, whose texts and blobs have so many bytes.
    void begin(std::size_t columns, std::size_t bytes) {
        reserve(types_, kMostVarint * columns);
        reserve(body_, kMostInteger * columns + bytes);
        type_ = types_.data();
        end_ = body_.data();
    }
    void null() { *type_++ = '\0'; }
    void text(std::string_view text) { add(13 + 2 * text.size(), text); }
    void blob(std::string_view bytes) { add(12 + 2 * bytes.size(), bytes); }
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
            *type_++ = static_cast<char>(8 + number);
            return;
        }
        // By the bytes that it takes: the type, and how many are written.
        constexpr char kTypes[] = {0, 1, 2, 3, 4, 5, 5, 6, 6};
        constexpr std::size_t kSizes[] = {0, 1, 2, 3, 4, 6, 8};
        const auto bits = static_cast<std::uint64_t>(number < 0 ? ~number : number);
        const char type = kTypes[static_cast<std::size_t>(std::bit_width(bits)) / 8 + 1];
        *type_++ = type;
        bigEndian(static_cast<std::uint64_t>(number), kSizes[static_cast<std::size_t>(type)]);
    }
    // Six bytes, to be filled in when they are known. Where they stand in the record's bytes comes
    // with putAt.
    void later() {
        *type_++ = '\x05';
        later_ = static_cast<std::size_t>(end_ - body_.data());
        bigEndian(0, kLaterSize);
    }
    void real(double number) {
        *type_++ = '\x07';
        bigEndian(std::bit_cast<std::uint64_t>(number), sizeof number);
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
    std::size_t size() const { return typesSize() + sizeOfSize() + bodySize(); }
    std::size_t putAt(char* start) const {
        char* at = putVarint(start, typesSize() + sizeOfSize());
        std::memcpy(at, types_.data(), typesSize());
        at += typesSize();
        std::memcpy(at, body_.data(), bodySize());
        return static_cast<std::size_t>(at - start) + later_;
    }

  private:
    static constexpr std::size_t kMostInteger = 8;

    // Bytes that are kept for the next record: nothing is cleared or allocated again.
    static void reserve(std::vector<char>& bytes, std::size_t size) {
        if (bytes.size() < size) bytes.resize(2 * size);
    }
    void add(std::uint64_t type, std::string_view bytes) {
        type_ = putVarint(type_, type);
        std::memcpy(end_, bytes.data(), bytes.size());
        end_ += bytes.size();
    }
    void bigEndian(std::uint64_t number, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i)
            end_[i] = static_cast<char>(number >> (8 * (size - 1 - i)));
        end_ += size;
    }
    std::size_t typesSize() const { return static_cast<std::size_t>(type_ - types_.data()); }
    std::size_t bodySize() const { return static_cast<std::size_t>(end_ - body_.data()); }
    // The first number counts itself.
    std::size_t sizeOfSize() const {
        return typesSize() + 1 < 0x80 ? 1 : typesSize() + 2 < 0x4000 ? 2 : 3;
    }
    std::vector<char> types_, body_;
    char* type_ = nullptr;  // where the next goes
    char* end_ = nullptr;
    std::size_t later_ = 0;
};

// The pages of one table or index, leaf by leaf, at the end of the file. Until it is finished
// nothing else may add pages.
class Tree {
  public:
    Tree(std::string& file, std::uint8_t leaf, std::size_t start = 0)
        : file_(file), leaf_(leaf), start_(start) {}
    // Notes where in the file each record wants something filled in later.
    void mark(std::vector<std::size_t>& marks) { marks_ = &marks; }
    // In the order of rows, or of the index. `record` is not larger than kMostPayload.
    void add(std::int64_t row, const RecordBytes& record);
    std::uint32_t finish();  // the root's page
    bool hasOneLeaf() const { return leaves_.size() <= 1; }

  private:
    char* page() { return file_.data() + page_; }
    void put(std::size_t at, std::uint64_t number, std::size_t size) {
        putBigEndian(file_, page_ + at, number, size);
    }
    void open();
    std::uint32_t closeAs(std::uint8_t type);
    void close() { leaves_.emplace_back(closeAs(leaf_), last_); }

    std::string& file_;
    std::uint8_t leaf_;
    std::size_t start_;
    bool isOpen_ = false;
    std::size_t page_ = 0, content_ = kPage, cells_ = 0;  // of the page that is being filled
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
