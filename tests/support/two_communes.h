#pragma once

#include <memory>

#include "tests/support/small_world.h"

namespace sotay {

// A supervisor of the province, and officers of two communes.
struct TwoCommunes {
    SmallWorld world;
    std::unique_ptr<Notebook> boss = world.laptop("Supervisor", Role::Supervisor);
    std::unique_ptr<Notebook> near = world.laptop("Lâm", Role::Officer, {"19564"});
    std::unique_ptr<Notebook> far = world.laptop("Hà", Role::Officer, {"19588"});
    Id record = create(*boss, {{"/name", "HTX Ba Nang"}, {"/area", "19564"}, {"/members", "48"}});

    TwoCommunes() { syncAll(); }
    void syncAll() {
        for (int round = 0; round < 2; ++round)
            for (Notebook* each : {boss.get(), near.get(), far.get()}) world.mustSync(*each);
    }
    // New records in each commune: the near one's, with the first record, and the far one's.
    std::pair<std::vector<Id>, std::vector<Id>> several(int count) {
        std::vector<Id> here = {record}, there;
        for (int i = 0; i < count; ++i) {
            const std::string name = "HTX " + std::to_string(i);
            here.push_back(create(*boss, {{"/name", name}, {"/area", "19564"}}));
            there.push_back(create(*boss, {{"/name", name + " b"}, {"/area", "19588"}}));
        }
        syncAll();
        return {here, there};
    }
    void checkRebuilds() {
        world.checkRebuilds({boss.get(), near.get(), far.get()});
        CHECK(*boss->stateHash() == *world.server().stateHash());
    }
};

}  // namespace sotay
