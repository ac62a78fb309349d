#include "tests/support/temporary_folder.h"

#include <cstdlib>
#include <stdexcept>

namespace sotay {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sotay-XXXXXX").string();
    if (!mkdtemp(pattern.data())) throw std::runtime_error("there is no room for temporary files");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace sotay
