#pragma once

#include <cstdint>

namespace sotay::sim {

// All chance of a schedule comes from here (SplitMix64, by Sebastiano Vigna): the same seed gives
// the same numbers on every machine.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    std::uint32_t below(std::uint32_t n) {
        return n ? static_cast<std::uint32_t>(next() >> 33) % n : 0;
    }
    bool oneIn(std::uint32_t n) { return below(n) == 0; }

  private:
    std::uint64_t state_;
};

// The dice that libsodium's keys, tokens and nonces come from, and ids.
Dice& worldDice();
// From here on libsodium takes its random bytes from worldDice(). Call before it is used.
void throwDiceForSodium();

}  // namespace sotay::sim
