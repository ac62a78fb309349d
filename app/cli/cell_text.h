#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "schema/value.h"

namespace sotay {

// A JSON value as somebody would have typed it: 9.45, not 9.4500000000000002; several choices with
// spaces between; "" for null.
std::string typedText(const nlohmann::json& value);

// A stored answer as JSON: numbers as numbers, all else as text.
nlohmann::ordered_json jsonOf(const Value& value);

}  // namespace sotay
