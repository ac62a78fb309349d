#pragma once

#include <map>
#include <set>
#include <vector>

#include "sync/causality.h"

namespace sotay::sim {

// shared/model/causality.py once more, in C++: schedules of laptops and a server under every fault
// that it knows, and the heads by definition, from the set of changes alone.
struct ModelChange {
    int record = 0;
    std::set<int> fields;
    Seen seen;
    int prev = -1;  // the change made before it on the same laptop
};
using ModelNumbers = std::map<int, std::set<Seen>>;

// One replica at rest: what it holds and what it knows of numbers.
struct ModelReplica {
    std::vector<int> known;
    ModelNumbers numbers;
};
struct ModelRun {
    std::vector<ModelChange> changes;
    std::map<std::uint32_t, std::uint64_t> forks;
    std::vector<ModelReplica> replicas;  // the server first; also of laptops in the middle
};
constexpr int kModelRecords = 2, kModelFields = 3;

ModelRun playModel(std::uint64_t seed);
std::set<int> modelHeads(const ModelRun& run, const ModelReplica& replica, int record, int field);
// The same by the engine.
std::set<int> engineHeads(const ModelRun& run, const ModelReplica& replica, int record, int field);

}  // namespace sotay::sim
