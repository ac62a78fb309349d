#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "sync/codec/frame.h"
#include "sync/store/aside.h"
#include "tests/support/small_world.h"

using namespace sotay;

// The next piece of a long pull is asked for while the last one is still worked on.

namespace {

// Counts what goes over the wire; may be watched from the thread that owns the notebook.
class WatchedWire : public Channel {
  public:
    explicit WatchedWire(std::unique_ptr<Channel> wire) : wire_(std::move(wire)) {}
    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override {
        auto exchange = wire_->post(path, token, body);
        std::lock_guard lock(mutex_);
        ++posts_;
        changed_.notify_all();
        if (exchange.ok() && posts_ == damaged) exchange->body.back() ^= 1;
        return exchange;
    }
    bool mayRunBeside() const override { return true; }
    int posts() const {
        std::lock_guard lock(mutex_);
        return posts_;
    }
    bool waitFor(int posts) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return posts_ >= posts; });
    }
    int damaged = 0;  // which answer comes with a wrong bit

  private:
    std::unique_ptr<Channel> wire_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int posts_ = 0;
};

// Ten records that come one by one to an officer who has none.
struct LongPull {
    SmallWorld world;
    std::unique_ptr<Notebook> boss = world.laptop("Supervisor", Role::Supervisor);
    std::unique_ptr<Notebook> lam;
    std::vector<Id> records;
    std::unique_ptr<WatchedWire> wire;

    LongPull() {
        world.limits.feedBytes = 1;
        world.restartServer();
        lam = world.laptop("Lâm", Role::Officer);
        for (int i = 0; i < 10; ++i)
            records.push_back(create(*boss, {{"/name", "HTX " + std::to_string(i)}}));
        REQUIRE(world.sync(*boss).ok());
        wire = std::make_unique<WatchedWire>(world.channel());
    }
    void checkSame() {
        CHECK(lam->unsentChanges() == 0);
        CHECK(*lam->stateHash() == *world.server().stateHash());
        CHECK(*lam->rebuildAndCompare());
    }
};

}  // namespace

TEST_CASE("asking ahead: whoever is told of a piece has asked for the next one already") {
    LongPull p;
    int pieces = 0;
    auto synced = syncNotebook(*p.lam, *p.wire, [&](const SyncProgress& progress) {
        if (progress.cursor < progress.logEnd) CHECK(p.wire->waitFor(++pieces + 1));
        return true;
    });
    REQUIRE(synced.ok());
    CHECK(pieces >= 9);
    CHECK(synced->progress.received == 10);
    CHECK(synced->progress.roundTrips == static_cast<std::uint32_t>(p.wire->posts()));
    p.checkSame();
}

TEST_CASE("asking ahead: so has a new laptop, with the first piece of all") {
    LongPull p;
    p.lam = p.world.enrolled("Hương", Role::Officer, {"*"});
    auto synced = syncNotebook(*p.lam, *p.wire, [&](const SyncProgress& progress) {
        if (progress.cursor < progress.logEnd)
            CHECK(p.wire->waitFor(static_cast<int>(progress.cursor) + 1));
        return true;
    });
    REQUIRE(synced.ok());
    CHECK(synced->progress.received == 10);
    CHECK(synced->progress.roundTrips == static_cast<std::uint32_t>(p.wire->posts()));
    p.checkSame();
}

TEST_CASE("asking ahead: what is typed during a long pull is sent with the next question") {
    LongPull p;
    bool isTyped = false;
    auto synced = syncNotebook(*p.lam, *p.wire, [&](const SyncProgress&) {
        if (!std::exchange(isTyped, true)) create(*p.lam, {{"/name", "HTX Tà Rụt"}});
        return true;
    });
    REQUIRE(synced.ok());
    CHECK(synced->progress.received == 10);
    CHECK(synced->progress.sent == 1);
    p.checkSame();
}

TEST_CASE("asking ahead: an answer is thrown away when a stick brought the laptop on meanwhile") {
    LongPull p;
    auto made = p.lam->exportBundle();
    REQUIRE(made.ok());
    auto taken = p.world.server().importBundle(made->file);
    REQUIRE(taken.ok());
    auto stick = p.world.server().exportBundle(taken->device);
    REQUIRE(stick.ok());
    bool isRead = false;
    auto synced = syncNotebook(*p.lam, *p.wire, [&](const SyncProgress&) {
        if (!std::exchange(isRead, true)) REQUIRE(p.lam->importBundle(*stick).ok());
        return true;
    });
    REQUIRE(synced.ok());
    CHECK(p.wire->posts() <= 3);
    CHECK(synced->progress.roundTrips == static_cast<std::uint32_t>(p.wire->posts()));
    p.checkSame();
}

TEST_CASE("asking ahead: a damaged answer stops the sync, and the next one goes on from there") {
    LongPull p;
    p.wire->damaged = 4;
    CHECK_FALSE(syncNotebook(*p.lam, *p.wire).ok());
    CHECK(p.lam->status().records == 3);
    REQUIRE(syncNotebook(*p.lam, *p.wire).ok());
    p.checkSame();
}

TEST_CASE("asking ahead: a feed is read the same by other threads, and refused the same") {
    std::vector<FeedPart> parts;
    for (std::uint64_t i = 0; i < 5; ++i) {
        Change change;
        change.record.bytes[0] = static_cast<std::uint8_t>(i);
        // Enough to be worth a helper.
        for (Ordinal field = 16; field < 16 + 300; ++field)
            change.writes.push_back({{{}, field}, Value::text("v" + std::to_string(field * i))});
        Batch batch;
        batch.runs = {Run{}};
        batch.runs[0].count = 1;
        batch.changes = {change};
        linkChanges(batch);
        parts.push_back({{}, packFrame(encodeBatch(batch))});
    }
    parts[3].frame.back() ^= 1;
    const std::string feed = encodeFeed(parts);
    REQUIRE(feed.size() >= kWorthHelper);
    FeedReader reader(feed);
    REQUIRE(reader.status().ok());
    REQUIRE(reader.parts() == parts);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto read = reader.take(i), alike = openPart(parts[i]);
        REQUIRE(read.ok() == alike.ok());
        CHECK(read.ok() == (i != 3));
        if (read.ok()) CHECK(read->ids == alike->ids);
    }
    FeedReader none("\x05"), unread(encodeFeed(parts));  // which nobody takes anything of
    CHECK_FALSE(none.status().ok());
}
