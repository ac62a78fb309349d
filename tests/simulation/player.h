#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tests/simulation/ghost.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/world.h"

namespace sotay::sim {

// What an oracle found wrong. `oracle` is one of a few words, so that a schedule can be shrunk
// without turning into another failure.
struct Failure {
    std::string oracle, what;
};

// Plays a schedule in a world, keeps the ghost history, and asks the oracles: in between on the
// laptop that was just used, and at rest on all. player*.cpp, by what is played and what is judged.
class Player : public Tap {
  public:
    explicit Player(const Schedule& schedule, bool tells = false);
    std::optional<Failure> play();

    // The steps as sentences, as far as they were played, when it tells.
    const std::vector<std::string>& story() const { return story_; }
    // The heads at rest by the order in which the changes were made: the same whatever clocks show.
    const std::string& outcome() const { return outcome_; }
    std::size_t changes() const { return ghost_.changes().size(); }

    void taken(const Id& change, std::uint64_t number) override;
    void delivered(std::size_t laptop, const Id& change) override;
    void deliveredRecord(std::size_t laptop, const Id& record, std::uint64_t upTo) override;
    void left(std::size_t laptop, const Id& record) override;

  private:
    struct Opened {
        Screen screen;
        Bits seen, own;
        bool isNew = false;
    };
    struct Laptop {
        std::size_t device = 0;
        Bits known, chain;  // chain: made on this laptop, or on the one whose disk it got
        std::map<std::size_t, Opened> opened;
        // Records that the server said lie elsewhere now.
        std::set<std::size_t> away;
        std::uint64_t checkedVersion = 0;
        Bits checkedKnown;
    };
    struct Plan {  // a save that is about to be made
        std::size_t laptop = 0, record = 0;
        std::vector<GhostChange> changes;
    };
    // The numbers of changes in the log, or in one that a restore of the server made of it.
    struct Log {
        std::vector<std::uint64_t> numbers;  // by change; 0: none
        std::unordered_map<std::uint64_t, std::size_t> changes;
        std::uint64_t number(std::size_t change) const {
            return change < numbers.size() ? numbers[change] : 0;
        }
    };
    // What follows from knowing these changes of a record.
    struct Judged {
        Bits known;
        Ghost::Heads heads;
        Ghost::Verdict verdict;
    };

    void playStep(const Step& step);
    void playOnServer(const Step& step);
    void playStick(const Step& step);
    void playDisk(const Step& step, std::size_t laptop);
    void edit(const Step& step, std::size_t laptop, std::size_t record);
    void create(const Step& step, std::size_t laptop);
    bool open(std::size_t laptop, std::size_t record);
    void save(const Step& step, std::size_t laptop, std::size_t record);
    void removeOrRestore(std::size_t laptop, std::size_t record, bool isRemoval);
    void resolve(const Step& step, std::size_t laptop);
    void sync(std::size_t laptop, Fault fault, std::uint32_t at);
    std::vector<Touch> drawTouches(const Step& step, std::size_t laptop, const Opened& opened);
    // What these touches write, as the ghost sees it.
    std::map<Cell, std::string> writesOf(const std::vector<Touch>& touches, const Opened& opened);
    Bits seenBeside(std::size_t laptop, std::size_t record, const Bits& seen,
                    const std::set<std::size_t>& sides);
    void commit(Plan plan, const Done& done);
    void afterPowerLoss(std::size_t laptop, const Plan* plan);

    void restAndJudge();
    void comeToRest(std::size_t count);
    const Judged& judged(std::size_t record, const Bits& known);
    void checkRecord(std::size_t laptop, std::size_t record);
    void checkScreen(std::size_t laptop, std::size_t record, const Screen& screen);
    void checkValues(const std::string& where, const Screen& screen, const Judged& judged);
    void checkConflicts(std::size_t laptop);
    void checkAtRest(std::size_t laptop, const Bits& log);
    void checkLast(std::size_t laptop, std::size_t record, const Screen& screen, const Bits& log);
    // Should this laptop's person see the record, as the log has it?
    bool isFor(std::size_t laptop, std::size_t record, const Bits& log);
    bool mayBeAway(std::size_t laptop, std::size_t record);
    void fail(const std::string& oracle, const std::string& what);

    void add(std::string_view part) { story_.back() += part; }
    void add(std::size_t part) { story_.back() += std::to_string(part); }
    template <class... Parts>
    void tell(const Parts&... parts) {
        if (!tells_) return;
        story_.emplace_back();
        (add(parts), ...);
    }
    std::string nameOf(std::size_t change) const;
    std::string nameOf(const std::set<std::size_t>& changes) const;
    std::string nameOf(const Bits& changes) const;
    const std::string& shownValue(const Cell& cell, const std::vector<std::size_t>& heads,
                                  const Laptop& laptop) const;
    std::set<std::size_t> indexes(const std::vector<std::pair<Id, std::string>>& heads);
    Laptop& at(std::size_t laptop);
    std::optional<std::size_t> placeOf(const Id& record) const;

    const Schedule& schedule_;
    Ghost ghost_;
    std::vector<Laptop> laptops_;
    std::vector<Laptop> images_;
    std::vector<Id> records_;
    Log& log() { return logs_.back(); }
    const Log& log() const { return logs_.back(); }
    std::vector<Log> logs_{1};
    std::vector<Judged> judged_;     // by record, what was asked last
    std::set<std::size_t> revoked_;  // devices, as far as the server knows
    Bits everTaken_, everQuarantined_;
    bool isAdmitting_ = false, isResting_ = false;
    const bool tells_;
    std::uint32_t values_ = 0;
    std::vector<std::string> story_;
    std::string outcome_;                        // at rest
    std::map<std::string, std::string> hashes_;  // at rest, by areas
    std::optional<Failure> failure_;
    std::unique_ptr<World> world_;
};

}  // namespace sotay::sim
