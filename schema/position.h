#pragma once

#include <string>
#include <string_view>

namespace sotay {

// A place between two places, for items that people add side by side without knowing of one
// another: a string of 0-9A-Za-z that sorts, byte by byte, after `before` and before `after`. Empty
// means the beginning or the end. There is always room, and a place never ends in '0', so there
// always will be. Appending a thousand items one after another makes places of about twenty bytes.
// Requires before < after, unless `after` is empty.
std::string positionBetween(std::string_view before, std::string_view after);

}  // namespace sotay
