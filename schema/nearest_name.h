#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotay {

// The candidate that was probably meant: the fewest letters apart, at most a third of the name and
// never more than three. "" when none is that near. Case does not count.
std::string nearestName(std::string_view name, const std::vector<std::string>& candidates);

// ". Did you mean \"age\"?" or ".", to end a sentence with.
std::string didYouMean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace sotay
