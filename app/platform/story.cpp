#include "app/platform/story.h"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "app/platform/hand.h"
#include "app/platform/server_process.h"
#include "app/platform/shots.h"

namespace sotay::platform {
namespace {

using app::Screen;
using app::State;

constexpr const char* kTitle = "HTX Nông nghiệp Ba Nang";

struct Person {
    const char *name, *role, *area, *device;
};
constexpr Person kSupervisor{"Trần Minh Sơn", "supervisor", "*", "TINH-01"};
constexpr Person kOfficerA{"Hồ Văn Lâm", "officer", "19564", "DK-07"};
constexpr Person kOfficerB{"Nguyễn Thị Hà", "officer", "19564", "DK-11"};

// The folder of one playing, gone afterwards.
class Stage {
  public:
    Stage() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "sotay-story-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) folder_ = pattern;
    }
    ~Stage() {
        std::error_code ignored;
        if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
    }
    Stage(const Stage&) = delete;
    const std::filesystem::path& folder() const { return folder_; }

  private:
    std::filesystem::path folder_;
};

class Story {
  public:
    Story(Window& window, const Texts& texts, const StoryOptions& options)
        : window_(window),
          texts_(texts),
          options_(options),
          server_(options.serverProgram, stage_.folder() / "server.db") {}

    Status play() {
        if (stage_.folder().empty())
            return Error{Code::Io, "There is no room for temporary files."};
        if (auto ready = prepare(); !ready.ok()) return ready;
        for (auto part : {&Story::supervisorBegins, &Story::officerEdits, &Story::otherOfficerEdits,
                          &Story::bothSync, &Story::supervisorDecides, &Story::allAreTheSame})
            if (auto played = (this->*part)(); !played.ok()) return played;
        return {};
    }

  private:
    Status prepare() {
        for (std::vector<std::string> command :
             {std::vector<std::string>{"name", "Liên minh HTX Quảng Trị"},
              {"form", "publish", (options_.assets / "forms" / "htx_profile.xlsx").string()}})
            if (auto done = server_.administer(std::move(command)); !done.ok()) return done.error();
        for (const Person& person : {kSupervisor, kOfficerA, kOfficerB}) {
            auto added = server_.administer(
                {"user", "add", person.name, "--role", person.role, "--area", person.area});
            if (!added.ok()) return added.error();
            auto code = server_.administer({"enrolment-code", person.name});
            if (!code.ok()) return code.error();
            codes_[person.name] = ServerProcess::member(*code, "code");
        }
        auto address = server_.serve();
        if (!address.ok()) return address.error();
        address_ = *address;
        return {};
    }

    // One sitting of one person at their laptop.
    template <class Work>
    Status sitting(const Person& person, Work work) {
        ApplicationOptions options;
        options.notebook = stage_.folder() / (std::string(person.device) + ".db");
        options.language = "vi";
        Application application(window_, texts_, std::move(options));
        Hand hand(window_, application);
        hand.until("the notebook is open", [](const State& state) { return state.opened; });
        work(hand);
        if (hand.status().ok()) return {};
        // How it looked when it went wrong; the failure itself is what is told.
        (void)window_.screenshot(shotFile(options_.shots, ++shots_, "failed")).ok();
        return Error{hand.status().error().code,
                     std::string(person.device) + ": " + hand.status().error().message};
    }

    void shot(Hand& hand, const std::string& name) {
        if (!hand.status().ok()) return;
        auto taken = window_.screenshot(shotFile(options_.shots, ++shots_, name));
        if (!taken.ok()) hand.fail(taken.error().message);
        std::fprintf(stderr, "  %02d %s\n", shots_, name.c_str());
    }

    void enrol(Hand& hand, const Person& person) {
        hand.fill("welcome.server", address_);
        hand.fill("welcome.code", codes_[person.name]);
        hand.fill("welcome.device", person.device);
        shot(hand, std::string("enrol-") + person.device);
        hand.tap("welcome.submit");
        hand.until("the laptop is enrolled",
                   [](const State& state) { return state.standing.enrolled; });
        hand.until("the first sync is over", synced);
    }

    static bool synced(const State& state) {
        return !state.sync.running && state.sync.lastOutcome && state.standing.waiting == 0 &&
               !state.forms.empty();
    }

    void sync(Hand& hand) {
        hand.press("Alt 2");
        hand.tap("sync.start");
        hand.until("everything is sent", synced);
    }

    void openRecord(Hand& hand) {
        hand.press("Alt 1");
        hand.until("the record is listed",
                   [](const State& state) { return state.records.total == 1; });
        hand.tap("record_list.table");
        hand.until("the form is open",
                   [](const State& state) { return state.screen == Screen::Form; });
    }

    void save(Hand& hand) {
        hand.press("Ctrl S");
        hand.until("the record is saved", [](const State& state) {
            return state.screen == Screen::Records && !state.filling;
        });
    }

    void section(Hand& hand, const char* name) {
        std::size_t index = 0;
        if (!hand.state().filling) return;
        const auto& sections = hand.state().filling->sections;
        while (index < sections.size() &&
               (!sections[index].node || sections[index].node->name != name))
            ++index;
        hand.tap("form.section." + std::to_string(index));
    }

    // A choice is found by typing a part of its label.
    void choose(Hand& hand, const char* key, const char* label) {
        hand.go(key);
        hand.press("Down");
        hand.type(label);
        hand.press("Enter");
    }

    Status supervisorBegins();
    Status officerEdits();
    Status otherOfficerEdits();
    Status bothSync();
    Status supervisorDecides();
    Status allAreTheSame();

    Window& window_;
    const Texts& texts_;
    const StoryOptions& options_;
    Stage stage_;
    ServerProcess server_;
    std::string address_;
    std::map<std::string, std::string> codes_;
    std::set<std::string> ends_;  // what each notebook shows in the end: one, if all is well
    int shots_ = 0;
};

Status Story::supervisorBegins() {
    return sitting(kSupervisor, [&](Hand& hand) {
        enrol(hand, kSupervisor);
        shot(hand, "first-sync");
        hand.press("Alt 1");
        hand.press("Ctrl N");
        hand.until("a new form is open",
                   [](const State& state) { return state.screen == Screen::Form; });
        hand.fill("form/general/name", kTitle);
        hand.go("form/general/unit_type");
        hand.press("1");
        hand.go("form/general/sector");
        hand.press("1");
        choose(hand, "form/general/commune", "dakrong");
        hand.fill("form/general/phone", "0905 114 207");
        shot(hand, "new-record");
        section(hand, "status");
        choose(hand, "form/status/state", "dang hoat dong");
        section(hand, "members");
        hand.fill("form/members/total", "48");
        shot(hand, "new-record-members");
        save(hand);
        shot(hand, "saved");
        sync(hand);
        shot(hand, "supervisor-synced");
    });
}

Status Story::officerEdits() {
    return sitting(kOfficerA, [&](Hand& hand) {
        enrol(hand, kOfficerA);
        openRecord(hand);
        hand.fill("form/general/phone", "0912 337 150");
        section(hand, "members");
        hand.fill("form/members/total", "52");
        shot(hand, "officer-a-edits");
        save(hand);
        shot(hand, "officer-a-saved-offline");
    });
}

Status Story::otherOfficerEdits() {
    return sitting(kOfficerB, [&](Hand& hand) {
        enrol(hand, kOfficerB);
        openRecord(hand);
        section(hand, "members");
        hand.fill("form/members/total", "57");
        section(hand, "loans");
        hand.tap("form/loans.add");
        choose(hand, "form/loans[1]/source", "quy");
        hand.fill("form/loans[1]/amount", "350000000");
        shot(hand, "officer-b-adds-loan");
        save(hand);
        shot(hand, "officer-b-saved-offline");
    });
}

Status Story::bothSync() {
    for (const Person& person : {kOfficerA, kOfficerB}) {
        auto played = sitting(person, [&](Hand& hand) {
            sync(hand);
            shot(hand, std::string("sync-") + person.device);
            if (person.device != std::string(kOfficerB.device)) return;
            hand.press("Alt 3");
            hand.until("the officer sees the conflict",
                       [](const State& state) { return state.conflicts.list.size() == 1; });
            shot(hand, "officer-sees-conflict");
        });
        if (!played.ok()) return played;
    }
    return {};
}

Status Story::supervisorDecides() {
    return sitting(kSupervisor, [&](Hand& hand) {
        sync(hand);
        hand.press("Alt 3");
        hand.until("the conflict is shown",
                   [](const State& state) { return state.conflicts.list.size() == 1; });
        shot(hand, "conflict");
        hand.press("1");
        hand.type("Đã đối chiếu sổ thành viên ngày 18/11");
        shot(hand, "conflict-decision");
        hand.press("Enter");
        hand.until("nothing is left to decide", [](const State& state) {
            return state.conflicts.list.empty() && state.standing.conflicts == 0;
        });
        shot(hand, "conflict-decided");
        sync(hand);
    });
}

Status Story::allAreTheSame() {
    for (const Person& person : {kOfficerA, kOfficerB, kSupervisor}) {
        auto played = sitting(person, [&](Hand& hand) {
            sync(hand);
            openRecord(hand);
            std::string end;
            for (const char* path : {"/members/total", "/general/phone", "/loans[1]/amount"})
                if (const NodeView* line =
                        hand.state().filling ? hand.state().filling->line(path) : nullptr)
                    end += std::string(path) + "=" + line->value + " ";
            ends_.insert(end);
            hand.tap("form.history");
            hand.until("the history is read",
                       [](const State& state) { return state.history.loaded; });
            shot(hand, std::string("history-") + person.device);
        });
        if (!played.ok()) return played;
    }
    if (ends_ == std::set<std::string>{
                     "/members/total=52 /general/phone=0912 337 150 /loans[1]/amount=350000000 "})
        return {};
    std::string seen;
    for (const std::string& end : ends_) seen += "[" + end + "]";
    return Error{Code::Corrupt, "The notebooks do not show what was decided: " + seen};
}

}  // namespace

Status playStory(Window& window, const Texts& texts, const StoryOptions& options) {
    StoryOptions filled = options;
    if (filled.serverProgram.empty())
        filled.serverProgram = options.assets.parent_path() / "sotayd";
    return Story(window, texts, filled).play();
}

}  // namespace sotay::platform
