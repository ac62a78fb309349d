#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/support/told_story.h"

// sotay-demo [--json]: the story without a window, step by step, with the real programs over
// loopback.
int main(int count, char** words) {
    bool isJson = count == 2 && std::strcmp(words[1], "--json") == 0;
    if (count > 2 || (count == 2 && !isJson)) {
        std::fprintf(stderr, "Usage: sotay-demo [--json]\n");
        return 2;
    }
    std::error_code problem;
    auto bin = std::filesystem::read_symlink("/proc/self/exe", problem).parent_path();
    std::string pattern = (std::filesystem::temp_directory_path() / "sotay-demo-XXXXXX").string();
    if (!mkdtemp(pattern.data())) {
        std::fprintf(stderr, "sotay-demo: there is no room for temporary files.\n");
        return 1;
    }
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    nlohmann::json outcome;
    std::string failure;
    {
        sotay::ToldStory story(bin, pattern);
        int number = 0;
        for (const auto& step : story.steps()) {
            if (!isJson) std::printf("%d. %s\n", ++number, step.title.c_str());
            std::string seen = step.play();
            if (!isJson) std::printf("   %s\n\n", seen.c_str());
            steps.push_back({{"title", step.title}, {"seen", seen}});
            if (!story.failure().empty()) break;
        }
        outcome = story.outcome();
        failure = story.failure();
    }
    std::filesystem::remove_all(pattern, problem);
    if (isJson) {
        nlohmann::ordered_json document;
        for (const char* name : {"ok", "conflicts_before", "conflicts_after", "parallel_updates",
                                 "notebooks_identical", "lost_updates"})
            document[name] = outcome[name];
        document["steps"] = steps;
        if (!failure.empty()) document["error"] = failure;
        std::printf("%s\n", document.dump().c_str());
    } else if (failure.empty()) {
        std::printf("One conflict, one decision, nothing lost, three equal notebooks.\n");
    }
    if (!failure.empty()) std::fprintf(stderr, "sotay-demo: %s\n", failure.c_str());
    return failure.empty() ? 0 : 1;
}
