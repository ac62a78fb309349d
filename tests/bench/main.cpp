#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "tests/bench/form_bench.h"
#include "tests/bench/ledger_bench.h"
#include "tests/bench/scale_bench.h"
#include "tests/bench/sync_bench.h"

namespace {

using namespace sotay;
using namespace sotay::bench;

constexpr const char* kUsage =
    "Usage: sotay-bench [sync|bytes|first-sync|conflicts|forms] [--work DIR] [--runs N] "
    "[--json FILE]\n";
const std::set<std::string> kNames = {"sync", "bytes", "first-sync", "conflicts", "forms"};

// Without a name: all of them.
Status measure(const std::string& name, const std::string& workFolder, int runs, Figures& figures) {
    auto isWanted = [&](const char* one) { return name.empty() || name == one; };
    if (isWanted("forms"))
        if (auto done = measureForms(runs, figures); !done.ok() || name == "forms") return done;
    const auto work = workFolder.empty() ? Result<SyncWork>(makeWork()) : readWork(workFolder);
    if (!work.ok()) return work.error();
    if (isWanted("sync"))
        if (auto done = measureSync(*work, runs, figures); !done.ok()) return done;
    if (isWanted("bytes"))
        if (auto done = measureBytes(*work, figures); !done.ok()) return done;
    if (isWanted("first-sync"))
        if (auto done = measureFirstSync(*work, figures); !done.ok()) return done;
    return isWanted("conflicts") ? measureConflicts(*work, figures) : Status();
}

}  // namespace

int main(int count, char** words) {
    std::string workFolder, jsonFile, name;
    int runs = 7;  // what others do on the machine meanwhile stays out of the medians
    for (int i = 1; i < count; ++i) {
        std::string word = words[i];
        bool hasValue = i + 1 < count;
        if (word == "--work" && hasValue) {
            workFolder = words[++i];
        } else if (word == "--json" && hasValue) {
            jsonFile = words[++i];
        } else if (word == "--runs" && hasValue) {
            runs = std::max(1, std::atoi(words[++i]));
        } else if (name.empty() && kNames.contains(word)) {
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
