#pragma once

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/result.h"

namespace sotay::app {

// The texts of the screens in one language, by key ("record_list.new"). Immutable after loading.
class Strings {
  public:
    // One JSON object of key to text. Corrupt when it is not, with the place.
    static Result<Strings> parse(std::string_view json);
    // Reads `language`.json in `folder`.
    static Result<Strings> load(const std::filesystem::path& folder, const std::string& language);

    // The text; for a key that is missing, the key itself, so that a screen is never empty and a
    // test finds it.
    const std::string& operator[](std::string_view key) const;
    // The text with each {name} replaced.
    using Part = std::pair<std::string_view, std::string_view>;
    std::string with(std::string_view key, std::initializer_list<Part> parts) const;
    // {count} replaced by a number as it is shown; "key.one" is used for 1 where a language has it.
    std::string count(std::string_view key, std::string_view shown) const;

    bool has(std::string_view key) const { return texts_.find(key) != texts_.end(); }
    std::vector<std::string> keys() const;
    const std::string& language() const { return language_; }

  private:
    std::map<std::string, std::string, std::less<>> texts_;
    mutable std::map<std::string, std::string, std::less<>> missing_;
    std::string language_;
};

}  // namespace sotay::app
