#pragma once

#include <string>
#include <string_view>

namespace sotay {

inline bool isDigit(char c) { return c >= '0' && c <= '9'; }

// `text` with A to Z made small; all other letters stay as they are. For names of workbooks and of
// SQL, whose case nobody means; people's words are compared without accents by foldText().
inline std::string asciiLowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

// `text` without the spaces, tabs and line ends at both ends; a part of `text`.
inline std::string_view withoutBlanks(std::string_view text) {
    const auto isBlank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && isBlank(text.front())) text.remove_prefix(1);
    while (!text.empty() && isBlank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace sotay
