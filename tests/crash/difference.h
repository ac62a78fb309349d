#pragma once

#include <string>

namespace sotay {

// Where two texts part, for a person.
std::string firstDifference(const std::string& found, const std::string& expected);

}  // namespace sotay
