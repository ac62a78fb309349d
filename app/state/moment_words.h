#pragma once

#include <cstdint>
#include <string>

#include "app/state/state.h"
#include "app/state/strings.h"

// Moments in words, as seen from the moment that the screen shows.
namespace sotay::app {

std::string dayWords(std::int64_t moment, const State& state,
                     const Strings& text);  // "hôm nay", "16/11/2026"
std::string momentWords(std::int64_t moment, const State& state,
                        const Strings& text);  // "hôm qua 14:05"
// "3 ngày", "2 giờ", "5 phút"; the sign is dropped.
std::string spanWords(std::int64_t seconds, const Strings& text);
// How the clock of a laptop stood against the server's: "đồng hồ nhanh 2 giờ"; "" when it was right
// to a minute or two.
std::string clockWords(std::int64_t aheadSeconds, const Strings& text);

// The name of an area, as some form's area question calls it; the code where none does.
std::string areaName(const State& state, const std::string& code);
// "xã Đakrông", "toàn tỉnh", "xã Đakrông và 2 nơi khác"
std::string areasWords(const State& state, const Strings& text);

}  // namespace sotay::app
