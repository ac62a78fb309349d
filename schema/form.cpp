#include "schema/form.h"

namespace sotay {
namespace {

const Node* findInside(const Node& node, const std::string& name) {
    for (const auto& child : node.children) {
        if (child->name == name) return child.get();
        if (const Node* found = findInside(*child, name)) return found;
    }
    return nullptr;
}

std::size_t countInside(const Node& node) {
    std::size_t count = 0;
    for (const auto& child : node.children)
        count += child->kind == NodeKind::Question ? 1 : countInside(*child);
    return count;
}

bool isWhole(const std::string& number) { return number.find_first_of(".eE") == std::string::npos; }

// Steps of a range decide whether its answers are whole numbers.
ValueType rangeType(const Node& range) {
    for (const char* key : {"start", "end", "step"}) {
        auto found = range.parameter.find(key);
        if (found != range.parameter.end() && !isWhole(found->second)) return ValueType::Decimal;
    }
    return ValueType::Integer;
}

// A calculation that cannot be done again later with the same result: it happens once, or when a
// question is answered. Its value has to be kept.
bool isKeptCalculation(const Node& node) {
    if (!node.trigger.empty()) return true;
    if (node.calculation.empty()) return !node.defaultValue.empty();
    return node.calculation.find("once(") != std::string::npos;
}

}  // namespace

bool isMetadata(QuestionType type) {
    switch (type) {
        case QuestionType::Start:
        case QuestionType::End:
        case QuestionType::Today:
        case QuestionType::DeviceId:
        case QuestionType::Username:
        case QuestionType::Email:
        case QuestionType::PhoneNumber:
        case QuestionType::Audit:
            return true;
        default:
            return false;
    }
}

const std::string& LocalText::in(const std::string& language, const std::string& fallback) const {
    static const std::string kNone;
    for (const std::string* key : {&language, &fallback, &kNone}) {
        auto found = byLanguage.find(*key);
        if (found != byLanguage.end()) return found->second;
    }
    return byLanguage.empty() ? kNone : byLanguage.begin()->second;
}

bool Node::isStored() const {
    if (kind != NodeKind::Question || isMetadata(type)) return false;
    switch (type) {
        case QuestionType::Note:
            return false;
        case QuestionType::Calculate:
            return isKeptCalculation(*this);
        default:
            return calculation.empty() || isKeptCalculation(*this);
    }
}

ValueType Node::valueType() const {
    switch (type) {
        case QuestionType::Integer:
            return ValueType::Integer;
        case QuestionType::Decimal:
            return ValueType::Decimal;
        case QuestionType::Range:
            return rangeType(*this);
        case QuestionType::SelectMultiple:
            return ValueType::Choices;
        default:
            return ValueType::Text;  // a rank is text too: its order is the answer
    }
}

const Node* Form::find(const std::string& path) const {
    const Node* node = &root;
    std::size_t at = 0;
    while (at < path.size()) {
        if (path[at] != '/') return nullptr;
        std::size_t end = path.find('/', at + 1);
        if (end == std::string::npos) end = path.size();
        const std::string_view step(path.data() + at + 1, end - at - 1);
        const Node* next = nullptr;
        for (const auto& child : node->children) {
            if (child->name == step) {
                next = child.get();
                break;
            }
        }
        if (!next) return nullptr;
        node = next;
        at = end;
    }
    return node == &root ? nullptr : node;
}

const Node* Form::findByName(const std::string& name) const { return findInside(root, name); }

std::size_t Form::questionCount() const { return countInside(root); }

}  // namespace sotay
