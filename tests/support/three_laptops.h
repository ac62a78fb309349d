#pragma once

#include <doctest/doctest.h>

#include "tests/support/small_world.h"

namespace sotay {

// A supervisor and two officers, A and B, each with a laptop, in one province.
struct ThreeLaptops {
    SmallWorld world;
    std::unique_ptr<Notebook> boss = world.laptop("Supervisor", Role::Supervisor);
    std::unique_ptr<Notebook> a = world.laptop("Lâm", Role::Officer);
    std::unique_ptr<Notebook> b = world.laptop("Hà", Role::Officer);

    std::vector<Notebook*> all() { return {a.get(), b.get(), boss.get()}; }
    // A record that all three have.
    Id record(const std::vector<std::pair<std::string, std::string>>& answers) {
        Id id = create(*boss, answers);
        syncAll();
        return id;
    }
    void syncAll() {
        for (int round = 0; round < 2; ++round)
            for (Notebook* each : all()) {
                auto synced = world.sync(*each);
                REQUIRE_MESSAGE(synced.ok(), (synced.ok() ? "" : synced.error().message));
            }
    }
    // All notebooks and the server hold the same, and all of it follows from the changes.
    void checkSame() {
        std::string hash = *world.server().stateHash();
        for (Notebook* each : all()) {
            CHECK(*each->stateHash() == hash);
            auto rebuilt = each->rebuildAndCompare();
            REQUIRE_MESSAGE(rebuilt.ok(), (rebuilt.ok() ? "" : rebuilt.error().message));
            CHECK(*rebuilt);
        }
        CHECK(*world.server().rebuildAndCompare());
        CHECK(world.server().quarantine().empty());
    }
    std::uint64_t listed(Notebook& notebook) {
        ListQuery query;
        query.formId = "coop";
        return notebook.list(query)->total;
    }
};

// Fails with the error's words when something was not done.
template <class T>
T done(Result<T> result) {
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(*result);
}

}  // namespace sotay
