#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace sotay::sim {

// A disk that can lose what was not flushed. It stands between SQLite and the real files as
// SQLite's default VFS, remembers what each file held when it was last flushed, and what was
// written since. Files are named by the path of the database; its -wal goes with it. One thread at
// a time.
namespace disk {

void use();  // from here on, for every database that is opened

// The program that has this database open is killed: what it writes from now on goes nowhere. Close
// the database, then call `revive` or `losePower`.
void kill(const std::filesystem::path& database);
// The files stay as they are.
void revive(const std::filesystem::path& database);
// Of what was not flushed nothing is left (chance % 3 == 0), the first part, or all.
void losePower(const std::filesystem::path& database, std::uint32_t chance);

// After so many more flushes, the next one fails and everything after it; UINT32_MAX: none does.
void failAfter(const std::filesystem::path& database, std::uint32_t flushes);
bool hasFailed(const std::filesystem::path& database);

// The database and its -wal, as they stand.
struct Image {
    std::string database, wal;
};
Image copy(const std::filesystem::path& database);
void put(const Image& image, const std::filesystem::path& database);  // while it is closed

}  // namespace disk
}  // namespace sotay::sim
