#include "tests/crash/faults.h"

#include <algorithm>

#include "tests/crash/difference.h"

namespace sotay {
namespace {

// One step with one fault.
class FaultTrial {
  public:
    FaultTrial(const Recording& recording, const std::map<std::string, MemoryDisk>& disks,
               std::size_t step, DiskFault fault)
        : recording_(recording), world_(disks), step_(step), fault_(fault) {
        world_.named = recording.named;
        world_.carried = recording.carried;
    }

    // What is wrong; "" when nothing is.
    std::string run(bool reopens) {
        const auto& steps = recording_.flow.steps;
        for (const std::string& machine : recording_.flow.machines) {
            // What runs before a step has read what it shows.
            if (!wasOpen(machine)) continue;
            if (Status opened = world_.open(machine); !opened.ok()) return opened.error().message;
            if (auto state = world_.state(machine); !state.ok()) return state.error().message;
        }
        world_.beginStep(kFirstStepNumber + step_);
        world_.disks.setFault(fault_);
        Status done = steps[step_].run(world_);
        struck_ = world_.disks.struck();
        world_.disks.setFault({});
        if (!struck_) return done.ok() ? "" : "it fails undisturbed: " + done.error().message;
        if (!done.ok()) {
            const Error& error = done.error();
            if (error.code != Code::Io && error.code != Code::Offline)
                return "the disk's fault is told as something else: " + error.message;
        }
        if (std::string problem = lookAt(done.ok()); !problem.empty()) return problem;
        if (reopens)
            if (std::string problem = reopen(); !problem.empty()) return problem;
        return goOn();
    }
    std::optional<std::uint64_t> struck() const { return struck_; }

  private:
    bool wasOpen(const std::string& machine) const {
        bool isOpen = false;
        for (std::size_t i = 0; i < step_; ++i) {
            isOpen |= recording_.flow.steps[i].name == "open " + machine;
            isOpen &= recording_.flow.steps[i].name != "close " + machine;
        }
        return isOpen;
    }
    std::string lookAt(bool isOk) {
        const auto& seen = recording_.observations;
        std::size_t before = 0, after = 0;
        for (std::size_t i = 0; i < seen.size(); ++i) {
            if (seen[i].isStepDone && seen[i].step + 1 == step_) before = i;
            if (seen[i].isStepDone && seen[i].step == step_) after = i;
        }
        isDone_ = true;
        for (const std::string& machine : recording_.flow.machines) {
            if (!world_.isOpen(machine)) continue;
            auto state = world_.state(machine);
            if (!state.ok()) return machine + " cannot be read: " + state.error().message;
            live_[machine] = *state;
            const bool isAfter = *state == seen[after].states.at(machine);
            isDone_ &= isAfter;
            if (isOk && !isAfter)
                return machine + " said that it was done, and shows\n    " +
                       firstDifference(*state, seen[after].states.at(machine));
            const bool isKnown = std::any_of(
                seen.begin() + static_cast<std::ptrdiff_t>(before),
                seen.begin() + static_cast<std::ptrdiff_t>(after) + 1,
                [&](const Observation& each) { return each.states.at(machine) == *state; });
            if (!isKnown)
                return machine + " is not as it was before the fault\n    " +
                       firstDifference(*state, seen[before].states.at(machine));
        }
        return {};
    }
    std::string reopen() {
        for (const auto& [machine, state] : live_) {
            world_.close(machine);
            if (Status opened = world_.open(machine); !opened.ok())
                return machine + " does not open again: " + opened.error().message;
            auto again = world_.state(machine);
            if (!again.ok()) return again.error().message;
            if (*again != state)
                return machine + " had in memory what is not in its file\n    " +
                       firstDifference(state, *again);
        }
        return {};
    }
    std::string goOn() {
        auto end = finish(world_, recording_.flow, step_ + (isDone_ ? 1 : 0));
        if (!end.ok()) return "work does not go on: " + end.error().message;
        for (const auto& [machine, state] : *end)
            if (state != recording_.end.at(machine))
                return machine + " ends apart\n    " +
                       firstDifference(state, recording_.end.at(machine));
        return {};
    }

    const Recording& recording_;
    CrashWorld world_;
    std::size_t step_;
    DiskFault fault_;
    std::optional<std::uint64_t> struck_;
    std::map<std::string, std::string> live_;
    bool isDone_ = false;
};

}  // namespace

std::string FaultFailure::text() const {
    return workflow + ", " + step + ": " + faultName(fault.kind) + " at call " +
           std::to_string(fault.call) + ": " + problem;
}

FaultCount tryFaults(const Recording& recording, const FaultPlan& plan) {
    FaultCount count;
    std::map<std::string, MemoryDisk> disks = recording.flow.disks;
    std::size_t operation = 0;
    for (std::size_t step = 0; step < recording.flow.steps.size(); ++step) {
        std::map<std::string, MemoryDisk> start;
        std::mt19937_64 chance;
        for (const auto& [name, disk] : disks)
            start[name] = MemoryDisk(disk.after(Cut::Killed, chance));
        for (auto kind :
             {DiskFault::Kind::ErrorOnce, DiskFault::Kind::ErrorsFrom, DiskFault::Kind::FullFrom}) {
            for (std::uint64_t call = plan.share * plan.stride;;
                 call += plan.stride * plan.shares) {
                FaultTrial trial(recording, start, step, {kind, call});
                std::string problem = trial.run(call % 2 == 0);
                if (trial.struck()) ++count.faults;
                if (!problem.empty())
                    count.failures.push_back({recording.flow.name,
                                              recording.flow.steps[step].name,
                                              problem,
                                              {kind, call}});
                if (!trial.struck()) break;
                // A disk that is full refuses the same call for all numbers up to it.
                if (kind == DiskFault::Kind::FullFrom)
                    while (call + plan.stride * plan.shares <= *trial.struck())
                        call += plan.stride * plan.shares;
            }
        }
        std::size_t end = operation;
        for (const Observation& seen : recording.observations)
            if (seen.isStepDone && seen.step == step) end = seen.operations;
        for (; operation < end; ++operation)
            disks[recording.journal[operation].disk].apply(recording.journal[operation]);
    }
    return count;
}

}  // namespace sotay
