#include "sync/codec/change_codec.h"

#include <cstring>

#include "schema/mutant.h"
#include "sync/codec/crypto.h"
#include "sync/codec/serialize.h"

namespace sotay {
namespace {

constexpr std::uint8_t kLayout = 1;
constexpr std::size_t kVarintBytes = 10;  // the longest

// The canonical archive's bytes, written through a pointer into room that is known to suffice: ids
// are taken over every change that comes in, and pushing byte by byte was most of their cost. A
// test compares the two.
class BytesWriter {
  public:
    explicit BytesWriter(char* at) : at_(at) {}
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            *at_++ = static_cast<char>(value | 0x80);
            value >>= 7;
        }
        *at_++ = static_cast<char>(value);
    }
    void signedNumber(std::int64_t value) { number(zigzag(value)); }
    void raw(const void* bytes, std::size_t count) {
        std::memcpy(at_, bytes, count);
        at_ += count;
    }
    void text(std::string_view text) {
        number(text.size());
        raw(text.data(), text.size());
    }
    void id(const Id& id) { raw(id.bytes.data(), id.bytes.size()); }
    void cell(const Cell& cell) {
        number(cellCode(cell));
        if (!cell.item.isNil()) id(cell.item);
    }
    void write(const LentWrite& write) {
        number(cellCode(write.ordinal, write.item != nullptr));
        if (write.item) id(*write.item);
        *at_++ = static_cast<char>(write.tag);
        if (write.tag == kTextTag) {
            text(write.text());
        } else if (write.tag == kIntegerTag) {
            signedNumber(write.number);
        } else if (write.tag == kDecimalTag) {
            number(write.scale);
            signedNumber(write.number);
        }
    }
    char* at() const { return at_; }

  private:
    char* at_;
};

std::size_t roomFor(const LentChange& change) {
    std::size_t room =
        1 + 3 * sizeof(Id) + sizeof(PublicKey) + change.form.formId.size() + 10 * kVarintBytes;
    for (const LentWrite& write : change.writes)
        room += sizeof(Id) + 1 + 3 * kVarintBytes + write.size;
    for (const Note& note : change.notes) room += sizeof(Id) + 2 * kVarintBytes + note.text.size();
    return room;
}

std::string_view canonicalInto(std::string& bytes, const LentChange& change, const Id& prev) {
    std::size_t room = roomFor(change);
    if (bytes.size() < room) bytes.resize(room);
    BytesWriter out(bytes.data());
    out.number(kLayout);
    out.id(change.author);
    out.raw(change.device.data(), change.device.size());
    out.text(change.form.formId);
    out.number(change.form.version);
    out.number(change.form.fingerprint);
    out.id(change.record);
    out.number(change.writes.size());
    for (const LentWrite& write : change.writes) out.write(write);
    out.number(change.notes.size());
    for (const Note& note : change.notes) {
        out.cell(note.cell);
        out.text(note.text);
    }
    out.number(change.seen.incarnation);
    out.number(change.seen.number);
    out.id(prev);
    out.signedNumber(change.wallSeconds);
    out.number(change.run);
    out.number(change.runCount);
    return {bytes.data(), static_cast<std::size_t>(out.at() - bytes.data())};
}

}  // namespace

std::string canonicalBytes(const Change& change) {
    std::string bytes;
    const LentChanges lent({&change, 1});
    return std::string(canonicalInto(bytes, lent.all().front(), change.prev));
}

Id changeId(const Change& change) { return hashId(canonicalBytes(change)); }

Id ChangeHasher::idOf(const Change& change, const Id& prev) {
    const LentChanges lent({&change, 1});
    return idOf(lent.all().front(), prev);
}

Id ChangeHasher::idOf(const LentChange& change, const Id& prev) {
    // A count of a laptop's changes says as much as the one before does.
    if (mutant(Mutant::IdentityByCounter))
        return hashId(std::string(change.device.begin(), change.device.end()) + prev.toString());
    return hashId(canonicalInto(bytes_, change, prev));
}

std::string sealedBytes(const Id& lastChange) {
    // The prefix keeps a signature over a chain from being taken for one over anything else.
    return "sotay chain 1" + std::string(reinterpret_cast<const char*>(lastChange.bytes.data()),
                                         lastChange.bytes.size());
}

}  // namespace sotay
