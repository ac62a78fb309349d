#include "tests/crash/recording.h"

namespace sotay {
namespace {

constexpr std::size_t kSettleStepNumber = 9000;

Error inStep(const Step& step, const Error& error) {
    return {error.code, step.name + ": " + error.message};
}

// Copies of the disks are observed, so that observing leaves no trace.
Status observe(CrashWorld& world, const Workflow& flow, Observation& seen) {
    std::mt19937_64 chance;
    for (const std::string& machine : flow.machines) {
        auto files = world.disks.disks[machine].after(Cut::Killed, chance);
        DiskSet copy;
        copy.disks[machine] = MemoryDisk(files);
        seen.tables[machine] = readFileOf(copy, machine + ".db").tables;
        CrashWorld apart({{machine, MemoryDisk(files)}});
        if (Status opened = apart.open(machine); !opened.ok()) return opened;
        auto state = apart.state(machine);
        if (!state.ok()) return state.error();
        seen.states[machine] = *state;
        if (!world.isOpen(machine)) continue;
        auto live = world.state(machine);
        if (!live.ok()) return live.error();
        if (*live != *state)
            return Error{Code::Corrupt,
                         machine + " shows\n" + *live + "\nbut when it is opened again\n" + *state};
    }
    return {};
}

}  // namespace

Result<Recording> record(const Workflow& flow, bool syncsLie) {
    Recording recording;
    recording.flow = flow;
    CrashWorld world(flow.disks);
    world.disks.journal = &recording.journal;
    world.disks.syncsLie = syncsLie;
    Status watching;
    std::size_t step = 0;
    auto look = [&](bool isStepDone) {
        Observation seen;
        seen.operations = recording.journal.size();
        seen.step = step;
        seen.isStepDone = isStepDone;
        if (!watching.ok()) return;
        watching = observe(world, flow, seen);
        recording.observations.push_back(std::move(seen));
    };
    look(false);
    world.between = [&] { look(false); };
    for (; step < flow.steps.size(); ++step) {
        world.beginStep(kFirstStepNumber + step);
        Status done = flow.steps[step].run(world);
        if (!done.ok()) return inStep(flow.steps[step], done.error());
        look(true);
        if (!watching.ok()) return inStep(flow.steps[step], watching.error());
    }
    recording.named = world.named;
    recording.carried = world.carried;
    world.disks.journal = nullptr;
    world.between = {};
    auto end = finish(world, flow, flow.steps.size());
    if (!end.ok()) return end.error();
    recording.end = *end;
    return recording;
}

Result<std::map<std::string, std::string>> finish(CrashWorld& world, const Workflow& flow,
                                                  std::size_t fromStep) {
    for (const std::string& machine : flow.machines)
        if (Status opened = world.open(machine); !opened.ok()) return opened.error();
    for (std::size_t step = fromStep; step < flow.steps.size(); ++step) {
        world.beginStep(kFirstStepNumber + step);
        Status done = flow.steps[step].run(world);
        if (!done.ok()) return inStep(flow.steps[step], done.error());
    }
    world.beginStep(kSettleStepNumber);
    for (const std::string& machine : flow.machines)
        if (Status opened = world.open(machine); !opened.ok()) return opened.error();
    const bool hasServer = world.isOpen(CrashWorld::kServer);
    for (int round = 0; round < 2 && hasServer && flow.settles; ++round)
        for (const std::string& machine : flow.machines) {
            if (machine == CrashWorld::kServer) continue;
            if (Status synced = world.sync(machine); !synced.ok()) return synced.error();
        }
    std::map<std::string, std::string> end;
    for (const std::string& machine : flow.machines) {
        auto state = world.state(machine);
        if (!state.ok()) return state.error();
        end[machine] = *state;
    }
    return end;
}

}  // namespace sotay
