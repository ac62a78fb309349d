#include "tests/crash/workflows.h"

#include "tests/crash/steps.h"

namespace sotay {
namespace {

using Kind = Decision::Kind;

Status addPeople(CrashWorld& world) {
    Workspace& server = world.server();
    if (Status named = server.setName("Province"); !named.ok()) return named;
    auto published = server.publish(coopWorkbook(false), "coop");
    if (!published.ok()) return published.error();
    const std::pair<const char*, Role> people[] = {
        {"lan", Role::Supervisor}, {"nam", Role::Officer}, {"ha", Role::Officer}};
    for (const auto& [person, role] : people) {
        std::vector<std::string> areas = {"*"};
        if (std::string_view(person) == "ha") areas = {"19564", "19588"};
        auto added = server.addUser(person, role, areas);
        if (!added.ok()) return added.error();
        auto code = server.newEnrolmentCode(person);
        if (!code.ok()) return code.error();
        if (Status opened = world.open(person); !opened.ok()) return opened;
        if (Status done = world.enrolLaptop(person, code->code); !done.ok()) return done;
        if (Status synced = world.sync(person); !synced.ok()) return synced;
    }
    return {};
}

Status runAll(CrashWorld& world, const std::vector<Step>& steps) {
    std::size_t number = 1000;
    for (const Step& step : steps) {
        world.beginStep(number++);
        Status done = step.run(world);
        if (!done.ok()) return Error{done.error().code, step.name + ": " + done.error().message};
    }
    return {};
}

Result<std::string> codeFor(CrashWorld& world, const std::string& person) {
    auto added = world.server().addUser(person, Role::Supervisor, {"*"});
    if (!added.ok()) return added.error();
    auto code = world.server().newEnrolmentCode(person);
    if (!code.ok()) return code.error();
    return code->code;
}

void stopAll(CrashWorld& world) {
    for (const char* machine : {"lan", "nam", "ha", "server"}) world.close(machine);
}

Result<Province> standingProvince(bool hasLongLog) {
    CrashWorld world({});
    if (Status opened = world.open("server"); !opened.ok()) return opened.error();
    if (Status added = addPeople(world); !added.ok()) return added.error();
    Status worked =
        runAll(world, {createOf("lan", "one", {{"/name", "HTX Ba Nang"}, {"/members", "48"}}),
                       createOf("lan", "two", {{"/name", "HTX Hướng Hiệp"}, {"/area", "19564"}}),
                       createOf("nam", "three", {{"/name", "Tổ hợp tác Mò Ó"}, {"/area", "19564"}}),
                       syncOf("lan"), syncOf("nam"), syncOf("ha"),
                       editOf("nam", "two", {{"/members", "52"}}),
                       editOf("ha", "two", {{"/members", "57"}}), syncOf("nam"), syncOf("ha"),
                       syncOf("lan"), syncOf("nam"), syncOf("ha")});
    if (!worked.ok()) return worked.error();
    Province province;
    auto code = codeFor(world, "thu");
    if (!code.ok()) return code.error();
    province.code = *code;
    province.named = world.named;
    stopAll(world);
    province.disks = world.disks.disks;
    if (!hasLongLog) return province;

    for (const char* machine : {"server", "nam"})
        if (Status opened = world.open(machine); !opened.ok()) return opened.error();
    std::vector<Step> edits;
    for (int i = 0; i < 600; ++i)
        edits.push_back(editOf("nam", "three", {{"/members", std::to_string(100 + i)}}));
    edits.push_back(syncOf("nam"));
    if (Status edited = runAll(world, edits); !edited.ok()) return edited.error();
    stopAll(world);
    province.disks = world.disks.disks;
    return province;
}

std::vector<Workflow> laptopFlows(const Province& province) {
    auto draft = [](const std::string& record, const Typed& typed) {
        return Step{"nam keeps a draft of " + record,
                    [=](CrashWorld& world) { return keepDraft(world, "nam", record, typed); }};
    };
    Step discard{"nam discards a draft", [](CrashWorld& world) {
                     return world.laptop("nam").discardDraft(world.named.at("three"));
                 }};
    Step setting{"nam chooses a theme",
                 [](CrashWorld& world) { return world.laptop("nam").setSetting("theme", "dark"); }};
    Step restore{"nam restores one", [](CrashWorld& world) {
                     return statusOf(world.laptop("nam").restore(world.named.at("one")));
                 }};
    Step decide{"lan decides",
                [](CrashWorld& world) { return resolveFirst(world, "lan", Kind::UseValue, "60"); }};
    std::vector<Workflow> flows;
    flows.push_back(
        flow(province, "save", {"nam"},
             {createOf("nam", "new", {{"/name", "HTX Tà Rụt"}, {"/members", "9"}}),
              editOf("nam", "one", {{"/members", "50"}, {"/phone", "0912 337 001"}}),
              loanOf("nam", "one", "350000000"), editOf("nam", "new", {{"/income", "9.45"}}),
              loanOf("nam", "new", "120000000")}));
    flows.push_back(flow(province, "draft", {"nam"},
                         {draft("one", {{"/members", "5"}}), draft("one", {{"/members", "51"}}),
                          draft("three", {{"/phone", "09"}}), setting,
                          editOf("nam", "one", {{"/members", "51"}}), discard}));
    flows.push_back(flow(
        province, "delete", {"server", "nam", "lan"},
        {removeOf("nam", "one"), restore, removeOf("nam", "three"),
         editOf("lan", "three", {{"/phone", "1"}}), syncOf("nam"), syncOf("lan"), syncOf("nam")}));
    flows.push_back(flow(province, "resolve", {"server", "lan", "nam"},
                         {decide, syncOf("lan"), syncOf("nam"),
                          editOf("nam", "two", {{"/members", "61"}}), syncOf("nam")}));
    return flows;
}

std::vector<Workflow> syncFlows(const Province& province) {
    std::vector<Workflow> flows;
    flows.push_back(flow(province, "sync", {"server", "nam"},
                         {createOf("nam", "new", {{"/name", "HTX A Bung"}, {"/area", "19588"}}),
                          editOf("nam", "one", {{"/members", "50"}}), syncOf("nam"),
                          loanOf("nam", "new", "70000000"), syncOf("nam"), syncOf("nam")}));
    flows.push_back(flow(
        province, "pull", {"server", "lan", "nam", "ha"},
        {editOf("nam", "three", {{"/members", "7"}}), editOf("ha", "three", {{"/members", "8"}}),
         loanOf("ha", "three", "1000"), editOf("lan", "one", {{"/phone", "0905"}}), syncOf("ha"),
         syncOf("lan"), syncOf("nam"), syncOf("ha"), syncOf("lan")}));
    return flows;
}

std::vector<Workflow> longFlows(const Province& province) {
    std::vector<Workflow> flows;
    Workflow first = flow(province, "first sync", {"server", "thu"},
                          {enrolOf("thu", province.code), syncOf("thu"), syncOf("thu"),
                           editOf("thu", "one", {{"/members", "49"}}), syncOf("thu")});
    first.steps[1].makesFile = true;
    flows.push_back(first);
    Workflow many = flow(province, "a long day", {"server", "nam", "lan"},
                         {{"nam imports 3,000 records",
                           [](CrashWorld& world) { return createMany(world, "nam", 3000); }},
                          editOf("nam", "one", {{"/members", "50"}}),
                          syncOf("nam"),
                          syncOf("lan"),
                          editOf("lan", "one", {{"/members", "51"}}),
                          syncOf("lan")});
    many.stride = 17;
    flows.push_back(many);
    return flows;
}

// A file of an older version is opened by a newer program.
Workflow oldFile() {
    Workflow old{"migration", {CrashWorld::kOld}, {}, {}, 1, false};
    CrashWorld world({});
    if (world.makeOldFile().ok()) old.disks = world.disks.disks;
    old.steps = {openOf(CrashWorld::kOld), closeOf(CrashWorld::kOld), openOf(CrashWorld::kOld)};
    old.steps.front().makesFile = true;
    return old;
}

std::vector<Workflow> serverFlows(const Province& province) {
    auto serverStep = [](const std::string& name, std::function<Status(Workspace&)> run) {
        return Step{name, [run](CrashWorld& world) { return run(world.server()); }};
    };
    Step publish = serverStep("publish version 2", [](Workspace& server) {
        return statusOf(server.publish(coopWorkbook(true), "coop"));
    });
    std::vector<Workflow> flows;
    flows.push_back(
        flow(province, "form", {"server", "nam", "lan"},
             {editOf("nam", "one", {{"/members", "50"}}), publish, syncOf("lan"),
              editOf("lan", "one", {{"/leader", "Hồ Thị Đào"}}), syncOf("lan"), syncOf("nam"),
              editOf("nam", "three", {{"/leader", "Hồ Văn Mới"}}), syncOf("nam")}));
    flows.push_back(flow(
        province, "quarantine", {"server", "ha", "lan"},
        {createOf("ha", "outside", {{"/name", "HTX Lao Bảo"}, {"/area", "19429"}}),
         createOf("ha", "inside", {{"/name", "HTX Ba Lòng"}, {"/area", "19588"}}),
         createOf("ha", "outside too", {{"/name", "HTX Thuận"}, {"/area", "19432"}}), syncOf("ha"),
         serverStep("admit", [](Workspace& server) { return server.admit(1); }),
         serverStep("refuse", [](Workspace& server) { return server.refuse(2); }), syncOf("lan")}));
    flows.push_back(flow(
        province, "accounts", {"server"},
        {serverStep("add a user",
                    [](Workspace& server) {
                        return statusOf(server.addUser("mai", Role::Officer, {"19564"}));
                    }),
         serverStep("import areas",
                    [](Workspace& server) {
                        return statusOf(
                            server.importAreas("code,name,full_name,level,kind,parent_code\n"
                                               "44,Quảng Trị,Tỉnh Quảng Trị,1,Tỉnh,\n"
                                               "19564,Đakrông,Xã Đakrông,2,Xã,44\n"));
                    }),
         serverStep("lock a laptop out", [](Workspace& server) { return server.revoke(2); }),
         serverStep("rename", [](Workspace& server) { return server.setName("Liên minh"); })}));
    flows.back().settles = false;
    flows.push_back(flow(
        province, "backup", {"server", "nam"},
        {editOf("nam", "one", {{"/members", "50"}}), syncOf("nam"),
         serverStep("backup", [](Workspace& server) { return server.backup("server.backup"); }),
         editOf("nam", "one", {{"/members", "51"}}), syncOf("nam")}));
    flows.push_back(oldFile());
    return flows;
}

// Records of the standing province are known to every step by name.
std::vector<Workflow> begun(std::vector<Workflow> flows, const Province& province) {
    for (Workflow& each : flows)
        each.steps.insert(each.steps.begin(),
                          {"begin", [named = province.named](CrashWorld& world) {
                               world.named.insert(named.begin(), named.end());
                               return Status();
                           }});
    return flows;
}

}  // namespace

Result<std::vector<Workflow>> shortWorkflows() {
    auto province = standingProvince(false);
    if (!province.ok()) return province.error();
    std::vector<Workflow> all;
    for (auto& some : {laptopFlows(*province), syncFlows(*province), serverFlows(*province),
                       travelFlows(*province)})
        all.insert(all.end(), some.begin(), some.end());
    return begun(all, *province);
}

Result<std::vector<Workflow>> longWorkflows() {
    auto province = standingProvince(true);
    if (!province.ok()) return province.error();
    return begun(longFlows(*province), *province);
}

}  // namespace sotay
