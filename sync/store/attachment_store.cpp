#include "sync/store/attachment_store.h"

#include <algorithm>
#include <fstream>

#include "sync/store/durable_file.h"

namespace sotay {
namespace {

constexpr std::uint32_t kOwn = 0;  // the source of a file that is being attached here

enum State : int { kUnsent = 0, kAtServer = 1, kBackedUp = 2 };
void bindHash(SQLite::Statement& statement, int index, const FileHash& hash) {
    statement.bind(index, hash.data(), static_cast<int>(hash.size()));
}

constexpr const char* kColumns =
    "SELECT hash,size,ending,content,state,sent,refusal FROM attachments ";

AttachmentHeld heldIn(SQLite::Statement& row) {
    AttachmentHeld held;
    held.name = attachmentName(keyColumn(row, 0), row.getColumn(2).getString());
    held.size = static_cast<std::uint64_t>(row.getColumn(1).getInt64());
    held.isHere = !row.getColumn(3).isNull();
    held.isAtServer = row.getColumn(4).getInt() >= kAtServer;
    held.isBackedUp = row.getColumn(4).getInt() == kBackedUp;
    held.wasOffered = !row.getColumn(5).isNull();
    const auto sent = static_cast<std::uint64_t>(row.getColumn(5).getInt64());
    held.bytesSent = held.isAtServer ? held.size : std::min(sent * kAttachmentPart, held.size);
    held.refusal = row.getColumn(6).getString();
    return held;
}

}  // namespace

const char* AttachmentStore::migration() {
    return R"(
        CREATE TABLE attachments(n INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, size INTEGER NOT NULL,
                                 ending TEXT NOT NULL, content INTEGER, state INTEGER NOT NULL, sent INTEGER,
                                 refusal TEXT NOT NULL, checked INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE attachment_arrivals(content INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL, source INTEGER NOT NULL,
                                         UNIQUE(hash,source));
        CREATE TABLE attachment_parts(content INTEGER NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,
                                      PRIMARY KEY(content,part));
    )";
}

Result<std::string> AttachmentStore::add(const std::filesystem::path& file) {
    std::error_code problem;
    const bool isFile = std::filesystem::is_regular_file(file, problem);
    if (!isFile) return Error{Code::NotFound, "There is no file " + nameOf(file) + "."};
    std::ifstream stream(file, std::ios::binary);
    AttachmentOffer of;
    of.ending = attachmentEnding(nameOf(file.filename()));
    // The hash is known when all is read; until then it arrives under one that no file has.
    const FileHash unnamed{};
    drop(unnamed, kOwn);
    const std::int64_t content = arrival(unnamed, kOwn);
    auto failed = [&](Error why) {
        drop(unnamed, kOwn);
        return why;
    };
    Hasher hasher;
    std::string bytes(kAttachmentPart, '\0');
    for (std::uint32_t index = 0;; ++index) {
        stream.read(bytes.data(), static_cast<std::streamsize>(kAttachmentPart));
        const auto count = static_cast<std::size_t>(stream.gcount());
        if (count == 0) break;
        of.size += count;
        if (of.size > kMaxAttachmentBytes)
            return failed({Code::InvalidInput, nameOf(file) + " is too large: a file may have " +
                                                   std::to_string(kMaxAttachmentBytes >> 20) +
                                                   " MB."});
        const std::string_view part = std::string_view(bytes).substr(0, count);
        hasher.add(part);
        keep(content, index, part);
    }
    if (of.size == 0) return failed({Code::InvalidInput, nameOf(file) + " is empty."});
    if (!stream.eof()) return failed({Code::Io, nameOf(file) + " cannot be read."});
    of.hash = hasher.hash();
    if (isWhole(of.hash)) {
        drop(unnamed, kOwn);
        auto& again = database_.statement("UPDATE attachments SET refusal='' WHERE hash=?");
        bindHash(again, 1, of.hash);
        again.exec();
    } else {
        finish(of, content);
    }
    return attachmentName(of.hash, of.ending);
}

Status AttachmentStore::write(const FileHash& hash, const std::filesystem::path& to) {
    if (!isWhole(hash))
        return Error{Code::NotFound, "The file is not on this computer; fetch it first."};
    return writeDurably(to, [&](std::ostream& out) {
        for (std::uint32_t index = 0;; ++index) {
            const auto next = part(hash, index);
            if (!next) break;
            out.write(next->bytes.data(), static_cast<std::streamsize>(next->bytes.size()));
        }
    });
}

std::vector<AttachmentHeld> AttachmentStore::all() {
    std::vector<AttachmentHeld> list;
    auto& find = database_.statement(std::string(kColumns) + "ORDER BY n");
    while (find.executeStep()) list.push_back(heldIn(find));
    find.reset();
    return list;
}

std::uint64_t AttachmentStore::waiting() {
    auto& count = database_.statement(
        "SELECT count(*) FROM attachments WHERE state=? AND content IS NOT NULL AND refusal=''");
    count.bind(1, static_cast<int>(kUnsent));
    const auto waiting = count.executeStep()
                             ? static_cast<std::uint64_t>(count.getColumn(0).getInt64())
                             : std::uint64_t{0};
    count.reset();
    return waiting;
}

std::optional<AttachmentHeld> AttachmentStore::find(const FileHash& hash) {
    std::optional<AttachmentHeld> held;
    auto& find = database_.statement(std::string(kColumns) + "WHERE hash=?");
    bindHash(find, 1, hash);
    if (find.executeStep()) held = heldIn(find);
    find.reset();
    return held;
}

bool AttachmentStore::isWhole(const FileHash& hash) {
    const auto held = find(hash);
    return held && held->isHere;
}

std::optional<AttachmentPart> AttachmentStore::part(const FileHash& hash, std::uint32_t index) {
    const auto held = find(hash);
    if (!held || !held->isHere) return {};
    std::optional<AttachmentPart> found;
    auto& read =
        database_.statement("SELECT bytes FROM attachment_parts WHERE content=? AND part=?");
    read.bind(1, contentOf(hash));
    read.bind(2, index);
    if (read.executeStep())
        found = AttachmentPart{
            {hash, held->size, attachmentEnding(held->name)}, index, bytesColumn(read, 0)};
    read.reset();
    return found;
}

AttachmentStanding AttachmentStore::take(const AttachmentPart& part, std::uint32_t source) {
    AttachmentStanding now = standing(part.of, source);
    if (now.isWhole || !now.refusal.empty() || part.index != now.next) return now;
    const std::uint64_t from = static_cast<std::uint64_t>(part.index) * kAttachmentPart;
    if (from >= part.of.size ||
        part.bytes.size() != std::min<std::uint64_t>(kAttachmentPart, part.of.size - from)) {
        now.refusal = "A part of the file has not the length that it must have.";
        return now;
    }
    const std::int64_t content = arrival(part.of.hash, source);
    keep(content, part.index, part.bytes);
    if (++now.next < partsOf(part.of.size)) return now;
    now.wasDamaged = hashOf(content) != part.of.hash;
    now.isWhole = !now.wasDamaged;
    now.next = 0;
    if (now.isWhole)
        finish(part.of, content);
    else
        drop(part.of.hash, source);
    return now;
}

AttachmentStanding AttachmentStore::standing(const AttachmentOffer& offer, std::uint32_t source) {
    AttachmentStanding now;
    now.hash = offer.hash;
    if (const auto held = find(offer.hash); held && held->isHere) {
        now.isWhole = true;
        now.isBackedUp = held->isBackedUp;
    } else if (offer.size > kMaxAttachmentBytes) {
        now.refusal = "The file is larger than " + std::to_string(kMaxAttachmentBytes >> 20) +
                      " MB, which is more than the server takes.";
    } else if (offer.size == 0) {
        now.refusal = "The file is empty.";
    } else {
        now.next = arrived(offer.hash, source);
    }
    return now;
}

std::vector<AttachmentHeld> AttachmentStore::unsent(std::size_t most) {
    std::vector<AttachmentHeld> list;
    auto& find = database_.statement(
        std::string(kColumns) +
        "WHERE state=0 AND content IS NOT NULL AND refusal='' ORDER BY n LIMIT ?");
    find.bind(1, static_cast<std::int64_t>(most));
    while (find.executeStep()) list.push_back(heldIn(find));
    find.reset();
    return list;
}

std::vector<AttachmentHeld> AttachmentStore::unconfirmed(std::uint64_t backedUpTo,
                                                         std::size_t most) {
    std::vector<AttachmentHeld> list;
    auto& find = database_.statement(std::string(kColumns) +
                                     "WHERE state=1 AND checked<? ORDER BY n LIMIT ?");
    find.bind(1, static_cast<std::int64_t>(backedUpTo));
    find.bind(2, static_cast<std::int64_t>(most));
    while (find.executeStep()) list.push_back(heldIn(find));
    find.reset();
    return list;
}

void AttachmentStore::noteStanding(const AttachmentStanding& standing, std::uint64_t backedUpTo) {
    std::string refusal = standing.refusal;
    if (standing.wasDamaged && hashOf(contentOf(standing.hash)) != standing.hash)
        refusal = "The file is damaged on this laptop. Attach it again.";
    auto& note = database_.statement(
        "UPDATE attachments SET state=?,sent=?,refusal=?,checked=? WHERE hash=?");
    note.bind(1, standing.isBackedUp ? kBackedUp : standing.isWhole ? kAtServer : kUnsent);
    note.bind(2, standing.next);
    note.bind(3, refusal);
    note.bind(4, static_cast<std::int64_t>(backedUpTo));
    bindHash(note, 5, standing.hash);
    note.exec();
}

void AttachmentStore::forgetStandings() {
    database_.run("UPDATE attachments SET state=0,sent=NULL,refusal='',checked=0");
}

std::uint64_t AttachmentStore::free() {
    std::uint64_t bytes = 0;
    auto& count = database_.statement(
        "SELECT ifnull(sum(size),0) FROM attachments WHERE content IS NOT NULL AND state=2");
    if (count.executeStep()) bytes = static_cast<std::uint64_t>(count.getColumn(0).getInt64());
    count.reset();
    database_.run(
        "DELETE FROM attachment_parts WHERE content IN "
        "(SELECT content FROM attachments WHERE state=2);"
        "UPDATE attachments SET content=NULL WHERE state=2");
    return bytes;
}

std::int64_t AttachmentStore::newest() {
    return database_.raw().execAndGet("SELECT ifnull(max(n),0) FROM attachments").getInt64();
}

void AttachmentStore::backedUp(std::int64_t newest) {
    auto& mark = database_.statement("UPDATE attachments SET state=2 WHERE n<=?");
    mark.bind(1, newest);
    mark.exec();
}

std::uint32_t AttachmentStore::arrived(const FileHash& hash, std::uint32_t source) {
    auto& count = database_.statement(
        "SELECT count(*) FROM attachment_parts WHERE content="
        "(SELECT content FROM attachment_arrivals WHERE hash=? AND source=?)");
    bindHash(count, 1, hash);
    count.bind(2, source);
    const std::uint32_t parts = count.executeStep() ? count.getColumn(0).getUInt() : 0;
    count.reset();
    return parts;
}

std::int64_t AttachmentStore::contentOf(const FileHash& hash) {
    auto& find = database_.statement("SELECT content FROM attachments WHERE hash=?");
    bindHash(find, 1, hash);
    const std::int64_t content = find.executeStep() ? find.getColumn(0).getInt64() : 0;
    find.reset();
    return content;
}

std::int64_t AttachmentStore::arrival(const FileHash& hash, std::uint32_t source) {
    auto& put =
        database_.statement("INSERT OR IGNORE INTO attachment_arrivals(hash,source) VALUES(?,?)");
    bindHash(put, 1, hash);
    put.bind(2, source);
    put.exec();
    auto& find =
        database_.statement("SELECT content FROM attachment_arrivals WHERE hash=? AND source=?");
    bindHash(find, 1, hash);
    find.bind(2, source);
    const std::int64_t content = find.executeStep() ? find.getColumn(0).getInt64() : 0;
    find.reset();
    return content;
}

void AttachmentStore::keep(std::int64_t content, std::uint32_t part, std::string_view bytes) {
    auto& put =
        database_.statement("INSERT INTO attachment_parts(content,part,bytes) VALUES(?,?,?)");
    put.bind(1, content);
    put.bind(2, part);
    put.bindNoCopy(3, bytes.data(), static_cast<int>(bytes.size()));
    put.exec();
}

FileHash AttachmentStore::hashOf(std::int64_t content) {
    Hasher hasher;
    auto& read =
        database_.statement("SELECT bytes FROM attachment_parts WHERE content=? ORDER BY part");
    read.bind(1, content);
    while (read.executeStep()) hasher.add(bytesColumn(read, 0));
    read.reset();
    return hasher.hash();
}

void AttachmentStore::finish(const AttachmentOffer& of, std::int64_t content) {
    auto& put = database_.statement(
        "INSERT INTO attachments(hash,size,ending,content,state,sent,refusal) "
        "VALUES(?,?,?,?,0,NULL,'') ON CONFLICT(hash) DO UPDATE SET "
        "content=excluded.content,refusal=''");
    bindHash(put, 1, of.hash);
    put.bind(2, static_cast<std::int64_t>(of.size));
    put.bind(3, of.ending);
    put.bind(4, content);
    put.exec();
    auto& done = database_.statement("DELETE FROM attachment_arrivals WHERE content=?");
    done.bind(1, content);
    done.exec();
    // Whatever else came of the same file need not be kept.
    auto& others = database_.statement(
        "DELETE FROM attachment_parts WHERE content IN "
        "(SELECT content FROM attachment_arrivals WHERE hash=?)");
    bindHash(others, 1, of.hash);
    others.exec();
    auto& sources = database_.statement("DELETE FROM attachment_arrivals WHERE hash=?");
    bindHash(sources, 1, of.hash);
    sources.exec();
}

void AttachmentStore::drop(const FileHash& hash, std::uint32_t source) {
    auto& parts = database_.statement(
        "DELETE FROM attachment_parts WHERE content="
        "(SELECT content FROM attachment_arrivals WHERE hash=? AND source=?)");
    bindHash(parts, 1, hash);
    parts.bind(2, source);
    parts.exec();
    auto& from = database_.statement("DELETE FROM attachment_arrivals WHERE hash=? AND source=?");
    bindHash(from, 1, hash);
    from.bind(2, source);
    from.exec();
}

}  // namespace sotay
