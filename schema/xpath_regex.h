#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sotay {

// A regular expression as forms write it (Java's), matched against a whole text in time linear in
// its length. Understood beyond RE2's syntax: look-ahead at the very beginning, (?<name>, \uXXXX,
// \p{Alpha} and its kin, repetitions above 1,000. Thread-safe.
class FormPattern {
  public:
    // Never null; a pattern that cannot be used says so in problem().
    static std::shared_ptr<const FormPattern> compile(std::string_view pattern);
    virtual ~FormPattern() = default;

    virtual const std::string& problem() const = 0;  // "" when it can be used
    virtual bool matches(std::string_view text) const = 0;
};

}  // namespace sotay
