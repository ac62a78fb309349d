#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/fuzz_target.h"

namespace {

constexpr int kDamages = 400;
constexpr std::size_t kLargestDamaged = 20'000;
constexpr auto kLongest = std::chrono::seconds(40);

// A seed with a few bytes changed, cut out, doubled or taken from another one.
std::string damaged(std::string text, const std::string& other, std::mt19937& random) {
    const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    for (auto times = 1 + below(4); times > 0; --times) {
        const auto at = below(text.size() + 1), length = below(12);
        switch (below(4)) {
            case 0:
                if (at < text.size()) text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(below(text.size()), length));
                break;
            default:
                text.insert(at, other.substr(below(other.size()), length));
        }
    }
    return text;
}

}  // namespace

// Replays the files that are named, or the seeds and small damages to them. The damages are the
// same in every run; a slow build does fewer of them.
int main(int count, char** words) {
    for (int i = 1; i < count; ++i) {
        std::ifstream in(words[i], std::ios::binary);
        const std::string input(std::istreambuf_iterator<char>(in), {});
        sotay::fuzzBounded(input);
    }
    if (count > 1) return 0;
    const auto seeds = sotay::fuzzSeeds();
    if (seeds.empty()) {
        std::fprintf(stderr, "The target has no seeds.\n");
        return 1;
    }
    for (const auto& seed : seeds) sotay::fuzzBounded(seed);
    const auto started = std::chrono::steady_clock::now();
    std::mt19937 random(20261122);
    int done = 0;
    while (done < kDamages && std::chrono::steady_clock::now() - started < kLongest) {
        const auto& seed = seeds[random() % seeds.size()];
        const auto& other = seeds[random() % seeds.size()];
        if (seed.size() > kLargestDamaged) continue;
        sotay::fuzzBounded(damaged(seed, other, random));
        ++done;
    }
    std::printf("%zu seeds, %d damaged\n", seeds.size(), done);
    return 0;
}
