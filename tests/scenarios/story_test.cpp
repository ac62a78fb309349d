#include <doctest/doctest.h>

#include "tests/support/temporary_folder.h"
#include "tests/support/told_story.h"

using namespace sotay;

namespace {

void play(ToldStory& story) {
    for (const auto& step : story.steps()) {
        INFO(step.title);
        step.play();
        REQUIRE_MESSAGE(story.failure().empty(), story.failure());
    }
    auto outcome = story.outcome();
    CHECK(outcome["ok"] == true);
    CHECK(outcome["conflicts_before"] == 1);
    CHECK(outcome["conflicts_after"] == 0);
    CHECK(outcome["notebooks_identical"] == true);
    CHECK(outcome["lost_updates"] == 0);
}

}  // namespace

TEST_CASE(
    "story: two officers, one conflict, one decision, with the real programs over the network") {
    TemporaryFolder folder;
    ToldStory story(SOTAY_BIN_DIR, folder / "");
    play(story);
}

TEST_CASE(
    "story: any command may be killed at any moment and played again, and the end is the same") {
    // From before the file is open to after the answer is stored.
    for (int milliseconds : {4, 15, 40}) {
        CAPTURE(milliseconds);
        TemporaryFolder folder;
        ToldStory story(SOTAY_BIN_DIR, folder / "");
        story.cutAfter = std::chrono::milliseconds(milliseconds);
        play(story);
    }
}

TEST_CASE("story: the server may be killed before every command, and the end is the same") {
    TemporaryFolder folder;
    ToldStory story(SOTAY_BIN_DIR, folder / "");
    story.killsServer = true;
    play(story);
}
