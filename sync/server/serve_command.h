#pragma once

#include <string>

#include "schema/result.h"

namespace sotay {

struct ServeOptions {
    std::string databaseFile;
    std::string listen;                           // HOST:PORT; port 0: any that is free
    std::string certificateFile, privateKeyFile;  // PEM; both empty: no TLS
    unsigned workers = 16;
    bool isJson = false;
};

// Serves the workspace until SIGTERM or SIGINT, lets requests under way end, and returns. When it
// is ready it prints one line with its address on standard output ("listening on
// http://127.0.0.1:8080", or
// {"listening":"http://..."}); the log goes to standard error, one JSON object a line.
// Call it on the main thread before any other thread exists: signals are blocked for all.
// Rejected when another sotayd serves this database.
Status serveWorkspace(const ServeOptions& options);

}  // namespace sotay
