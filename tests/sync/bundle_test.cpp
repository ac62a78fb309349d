#include <doctest/doctest.h>

#include <fstream>

#include "sync/bundle.h"
#include "sync/client/stick.h"
#include "tests/support/small_world.h"

using namespace sotay;

namespace {

// A supervisor with a network; two officers who went to the mountains after their first sync.
struct Valley {
    SmallWorld world;
    std::unique_ptr<Notebook> boss = world.laptop("Supervisor", Role::Supervisor);
    Id record = create(*boss, {{"/name", "HTX Ba Nang"}, {"/members", "48"}});
    std::unique_ptr<Notebook> a, b;

    Valley() {
        world.mustSync(*boss);
        a = world.laptop("Lâm", Role::Officer);
        b = world.laptop("Hà", Role::Officer);
    }
    void checkSame() { world.checkSame({a.get(), b.get(), boss.get()}); }
};

}  // namespace

TEST_CASE(
    "bundle: what was typed without a network reaches the server on a stick, and the answer comes "
    "back") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/members", "52").ok());
    Id fresh = create(*v.a, {{"/name", "HTX Tà Rụt"}});
    REQUIRE(edit(*v.boss, v.record, "/phone", "0900").ok());
    v.world.mustSync(*v.boss);
    CHECK(v.a->unsentChanges() == 2);

    const auto taken = v.world.deliver(v.world.bundleOf(*v.a));
    CHECK(taken.changes == 2);
    CHECK(taken.userName == "Lâm");
    CHECK(v.a->unsentChanges() == 2);  // until it knows
    const auto back = v.world.readBundle(*v.a, v.world.answerFor(taken.device));

    CHECK(back.isNews);
    CHECK(back.acknowledged == 2);
    CHECK(v.a->unsentChanges() == 0);
    CHECK(answer(*v.a, v.record, "/phone") == "0900");
    v.world.mustSync(*v.boss);
    CHECK(answer(*v.boss, fresh, "/name") == "HTX Tà Rụt");
    v.world.turnOfStick(*v.b);
    v.checkSame();
}

TEST_CASE("bundle: two officers on sticks make the same conflict as over the network") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/members", "52").ok());
    REQUIRE(edit(*v.b, v.record, "/members", "57").ok());
    v.world.turnOfStick(*v.a);
    v.world.turnOfStick(*v.b);
    v.world.turnOfStick(*v.a);
    v.world.mustSync(*v.boss);
    for (Notebook* each : {v.a.get(), v.b.get(), v.boss.get()})
        CHECK(each->conflicts()->size() == 1);

    Decision decision;
    decision.kind = Decision::Kind::UseValue;
    decision.value = "55";
    decision.reason = "counted again";
    REQUIRE(v.boss->resolve(v.boss->conflicts()->front().id, decision).ok());
    v.world.mustSync(*v.boss);
    v.world.turnOfStick(*v.a);
    v.world.turnOfStick(*v.b);
    for (Notebook* each : {v.a.get(), v.b.get(), v.boss.get()}) CHECK(each->conflicts()->empty());
    v.checkSame();
}

TEST_CASE("bundle: repeated, old and swapped deliveries change nothing") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/members", "49").ok());
    const std::string first = v.world.bundleOf(*v.a);
    REQUIRE(edit(*v.a, v.record, "/members", "50").ok());
    const std::string second = v.world.bundleOf(*v.a);

    const auto device = v.world.deliver(second).device;
    const std::string lateAnswer = v.world.answerFor(device);
    CHECK(v.world.deliver(first).changes == 0);
    CHECK(v.world.deliver(second).changes == 0);
    const std::string answer = v.world.answerFor(device);

    CHECK(v.world.readBundle(*v.a, lateAnswer).isNews);
    const std::string state = *v.a->stateHash();
    CHECK_FALSE(v.world.readBundle(*v.a, lateAnswer).isNews);
    CHECK_FALSE(v.world.readBundle(*v.a, answer).isNews);
    CHECK(*v.a->stateHash() == state);
    CHECK(v.a->unsentChanges() == 0);
    v.world.turnOfStick(*v.b);
    v.world.mustSync(*v.boss);
    v.checkSame();
}

TEST_CASE("bundle: an answer that is older than what came over the network changes nothing") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/members", "50").ok());
    const std::string old = v.world.answerFor(v.world.deliver(v.world.bundleOf(*v.a)).device);
    v.world.mustSync(*v.a);
    REQUIRE(edit(*v.a, v.record, "/members", "51").ok());
    v.world.mustSync(*v.a);
    const auto cursor = v.a->status().cursor.number;

    CHECK_FALSE(v.world.readBundle(*v.a, old).isNews);

    CHECK(v.a->status().cursor.number == cursor);
    CHECK(answer(*v.a, v.record, "/members") == "51");
}

TEST_CASE("bundle: an answer that goes on from more than the laptop has is refused") {
    Valley v;
    const auto old = v.world.folder / "Lâm before.db";
    std::filesystem::copy_file(v.world.folder / "Lâm.db", old);
    // The copy is made of a closed notebook, as a disk that is put back would be.
    v.a.reset();
    std::filesystem::copy_file(v.world.folder / "Lâm.db", old,
                               std::filesystem::copy_options::overwrite_existing);
    v.a = *Notebook::open(v.world.folder / "Lâm.db", v.world.surroundings());
    REQUIRE(edit(*v.boss, v.record, "/phone", "0900").ok());
    v.world.mustSync(*v.boss);
    v.world.turnOfStick(*v.a);
    REQUIRE(edit(*v.boss, v.record, "/phone", "0901").ok());
    v.world.mustSync(*v.boss);
    const auto device = v.world.deliver(v.world.bundleOf(*v.a)).device;
    v.a.reset();
    auto restored = *Notebook::open(old, v.world.surroundings());

    auto refused = restored->importBundle(v.world.answerFor(device));

    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("goes on from more") != std::string::npos);
    v.world.turnOfStick(*restored);  // its own bundle says how far it is
    CHECK(answer(*restored, v.record, "/phone") == "0901");
    v.a = std::move(restored);
    v.world.turnOfStick(*v.b);
    v.checkSame();
}

TEST_CASE("bundle: another laptop carries it to the server and the answer back") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/members", "52").ok());
    const auto stick = v.world.folder / "stick";
    std::filesystem::create_directory(stick);

    auto left = exchangeBundles(*v.a, stick);
    REQUIRE(left.ok());
    CHECK(left->changes == 1);
    auto picked = exchangeBundles(*v.b, stick);
    REQUIRE(picked.ok());
    REQUIRE(picked->read.size() == 1);
    CHECK(picked->read[0].read.kind == BundleRead::Kind::ForServer);
    CHECK(picked->read[0].read.deviceName == "laptop of Lâm");
    CHECK(answer(*v.b, v.record, "/members") == "48");  // sealed for the server
    auto synced = v.world.sync(*v.b);
    REQUIRE(synced.ok());
    CHECK(synced->bundlesDelivered == 1);
    CHECK(v.world.server().status().changes == 2);
    REQUIRE(exchangeBundles(*v.b, stick).ok());
    auto home = exchangeBundles(*v.a, stick);
    REQUIRE(home.ok());

    CHECK(home->changes == 0);
    CHECK(v.a->unsentChanges() == 0);
    v.world.mustSync(*v.b);
    v.world.mustSync(*v.boss);
    v.checkSame();
    // The same again, all over: nothing is news.
    REQUIRE(exchangeBundles(*v.b, stick).ok());
    v.world.mustSync(*v.b);
    CHECK(v.world.server().status().changes == 2);
}

TEST_CASE("bundle: nobody else can read, alter or forge one") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/name", "HTX BÍ MẬT").ok());
    const std::string file = v.world.bundleOf(*v.a);
    CHECK(file.find("BÍ MẬT") == std::string::npos);

    // (Bytes 15 to 46 only tell whoever carries it whose it is.)
    for (std::size_t at : {std::size_t{50}, file.size() / 2, file.size() - 1}) {
        std::string altered = file;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        CHECK_FALSE(v.world.server().importBundle(altered).ok());
    }
    for (std::size_t length = 0; length < file.size(); length += 7)
        CHECK_FALSE(v.world.server().importBundle(std::string_view(file).substr(0, length)).ok());
    CHECK(v.world.server().status().changes == 1);

    // Somebody who knows the server's key makes one in the name of Lâm's laptop.
    auto bundle = *decodeBundle(file);
    BundledRequest forged;
    forged.device = v.a->deviceKeys().publicKey;
    forged.count = 1;
    forged.request = encodeMessage(SyncRequest{});
    bundle.pieces = {sealPiece(forged, newKeyPair(), bundle.recipient)};
    auto refused = v.world.server().importBundle(encodeBundle(bundle));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("not signed") != std::string::npos);

    // An answer for Lâm is nothing for Hà but something to carry.
    const std::string answer = v.world.answerFor(v.world.deliver(file).device);
    CHECK(v.world.readBundle(*v.b, answer).kind == BundleRead::Kind::ForLaptop);
    CHECK(sotay::answer(*v.b, v.record, "/name") == "HTX Ba Nang");
}

TEST_CASE("bundle: one of another province is refused on both sides") {
    Valley here, there;
    REQUIRE(edit(*there.a, there.record, "/members", "1").ok());
    const std::string file = there.world.bundleOf(*there.a);
    CHECK_FALSE(here.world.server().importBundle(file).ok());
    CHECK_FALSE(here.a->importBundle(file).ok());
    const std::string answer = there.world.answerFor(there.world.deliver(file).device);
    CHECK_FALSE(here.a->importBundle(answer).ok());
    CHECK_FALSE(here.world.server().importBundle(answer).ok());
}

TEST_CASE("bundle: what goes to quarantine is said in the answer, and its admission in the next") {
    Valley v;
    REQUIRE(v.world.server()
                .importAreas("code,name,full_name,level,kind,parent_code\n"
                             "19,Quảng Trị,Quảng Trị,1,province,\n")
                .ok());
    auto away = v.world.laptop("Phương", Role::Officer, {"19"});
    Id elsewhere = create(*away, {{"/name", "HTX xa"}, {"/area", "20"}});
    const auto taken = v.world.deliver(v.world.bundleOf(*away));
    CHECK(taken.quarantined == 1);

    CHECK(v.world.readBundle(*away, v.world.answerFor(taken.device)).quarantined == 1);

    CHECK(away->status().quarantined == 1);
    CHECK(away->unsentChanges() == 0);
    CHECK(answer(*away, elsewhere, "/name") == "HTX xa");
    REQUIRE(v.world.server().admit(v.world.server().quarantine().front().number).ok());
    v.world.turnOfStick(*away);
    CHECK(v.world.server().status().records == 2);
}

TEST_CASE("bundle: a first sync, large and in pieces, goes on a stick too") {
    Valley v;
    for (int i = 0; i < 600; ++i) create(*v.boss, {{"/name", "HTX " + std::to_string(i)}});
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < 5; ++i)
            REQUIRE(edit(*v.boss, v.record, "/members", std::to_string(round * 10 + i)).ok());
    v.world.mustSync(*v.boss);
    v.world.turnOfStick(*v.a);
    v.world.turnOfStick(*v.b);
    CHECK(v.a->status().records == 601);
    v.checkSame();
}

TEST_CASE("bundle: after the server came back from a backup, sticks alone bring everything back") {
    Valley v;
    const auto backup = v.world.backUpServer();
    REQUIRE(edit(*v.boss, v.record, "/phone", "0900").ok());
    v.world.mustSync(*v.boss);
    REQUIRE(edit(*v.a, v.record, "/members", "52").ok());
    v.world.turnOfStick(*v.a);  // Lâm has seen the phone number, which only the lost log knew
    v.boss.reset();
    v.world.restoreServer(backup);
    REQUIRE(edit(*v.a, v.record, "/income", "7").ok());

    const auto late = v.world.deliver(v.world.bundleOf(*v.a));
    CHECK(late.isStale);
    CHECK(v.world.readBundle(*v.a, v.world.answerFor(late.device)).mustExportAgain);
    CHECK(answer(*v.a, v.record, "/phone") == "0900");  // shown until the new log is whole
    const auto again = v.world.deliver(v.world.bundleOf(*v.a));
    CHECK_FALSE(again.isStale);
    CHECK_FALSE(v.world.readBundle(*v.a, v.world.answerFor(again.device)).mustExportAgain);

    CHECK(v.a->unsentChanges() == 0);
    for (const auto& [path, value] :
         {std::pair{"/phone", "0900"}, {"/members", "52"}, {"/income", "7"}})
        CHECK(answer(*v.a, v.record, path) == value);
    v.world.turnOfStick(*v.b);
    v.world.turnOfStick(*v.b);
    v.boss = v.world.laptop("New supervisor", Role::Supervisor);
    v.world.turnOfStick(*v.a);
    v.world.turnOfStick(*v.b);
    CHECK(v.boss->conflicts()->empty());
    v.checkSame();
}

TEST_CASE("bundle: an answer from before a restore is not taken for news of another one") {
    Valley v;
    const auto backup = v.world.backUpServer();
    REQUIRE(edit(*v.a, v.record, "/members", "52").ok());
    const std::string old = v.world.answerFor(v.world.deliver(v.world.bundleOf(*v.a)).device);
    v.world.readBundle(*v.a, old);
    v.world.restoreServer(backup);
    v.world.mustSync(*v.a);
    v.world.mustSync(*v.b);
    const std::string state = *v.a->stateHash();

    CHECK_FALSE(v.world.readBundle(*v.a, old).isNews);

    CHECK(*v.a->stateHash() == state);
    v.world.mustSync(*v.a);
    v.world.mustSync(*v.boss);
    v.checkSame();
}

TEST_CASE("bundle: a laptop that was locked out hands in what it has, and receives nothing") {
    Valley v;
    REQUIRE(edit(*v.a, v.record, "/members", "52").ok());
    REQUIRE(edit(*v.boss, v.record, "/phone", "0900").ok());
    v.world.mustSync(*v.boss);
    const std::string file = v.world.bundleOf(*v.a);
    for (const auto& each : v.world.server().devices())
        if (each.userName == "Lâm") REQUIRE(v.world.server().revoke(each.number).ok());
    const auto taken = v.world.deliver(file);
    CHECK(taken.quarantined == 1);
    v.world.readBundle(*v.a, v.world.answerFor(taken.device));
    CHECK(answer(*v.a, v.record, "/phone").empty());
    CHECK(v.world.server().quarantine().size() == 1);
}

TEST_CASE("restore: who and what the restored server learned anew reaches laptops that knew more") {
    Valley v;
    const auto backup = v.world.backUpServer();
    for (const char* name : {"X", "Y", "Z"})
        REQUIRE(v.world.server().addUser(name, Role::Officer, {"*"}).ok());
    v.world.mustSync(*v.a);
    v.world.restoreServer(backup);
    REQUIRE(v.world.server().addUser("Mới", Role::Officer, {"*"}).ok());
    v.world.mustSync(*v.a);
    v.world.mustSync(*v.a);
    bool isKnown = false;
    for (const UserInfo& user : v.a->users()) isKnown = isKnown || user.name == "Mới";
    CHECK(isKnown);
}
