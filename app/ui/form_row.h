#pragma once

#include <memory>
#include <string_view>

#include "app/ui/field.h"

namespace sotay::ui {

// One question in the three-column grid: label with a muted hint below | the field | unit or
// message.
struct FormRowView {
    std::string_view label;
    std::string_view hint = {};
    bool required = false;
    std::string_view unit = {};
    Check check = Check::Fine;
    std::string_view message = {};    // why it is wrong or suspicious, in words
    std::string_view keepLabel = {};  // with a warning: "Giữ và ghi lý do", registers as key.keep
    bool wide = false;  // the field takes the third column too, the message goes below
};

// Draws label and message; in its lifetime exactly one widget is drawn, which fills the middle
// column:
//     FormRow row("form.members", {.label = "Tổng số thành viên", .required = true, .unit =
//     "người"}); Edit edit = numberField("form.members.value", value, {.check = row.check()}); if
//     (row.keepTapped()) ...
// Registers label, hint and message as key.label, key.hint, key.message.
class FormRow {
  public:
    FormRow(std::string_view key, const FormRowView& view);
    ~FormRow();
    FormRow(const FormRow&) = delete;
    // True in the frame after the tap.
    bool keepTapped() const { return keepTapped_; }
    Check check() const { return check_; }

  private:
    struct Message;
    std::unique_ptr<Message> message_;
    float x_ = 0, y_ = 0, left_ = 0, bottom_ = 0;
    float messageX_ = 0, messageY_ = 0;
    bool beside_ = true;
    Check check_ = Check::Fine;
    bool keepTapped_ = false;
};

}  // namespace sotay::ui
