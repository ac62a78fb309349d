#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "schema/result.h"

namespace sotay {

// The file with the name that was typed: UTF-8, whatever the system prefers (nameOf is the way
// back).
std::filesystem::path fileNamed(const std::string& name);

// The whole of a file, or of standard input when `name` is "-". NotFound names the file.
Result<std::string> readInput(const std::string& name);

// Writes a file so that it is there whole or not at all: beside it first, then renamed. "-" is
// standard output.
Status writeOutput(const std::string& name, std::string_view bytes);

// The notebook that is used when none is named: $XDG_DATA_HOME/sotay/notebook.db, else
// ~/.local/share/sotay/notebook.db (on Windows %LOCALAPPDATA%\sotay\notebook.db). Its folder is
// made. InvalidInput when there is no home.
Result<std::filesystem::path> defaultNotebook();

// Standard error is a terminal, so that somebody watches.
bool isWatched();

}  // namespace sotay
