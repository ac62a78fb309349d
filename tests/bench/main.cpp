#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/bench/form_bench.h"
#include "tests/bench/sync_bench.h"

namespace {

using namespace sotay;
using namespace sotay::bench;

constexpr const char* kUsage =
    "Usage: sotay-bench [sync|forms] [--work DIR] [--runs N] [--json FILE]\n";

Status measure(const std::string& name, const std::string& workFolder, int runs, Figures& figures) {
    if (name != "sync")
        if (auto forms = measureForms(runs, figures); !forms.ok() || name == "forms") return forms;
    const auto work = workFolder.empty() ? Result<SyncWork>(makeWork()) : readWork(workFolder);
    return work.ok() ? measureSync(*work, runs, figures) : Status(work.error());
}

}  // namespace

int main(int count, char** words) {
    std::string workFolder, jsonFile, name;
    int runs = 3;
    for (int i = 1; i < count; ++i) {
        std::string word = words[i];
        bool hasValue = i + 1 < count;
        if (word == "--work" && hasValue) {
            workFolder = words[++i];
        } else if (word == "--json" && hasValue) {
            jsonFile = words[++i];
        } else if (word == "--runs" && hasValue) {
            runs = std::max(1, std::atoi(words[++i]));
        } else if (name.empty() && (word == "sync" || word == "forms")) {
            name = word;
        } else {
            std::fputs(kUsage, stderr);
            return 2;
        }
    }
    Figures figures;
    const auto measured = measure(name, workFolder, runs, figures);
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
