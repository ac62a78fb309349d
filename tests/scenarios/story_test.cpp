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

// Every command is killed after so long.
void playCutAfter(std::chrono::milliseconds moment) {
    CAPTURE(moment.count());
    TemporaryFolder folder;
    ToldStory story(SOTAY_BIN_DIR, folder / "");
    story.cutAfter = moment;
    play(story);
}

}  // namespace

TEST_CASE(
    "story: two officers, one conflict, one decision, with the real programs over the network") {
    TemporaryFolder folder;
    ToldStory story(SOTAY_BIN_DIR, folder / "");
    play(story);
}

// From before the file is open to after the answer is stored. Two cases, so that they run side by
// side.
TEST_CASE("story: any command may be killed early and played again, and the end is the same") {
    for (int milliseconds : {3, 8, 15}) playCutAfter(std::chrono::milliseconds(milliseconds));
}
TEST_CASE("story: any command may be killed late and played again, and the end is the same") {
    for (int milliseconds : {25, 40, 70}) playCutAfter(std::chrono::milliseconds(milliseconds));
}

TEST_CASE("story: the server may be killed before every command, and the end is the same") {
    TemporaryFolder folder;
    ToldStory story(SOTAY_BIN_DIR, folder / "");
    story.killsServer = true;
    play(story);
}
