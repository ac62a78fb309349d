#include "sync/question.h"

#include <charconv>

namespace sotay {
namespace {

constexpr std::size_t kIdLength = 36;

char letterOf(const Value& value) {
    return value.asInteger() ? 'i' : value.asDecimal() ? 'd' : value.asText() ? 't' : 'e';
}

}  // namespace

// "<change><letter of the type><length>:<text>", one after the other. Text in a value is normalised
// already, so putting pieces together leaves each as it was.
Value questionValue(const std::vector<QuestionSide>& sides) {
    std::string text;
    for (const QuestionSide& side : sides) {
        std::string words = side.value.toString();
        text += side.change.toString() + letterOf(side.value) + std::to_string(words.size()) + ":" +
                words;
    }
    return Value::text(text);
}

std::vector<QuestionSide> questionSides(const Value& value) {
    std::vector<QuestionSide> sides;
    const std::string* text = value.asText();
    if (!text) return sides;
    std::string_view rest = *text;
    while (rest.size() > kIdLength + 2) {
        auto id = Id::parse(rest.substr(0, kIdLength));
        const char letter = rest[kIdLength];
        rest.remove_prefix(kIdLength + 1);
        std::size_t length = 0;
        auto [end, bad] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
        auto digits = static_cast<std::size_t>(end - rest.data());
        if (!id || bad != std::errc() || digits >= rest.size() || rest[digits] != ':' ||
            length > rest.size() - digits - 1)
            return {};
        auto type = letter == 'i'   ? ValueType::Integer
                    : letter == 'd' ? ValueType::Decimal
                                    : ValueType::Text;
        auto said = parseValue(type, rest.substr(digits + 1, length));
        if (!said.ok()) return {};
        sides.push_back({*id, *said});
        rest.remove_prefix(digits + 1 + length);
    }
    return sides;
}

std::vector<ChangeRef> askedBy(const RecordHeads& heads, const Cell& cell) {
    std::vector<ChangeRef> refs;
    auto found = heads.find(questionOf(cell));
    if (found == heads.end()) return refs;
    for (const Head& head : found->second)
        if (!head.value.isEmpty()) refs.push_back(head.change);
    return refs;
}

}  // namespace sotay
