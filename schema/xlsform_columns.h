#pragma once

#include <string>
#include <vector>

#include "schema/xlsform_table.h"

namespace sotay {

// Understands one header. `doubleColon`: some header of this sheet uses "::" before a language;
// without it a single ":" does the same, as old forms have it.
Column parseHeader(const std::string& header, SheetKind kind, bool doubleColon);

// Today's names of the columns of a sheet, for "did you mean".
const std::vector<std::string>& knownColumns(SheetKind kind);

// The survey's columns that hold expressions; ${} is looked up in them and their syntax is checked.
const std::vector<std::string>& expressionColumns();

}  // namespace sotay
