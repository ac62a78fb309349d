#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sync/attachment.h"
#include "sync/store/database.h"

namespace sotay {

// The files that a notebook or a server holds (sync/attachment.h). Tables:
//   attachments          whole files whose content is what their name says
//   attachment_arrivals  files that are still coming, each from one source: what one laptop sends
//                        cannot spoil what another does
//   attachment_parts     the bytes of both
// Call within a Work what writes. Throws SQLite::Exception, as all of sync/store inside.
class AttachmentStore {
  public:
    static const char* migration();
    explicit AttachmentStore(Database& database) : database_(database) {}

    // Takes a file in, part by part; gives its name. The same file again is the same attachment.
    // NotFound, InvalidInput (empty, or too large) or Io, with nothing taken in.
    Result<std::string> add(const std::filesystem::path& file);
    // Writes the content; NotFound when it is not here.
    Status write(const FileHash& hash, const std::filesystem::path& to);
    std::vector<AttachmentHeld> all();
    std::optional<AttachmentHeld> find(const FileHash& hash);
    bool isWhole(const FileHash& hash);  // and here

    // A part of a file that is here; nothing past its end.
    std::optional<AttachmentPart> part(const FileHash& hash, std::uint32_t index);
    // A part that came from `source` (not 0). One that is not the next is left alone. After the
    // last, the file is whole, or what came of it is gone when it is not what its name says.
    AttachmentStanding take(const AttachmentPart& part, std::uint32_t source);
    AttachmentStanding standing(const AttachmentOffer& offer, std::uint32_t source);

    // A laptop's side: what the server is still to get, and what it said.
    std::vector<AttachmentHeld> unsent(std::size_t most);
    std::uint64_t waiting();  // how many that are
    // At the server, and not asked about since its backup reached this number of the log.
    std::vector<AttachmentHeld> unconfirmed(std::uint64_t backedUpTo, std::size_t most);
    void noteStanding(const AttachmentStanding& standing, std::uint64_t backedUpTo);
    void forgetStandings();  // the server was restored: it may have lost files
    std::uint64_t free();    // bytes of what the server's backup has
    // Parts of a file that have come from a source so far.
    std::uint32_t arrived(const FileHash& hash, std::uint32_t source);

    // The server's side: which files a copy of the database has, and that it is a backup.
    std::int64_t newest();
    void backedUp(std::int64_t newest);

  private:
    std::int64_t contentOf(const FileHash& hash);
    std::int64_t arrival(const FileHash& hash, std::uint32_t source);  // makes it
    void keep(std::int64_t content, std::uint32_t part, std::string_view bytes);
    FileHash hashOf(std::int64_t content);
    void finish(const AttachmentOffer& of, std::int64_t content);
    void drop(const FileHash& hash, std::uint32_t source);

    Database& database_;
};

}  // namespace sotay
