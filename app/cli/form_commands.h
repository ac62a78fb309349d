#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace sotay {

enum class Output { Text, Json };

struct FormFill {
    std::filesystem::path form;
    std::filesystem::path answers;  // {"answers":[{"path","value"} or {"path","remove":true}]}
    std::string today;              // YYYY-MM-DD; empty: the clock's
    std::string language;           // as the form names it, or its code; empty: the form's default
    Output output = Output::Json;
};

struct FormCheck {
    std::filesystem::path form;
    std::filesystem::path against;  // the version before it; empty: none
    Output output = Output::Json;
};

// `sotay form check`: what is in a workbook, and what its author should know; beside the version
// before it also what changes for records that exist. 0 when it can be used, 1 when not.
int formCheck(const FormCheck& check, std::ostream& out, std::ostream& log);

// `sotay form fill`: answers put into a form one after another, and how every line of it stands
// then. 1 when the form cannot be used, the answers cannot be read, or some were refused; those are
// listed with the reason.
int formFill(const FormFill& fill, std::ostream& out, std::ostream& log);

}  // namespace sotay
