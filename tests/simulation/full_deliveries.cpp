#include <algorithm>
#include <utility>

#include "sync/codec/batch.h"
#include "sync/codec/feed.h"
#include "tests/simulation/full_world.h"

// What the server's replies bring to a laptop, by network or by bundle, as the harness reads them.

namespace sotay::sim {

std::size_t FullWorld::numberOf(const Laptop& laptop) const {
    auto place = std::find_if(laptops_.begin(), laptops_.end(),
                              [&](const auto& each) { return each.get() == &laptop; });
    return static_cast<std::size_t>(place - laptops_.begin());
}

void FullWorld::expectDelivery(Laptop& laptop, const SyncReply& reply) {
    Delivery delivery;
    delivery.cursor = {reply.incarnation, reply.cursor};
    delivery.snapshotPosition = reply.snapshotPosition;
    if (!reply.areas.empty())
        delivery.step = reply.areas.front();
    else if (!laptop.deliveries.empty())
        delivery.step = laptop.deliveries.back().step;
    delivery.isSnapshot = !reply.snapshot.empty();
    delivery.asOf = reply.snapshotAsOf;
    if (!reply.feed.empty()) {
        if (auto parts = decodeFeed(reply.feed); parts.ok())
            for (const FeedPart& part : *parts)
                if (auto opened = openPart(part); opened.ok())
                    delivery.changes.insert(delivery.changes.end(), opened->ids.begin(),
                                            opened->ids.end());
    }
    if (!reply.snapshot.empty())
        if (auto snapshot = decodeSnapshot(reply.snapshot); snapshot.ok())
            for (const SnapshotRecord& record : snapshot->records)
                delivery.records.push_back(record.record);
    for (const LeftRecord& left : reply.left) delivery.left.push_back(left.record);
    laptop.deliveries.push_back(std::move(delivery));
}

void FullWorld::tellArrived(std::size_t laptop, const Delivery& delivery) {
    for (const Id& record : delivery.records) tap_.deliveredRecord(laptop, record, delivery.asOf);
    for (const Id& change : delivery.changes) tap_.delivered(laptop, change);
    for (const Id& record : delivery.left) tap_.left(laptop, record);
}

void FullWorld::arrived(Laptop& laptop) {
    const std::size_t number = numberOf(laptop);
    for (Delivery& delivery : std::exchange(laptop.deliveries, {})) {
        const std::uint32_t incarnation = delivery.cursor.incarnation;
        if (laptop.aside.incarnation != incarnation) laptop.aside = {incarnation, {}, {}};
        auto& pieces = laptop.aside.snapshot;
        const std::uint64_t position = delivery.snapshotPosition;
        if (position > 0 && !delivery.isSnapshot) continue;  // only of the person's new areas
        if (!pieces.empty() && position > 0 && pieces.back().snapshotPosition >= position)
            pieces.clear();  // it began again
        if (position > 0) {
            pieces.push_back(std::move(delivery));
            continue;
        }
        // One that was begun is told of with its last piece; whoever is locked out loses it.
        for (const Delivery& piece : std::exchange(pieces, {}))
            if (delivery.isSnapshot) tellArrived(number, piece);
        if (incarnations_[logOf(number)] != incarnation) {
            laptop.aside.deliveries.push_back(std::move(delivery));
            continue;
        }
        for (const Delivery& kept : std::exchange(laptop.aside.deliveries, {}))
            tellArrived(number, kept);
        tellArrived(number, delivery);
    }
}

std::optional<FullWorld::Standing> FullWorld::standing(Laptop& laptop) {
    auto next = laptop.notebook->nextRequest();
    if (!next.ok()) return {};
    Standing now{next->cursor, next->snapshotPosition, {}, {}, 0};
    if (next->areas.empty()) return now;
    const AreaStanding& areas = next->areas.front();
    now.scope = {areas.scope};
    if (areas.position > 0) now.next = {areas.next};
    now.areaPosition = areas.position;
    return now;
}

bool FullWorld::isReached(const Delivery& delivery, const Standing& now) {
    if (delivery.cursor != now.cursor || delivery.snapshotPosition != now.snapshotPosition)
        return false;
    if (!delivery.step) return true;
    const AreaStep& step = *delivery.step;
    if (step.next > 0)
        return now.areaPosition == step.next && now.next == std::vector<AreaScope>{step.to};
    return now.areaPosition == 0 &&
           (now.scope.empty() || now.scope == std::vector<AreaScope>{step.to});
}

void FullWorld::settleDeliveries(Laptop& laptop) {
    auto& all = laptop.deliveries;
    const auto now = standing(laptop);
    auto reached = std::find_if(all.rbegin(), all.rend(), [&](const Delivery& delivery) {
        return now && isReached(delivery, *now);
    });
    all.erase(reached.base(), all.end());
    arrived(laptop);
}

}  // namespace sotay::sim
