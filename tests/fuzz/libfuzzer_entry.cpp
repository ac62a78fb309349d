#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "tests/fuzz/fuzz_target.h"

// What libFuzzer calls. It reads its corpus after the first of these, which puts the seeds into the
// folder $SOTAY_FUZZ_SEEDS.
extern "C" int LLVMFuzzerInitialize(int*, char***);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* folder = std::getenv("SOTAY_FUZZ_SEEDS");
    if (folder == nullptr) return 0;
    int number = 0;
    for (const std::string& seed : sotay::fuzzSeeds()) {
        std::ofstream out(std::string(folder) + "/seed" + std::to_string(number++),
                          std::ios::binary);
        out.write(seed.data(), static_cast<std::streamsize>(seed.size()));
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    sotay::fuzzBounded({reinterpret_cast<const char*>(data), size});
    return 0;
}
