#include "sync/distinct.h"

#include <algorithm>
#include <charconv>

namespace sotay {
namespace {
constexpr std::size_t kIdLength = 36, kKeyLength = 16, kMarkLength = kIdLength + 1 + kKeyLength;
}  // namespace

Value distinctValue(const std::vector<DistinctMark>& marks) {
    std::string text;
    for (const DistinctMark& mark : marks) {
        char key[kKeyLength];
        auto end = std::to_chars(key, key + kKeyLength, mark.key, 16).ptr;
        const auto digits = static_cast<std::size_t>(end - key);
        text += (text.empty() ? "" : " ") + mark.other.toString() + ":" +
                std::string(kKeyLength - digits, '0') + std::string(key, digits);
    }
    return Value::text(text);
}

std::vector<DistinctMark> distinctMarks(const Value& value) {
    std::vector<DistinctMark> marks;
    const std::string* text = value.asText();
    for (std::size_t at = 0; text && at + kMarkLength <= text->size(); at += kMarkLength + 1) {
        DistinctMark mark;
        auto id = Id::parse(std::string_view(*text).substr(at, kIdLength));
        const char* key = text->data() + at + kIdLength + 1;
        auto [end, bad] = std::from_chars(key, key + kKeyLength, mark.key, 16);
        if (!id || bad != std::errc()) return {};
        mark.other = *id;
        marks.push_back(mark);
    }
    return marks;
}

std::vector<DistinctMark> distinctMarks(const RecordHeads& heads) {
    std::vector<DistinctMark> marks;
    auto cell = heads.find({Id{}, kDistinct});
    if (cell == heads.end()) return marks;
    for (const Head& head : cell->second)
        for (const DistinctMark& mark : distinctMarks(head.value))
            if (std::find(marks.begin(), marks.end(), mark) == marks.end()) marks.push_back(mark);
    return marks;
}

}  // namespace sotay
