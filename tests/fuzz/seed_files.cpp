#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz_target.h"
#include "tests/support/memory_watch.h"
#include "tests/support/shared_folder.h"

namespace sotay {
namespace {

constexpr std::uintmax_t kLargestSeed = 64 << 10;

}  // namespace

void broken(std::string_view promise) {
    std::fprintf(stderr, "A promise does not hold: %.*s\n", static_cast<int>(promise.size()),
                 promise.data());
    std::abort();
}

void fuzzBounded(std::string_view input) {
    if (mostHeldDuring([&] { fuzzOne(input); }) > fuzzMemory())
        broken("an input takes no more memory than is allowed");
}

std::vector<std::string> filesFor(const std::string& folder, std::string_view ending) {
    std::vector<std::string> contents;
    std::error_code absent;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, absent)) {
        if (!entry.is_regular_file() || entry.file_size() > kLargestSeed) continue;
        if (entry.path().filename().string().ends_with(ending)) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        std::ifstream in(path, std::ios::binary);
        contents.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return contents;
}

std::vector<std::string> sharedFilesFor(const std::string& folder, std::string_view ending) {
    const auto shared = sharedFolder();
    return shared ? filesFor((*shared / folder).string(), ending) : std::vector<std::string>();
}

}  // namespace sotay
