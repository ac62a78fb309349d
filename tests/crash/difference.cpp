#include "tests/crash/difference.h"

#include <algorithm>

namespace sotay {

std::string firstDifference(const std::string& found, const std::string& expected) {
    std::size_t at = 0;
    while (at < found.size() && at < expected.size() && found[at] == expected[at]) ++at;
    std::size_t line = found.rfind('\n', at ? at - 1 : 0);
    line = line == std::string::npos ? 0 : line + 1;
    const auto lineOf = [line](const std::string& text) {
        if (line >= text.size()) return std::string();
        return text.substr(line, std::min<std::size_t>(text.find('\n', line) - line, 300));
    };
    return "found \"" + lineOf(found) + "\"\n    for \"" + lineOf(expected) + '"';
}

}  // namespace sotay
