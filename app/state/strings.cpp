#include "app/state/strings.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace sotay::app {

Result<Strings> Strings::parse(std::string_view json) {
    Strings strings;
    try {
        auto document = nlohmann::json::parse(json);
        if (!document.is_object())
            return Error{Code::Corrupt, "The texts of a language are one JSON object."};
        for (const auto& [key, text] : document.items()) {
            if (!text.is_string())
                return Error{Code::Corrupt, "The text of " + key + " is no text."};
            strings.texts_[key] = text.get<std::string>();
        }
    } catch (const nlohmann::json::exception& problem) {
        return Error{Code::Corrupt, std::string("Texts cannot be read: ") + problem.what()};
    }
    strings.language_ = strings["language"];
    return strings;
}

Result<Strings> Strings::load(const std::filesystem::path& folder, const std::string& language) {
    std::filesystem::path file = folder / (language + ".json");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return Error{Code::NotFound, "There are no texts in " + file.string() + "."};
    std::string json{std::istreambuf_iterator<char>(stream), {}};
    auto strings = parse(json);
    if (!strings.ok())
        return Error{strings.error().code, file.string() + ": " + strings.error().message};
    return strings;
}

const std::string& Strings::operator[](std::string_view key) const {
    if (auto found = texts_.find(key); found != texts_.end()) return found->second;
    return missing_.emplace(key, key).first->second;
}

std::string Strings::with(std::string_view key, std::initializer_list<Part> parts) const {
    const std::string& pattern = (*this)[key];
    std::string text;
    for (std::size_t at = 0; at < pattern.size();) {
        bool replaced = false;
        if (pattern[at] == '{') {
            std::size_t end = pattern.find('}', at);
            for (const auto& [name, value] : parts) {
                if (end == std::string::npos || pattern.compare(at + 1, end - at - 1, name) != 0)
                    continue;
                text += value;
                at = end + 1;
                replaced = true;
                break;
            }
        }
        if (!replaced) text += pattern[at++];
    }
    return text;
}

std::string Strings::count(std::string_view key, std::string_view shown) const {
    std::string single = std::string(key) + ".one";
    if (shown == "1" && has(single)) return with(single, {{"count", shown}});
    return with(key, {{"count", shown}});
}

std::vector<std::string> Strings::keys() const {
    std::vector<std::string> keys;
    for (const auto& [key, text] : texts_) keys.push_back(key);
    return keys;
}

}  // namespace sotay::app
