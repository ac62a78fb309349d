#include "tests/simulation/touches.h"

namespace sotay::sim {
namespace {

// One meaning, several spellings: the first of each row is the normal one.
constexpr std::array<const char*, 4> kTexts = {
    "H\u1ee3p t\u00e1c x\u00e3 \u0110\u1ed3ng",                  // composed
    "Ho\u031b\u0323p ta\u0301c xa\u0303 \u0110o\u0302\u0300ng",  // decomposed
    "  H\u1ee3p t\u00e1c x\u00e3 \u0110\u1ed3ng\u00a0",          // with spaces
    "H\u1ee3p t\u00e1c xa\u0303 \u0110\u1ed3ng"};                // of both kinds
constexpr std::array<const char*, 4> kWholes = {"7", "+7", " 7", "007"};
constexpr std::array<const char*, 4> kDecimals = {"9.45", "9.450", " 9.45 ", "+09.4500"};

const std::array<const char*, 4>& spellings(Question question) {
    switch (questionType(question)) {
        case ValueType::Integer:
            return kWholes;
        case ValueType::Decimal:
            return kDecimals;
        default:
            return kTexts;
    }
}

}  // namespace

std::string_view questionName(Question question) {
    static constexpr std::array<std::string_view, kQuestions> kNames = {
        "name", "area", "members", "phone", "income", "email", "remark", "amount", "source"};
    return kNames[static_cast<std::size_t>(question)];
}

ValueType questionType(Question question) {
    switch (question) {
        case Question::Members:
        case Question::Amount:
            return ValueType::Integer;
        case Question::Income:
            return ValueType::Decimal;
        default:
            return ValueType::Text;
    }
}

bool isInItem(Question question) {
    return question == Question::Amount || question == Question::Source;
}

std::string drawAnswer(Question question, Dice& dice, std::uint32_t unique) {
    const std::uint32_t kind = dice.below(10), spelling = dice.below(4);
    if (question == Question::Area) return kind == 0 ? "" : kCommunes[dice.below(kind < 9 ? 2 : 3)];
    if (kind == 0) return {};
    if (kind <= 3) return spellings(question)[spelling];
    std::string number = std::to_string(1000 + unique);
    switch (questionType(question)) {
        case ValueType::Integer:
            return number;
        case ValueType::Decimal:
            return number + ".5";
        default:
            return std::string(questionName(question)) + " " + number;
    }
}

std::string meantBy(Question question, const std::string& typed) {
    for (const char* spelling : spellings(question))
        if (typed == spelling) return spellings(question)[0];
    return typed;
}

}  // namespace sotay::sim
