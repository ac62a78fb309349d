#include "app/cli/cell_text.h"

#include <nlohmann/json.hpp>

namespace sotay {

std::string typedText(const nlohmann::json& value) {
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_float()) {
        const auto decimal = Decimal::fromDouble(value.get<double>());
        return decimal ? decimal->toString() : value.dump();
    }
    if (!value.is_array()) return value.dump();
    std::string names;
    for (const auto& each : value) names += (names.empty() ? "" : " ") + typedText(each);
    return names;
}

nlohmann::ordered_json jsonOf(const Value& value) {
    if (const auto* number = value.asInteger()) return *number;
    if (const auto* number = value.asDecimal()) return number->toDouble();
    if (const auto* text = value.asText()) return *text;
    return nullptr;
}

}  // namespace sotay
