#include <fmt/format.h>

#include "tests/simulation/player.h"

namespace sotay::sim {

void Player::playOnServer(const Step& step) {
    const std::size_t laptop = step.laptop % world_->laptops();
    switch (step.deed) {
        case Deed::ServerCrash:
            tell("the server's program is killed");
            return world_->serverCrash();
        case Deed::ServerPowerCut:
            tell("the server loses power");
            return world_->serverPowerCut(step.a);
        case Deed::ServerBackup:
            tell("the server is backed up");
            return world_->serverBackup();
        case Deed::ServerRestore: {
            logs_.emplace_back();
            // It was handed in, and is once more when its laptop hears of the break.
            for (const Id& id : world_->inQuarantine())
                if (auto index = ghost_.find(id)) everQuarantined_.set(*index);
            isAdmitting_ = true;  // it tells again what it holds
            bool done = world_->serverRestore(step.a);
            isAdmitting_ = false;
            if (!done) return logs_.pop_back();
            tell("the server is restored from a backup, with ", log().changes.size(), " changes");
            // Whom it has forgotten to have locked out is not.
            revoked_.clear();
            for (std::size_t each = 0; each < world_->laptops(); ++each)
                if (world_->isRevoked(each)) revoked_.insert(at(each).device);
            return;
        }
        case Deed::SyncTogether: {
            std::size_t other = step.a % world_->laptops();
            if (other == laptop) return;
            tell("laptop ", laptop, " and laptop ", other, " sync at the same moment");
            world_->syncTogether(laptop, other);
            for (std::size_t each : {laptop, other})
                if (world_->isPowerless(each)) afterPowerLoss(each, nullptr);
            checkConflicts(laptop);
            return checkConflicts(other);
        }
        case Deed::MovePerson:
            if (world_->role(laptop) == Role::Administrator) return;  // one stays who sees all
            world_->movePerson(laptop, step.a);
            return tell("the person of laptop ", laptop, " works in ",
                        fmt::format("{}", fmt::join(world_->areas(laptop), " ")), " now");
        case Deed::Publish:
            tell("the next version of the form is published");
            return world_->publish();
        case Deed::ImportForm:
            tell("laptop ", laptop, " imports the next version of the form");
            world_->importForm(laptop);
            if (world_->isPowerless(laptop)) afterPowerLoss(laptop, nullptr);
            return;
        case Deed::Revoke:
            if (laptop == 0) return;  // somebody must stay to decide
            tell("laptop ", laptop, " is locked out");
            revoked_.insert(at(laptop).device);
            return world_->revoke(laptop);
        case Deed::Admit:
        case Deed::Refuse: {
            isAdmitting_ = true;
            Id id = step.deed == Deed::Admit ? world_->admit(step.a) : world_->refuse(step.a);
            isAdmitting_ = false;
            if (auto index = ghost_.find(id))
                tell("change ", *index, step.deed == Deed::Admit ? " is admitted" : " is refused");
            return;
        }
        case Deed::Forge:
            tell("somebody forges changes of laptop ", laptop);
            if (world_->forge(laptop)) fail("forged", "the server took forged changes in");
            return;
        case Deed::Bomb:
            if (world_->bomb()) fail("bomb", "a message that unpacks to too much was taken");
            return;
        default:
            return;
    }
}

// Files on sticks that go from hand to hand: they arrive late, again, in another order, at anybody.
void Player::playStick(const Step& step) {
    const std::size_t laptop = step.laptop % world_->laptops();
    Done done{true, "", {}};
    switch (step.deed) {
        case Deed::WriteStick:
            tell("laptop ", laptop, " writes a bundle");
            done = world_->writeStick(laptop);
            break;
        case Deed::ReadStick:
            tell("laptop ", laptop, " is given a bundle");
            done = world_->readStick(laptop, step.a);
            break;
        case Deed::StickToServer:
            tell("a bundle is read at the server");
            done = world_->stickToServer(step.a, step.b % 3 > 0);
            if (!done.ok) fail("bundle", done.why);
            return;
        default:
            tell("somebody forges a bundle of laptop ", laptop);
            if (world_->forgeBundle(laptop, step.a))
                fail("forged",
                     "a forged bundle of laptop " + std::to_string(laptop) + " was taken");
    }
    if (world_->isPowerless(laptop)) return afterPowerLoss(laptop, nullptr);
    if (!done.ok) return fail("bundle", done.why);
    if (!done.why.empty()) tell("  (", done.why, ")");
    checkConflicts(laptop);
}

}  // namespace sotay::sim
