#pragma once

#include <string>

#include "schema/xlsform.h"

namespace sotay {

// The workbook as the bytes of an .xlsx.
std::string workbookBytes(const Workbook& workbook);

}  // namespace sotay
