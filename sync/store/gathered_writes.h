#pragma once

#include <sqlite3.h>

#include <string>

namespace sotay {

// SQLite writes each page of its write-ahead log in two small pieces, and the system does as much
// for a small piece as for a large one. This file system gathers what goes to the log one after the
// other, and hands it on with the page that commits: whenever SQLite tells others of a commit,
// everything that it consists of has been written. All other files are the ones below
// (https://www.sqlite.org/vfs.html; the frames: https://www.sqlite.org/fileformat2.html).

// The name to open a database with, for what lies over the file system that is SQLite's default
// now. "" when there is no memory for one. Any thread.
std::string gatheringFileSystem();

// The file below a log, or the log itself when it gathers nothing: what is committed may be synced
// through it while another thread goes on writing.
sqlite3_file* belowGathered(sqlite3_file* log);

}  // namespace sotay
