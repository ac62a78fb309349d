#pragma once

#include <string>
#include <string_view>
#include <vector>

// A fuzz target is one source of this folder, named NAME_fuzz.cpp: its first line says what it
// links ("// links: sotay_schema"), and it defines the three functions below. With clang it becomes
// fuzz_NAME, which `./dev fuzz` runs; every build replays its seeds and small damages to them as a
// test.
namespace sotay {

// One input, whatever it is. Has to come back, in bounded time and memory; calls broken() where a
// promise does not hold.
void fuzzOne(std::string_view input);

// The most bytes that one input may take beyond what is held anyway.
std::size_t fuzzMemory();

// Inputs to begin with: small, and different from each other.
std::vector<std::string> fuzzSeeds();

// fuzzOne, and broken() when it takes more than fuzzMemory().
void fuzzBounded(std::string_view input);

// Ends the program with this message, so that the fuzzer keeps the input.
[[noreturn]] void broken(std::string_view promise);

// The contents of the files beneath `folder` whose names end so; none when it is not there. Large
// files are left out: they slow the search down.
std::vector<std::string> filesFor(const std::string& folder, std::string_view ending);
// The same, of the folder with private test data.
std::vector<std::string> sharedFilesFor(const std::string& folder, std::string_view ending);

}  // namespace sotay
