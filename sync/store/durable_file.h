#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace sotay {

// Files beside the databases: bundles, backups, attachments. Any thread. Io names the file.

// A path as people read it, and as SQLite takes it: UTF-8.
std::string nameOf(const std::filesystem::path& file);

// On disk when this returns, under its name: the file, and its folder's entry of it.
Status makeDurable(const std::filesystem::path& file);

// Renames; the new name is on disk when this returns. Replaces what `to` held.
Status renameDurably(const std::filesystem::path& from, const std::filesystem::path& to);

// Writes a file so that it is there whole or not at all, whatever happens meanwhile: beside it
// first, synced, then renamed.
Status writeDurably(const std::filesystem::path& file, std::string_view bytes);
// The same of what `write` writes.
Status writeDurably(const std::filesystem::path& file,
                    const std::function<void(std::ostream&)>& write);

}  // namespace sotay
