#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <random>
#include <set>

#include "sync/redirects.h"
#include "tests/support/three_laptops.h"

using namespace sotay;

namespace {

Id idOf(int n) {
    Id id;
    id.bytes[15] = static_cast<std::uint8_t>(n);
    return id;
}
const Redirects::IsHere kAllHere = [](const Id&) { return true; };

}  // namespace

TEST_CASE("redirects: whatever was merged into whatever, each record has one survivor") {
    CHECK(rc::check([] {
        Redirects marks, again;
        std::map<int, int> final;
        auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
            rc::gen::pair(rc::gen::inRange(1, 9), rc::gen::inRange(0, 9)));
        for (const auto& [record, target] : steps) {
            marks.set(idOf(record), target == 0 ? Id{} : idOf(target));
            final[record] = target;
        }
        // The same values in another order of arrival.
        for (auto at = final.rbegin(); at != final.rend(); ++at)
            again.set(idOf(at->first), at->second == 0 ? Id{} : idOf(at->second));
        std::set<Id> shown;
        for (int n = 1; n < 9; ++n) {
            const Id survivor = marks.survivor(idOf(n), kAllHere);
            RC_ASSERT(survivor == again.survivor(idOf(n), kAllHere));
            RC_ASSERT(marks.survivor(survivor, kAllHere) == survivor);
            RC_ASSERT(marks.path(idOf(n), kAllHere).size() <= 8u);
            auto merged = marks.mergedInto(survivor, kAllHere);
            RC_ASSERT((survivor == idOf(n)) !=
                      (std::find(merged.begin(), merged.end(), idOf(n)) != merged.end()));
            // Two that were merged, in whichever direction, are one.
            if (final[n] != 0) RC_ASSERT(survivor == marks.survivor(idOf(final[n]), kAllHere));
        }
    }));
}

TEST_CASE("redirects: parting a record parts it from its survivor, in circles too") {
    CHECK(rc::check([] {
        Redirects marks;
        for (int n = 1; n < 7; ++n) {
            int target = *rc::gen::inRange(0, 7);
            marks.set(idOf(n), target == 0 ? Id{} : idOf(target));
        }
        for (int n = 1; n < 7; ++n) {
            const Id survivor = marks.survivor(idOf(n), kAllHere);
            if (survivor == idOf(n)) continue;
            Redirects parted = marks;
            for (const Id& record : marks.marksBetween(idOf(n), kAllHere)) parted.set(record, {});
            RC_ASSERT(parted.survivor(idOf(n), kAllHere) != parted.survivor(survivor, kAllHere));
        }
    }));
}

TEST_CASE("redirects: a record whose survivor is not here shows itself") {
    Redirects marks;
    marks.set(idOf(2), idOf(1));
    CHECK(marks.survivor(idOf(2), [](const Id& id) { return id != idOf(1); }) == idOf(2));
    CHECK(marks.survivor(idOf(2), kAllHere) == idOf(1));
}

TEST_CASE("redirects: merges, partings, edits and syncs in any order end the same everywhere") {
    for (unsigned seed : {1u, 2u, 3u, 4u}) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        ThreeLaptops story;
        auto other = story.world.laptop("Other", Role::Administrator);
        std::vector<Id> records;
        for (int i = 0; i < 4; ++i) {
            records.push_back(create(
                *story.boss,
                {{"/name", "HTX"}, {"/tax_code", "7"}, {"/members", std::to_string(40 + i)}}));
            story.world.nowMs += 1000;
        }
        story.syncAll();
        REQUIRE(story.world.sync(*other).ok());
        std::vector<Notebook*> people = story.all();
        people.push_back(other.get());
        std::vector<Id> merges;
        auto any = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
        for (int step = 0; step < 30; ++step) {
            Notebook& who = *people[any(4)];
            story.world.nowMs += 1000;
            switch (any(6)) {
                case 0:
                case 1: {
                    Id record = done(who.openRecord(records[any(4)])).record;
                    done(edit(who, record, "/members", std::to_string(50 + step)));
                    break;
                }
                case 2: {
                    auto pairs = done(who.duplicates());
                    if (pairs.empty()) break;
                    const Conflict& pair = pairs[any(pairs.size())];
                    Decision decision;
                    decision.kind = Decision::Kind::Merge;
                    decision.survivor = any(2) ? pair.record : pair.other;
                    decision.reason = "một";
                    auto merged = who.resolve(pair.id, decision);  // refused to officers
                    if (merged.ok()) merges.push_back(*merged);
                    break;
                }
                case 3:
                    if (merges.empty()) break;
                    if (auto undone = who.undo(merges[any(merges.size())], "hai"); undone.ok())
                        merges.push_back(*undone);
                    break;
                default:
                    REQUIRE(story.world.sync(who).ok());
            }
        }
        for (int round = 0; round < 2; ++round)
            for (Notebook* each : people) REQUIRE(story.world.sync(*each).ok());
        story.checkSame();
        auto shown = [](Notebook& notebook) {
            std::set<Id> ids;
            for (const Conflict& conflict : done(notebook.conflicts())) ids.insert(conflict.id);
            for (const Conflict& pair : done(notebook.duplicates())) ids.insert(pair.id);
            return ids;
        };
        for (Notebook* each : people) {
            CHECK(story.listed(*each) == story.listed(*story.boss));
            CHECK(shown(*each) == shown(*story.boss));
            for (const Id& record : records)
                CHECK(done(each->openRecord(record)).answers ==
                      done(story.boss->openRecord(record)).answers);
        }
    }
}
