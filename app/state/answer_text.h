#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/form.h"

namespace sotay::app {

// How an answer reads, apart from numbers and dates, which the widgets write.
enum class AnswerShape { Text, Number, Date, Choice, Choices };
AnswerShape shapeOf(const Node& node);

// The labels of the choices that a stored answer names, in the order of the list; what no choice
// has, as it is.
std::string choiceText(const Form& form, const Node& node, std::string_view stored,
                       const std::string& language);

// A form's language for a language of the app ("vi"): the one whose name has "(vi)", or is it; ""
// when none is.
std::string formLanguage(const Form& form, std::string_view appLanguage);

// The label of a field, or its name when it has none.
std::string labelOf(const Form& form, const Node& node, std::string_view appLanguage);
std::string labelOf(const Form& form, const std::string& path, std::string_view appLanguage);

// The columns of the record list: the questions marked `summary`; without any, the first three that
// are stored.
std::vector<const Node*> summaryColumns(const Form& form);

// The names of a select_multiple's answer.
std::vector<std::string> chosenNames(std::string_view stored);

}  // namespace sotay::app
