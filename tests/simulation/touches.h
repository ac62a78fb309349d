#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/simulation/dice.h"
#include "tests/simulation/world.h"

namespace sotay::sim {

// The officers work in the first and in the second, until they are moved; these two are a district.
constexpr std::array<const char*, 3> kCommunes = {"19564", "19588", "20194"};
constexpr const char* kDistrict = "467";
inline bool isInDistrict(std::string_view commune) {
    return commune == kCommunes[0] || commune == kCommunes[1];
}

// What somebody types: mostly a value that nobody else types (made of `unique`); at times one that
// others type too, in one of several spellings; at times nothing.
std::string drawAnswer(Question question, Dice& dice, std::uint32_t unique);
// What that means: spellings of one meaning are one value.
std::string meantBy(Question question, const std::string& typed);

std::string_view questionName(Question question);  // also its path, after the slash
ValueType questionType(Question question);
bool isInItem(Question question);

}  // namespace sotay::sim
