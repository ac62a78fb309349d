#include "tests/crash/images.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "tests/crash/difference.h"

namespace sotay {
namespace {

// The disks as they are before one operation, step by step.
class Replay {
  public:
    explicit Replay(const Recording& recording)
        : recording_(recording), disks_(recording.flow.disks) {}

    void goTo(std::size_t operation) {
        for (; done_ < operation; ++done_) {
            const DiskOperation& next = recording_.journal[done_];
            disks_[next.disk].apply(next);
        }
        const auto& seen = recording_.observations;
        while (observation_ + 1 < seen.size() && seen[observation_ + 1].operations <= operation)
            ++observation_;
    }
    std::map<std::string, MemoryDisk>& disks() { return disks_; }
    // What was acknowledged last, and what comes next.
    std::size_t acknowledged() const { return observation_; }
    std::size_t next() const {
        return std::min(observation_ + 1, recording_.observations.size() - 1);
    }

  private:
    const Recording& recording_;
    std::map<std::string, MemoryDisk> disks_;
    std::size_t done_ = 0, observation_ = 0;
};

// What a machine shows, or its file holds, apart from what it only notes.
struct Parted {
    std::string_view text, notes;
    explicit Parted(std::string_view whole) {
        const std::size_t at = std::min(whole.find(CrashWorld::kNotes), whole.size());
        text = whole.substr(0, at);
        notes = whole.substr(at);
    }
};

class Trial {
  public:
    Trial(const Recording& recording, Replay& replay, const std::string& machine, Cut cut)
        : recording_(recording), replay_(replay), machine_(machine), cut_(cut) {}

    // What is wrong with this image; "" when nothing is.
    std::string look(const MemoryDisk::Files& files) {
        std::map<std::string, MemoryDisk> disks;
        disks[machine_] = MemoryDisk(files);
        CrashWorld world(disks);
        if (Status opened = world.open(machine_); !opened.ok())
            return "it does not open: " + opened.error().message;
        auto state = world.state(machine_);
        if (!state.ok()) return "it cannot be read: " + state.error().message;
        const std::string& before = shown(&Observation::states, replay_.acknowledged());
        const std::string& after = shown(&Observation::states, replay_.next());
        // A step that shows nothing on this machine may be done again.
        isDone_ =
            Parted(*state).text == Parted(after).text && Parted(after).text != Parted(before).text;
        if (!isKnown(*state, &Observation::states))
            return "it shows neither what was acknowledged nor what was under way\n    " +
                   firstDifference(*state, before);
        auto same = world.rebuildAndCompare(machine_);
        if (!same.ok()) return "it cannot be rebuilt: " + same.error().message;
        if (!*same) return "its records are not what its changes say";
        return lookAtFile(files);
    }

    // Works on to the end; `look` was called before.
    std::string goOn(const MemoryDisk::Files& files) {
        std::map<std::string, MemoryDisk> disks = replay_.disks();
        std::mt19937_64 chance;
        for (auto& [name, disk] : disks)
            disk = MemoryDisk(name == machine_ ? files : disk.after(Cut::Killed, chance));
        CrashWorld world(disks);
        world.named = recording_.named;
        world.carried = recording_.carried;
        const Observation& next = recording_.observations[replay_.next()];
        const bool isStepDone = isDone_ && next.isStepDone;
        auto end = finish(world, recording_.flow, next.step + (isStepDone ? 1 : 0));
        if (!end.ok()) return "work does not go on: " + end.error().message;
        for (const auto& [machine, state] : *end)
            if (state != recording_.end.at(machine))
                return machine + " ends apart\n    " +
                       firstDifference(state, recording_.end.at(machine));
        return {};
    }

  private:
    std::string lookAtFile(const MemoryDisk::Files& files) {
        DiskSet disks;
        disks.disks[machine_] = MemoryDisk(files);
        FileContent content = readFileOf(disks, machine_ + ".db");
        if (content.check != "ok") return "SQLite's check says: " + content.check;
        const auto& seen = recording_.observations;
        if (recording_.flow.steps[seen[replay_.next()].step].makesFile) return {};
        if (!isKnown(content.tables, &Observation::tables))
            return "its tables hold neither what was acknowledged nor what was under way";
        return {};
    }

    using Shown = std::map<std::string, std::string> Observation::*;
    const std::string& shown(Shown what, std::size_t observation) const {
        return (recording_.observations[observation].*what).at(machine_);
    }
    // Is it what was acknowledged, or what was under way? Notes go to the disk with the next that
    // is acknowledged: after a power cut they are those of a moment since then.
    bool isKnown(const std::string& found, Shown what) const {
        const std::size_t before = replay_.acknowledged(), after = replay_.next();
        if (found == shown(what, before) || found == shown(what, after)) return true;
        const Parted now(found);
        if (cut_ == Cut::Killed || (now.text != Parted(shown(what, before)).text &&
                                    now.text != Parted(shown(what, after)).text))
            return false;
        std::size_t first = before;
        while (first > 0 && Parted(shown(what, first)).text == Parted(shown(what, first - 1)).text)
            --first;
        if (first > 0) --first;  // what was noted last may have come after what was acknowledged
        for (; first <= after; ++first)
            if (now.notes == Parted(shown(what, first)).notes) return true;
        return false;
    }
    const Recording& recording_;
    Replay& replay_;
    const std::string& machine_;
    const Cut cut_;
    bool isDone_ = false;
};

std::size_t hashOf(const MemoryDisk::Files& files, std::size_t observation) {
    std::size_t hash = observation;
    for (const auto& [name, content] : files)
        hash = hash * 1'000'003 ^ std::hash<std::string>()(name) * 31 ^
               std::hash<std::string>()(content);
    return hash;
}

}  // namespace

std::string CrashFailure::text() const {
    return workflow + ", " + step + ": " + machine + " " + cutName(image.cut) +
           " before operation " + std::to_string(image.operation) + " (" + operation + "), seed " +
           std::to_string(image.seed) + ": " + problem;
}

CrashCount tryImages(const Recording& recording, const CrashPlan& plan) {
    CrashCount count;
    count.operations = recording.journal.size();
    Replay replay(recording);
    std::unordered_set<std::size_t> tried;
    const std::size_t stride = plan.stride ? plan.stride : recording.flow.stride;
    std::size_t place = 0;
    for (std::size_t operation = 0; operation < recording.journal.size(); operation += stride) {
        if (place++ % plan.shares != plan.share) continue;
        replay.goTo(operation);
        const std::string& machine = recording.journal[operation].disk;
        for (std::size_t way = 0; way < 4 + plan.rounds; ++way) {
            CrashImage image{operation, way < 4 ? kAllCuts[way] : Cut::Part,
                             plan.firstSeed + operation * 1000 + way};
            std::mt19937_64 chance(image.seed);
            auto files = replay.disks()[machine].after(image.cut, chance);
            if (!tried.insert(hashOf(files, replay.acknowledged())).second) continue;
            ++count.images;
            Trial trial(recording, replay, machine, image.cut);
            std::string problem = trial.look(files);
            if (problem.empty() && count.images % plan.finishEvery == 0) {
                ++count.finished;
                problem = trial.goOn(files);
            }
            if (problem.empty()) continue;
            const auto& next = recording.observations[replay.next()];
            count.failures.push_back({recording.flow.name, recording.flow.steps[next.step].name,
                                      machine, recording.journal[operation].text(), problem,
                                      image});
        }
    }
    return count;
}

}  // namespace sotay
