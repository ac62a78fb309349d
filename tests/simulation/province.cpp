#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "sync/client/client.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/full_world.h"
#include "tests/simulation/touches.h"
#include "tests/support/markdown_form.h"
#include "tests/support/workbook_file.h"

namespace sotay::sim {
namespace {

std::string formWorkbook(int version) {
    std::string text = R"(
| survey | | | | | |
| | type | name | label | summary | area |
| | text | name | Name | yes | |
| | text | area | Commune | | yes |
| | integer | members | Members | | |
)";
    if (version < 3) text += "| | text | phone | Phone | | |\n";
    if (version >= 2) text += "| | text | email | Mail | | |\n";
    text += "| | decimal | income | Income | | |\n";
    if (version >= 3) text += "| | text | remark | Remark | | |\n";
    text += R"(
| | begin repeat | loans | Loans | | |
| | integer | amount | Amount | | |
| | text | source | Source | | |
| | end repeat | | | | |
| settings | | |
| | form_id | form_title |
| | coop | Co-operative |
)";
    return workbookBytes(markdownWorkbook(text));
}

// Fast where there is memory to be a disk; the virtual disk stands above it in any case.
std::filesystem::path folderForFiles() {
    std::filesystem::path memory = "/dev/shm";
    std::error_code ignored;
    bool hasMemory =
        std::filesystem::is_directory(memory, ignored) && ::access(memory.c_str(), W_OK) == 0;
    return (hasMemory ? memory : std::filesystem::temp_directory_path()) /
           ("sotay-simulation-" + std::to_string(::getpid()));
}

// Goes with the program; not with one that was forked from it.
struct Folder {
    std::filesystem::path path = folderForFiles();
    pid_t owner = ::getpid();
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() {
        std::error_code ignored;
        if (owner == ::getpid()) std::filesystem::remove_all(path, ignored);
    }
};

template <class Outcome>
auto must(Outcome outcome) {
    if (!outcome.ok()) throw std::runtime_error(outcome.error().message);
    return std::move(*outcome);
}

class EnrolChannel : public Channel {
  public:
    explicit EnrolChannel(Workspace& server) : server_(server) {}
    Result<Exchange> post(const std::string& path, const std::string& token,
                          std::string_view body) override {
        Exchange exchange;
        exchange.status = 200;
        if (path == "/v1/enroll") {
            exchange.body =
                encodeMessage(must(server_.enrol(must(decodeMessage<EnrolRequest>(body)))));
        } else {
            SyncCall call{must(server_.authenticate(token)),
                          must(decodeMessage<SyncRequest>(body))};
            exchange.body = encodeMessage(must(std::move(server_.sync({&call, 1}).front())));
        }
        return exchange;
    }

  private:
    Workspace& server_;
};

Province found() {
    static Folder folder;
    disk::use();
    worldDice() = Dice(2026);
    Province province;
    province.folder = folder.path;
    std::int64_t now = 1'790'000'000'000;
    Surroundings outside{[now] { return now; },
                         [now] {
                             std::array<std::uint8_t, 10> drawn{};
                             for (auto& byte : drawn)
                                 byte = static_cast<std::uint8_t>(worldDice().below(256));
                             return timeOrderedId(now, drawn);
                         }};
    for (int version = 1; version <= 3; ++version) {
        province.forms.push_back(formWorkbook(version));
        auto reading = readForm(
            std::as_bytes(std::span(province.forms.back().data(), province.forms.back().size())),
            "coop");
        if (!reading.form) throw std::runtime_error("the form does not load");
        province.fields = extendFields(province.fields, *reading.form);
    }
    auto serverFile = folder.path / "founding.db";
    auto server = must(Workspace::open(serverFile, outside));
    must(server->publish(province.forms[0], "coop"));
    province.people = {{"supervisor", Role::Supervisor, "*", {}},
                       {"officer", Role::Officer, kCommunes[0], {}},
                       {"second officer", Role::Officer, kCommunes[1], {}},
                       {"administrator", Role::Administrator, "*", {}},
                       {"auditor", Role::Administrator, "*", {}},
                       {"second auditor", Role::Administrator, "*", {}}};
    std::string areas = "code,name,full_name,level,kind,parent_code\n";
    for (const char* commune : kCommunes)
        areas += std::string(commune) + ",C,Commune " + commune + ",3,commune," +
                 (isInDistrict(commune) ? kDistrict : "") + "\n";
    areas += std::string(kDistrict) + ",D,District,2,district,\n";
    must(server->importAreas(areas));
    for (auto& person : province.people)
        must(server->addUser(person.name, person.role, {person.area}));
    for (auto& person : province.people) {
        auto file = folder.path / (person.name + ".db");
        {
            auto notebook = must(Notebook::open(file, outside));
            EnrolChannel channel(*server);
            auto code = must(server->newEnrolmentCode(person.name));
            Status enrolled = enrol(*notebook, channel, "http://server", "", code.code,
                                    "laptop of " + person.name);
            if (!enrolled.ok()) throw std::runtime_error(enrolled.error().message);
        }
        person.laptop = disk::copy(file);
    }
    server.reset();
    province.server = disk::copy(serverFile);
    // The directory came whole with the enrolment of the last of them: one sync each.
    server = must(Workspace::open(serverFile, outside));
    for (auto& person : province.people) {
        auto file = folder.path / (person.name + ".db");
        {
            auto notebook = must(Notebook::open(file, outside));
            EnrolChannel channel(*server);
            must(syncNotebook(*notebook, channel));
        }
        person.laptop = disk::copy(file);
    }
    server.reset();
    province.server = disk::copy(serverFile);
    return province;
}

}  // namespace

const Province& province() {
    static const Province the = found();
    return the;
}

}  // namespace sotay::sim
