#include <algorithm>

#include "tests/simulation/player.h"

namespace sotay::sim {

void Player::resolve(const Step& step, std::size_t laptop) {
    // Whoever has one to decide, from this laptop on.
    std::vector<ShownConflict> conflicts;
    const std::size_t first = laptop, count = world_->laptops();
    for (std::size_t i = 0; i < count && conflicts.empty(); ++i) {
        laptop = (first + i) % count;
        const bool mayDecide =
            !world_->isPowerless(laptop) && world_->role(laptop) != Role::Officer;
        if (i > 0 && !mayDecide) continue;  // an officer may try
        conflicts = world_->conflicts(laptop);
        std::erase_if(conflicts, [](const ShownConflict& each) {
            return each.kind != ConflictKind::Value && each.kind != ConflictKind::Delete;
        });
    }
    if (conflicts.empty()) return;
    const ShownConflict& conflict = conflicts[step.a % conflicts.size()];
    auto place = placeOf(conflict.record);
    if (!place || conflict.fields.empty() || conflict.fields[0].heads.empty())
        return fail("false conflict", "there is a conflict about nothing");
    Laptop& here = at(laptop);
    Plan plan{laptop, *place, {}};
    GhostChange change;
    change.record = plan.record;
    change.device = here.device;
    change.seen = here.known & ghost_.of(plan.record);
    Decision decision;
    decision.reason = "checked";
    const bool isDelete = conflict.kind == ConflictKind::Delete;
    if (isDelete && step.b % 2) {
        bool keep = step.c % 2;
        decision.kind = keep ? Decision::Kind::Keep : Decision::Kind::Delete;
        change.writes = {{{conflict.item, kAlive}, keep ? "1" : "0"}};
    } else if (!isDelete && conflict.fields.size() == 1 && step.b % 3 == 0) {
        const Cell& cell = conflict.fields[0].cell;
        decision.kind = Decision::Kind::UseValue;
        decision.value = std::to_string(5000 + ++values_);
        change.writes = {{cell, decision.value}};
    } else {
        const auto& heads = conflict.fields[0].heads;
        decision.change = heads[step.c % heads.size()].first;
        // The sync was cut before the changes came that a snapshot had left out.
        if (decision.change.isNil() && !world_->look(laptop, conflict.record).hasWholeHistory)
            return;
        auto taken = ghost_.find(decision.change);
        if (!taken) return fail("forged", "a conflict names a change that nobody made");
        for (const ShownField& field : conflict.fields) {
            auto isTaken = [&](const auto& head) { return head.first == decision.change; };
            if (std::none_of(field.heads.begin(), field.heads.end(), isTaken)) continue;
            std::string value = ghost_.value(*taken, field.cell);
            if (isDelete) value = value == "0" ? "0" : "1";
            change.writes.push_back({field.cell, value});
        }
    }
    plan.changes = {change};
    tell("laptop ", laptop, " settles a conflict in record ", plan.record, ": ",
         change.writes.empty() ? "" : change.writes[0].value);
    Done done = world_->resolve(laptop, conflict.id, decision);
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, &plan);
    if (world_->role(laptop) == Role::Officer) {
        if (done.ok) fail("rights", "an officer settled a conflict");
        return;
    }
    commit(std::move(plan), done);
    checkRecord(laptop, plan.record);
}

}  // namespace sotay::sim
