#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/bench/sync_bench.h"

// sotay-bench [sync] [--work DIR] [--runs N] [--json FILE]
int main(int count, char** words) {
    std::string workFolder, jsonFile;
    int runs = 3;
    for (int i = 1; i < count; ++i) {
        std::string word = words[i];
        bool hasValue = i + 1 < count;
        if (word == "--work" && hasValue)
            workFolder = words[++i];
        else if (word == "--json" && hasValue)
            jsonFile = words[++i];
        else if (word == "--runs" && hasValue)
            runs = std::max(1, std::atoi(words[++i]));
        else if (word != "sync") {
            std::fprintf(stderr,
                         "Usage: sotay-bench [sync] [--work DIR] [--runs N] [--json FILE]\n");
            return 2;
        }
    }
    auto work = workFolder.empty() ? sotay::Result<sotay::bench::SyncWork>(sotay::bench::makeWork())
                                   : sotay::bench::readWork(workFolder);
    if (!work.ok()) {
        std::fprintf(stderr, "sotay-bench: %s\n", work.error().message.c_str());
        return 1;
    }
    sotay::bench::Figures figures;
    auto measured = sotay::bench::measureSync(*work, runs, figures);
    figures.print();
    if (!jsonFile.empty() && !figures.writeTo(jsonFile)) {
        std::fprintf(stderr, "sotay-bench: %s cannot be written.\n", jsonFile.c_str());
        return 1;
    }
    if (!measured.ok()) {
        std::fprintf(stderr, "sotay-bench: %s\n", measured.error().message.c_str());
        return 1;
    }
    return 0;
}
