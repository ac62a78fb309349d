#include "schema/position.h"

#include <cassert>
#include <cstddef>

namespace sotay {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kBase = kDigits.size();

std::size_t digitOf(char letter) {
    const auto at = kDigits.find(letter);
    return at == std::string_view::npos ? 0 : at;
}

// After `before` with nothing behind it: one step up in the first digit that has room, so that a
// list that only grows at its end gets short places.
std::string stepUp(std::string_view before) {
    std::string place;
    for (const char letter : before) {
        const auto digit = digitOf(letter);
        if (digit + 1 < kBase) return place + kDigits[digit + 1];
        place += letter;
    }
    return place + kDigits[kBase / 2];
}

// Before `after` with nothing in front: one step down, never ending in the smallest digit.
std::string stepDown(std::string_view after) {
    std::string place;
    for (const char letter : after) {
        const auto digit = digitOf(letter);
        if (digit > 1) return place + kDigits[digit - 1];
        place += kDigits[0];
        if (digit == 1) return place + kDigits[kBase - 1];
    }
    return place + kDigits[kBase / 2];
}

}  // namespace

std::string positionBetween(std::string_view before, std::string_view after) {
    assert(after.empty() || before < after);
    if (before.empty() && after.empty()) return std::string(1, kDigits[kBase / 2]);
    if (after.empty() || before >= after) return stepUp(before);
    if (before.empty()) return stepDown(after);

    std::string place;
    for (std::size_t i = 0;; ++i) {
        const auto low = i < before.size() ? digitOf(before[i]) : 0;
        const auto high = i < after.size() ? digitOf(after[i]) : 0;
        if (low == high) {
            place += kDigits[low];
            continue;
        }
        if (low + 1 < high) return place + kDigits[(low + high) / 2];
        // Neighbours: keep the lower digit, and anything above what is left of `before` will do.
        place += kDigits[low];
        return place + stepUp(i < before.size() ? before.substr(i + 1) : std::string_view());
    }
}

}  // namespace sotay
