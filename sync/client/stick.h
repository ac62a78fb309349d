#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "schema/result.h"
#include "sync/store/bundles.h"

namespace sotay {

class Notebook;

// A folder, on a USB stick or wherever people exchange files, in which laptops leave their bundles
// (*.sotay) and find those of others.
struct StickExchange {
    struct FileRead {
        std::string file;  // its name in the folder
        BundleRead read;
        std::optional<Error> error;  // why it could not be taken; it stops none of the others
    };
    std::vector<FileRead> read;
    std::vector<std::string> written;
    // Of this laptop, on the stick and not yet known to be at the server.
    std::uint64_t changes = 0, files = 0;
};

// Reads every bundle there is, in the order of their names: answers for this laptop are applied,
// what is for others is kept and carried. Then writes this laptop's own bundle, and the answers
// that it carries, each whole and on disk or not at all. Doing it again does no harm. NotFound when
// there is no such folder, Io when it cannot be written to; what was read stays.
Result<StickExchange> exchangeBundles(Notebook& notebook, const std::filesystem::path& folder);

}  // namespace sotay
