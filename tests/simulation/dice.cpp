#include "tests/simulation/dice.h"

#include <sodium.h>

#include <cstring>

namespace sotay::sim {

Dice& worldDice() {
    static Dice dice(1);
    return dice;
}

void throwDiceForSodium() {
    static randombytes_implementation implementation = {
        [] { return "sotay simulation"; },
        [] { return static_cast<std::uint32_t>(worldDice().next()); },
        nullptr,
        nullptr,
        [](void* to, std::size_t count) {
            auto* bytes = static_cast<unsigned char*>(to);
            for (std::size_t i = 0; i < count; i += 8) {
                std::uint64_t drawn = worldDice().next();
                std::memcpy(bytes + i, &drawn, count - i < 8 ? count - i : 8);
            }
        },
        nullptr,
    };
    randombytes_set_implementation(&implementation);
}

}  // namespace sotay::sim
