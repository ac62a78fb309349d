#pragma once

#include <string>
#include <string_view>

#include "schema/form.h"
#include "schema/session_tree.h"

namespace sotay {

// The session's own sentences to the person who fills the form: Vietnamese when the form is shown
// in it, English otherwise.
class Words {
  public:
    explicit Words(bool isVietnamese) : isVietnamese_(isVietnamese) {}
    std::string of(Fault fault, const Node& node) const;
    std::string warning() const;
    std::string_view other() const;  // the choice that or_other adds

  private:
    std::string notOfType(const Node& node) const;
    bool isVietnamese_ = false;
};

// "Tiếng Việt (vi)", "vi", "Vietnamese (vi-VN)"; but not "Latvian".
bool isVietnamese(std::string_view language);

// The form's language that `wanted` means: the same name, or the same code in brackets, or the same
// first letters of a code ("vi" for "Tiếng Việt (vi)"). The form's default when there is none such.
std::string languageOf(const Form& form, const std::string& wanted);

}  // namespace sotay
