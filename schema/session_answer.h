#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/expression.h"
#include "schema/form.h"

namespace sotay {

// What was typed as the one representation of its meaning: "2026-11-22" for 22/11/2026, "12" for
// 012, points with single spaces. Nothing when it cannot be read as the question's type; blank is
// the empty answer.
std::optional<std::string> readAnswer(const Node& node, std::string_view typed);

// The result of a calculation as an answer of the question's type, as JavaRosa writes it: not a
// number is no answer, whole numbers have no point, true and false are words.
std::string writeResult(const Node& node, const XValue& value, const XHost& host);

// Within the start, end and step of a range question.
bool isInRange(const Node& node, const std::string& answer);

}  // namespace sotay
