#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/form.h"

namespace sotay {

// What the `type` cell of a survey line says.
struct TypeLine {
    enum class Kind {
        Question,
        BeginGroup,
        BeginRepeat,
        BeginLoop,  // a group for each choice of a list, as old forms have them
        EndGroup,
        EndRepeat,
        EndLoop,
        Setting,       // "set form title": old forms keep settings in the survey
        ExternalData,  // csv-external, xml-external: names a file, asks nothing
        BadBegin,      // begins or ends something that there is not
        MissingList,   // a select that names no list
    };
    Kind kind = Kind::Question;
    QuestionType type = QuestionType::Unknown;
    std::string keyword;  // the type without its list, in today's spelling
    std::string list;     // name of the choice list, the file, or ${question}
    std::string setting;  // Setting: its name
    bool orOther = false;
    bool fromFile = false;         // `list` is a file beside the workbook
    bool external = false;         // `list` is in the external_choices sheet
    std::string constraint, hint;  // what an old spelling brings with it ("percentage")
    std::string remark;            // how a laptop records it, where that is not as the form expects
};

// Never fails: what is not known is a Question of type Unknown.
TypeLine parseType(std::string_view cell);

// Today's spellings, for "did you mean".
const std::vector<std::string>& knownTypes();

// The type's name in XLSForm, "select_one"; for messages and for `sotay form fill`.
std::string_view typeName(QuestionType type);

}  // namespace sotay
