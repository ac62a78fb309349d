#pragma once

#include <string>
#include <vector>

namespace sotay {

// Something that a form's author should know. Data, not an error: a form can have many.
struct Problem {
    enum class Severity { Error, Warning };
    Severity severity = Severity::Error;
    std::string sheet;    // "survey"; "" when it is the workbook as a whole
    int row = 0;          // 1-based, the header is row 1; 0 when it is the whole sheet
    std::string column;   // the header as written; "" when it is the whole row
    std::string message;  // what is wrong and what to do, a whole sentence
};

using Problems = std::vector<Problem>;
bool hasErrors(const Problems& problems);

}  // namespace sotay
