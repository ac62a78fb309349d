#include <doctest/doctest.h>

#include <algorithm>

#include "tests/crash/faults.h"
#include "tests/crash/images.h"
#include "tests/crash/steps.h"

using namespace sotay;

namespace {

Recording recorded(const std::string& name, bool syncsLie = false) {
    auto flows = shortWorkflows();
    REQUIRE_MESSAGE(flows.ok(), (flows.ok() ? "" : flows.error().message));
    auto flow = std::find_if(flows->begin(), flows->end(),
                             [&](const Workflow& each) { return each.name == name; });
    REQUIRE(flow != flows->end());
    auto recording = record(*flow, syncsLie);
    REQUIRE_MESSAGE(recording.ok(), (recording.ok() ? "" : recording.error().message));
    return *recording;
}

// As many cuts as a test has time for, spread over the whole workflow.
CrashCount someImages(const Recording& recording) {
    constexpr std::size_t kCuts = 12;
    CrashPlan plan;
    plan.stride = std::max<std::size_t>(1, recording.journal.size() / kCuts);
    return tryImages(recording, plan);
}

void checkCrashes(const std::string& name) {
    CrashCount tried = someImages(recorded(name));
    CHECK(tried.images > 10);
    for (const CrashFailure& failure : tried.failures) FAIL_CHECK(failure.text());
}

void checkFaults(const std::string& name, std::size_t stride) {
    FaultPlan plan;
    plan.stride = stride;
    FaultCount tried = tryFaults(recorded(name), plan);
    CHECK(tried.faults > 10);
    for (const FaultFailure& failure : tried.failures) FAIL_CHECK(failure.text());
}

}  // namespace

TEST_CASE("crash: saves are there after any cut and half a save never is") { checkCrashes("save"); }
TEST_CASE("crash: drafts survive any cut") { checkCrashes("draft"); }
TEST_CASE("crash: a sync that is cut anywhere goes on to the same end") { checkCrashes("sync"); }
TEST_CASE("crash: others' changes come whole or not at all") { checkCrashes("pull"); }
TEST_CASE("crash: a decision is there once it was given") { checkCrashes("resolve"); }
TEST_CASE("crash: deleting and restoring survive any cut") { checkCrashes("delete"); }
TEST_CASE("crash: a form version comes whole or not at all") { checkCrashes("form"); }
TEST_CASE("crash: the quarantine survives any cut of the server") { checkCrashes("quarantine"); }
TEST_CASE("crash: accounts and areas survive any cut of the server") { checkCrashes("accounts"); }
TEST_CASE("crash: a backup that was reported is whole and on the disk") { checkCrashes("backup"); }
TEST_CASE("crash: what travels by stick is taken once, whatever is cut") { checkCrashes("bundle"); }
TEST_CASE("crash: a photo that the server has is whole, and one that is under way goes on") {
    checkCrashes("attachment");
}
TEST_CASE("crash: what a restored server lost comes back to it through any cut") {
    checkCrashes("restored");
}
TEST_CASE("crash: files that the first version left are brought up to date") {
    checkCrashes("version 1");
}
TEST_CASE("crash: a file of an older version is brought up to date with its copy kept") {
    checkCrashes("migration");
}

TEST_CASE(
    "crash: the server waits for its disk for a laptop that brings something, and for no other") {
    const Recording pulled = recorded("pull");
    CrashWorld world(pulled.flow.disks);
    for (const char* machine : {"server", "nam"}) REQUIRE(world.open(machine).ok());
    world.beginStep(kFirstStepNumber);
    auto waits = [&] {
        std::vector<DiskOperation> journal;
        world.disks.journal = &journal;
        const Status synced = world.sync("nam");
        world.disks.journal = nullptr;
        REQUIRE(synced.ok());
        return std::count_if(journal.begin(), journal.end(), [](const DiskOperation& each) {
            return each.disk == "server" && each.kind == DiskOperation::Kind::Sync;
        });
    };
    REQUIRE(createOf("nam", "own", {{"/name", "HTX Tà Rụt"}}).run(world).ok());
    CHECK(waits() > 0);
    waits();  // what came is merged
    CHECK(waits() == 0);
    CHECK(world.server().devices()[1].lastSyncSeconds > 0);
}

TEST_CASE("crash: a disk that only says it synced is found out") {
    CHECK_FALSE(someImages(recorded("save", true)).failures.empty());
}

TEST_CASE("faults: a save that the disk refuses changes nothing and can be tried again") {
    checkFaults("save", 9);
}
TEST_CASE("faults: a draft that the disk refuses changes nothing and can be tried again") {
    checkFaults("draft", 5);
}
TEST_CASE("faults: a sync that the disk refuses goes on when it works again") {
    checkFaults("sync", 19);
}
TEST_CASE("faults: a decision that the disk refuses can be given again") {
    checkFaults("resolve", 19);
}
