#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sync/conflict.h"
#include "sync/messages.h"
#include "tests/simulation/schedule.h"

namespace sotay::sim {

// The answers that people give. `Email` comes with version 2 of the form, `Phone` goes with it,
// `Remark` comes with version 3.
enum class Question : std::uint8_t {
    Name,
    Area,
    Members,
    Phone,
    Income,
    Email,
    Remark,
    Amount,
    Source
};
constexpr std::size_t kQuestions = 9;

// One thing that somebody does in an open record.
struct Touch {
    enum class Kind : std::uint8_t { Answer, AddItem, RemoveItem, MoveItem } kind = Kind::Answer;
    Question question = Question::Name;
    Id item;               // nil: outside the repeat
    std::string typed;     // Answer
    std::string position;  // AddItem, MoveItem
};

struct ShownField {
    Cell cell;
    std::vector<std::pair<Id, std::string>> heads;  // changes and their values
};
struct ShownConflict {
    Id id, record, item;
    ConflictKind kind = ConflictKind::Value;
    std::vector<ShownField> fields;
};

// What a laptop shows of a record.
struct Screen {
    bool isThere = false, isDeleted = false;
    std::map<Cell, std::string> values;
    std::vector<std::pair<Id, std::string>> items;  // with their positions, in order
    std::vector<ShownConflict> conflicts;
    std::vector<Id> changes;  // of its history
    bool hasWholeHistory = false;
};

struct Done {
    bool ok = false;
    std::string why;  // when not
    std::vector<Id> changes;
    bool isNews = true;  // of a sync: anything went either way
};

// How a sync goes wrong, at its exchange number `at`.
enum class Fault : std::uint8_t {
    None,
    RequestLost,
    ReplyLost,
    RequestTwice,  // the same bytes are delivered twice, the second reply comes back
    RequestCut,    // in the middle of the message
    ReplyCut,
    Stopped,          // by the person, after this exchange
    OldRequestAgain,  // an earlier message of this laptop is delivered once more before it
    Crash,            // of the laptop's program when the request has left
    PowerCut,         // of the laptop when the request has left
    ServerCrash,      // when the reply has left
    ServerPowerCut,
    Rechunked,    // the request is handed over in smaller pieces
    ReplyForged,  // somebody on the way takes out what the reply brings
    Count
};
std::string_view faultName(Fault fault);

// What the harness hears on the wire, and keeps in the ghost history.
class Tap {
  public:
    virtual ~Tap() = default;
    virtual void taken(const Id& change, std::uint64_t number) = 0;  // into the server's log
    virtual void delivered(std::size_t laptop, const Id& change) = 0;
    // With a snapshot: all that the log held of this record up to this number.
    virtual void deliveredRecord(std::size_t laptop, const Id& record, std::uint64_t upTo) = 0;
    // The server said that it lies now where the laptop's person does not work.
    virtual void left(std::size_t laptop, const Id& record) = 0;
};

// A province: laptops and a server, as people and faults reach them. Two of them exist: the engine
// in memory, and the real notebooks and the real server on their files.
class World {
  public:
    explicit World(Tap& tap) : tap_(tap) {}
    virtual ~World() = default;

    virtual std::size_t laptops() const = 0;
    virtual Role role(std::size_t laptop) const = 0;
    virtual bool isRevoked(std::size_t laptop) const = 0;
    virtual bool worksIn(std::size_t, const std::string& /*area*/) const { return true; }
    // The codes of the areas of this laptop's person; "*": everywhere.
    virtual std::vector<std::string> areas(std::size_t) const { return {"*"}; }
    // The administrator gives this laptop's person one of the sets of areas.
    virtual void movePerson(std::size_t, std::uint32_t) {}
    virtual Ordinal ordinal(Question question) const = 0;
    // Is it in the form that this laptop has?
    virtual bool asks(std::size_t laptop, Question question) = 0;
    virtual bool knows(std::size_t laptop, Question question) = 0;  // or was, once
    // In which log this laptop counts: 0, or after how many of the server's restores.
    virtual std::size_t logOf(std::size_t laptop) = 0;
    // Another whenever what the laptop holds may be another; 0: not known.
    virtual std::uint64_t version(std::size_t) { return 0; }
    // Would a sync have nothing to say, either way? False: not known.
    virtual bool isUpToDate(std::size_t) { return false; }
    virtual Id newId() = 0;
    virtual void clockJumps(std::size_t laptop, std::uint32_t by) = 0;

    virtual Id openNew(std::size_t laptop) = 0;
    virtual Screen open(std::size_t laptop, const Id& record) = 0;  // kept until saved
    virtual Screen look(std::size_t laptop, const Id& record) = 0;
    virtual Done save(std::size_t laptop, const Id& record, const std::vector<Touch>& touches) = 0;
    virtual Done remove(std::size_t laptop, const Id& record) = 0;
    virtual Done restore(std::size_t laptop, const Id& record) = 0;
    virtual std::vector<ShownConflict> conflicts(std::size_t laptop) = 0;
    virtual Done resolve(std::size_t laptop, const Id& conflict, const Decision& decision) = 0;

    virtual Done sync(std::size_t laptop, Fault fault, std::uint32_t at) = 0;
    virtual Done syncTogether(std::size_t one, std::size_t other) = 0;
    virtual Done fetchHistory(std::size_t laptop, const Id& record) = 0;

    // Bundles: files on sticks, of which every one that was written stays to be read again.
    virtual Done writeStick(std::size_t) { return {true, "", {}}; }
    virtual Done readStick(std::size_t, std::uint32_t) { return {true, "", {}}; }
    virtual Done stickToServer(std::uint32_t, bool /*wantsAnswer*/) { return {true, "", {}}; }
    // By somebody who has neither key: of a request, or of an answer. True: it was taken.
    virtual bool forgeBundle(std::size_t, std::uint32_t) { return false; }

    virtual std::size_t keepImage(std::size_t laptop) = 0;
    virtual void putImage(std::size_t image, std::size_t laptop) = 0;
    virtual std::size_t clone(std::size_t laptop) = 0;  // the new laptop
    virtual void crash(std::size_t laptop) = 0;
    virtual void powerCut(std::size_t laptop, std::uint32_t chance) = 0;
    virtual void powerFailsSoon(std::size_t laptop, std::uint32_t flushes) = 0;
    virtual bool isPowerless(std::size_t laptop) const = 0;  // and must be brought back by powerCut
    virtual void serverCrash() = 0;
    virtual void serverPowerCut(std::uint32_t chance) = 0;
    virtual void serverBackup() = 0;
    // False: there is no backup. What the log then holds is told by the tap anew.
    virtual bool serverRestore(std::uint32_t which) = 0;

    virtual void publish() = 0;
    virtual void publishWhatIsUsed() = 0;  // all versions that any laptop has
    virtual void importForm(std::size_t laptop) = 0;
    virtual void revoke(std::size_t laptop) = 0;
    // Of what waits in quarantine, the one with this number modulo their count; nil: nothing waits.
    virtual Id admit(std::uint32_t which) = 0;
    virtual Id refuse(std::uint32_t which) = 0;
    virtual std::vector<Id> inQuarantine() = 0;  // waiting or refused
    // True: it was taken for good, which it must not be.
    virtual bool forge(std::size_t laptop) = 0;
    virtual bool bomb() = 0;

    virtual std::string stateHash(std::size_t laptop) = 0;
    virtual std::string serverHash() = 0;
    virtual bool rebuildsAlike(std::size_t laptop) = 0;
    virtual bool rebuildsQuickly() const { return true; }
    virtual bool serverRebuildsAlike() = 0;
    virtual std::uint64_t unsent(std::size_t laptop) = 0;
    // A new laptop of the administrator's, which reads the whole log; by a snapshot, or change by
    // change.
    virtual std::size_t auditor(bool bySnapshot) = 0;

  protected:
    Tap& tap_;
};

std::unique_ptr<World> fastWorld(Tap& tap, const Schedule& schedule);
std::unique_ptr<World> fullWorld(Tap& tap, const Schedule& schedule);
// What all schedules of a level start from, made before processes part and bugs are planted.
void prepare(Level level);

}  // namespace sotay::sim
