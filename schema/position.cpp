#include "schema/position.h"

#include <algorithm>
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

// Places that only grow in one direction are numbers: as many of the last (first) digit as the
// number is long, in doublings, then the number itself. So the n-th place is about as long as n
// written out, whichever place the row began at.
struct Counter {
    std::size_t marks = 0;  // how many of the marking digit stand in front
    std::string number;     // 2^marks digits, the first of which is no marking digit
};

Counter counterOf(std::string_view place, char mark) {
    Counter counter;
    while (counter.marks < place.size() && place[counter.marks] == mark) ++counter.marks;
    const std::size_t width = std::size_t{1} << std::min<std::size_t>(counter.marks, 16);
    counter.number = place.substr(counter.marks, width);
    counter.number.resize(width, kDigits.front());
    return counter;
}

// After `before` with nothing behind it, never ending in the smallest digit.
std::string stepUp(std::string_view before) {
    if (before.empty()) return std::string(1, kDigits[kBase / 2]);
    Counter counter = counterOf(before, kDigits.back());
    std::string& number = counter.number;
    do {
        std::size_t at = number.size();
        while (at > 0 && number[at - 1] == kDigits.back()) number[--at] = kDigits.front();
        if (at > 0) number[at - 1] = kDigits[digitOf(number[at - 1]) + 1];
        if (at == 0 || number.front() == kDigits.back())
            return std::string(counter.marks + 1, kDigits.back()) +
                   std::string((std::size_t{2} << counter.marks) - 1, kDigits.front()) + kDigits[1];
    } while (number.back() == kDigits.front());
    return std::string(counter.marks, kDigits.back()) + number;
}

// Before `after` with nothing in front: the same, downwards.
std::string stepDown(std::string_view after) {
    Counter counter = counterOf(after, kDigits.front());
    std::string& number = counter.number;
    do {
        std::size_t at = number.size();
        while (at > 0 && number[at - 1] == kDigits.front()) number[--at] = kDigits.back();
        if (at > 0) number[at - 1] = kDigits[digitOf(number[at - 1]) - 1];
        if (at == 0 || number.front() == kDigits.front())
            return std::string(counter.marks + 1, kDigits.front()) + kDigits[kBase - 2] +
                   std::string((std::size_t{2} << counter.marks) - 1, kDigits.back());
    } while (number.back() == kDigits.front());
    return std::string(counter.marks, kDigits.front()) + number;
}

}  // namespace

std::string positionBetween(std::string_view before, std::string_view after) {
    assert(after.empty() || before < after);
    if (before.empty() && after.empty()) return std::string(1, kDigits[kBase / 2]);
    if (after.empty() || before >= after) return stepUp(before);
    if (before.empty()) return stepDown(after);

    std::size_t same = 0;
    while (same < before.size() && before[same] == after[same]) ++same;
    const std::string place(before.substr(0, same));
    // What is left of `after` has no end in front of it: a place between is one before that.
    if (same == before.size()) return place + stepDown(after.substr(same));
    const auto low = digitOf(before[same]), high = digitOf(after[same]);
    if (low + 1 < high) return place + kDigits[(low + high) / 2];
    // Neighbours: keep the lower digit, and anything above what is left of `before` will do.
    return place + before[same] + stepUp(before.substr(same + 1));
}

std::string positionAt(const std::vector<std::string>& places, std::size_t index) {
    const std::string before = index == 0 ? std::string() : places[index - 1];
    while (index < places.size() && places[index] <= before) ++index;
    return positionBetween(before, index < places.size() ? places[index] : std::string());
}

}  // namespace sotay
