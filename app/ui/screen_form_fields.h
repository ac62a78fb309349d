#pragma once

#include <string>
#include <string_view>

#include "app/state/form_filling.h"
#include "app/ui/field.h"
#include "app/ui/screens.h"

namespace sotay::ui {

// What the parts of the form screen share while one frame is drawn.
struct FormFrame {
    const State& state;
    const app::FormFilling& filling;
    const Strings& text;
    Actions& actions;
};

// The key of the widgets of a line: "form/members/total".
std::string fieldKey(std::string_view path);
// The line that has the keyboard; "" when none has.
std::string focusedPath(const app::FormFilling& filling, std::string_view focusKey);

// How a line is to be shown: its problem, if it is time to name it.
Check checkOf(const FormFrame& frame, const NodeView& line);
std::string messageOf(const FormFrame& frame, const NodeView& line);

// The field for an answer, in whatever shape its question asks for. `inTable`: one line high.
void drawAnswer(const FormFrame& frame, const NodeView& line, FieldOptions options, bool inTable);

// The file that answers a question, or where to take one from: typed, pasted, or dropped there.
void drawFile(const FormFrame& frame, const NodeView& line, const FieldOptions& options);

// A question with label, field and message.
void drawQuestion(const FormFrame& frame, const NodeView& line);

// A repeat as a table whose rows are edited in place; what does not fit in a row opens below it.
void drawRepeat(const FormFrame& frame, const Node& repeat, const std::string& path);

// Groups, repeats and questions, `path` being that of what they are in.
void drawNodes(const FormFrame& frame, const std::vector<const Node*>& nodes,
               const std::string& path);

}  // namespace sotay::ui
