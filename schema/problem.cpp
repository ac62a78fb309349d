#include "schema/problem.h"

#include <algorithm>

namespace sotay {

bool hasErrors(const Problems& problems) {
    return std::any_of(problems.begin(), problems.end(), [](const Problem& each) {
        return each.severity == Problem::Severity::Error;
    });
}

}  // namespace sotay
