#pragma once

#include <optional>
#include <string>

#include "schema/xlsform_draft.h"

namespace sotay {

std::optional<double> parseNumber(const std::string& text);

// Checks start, end, step, ticks and placeholder of a range against each other.
void checkRange(const TableRow& row, const Node& node, FormDraft& draft);

}  // namespace sotay
