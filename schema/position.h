#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotay {

// A place between two places, for items that people add side by side without knowing of one
// another: a string of 0-9A-Za-z that sorts, byte by byte, after `before` and before `after`. Empty
// means the beginning or the end. There is always room, and a place never ends in '0', so there
// always will be. Ten thousand items put in one after the other, at either end or at one spot, have
// places of at most about a dozen bytes; only closing in on one spot from both sides in turn takes
// a byte more for every second item.
// Requires before < after, unless `after` is empty.
std::string positionBetween(std::string_view before, std::string_view after);

// For an item that is to stand at `index` of items with these places, in their order. Where people
// who did not know of one another have put several in the same place, it comes after these.
std::string positionAt(const std::vector<std::string>& places, std::size_t index);

}  // namespace sotay
